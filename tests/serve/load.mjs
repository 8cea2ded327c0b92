// load.mjs - tests of many clients at once, of large bodies, and of how soon the page is there
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import http from 'node:http'
import { cpus, loadavg } from 'node:os'
import { percentile, probe } from './lib/prober.mjs'
import { launch, newFolder, SAMPLE, start, stopAll } from './lib/server.mjs'
import { note, run, until } from './lib/tap.mjs'

const CLIENTS = 50
const UPLOADS = 20
const SECONDS = 10
const PAUSE = 100 // ms between the requests of a client
const HEALTH = 50 // ms, of 99 in 100
const FIRST_PAGE = 3000 // ms
const MEMORY = 256e6

// Other work takes the processors from the server and from us.
const load = loadavg()[0]
const slack = load > 0.7 * cpus().length ? 4 : 1
note(`load of the machine ${load.toFixed(1)} on ${cpus().length} processors${slack > 1 ? `: the first page may take ${slack} times as long` : ''}`)

const server = await start(newFolder('load'), '--jobs', '2', '--max-queued', '40', '--max-upload', '400000000')
const descriptors = () => readdirSync(`/proc/${server.pid}/fd`).length
const megabytes = bytes => `${(bytes / 1e6).toFixed(0)} MB`
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** What a page does: listens all the time, and asks now for this, now for that. */
async function client (number, sound, end) {
  const agent = new http.Agent({ keepAlive: true })
  const events = await server.events()
  let requests = 0
  for (let i = number; performance.now() < end; i++) {
    const [path, headers, status] = [
      ['/api/v1/recordings?limit=50', {}, 200],
      [sound, { Range: `bytes=${100 * (i % 50)}-${100 * (i % 50) + 5000}` }, 206],
      ['/', {}, 200],
      ['/api/v1/health', {}, 200],
      ['/api/v1/recordings?search=sample&sort=title', {}, 200],
    ][i % 5]
    const answer = await server.request('GET', path, { headers, agent })
    assert.equal(answer.status, status, path)
    requests++
    await pause(PAUSE)
  }
  agent.destroy()
  return { events, requests }
}

/** A body of zeros that is made as it is sent. */
function uploadZeros (bytes, name) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: server.host, port: server.port, method: 'POST', path: `/api/v1/recordings?name=${name}`, agent: false, headers: { 'Content-Length': bytes } }, response => {
      response.resume().on('end', () => resolve(response.statusCode))
    })
    request.on('error', reject)
    const block = Buffer.alloc(1 << 20)
    let left = bytes
    const more = () => {
      while (left > 0) {
        const part = block.subarray(0, Math.min(left, block.length))
        left -= part.length
        if (!request.write(part)) return request.once('drain', more)
      }
      request.end()
    }
    more()
  })
}

/** Something that all event streams hear of, by which the server sees who has left. */
const tell = id => server.api('PATCH', `recordings/${id}`, { json: { place: 'Here' } })

/** Fails when health takes longer than it may, where a server that does nothing shows what the machine takes for itself:
 *  both are behind the same others, but ours has work besides. */
function judgeTimes ({ health, idle }) {
  for (const [name, times] of Object.entries({ health, 'a server that does nothing': idle })) {
    note(`${name}, ${times.length} times: median ${percentile(times, 0.5).toFixed(1)} ms, p99 ${percentile(times, 0.99).toFixed(1)} ms, most ${times.at(-1).toFixed(1)} ms`)
  }
  const limit = HEALTH + 2 * percentile(idle, 0.99)
  assert.ok(percentile(health, 0.99) < limit, `p99 of health is over ${limit.toFixed(1)} ms`)
}

await run({
  async 'the first start soon gives a page that can be used' () {
    const began = performance.now()
    const first = await launch(newFolder('load-first'))
    const page = await first.request('GET', '/')
    assert.equal(page.status, 200)
    const parts = [...page.text.matchAll(/(?:src|href)="([^"#]+\.(?:js|css))"/g)].map(([, path]) => new URL(path, first.url).pathname)
    for (const path of [...parts, '/api/v1/about', '/api/v1/recordings']) assert.equal((await first.request('GET', path)).status, 200, path)
    const took = performance.now() - began
    const { total } = await first.get('recordings')
    note(`the server listens after ${Math.round(first.startup)} ms, page, parts and library are there after ${Math.round(took)} ms; ${total} recordings are preloaded`)
    assert.ok(took < FIRST_PAGE * slack)
    assert.ok(total >= 1, 'nothing is preloaded')
    await until('end of the first analyses', async () => (await first.get('recordings?state=done')).total === total, 60)
    note(`all of them are heard after ${Math.round(performance.now() - began)} ms`)
    assert.equal(await first.stop(), 0)
  },

  async '50 clients and 20 uploads: nothing is lost, and the server answers at once' () {
    const { id } = await server.upload(SAMPLE, 'first.opus')
    assert.equal((await server.reaches(id)).state, 'done')
    const before = descriptors()
    const stop = await probe(server)
    const end = performance.now() + 1000 * SECONDS
    const clients = Array.from({ length: CLIENTS }, (_, i) => client(i, `/api/v1/recordings/${id}/sound`, end))
    await until('event streams of all', async () => (await server.get('health')).clients === CLIENTS)
    const uploads = await Promise.all(Array.from({ length: UPLOADS }, (_, i) => server.upload(SAMPLE, `sample-${i}.opus`)))
    const pages = await Promise.all(clients)
    for (const recording of uploads) assert.equal((await server.reaches(recording.id)).state, 'done')
    const times = await stop()
    for (const { events } of pages) {
      assert.ok(!events.isClosed, 'an event stream was closed')
      await until('event of each recording that is done', () => uploads.every(recording => events.list.some(({ data }) => data.id === recording.id && data.state === 'done')))
      events.close()
    }
    const requests = pages.reduce((sum, page) => sum + page.requests, 0)
    note(`${requests} requests of ${CLIENTS} clients beside ${UPLOADS} uploads`)
    note(`peak memory of the server ${megabytes(server.memory('VmHWM'))}, now ${megabytes(server.memory('VmRSS'))}; load of the machine now ${loadavg()[0].toFixed(1)}`)
    assert.equal((await server.get('recordings')).total, UPLOADS + 1)
    judgeTimes(times)
    assert.ok(server.memory('VmHWM') < MEMORY)
    await until('end of all connections', () => tell(id).then(() => descriptors() <= before + 3))
  },

  async 'large media pass through no memory' () {
    const before = server.memory('VmRSS')
    const began = performance.now()
    const stop = await probe(server)
    const answers = await Promise.all(Array.from({ length: 3 }, (_, i) => uploadZeros(100e6, `zeros-${i}.mp3`)))
    const took = (performance.now() - began) / 1000
    const times = await stop()
    assert.deepEqual(answers, [201, 201, 201])
    note(`300 MB came at ${megabytes(300e6 / took)}/s and took ${megabytes(server.memory('VmRSS') - before)} of memory`)
    judgeTimes(times)
    assert.ok(server.memory('VmHWM') < MEMORY)
    for (const { id } of (await server.get('recordings?search=zeros')).recordings) await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'who listens and does not read takes little memory' () {
    const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => server.connect()))
    for (const socket of sockets) {
      socket.on('error', () => {})
      socket.pause()
      socket.write('GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n')
    }
    await until('event streams of all', async () => (await server.get('health')).clients === CLIENTS)
    const { id } = (await server.get('recordings?limit=1')).recordings[0]
    for (let i = 0; i < 500; i++) await server.api('PATCH', `recordings/${id}`, { json: { title: `${i} ${'x'.repeat(290)}`, place: 'y'.repeat(100) } })
    note(`memory with ${CLIENTS} of them: ${megabytes(server.memory('VmRSS'))}`)
    assert.ok(server.memory('VmHWM') < MEMORY)
    sockets.forEach(socket => socket.destroy())
    await until('end of their streams', async () => { await tell(id); return (await server.get('health')).clients === 0 })
  },
}, stopAll, 120)
