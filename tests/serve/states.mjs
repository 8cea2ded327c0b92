// states.mjs - tests of what outlasts the server: however it ends, in whatever state its recordings are
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, unlinkSync, writeFileSync, writeSync } from 'node:fs'
import { resolve } from 'node:path'
import { flacOfSilence, wav } from './lib/media.mjs'
import { ENDED, launch, newFolder, SAMPLE, start, stopAll } from './lib/server.mjs'
import { note, run, Skip, until } from './lib/tap.mjs'

const SLOW = flacOfSilence(24)
const UNDER_WAY = ['queued', 'analysing']

/** Runs SQL on a library while no server has it. */
function sql (folder, statement) {
  return execFileSync('python3', ['-c', 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1]) as db: print(db.execute(sys.argv[2]).fetchall())', `${folder}/library.db`, statement], { encoding: 'utf8' })
}

const hash = path => createHash('sha256').update(readFileSync(path)).digest('hex')

const read = path => { try { return readFileSync(path, 'utf8') } catch { return '' } }

/** Processes of a program that have to do with a folder. */
const processes = (program, folder) => readdirSync('/proc').filter(name => /^\d+$/.test(name) &&
  read(`/proc/${name}/comm`).trim() === program && read(`/proc/${name}/cmdline`).includes(folder))

/** Begins an upload that does not end. */
async function beginUpload (server) {
  const socket = await server.connect()
  socket.on('error', () => {})
  socket.write('POST /api/v1/recordings?name=half.wav HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n')
  socket.write(Buffer.alloc(30000))
  await until('file of the upload', () => files(server.folder).some(path => !path.startsWith('recordings/') && statSync(`${server.folder}/${path}`).size >= 30000 && !/library|registry/.test(path)))
  return socket
}

/** Files of a folder, however deep, by their names within it. */
function files (folder, at = '') {
  return readdirSync(`${folder}/${at}`, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? files(folder, `${at}${entry.name}/`) : [`${at}${entry.name}`])
}

/** One recording in each state, by its state. */
async function fill (server) {
  const done = await server.reaches((await server.upload(SAMPLE, 'done.opus', { speaker: 'Somebody' })).id)
  const failed = await server.reaches((await server.upload('this is no sound\n'.repeat(100), 'failed.mp4')).id)
  const first = await server.upload(SLOW, 'cancelled.flac')
  await server.reaches(first.id, ['analysing'])
  const cancelled = await server.api('POST', `recordings/${first.id}/cancel`)
  const slow = await server.upload(SLOW, 'analysing.flac')
  const analysing = await server.reaches(slow.id, ['analysing'])
  const queued = await server.upload(wav(2), 'queued.wav')
  const all = { done, failed, cancelled, analysing, queued }
  for (const [state, recording] of Object.entries(all)) assert.equal(recording.state, state, recording.error)
  return all
}

/** What was said and found stays as it was. */
const lasting = ({ state, attempts, progress, finished, ...rest }) => rest

async function ends (signal) {
  const folder = newFolder(`states-${signal}`)
  const first = await start(folder, '--jobs', '1')
  const before = await fill(first)
  const analysis = (await first.request('GET', `/api/v1/recordings/${before.done.id}/analysis`)).text
  const upload = await beginUpload(first)
  const events = await first.events()
  const began = performance.now()
  assert.equal(await first.stop(signal), signal === 'SIGKILL' ? signal : 0)
  note(`ended ${Math.round(performance.now() - began)} ms after ${signal}`)
  upload.destroy()
  await until('end of the stream', () => events.isClosed)
  await until('end of all that decodes', () => processes('seremotion', folder).length === 0)

  const second = await start(folder, '--jobs', '1')
  const { recordings, total } = await second.get('recordings')
  assert.equal(total, 5)
  for (const [state, recording] of Object.entries(before)) {
    const now = recordings.find(({ id }) => id === recording.id)
    assert.deepEqual(lasting(now), lasting(recording), state)
    assert.ok(ENDED.includes(state) ? now.state === state : UNDER_WAY.includes(now.state), `${state} is ${now.state}`)
    if (ENDED.includes(state)) assert.equal(now.finished, recording.finished)
  }
  assert.equal((await second.request('GET', `/api/v1/recordings/${before.done.id}/analysis`)).text, analysis)
  const again = await second.reaches(before.analysing.id, ['analysing'])
  assert.equal(again.attempts, signal === 'SIGKILL' ? 2 : 1)
  assert.deepEqual(files(folder).filter(path => !path.startsWith('recordings/') && !/library|registry|lock/.test(path)), [])
  await second.api('POST', `recordings/${again.id}/cancel`)
  assert.equal((await second.reaches(before.queued.id)).state, 'done')
  for (const { id } of [before.failed, before.cancelled]) await second.api('POST', `recordings/${id}/retry`)
  assert.equal((await second.reaches(before.failed.id)).state, 'failed')
  assert.equal(await second.stop(), 0)
}

/** Fails to start, names what is wrong, and leaves the file as it was. */
async function refused (folder, message) {
  const file = `${folder}/library.db`
  const before = statSync(file).isFile() ? hash(file) : null
  const server = await launch(folder, '--no-preload')
  const code = await Promise.race([server.ended, new Promise(resolve => setTimeout(resolve, 5000, 'it runs'))])
  assert.ok(typeof code === 'number' && code !== 0, `ended with ${code}`)
  assert.match(server.errors, message)
  assert.ok(server.errors.includes(folder), server.errors)
  if (before) assert.equal(hash(file), before)
}

/** A folder with a library in which one recording is done. */
async function library (name) {
  const folder = newFolder(name)
  const server = await start(folder)
  const { id } = await server.upload(wav(2), 'kept.wav')
  assert.equal((await server.reaches(id)).state, 'done')
  assert.equal(await server.stop(), 0)
  return { folder, id }
}

await run({
  'nothing is lost when it is told to end, in whatever state it is': () => ends('SIGTERM'),
  'nothing is lost when it is killed, in whatever state it is': () => ends('SIGKILL'),

  async 'nothing is lost when it is killed at any moment' () {
    const folder = newFolder('states-moments')
    const ids = []
    for (const delay of [0, 3, 10, 30, 60, 100, 150, 200, 300]) {
      const server = await start(folder, '--jobs', '1')
      ids.push((await server.upload(SAMPLE, `after-${delay}.opus`)).id)
      await new Promise(resolve => setTimeout(resolve, delay))
      await server.stop('SIGKILL')
    }
    const server = await start(folder, '--jobs', '2')
    assert.equal((await server.get('recordings')).total, ids.length)
    for (const id of ids) {
      const { state, error, attempts } = await server.reaches(id)
      if (state !== 'done') assert.ok(attempts >= 3 && error, `${state} after ${attempts}: ${error}`)
      if (state === 'done') assert.ok((await server.get(`recordings/${id}/exports`)).exports.length > 5)
    }
    assert.equal(await server.stop(), 0)
  },

  async 'a medium that takes the server with it again and again is given up' () {
    const folder = newFolder('states-again')
    let id
    for (let attempt = 1; attempt <= 3; attempt++) {
      const server = await start(folder)
      id ??= (await server.upload(SLOW, 'deadly.flac')).id
      assert.equal((await server.reaches(id, ['analysing'])).attempts, attempt)
      await server.stop('SIGKILL')
    }
    const server = await start(folder)
    const { state, error } = await server.reaches(id)
    assert.equal(state, 'failed')
    assert.match(error, /3|times|attempts/)
    assert.equal((await server.reaches((await server.upload(wav(1), 'next.wav')).id)).state, 'done')
    assert.ok(UNDER_WAY.includes((await server.api('POST', `recordings/${id}/retry`)).state))
    assert.equal(await server.stop(), 0)
  },

  async 'a second server in the same folder is refused, and the first goes on' () {
    const folder = newFolder('states-second')
    const first = await start(folder)
    const second = await launch(folder, '--no-preload')
    assert.ok(typeof await second.ended === 'number' && second.code !== 0)
    assert.ok(second.errors.includes(folder), second.errors)
    assert.equal((await first.reaches((await first.upload(wav(1), 'x.wav')).id)).state, 'done')
    assert.equal(await first.stop(), 0)
  },

  async 'a port that is taken is told' () {
    const first = await start(newFolder('states-port'))
    const second = await launch(newFolder('states-port-2'), '--port', String(first.port))
    assert.ok(typeof await second.ended === 'number' && second.code !== 0)
    assert.match(second.errors, new RegExp(first.port))
    assert.equal(await first.stop(), 0)
  },

  async 'a library is new until something is in it' () {
    const first = await start(newFolder('states-new'))
    const failed = await launch(newFolder('states-new-2'), '--port', String(first.port))
    assert.ok(typeof await failed.ended === 'number' && failed.code !== 0)
    assert.equal(await first.stop(), 0)
    const second = await launch(failed.folder)
    const { recordings, total } = await second.get('recordings')
    assert.ok(total > 0, 'nothing is preloaded after a start that failed')
    for (const { id } of recordings) await second.api('DELETE', `recordings/${id}`, {}, 204)
    assert.equal(await second.stop(), 0)
    const third = await launch(failed.folder)
    assert.equal((await third.get('recordings')).total, 0)
    assert.equal(await third.stop(), 0)
  },

  async 'the library of a newer version, or of another program, is left alone' () {
    const { folder } = await library('states-newer')
    const version = Number(/\d+/.exec(sql(folder, 'PRAGMA user_version'))[0])
    assert.ok(version >= 1)
    sql(folder, 'PRAGMA user_version = 9999')
    await refused(folder, /newer|version/)
    sql(folder, `PRAGMA user_version = ${version}`)
    sql(folder, 'PRAGMA application_id = 1234')
    await refused(folder, /another|not .*library|seremotion/)
  },

  async 'what is no library is told, and left alone' () {
    const { folder } = await library('states-damaged')
    const file = `${folder}/library.db`
    truncateSync(file, 3000)
    await refused(folder, /library\.db/)
    writeFileSync(file, 'this is no database, but somebody needs it\n'.repeat(300))
    await refused(folder, /library\.db/)
    rmSync(file)
    mkdirSync(file)
    await refused(folder, /library\.db/)
    const inFile = await launch(file.replace('library.db', 'results'), '--no-preload')
    await inFile.stop()
    writeFileSync(`${folder}/plain`, '')
    const plain = await launch(`${folder}/plain`, '--no-preload')
    assert.ok(typeof await plain.ended === 'number' && plain.code !== 0)
    assert.ok(plain.errors.includes('plain'), plain.errors)
  },

  async 'files that are gone are told, files of nobody are removed' () {
    const { folder, id } = await library('states-files')
    for (const name of readdirSync(`${folder}/recordings/${id}/results`)) unlinkSync(`${folder}/recordings/${id}/results/${name}`)
    mkdirSync(`${folder}/recordings/fedcba9876543210/results`, { recursive: true })
    writeFileSync(`${folder}/recordings/fedcba9876543210/medium`, 'x')
    const server = await start(folder)
    assert.ok(!existsSync(`${folder}/recordings/fedcba9876543210`))
    assert.equal((await server.get(`recordings/${id}`)).state, 'done')
    for (const part of ['analysis', 'sound', 'peaks', 'exports/medium.windows.csv']) await server.refuses(404, 'GET', `recordings/${id}/${part}`)
    assert.deepEqual((await server.get(`recordings/${id}/exports`)).exports, [])
    await server.api('DELETE', `recordings/${id}`, {}, 204)
    const next = await server.upload(SLOW, 'gone.flac')
    await server.reaches(next.id, ['analysing'])
    await server.stop('SIGKILL')
    rmSync(`${folder}/recordings/${next.id}`, { recursive: true })
    const again = await start(folder)
    const { state, error } = await again.reaches(next.id)
    assert.equal(state, 'failed')
    assert.ok(error)
    assert.equal(await again.stop(), 0)
  },

  async 'a full disk fails what needs it, and nothing else' () {
    if (!process.env.SEREMOTION_PUBLIC_ADDRESS) throw new Skip('the system allows no mounts of our own')
    const disk = newFolder('states-disk')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=100m', 'none', disk])
    const server = await start(`${disk}/data`, '--jobs', '1')
    const done = await server.reaches((await server.upload(SAMPLE, 'before.opus')).id)
    assert.equal(done.state, 'done', done.error)
    const slow = await server.upload(flacOfSilence(0.05), 'meanwhile.flac')
    await server.reaches(slow.id, ['analysing'])
    await server.refuses(507, 'POST', 'recordings?name=large.wav', { body: Buffer.alloc(50e6) })
    fillDisk(`${disk}/full`)
    assert.match(await server.refuses(507, 'POST', 'recordings?name=x.wav', { body: wav(1) }), /room|disk/)
    assert.equal((await server.get('health')).status, 'ok')
    assert.equal((await server.get(`recordings/${done.id}/analysis`)).summary.windows, done.summary.windows)
    const label = await server.request('PATCH', `/api/v1/recordings/${done.id}`, { body: '{"title": "new"}', headers: { 'Content-Type': 'application/json' } })
    note(`a label on a full disk: ${label.status} ${label.json.detail ?? ''}`)
    assert.ok([200, 500, 507].includes(label.status))
    await until('end of the analysis', async () => (await server.get('health')).running === 0)
    unlinkSync(`${disk}/full`)
    const ended = await server.reaches(slow.id)
    note(`what was analysed meanwhile is ${ended.state}: ${ended.error}`)
    if (ended.state === 'failed') {
      assert.match(ended.error, /space|room|disk|full/i)
      await server.api('POST', `recordings/${slow.id}/retry`)
      assert.equal((await server.reaches(slow.id)).state, 'done')
    }
    assert.equal((await server.api('PATCH', `recordings/${done.id}`, { json: { title: 'newer' } })).title, 'newer')
    assert.equal(await server.stop(), 0)
    const again = await start(`${disk}/data`)
    assert.equal((await again.get('recordings')).total, 2)
    assert.equal(await again.stop(), 0)
    execFileSync('umount', [disk])
  },
}, async () => {
  await stopAll()
  // Where its parent dies in the first moments, bwrap waits for ever.
  for (const pid of processes('bwrap', resolve('data'))) process.kill(Number(pid), 'SIGKILL')
})

/** Writes until there is no room, not even for a byte. */
function fillDisk (path) {
  const fd = openSync(path, 'w')
  for (const size of [1 << 20, 4096, 1]) {
    const block = Buffer.alloc(size)
    try { for (;;) writeSync(fd, block) } catch (error) { assert.equal(error.code, 'ENOSPC') }
  }
  closeSync(fd)
}
