// hostile.mjs - tests of media that were made to do harm: each fails with a reason or is heard, and nothing else happens
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { readdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { absurd, broken, endless, referring } from './lib/hostile.mjs'
import { flacOfSilence, wav } from './lib/media.mjs'
import { newFolder, SAMPLE, start, stopAll } from './lib/server.mjs'
import { note, run } from './lib/tap.mjs'

const SECRET_SECONDS = 9
const folder = newFolder('hostile')
const outside = newFolder('hostile-outside')
const server = await start(folder, '--jobs', '8', '--max-upload', '50000000')

// What no medium may lead to: a sound beside the library, and a server on this machine.
let hits = 0
const listener = http.createServer((request, response) => { hits++; response.end(wav(SECRET_SECONDS)) })
await new Promise(resolve => listener.listen(0, '127.0.0.1', resolve))
const secret = `${outside}/secret.wav`
writeFileSync(secret, wav(SECRET_SECONDS))

const ended = []

/** Nothing of the machine in what is said of a recording. */
function assertDiscreet (text, name) {
  for (const word of ['root:x:', 'SQLite format', folder, outside, 'escaped']) assert.ok(!text.includes(word), `${name} tells "${word}": ${text.slice(0, 500)}`)
}

async function judge (name, { id }) {
  const recording = await server.reaches(id, undefined, 120)
  ended.push({ name, ...recording })
  assert.ok(['done', 'failed'].includes(recording.state), `${name} is ${recording.state}`)
  assert.ok(recording.state === 'done' || recording.error.length > 10, `${name} fails without a reason: ${recording.error}`)
  assert.doesNotMatch(recording.error ?? '', /assert|CRITICAL|\(null\)|0x[0-9a-f]{6}/, name)
  // Whoever asks may see where the medium came from, never where it lies.
  assertDiscreet(JSON.stringify(recording), name)
  if (recording.state === 'done') assertDiscreet((await server.request('GET', `/api/v1/recordings/${id}/analysis`)).text, name)
  return recording
}

// All are uploaded at once: some stand still for a while, and hold up nobody else.
const media = { broken: broken(SAMPLE), absurd: absurd(), referring: referring(secret, `http://127.0.0.1:${listener.address().port}`) }
const taken = { broken: [], absurd: [], referring: [] }

async function judgeAll (kind) {
  const judged = []
  for (const [name, recording] of taken[kind]) judged.push({ name, ...await judge(name, recording) })
  const done = judged.filter(({ state }) => state === 'done').map(({ name }) => name)
  note(`${judged.length} media, heard: ${done.join(' ') || 'none'}`)
  return judged
}

/** A good one, which has to be heard as ever. */
async function assertWell () {
  const { state, error, summary } = await server.reaches((await server.upload(SAMPLE, 'good.opus')).id)
  assert.equal(state, 'done', error)
  assert.ok(summary.windows >= 17)
  assert.equal((await server.get('health')).status, 'ok')
}

await run({
  async 'an empty one is not taken' () {
    await server.refuses(400, 'POST', 'recordings?name=empty.wav', { body: '', headers: { 'Content-Length': 0 } })
  },

  async 'all are taken' () {
    for (const [kind, all] of Object.entries(media)) {
      for (const [name, medium] of Object.entries(all)) taken[kind].push([name, await server.upload(medium, name)])
    }
  },

  async 'broken ones, bombs and what is no medium' () {
    const judged = await judgeAll('broken')
    const of = name => judged.find(recording => recording.name === name)
    for (const name of ['text.mp4', 'zeros.mp3', 'head.opus', 'one-byte.wav', 'bomb.zip', 'script.sh', 'program', 'database.db', 'picture.png']) assert.equal(of(name).state, 'failed', name)
    assert.equal(of('cut.wav').state, 'done')
    assert.ok(of('cut.wav').summary.truncated)
    assert.equal(of('half.opus').state, 'done', of('half.opus').error)
    await assertWell()
  },

  async 'headers that lie' () {
    await judgeAll('absurd')
    await assertWell()
  },

  async 'what names other files and hosts gets nothing of them' () {
    const judged = await judgeAll('referring')
    for (const { name, state, duration } of judged) assert.ok(state === 'failed' || Math.abs(duration - SECRET_SECONDS) > 2, `${name} is heard, ${duration} s`)
    assert.equal(hits, 0)
    // A path and a name that is one are told apart from a medium by nobody.
    for (const name of ['/etc/passwd', 'file:///etc/passwd', '../../library.db', 'medium']) {
      assert.equal((await judge(name, await server.upload('no sound', name))).state, 'failed')
    }
    await assertWell()
  },

  async 'what never ends is ended, or is cancelled at once' () {
    for (const [name, medium] of Object.entries(endless())) {
      const { id } = await server.upload(medium, name)
      await server.reaches(id, ['analysing', 'failed'])
      await assertWell()
      const began = performance.now()
      await server.request('POST', `/api/v1/recordings/${id}/cancel`)
      assert.ok(performance.now() - began < 5000)
      // The decoder of one may crash before it is stopped.
      assert.match((await server.get(`recordings/${id}`)).state, /flac$/.test(name) ? /cancelled/ : /cancelled|failed/, name)
    }
    const { state, duration } = await judge('minutes', await server.upload(flacOfSilence(0.1), 'minutes.flac'))
    assert.ok(state === 'done' && Math.abs(duration - 360) < 10, `${state} ${duration}`)
  },

  async 'names of all kinds are text' () {
    const names = ['x'.repeat(300), '\u202Egnp.exe', '\u200B', '🙂'.repeat(100), 'a'.repeat(296) + '.wav', 'ａ/ｂ', '<img src=x onerror=alert(1)>', '%s%n%s%n', '${HOME}', '%2e%2e%2f', '\u{10FFFF}', 'e\u0301'.repeat(150), ' ', '\uFEFF']
    for (const name of names) {
      const answer = await server.request('POST', `/api/v1/recordings?${new URLSearchParams({ name })}`, { body: wav(1) })
      assert.ok([201, 400].includes(answer.status), `${answer.status} for ${name}`)
      if (answer.status === 201) {
        assert.equal(answer.json.origin, name)
        assert.equal((await judge(name, answer.json)).state, 'done', name)
      }
    }
    await server.refuses(400, 'POST', `recordings?name=${'x'.repeat(301)}`, { body: wav(1) })
  },

  async 'the server stayed small, and nothing is left of what was tried' () {
    assert.equal(server.code, undefined, 'the server has ended')
    const { queued, running } = await server.get('health')
    assert.equal(queued + running, 0)
    const peak = server.memory('VmHWM')
    note(`peak memory of the server: ${(peak / 1e6).toFixed(0)} MB, after ${ended.length} hostile media`)
    assert.ok(peak < 400e6)
    assert.deepEqual([...readdirSync('.'), ...readdirSync(outside)].filter(name => name.includes('escaped')), [])
    const left = readdirSync(folder).filter(name => !['recordings', 'gstreamer'].includes(name)).flatMap(name => { try { return readdirSync(`${folder}/${name}`) } catch { return [] } })
    assert.deepEqual(left, [])
    assert.doesNotMatch(server.errors, /CRITICAL|WARNING|ERROR \*\*|assertion/, server.errors.slice(0, 2000))
    const reasons = new Set(ended.filter(({ error }) => error).map(({ name, error }) => `${name}: ${error}`.slice(0, 160)))
    for (const reason of reasons) note(reason)
  },
}, async () => {
  listener.close()
  await stopAll()
}, 150)
