// live.mjs - what docs/api.md promises of live sound
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { WebSocket } from 'ws'
import { newFolder, start } from '../lib/server.mjs'
import { note, Skip, until } from '../lib/tap.mjs'

/** Samples of the sample recording at a rate, signed 16-bit. */
function decode (rate) {
  try {
    return execFileSync('gst-launch-1.0', ['-q', 'filesrc', `location=${process.env.SEREMOTION_SAMPLE}`, '!', 'decodebin', '!', 'audioconvert', '!', 'audioresample', '!',
      `audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate=${rate}`, '!', 'fdsink'], { maxBuffer: 50e6, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    throw new Skip(`gst-launch-1.0 did not decode the sample: ${error.message.split('\n')[0]}`)
  }
}

/** A session. `rows` are what the server sent, each with `at`, when it came. */
async function open (server) {
  const socket = new WebSocket(`ws://${server.host}:${server.port}/api/v1/live`)
  const session = { socket, rows: [], send: data => socket.send(data), tell: value => socket.send(JSON.stringify(value)) }
  socket.on('message', (data, isBinary) => { if (!isBinary) session.rows.push({ ...JSON.parse(data), at: performance.now() }) })
  session.closed = new Promise(resolve => socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })))
  await new Promise((resolve, reject) => { socket.on('open', resolve); socket.on('error', reject) })
  return session
}

/** Sends as fast as sound comes, a tenth of a second at a time; gives when it began. */
async function speak (session, samples, rate) {
  const began = performance.now()
  const step = 2 * rate / 10
  for (let at = 0; at < samples.length; at += step) {
    const ahead = began + 100 * (at / step + 1) - performance.now()
    if (ahead > 0) await new Promise(resolve => setTimeout(resolve, ahead))
    session.send(samples.subarray(at, at + step))
  }
  return began
}

/** Code and reason with which the server closes after `act`; no session may be left then. */
async function closes (server, act) {
  const session = await open(server)
  await act(session)
  const end = await Promise.race([session.closed, new Promise(resolve => setTimeout(resolve, 10000, { code: 'nothing' }))])
  session.socket.terminate()
  return end
}

export const live = ({ server }) => ({
  async 'hears each window soon after it ends, and tells when all is heard' () {
    const rate = 48000
    const samples = decode(rate).subarray(0, 2 * rate * 5.5)
    const session = await open(server)
    session.tell({ rate })
    const began = await speak(session, samples, rate)
    session.tell({ end: true })
    const { code, reason } = await session.closed
    assert.ok([1000, 1005].includes(code), `${code} ${reason}`)
    const windows = session.rows.filter(({ row }) => row === 'window')
    const end = session.rows.at(-1)
    assert.deepEqual([end.row, end.windows], ['end', windows.length])
    assert.ok(windows.length >= 3, `${windows.length} windows of 5.5 s`)
    const labels = (await server.get('about')).model.labels
    let latest = 0
    for (const [i, window] of windows.entries()) {
      assert.ok(i === 0 || window['stream-time'] > windows[i - 1]['stream-time'])
      assert.ok([...labels, 'uncertain', 'none'].includes(window.emotion), window.emotion)
      assert.deepEqual(Object.keys(window.scores).sort(), labels)
      if (!window.partial) latest = Math.max(latest, window.at - began - 1000 * (window['stream-time'] + window.duration))
    }
    note(`windows were told at most ${Math.round(latest)} ms after they ended`)
    assert.ok(latest < 2000)
    assert.ok(windows.some(({ emotion }) => emotion !== 'none'), 'nothing of the speech was heard')
  },

  async 'refuses what it does not understand' () {
    for (const act of [session => session.send('hello'), session => session.tell({ rate: 0 }), session => session.tell({ rate: 1e9 }), session => session.tell({ rate: 'x' }), session => session.tell([]),
      session => session.send(Buffer.alloc(100)), session => session.send('['.repeat(10000)), session => { session.tell({ rate: 16000 }); session.tell({ rate: 16000 }) },
      session => { session.tell({ rate: 16000 }); session.tell({ stop: 1 }) }]) {
      const { code, reason } = await closes(server, act)
      assert.equal(code, 1003, `${act}: ${reason}`)
      assert.ok(reason.length > 5, reason)
    }
  },

  async 'refuses what comes much faster than sound' () {
    const { code, reason } = await closes(server, session => {
      session.tell({ rate: 8000 })
      for (let i = 0; i < 200; i++) session.send(Buffer.alloc(60000))
    })
    assert.equal(code, 1009, reason)
  },

  async 'allows so many sessions, and no more' () {
    const few = await start(newFolder('contract-live'), '--max-live', '2')
    const sessions = [await open(few), await open(few)]
    sessions.forEach(session => session.tell({ rate: 16000 }))
    const { code, reason } = await closes(few, session => session.tell({ rate: 16000 }))
    assert.equal(code, 1008, reason)
    sessions[0].socket.terminate()
    await until('place for another', async () => (await closes(few, session => { session.tell({ rate: 16000 }); session.tell({ end: true }) })).code !== 1008)
    const last = sessions[1].closed
    assert.equal(await few.stop(), 0)
    assert.ok([1001, 1006].includes((await last).code))
  },

  async 'a client that leaves takes nothing with it' () {
    for (let i = 0; i < 6; i++) {
      const session = await open(server)
      session.tell({ rate: 16000 })
      session.send(Buffer.alloc(3200))
      session.socket.terminate()
    }
    await until('place for another', async () => {
      const session = await open(server)
      session.tell({ rate: 16000 })
      session.tell({ end: true })
      const { code } = await session.closed
      if (code === 1008) return false
      assert.ok([1000, 1005].includes(code), String(code))
      assert.deepEqual(session.rows.map(({ row }) => row), ['end'])
      return true
    })
  },

  async 'is nothing for other requests' () {
    const { status, headers } = await server.request('GET', '/api/v1/live')
    assert.equal(status, 426)
    assert.match(headers.upgrade, /websocket/i)
  },
})
