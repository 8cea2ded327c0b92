// fetch.mjs - tests of recordings that come from URLs, in a network of their own
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// `run` gives this test a network namespace whose loopback interface also has a public address, PUBLIC: what listens
// there is the public Internet, what listens at 127.0.0.1 is private.

import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { execFileSync } from 'node:child_process'
import { gzipSync } from 'node:zlib'
import { wav } from './lib/media.mjs'
import { ENDED, newFolder, SAMPLE, start, stopAll } from './lib/server.mjs'
import { note, run, Skip, until } from './lib/tap.mjs'

const PUBLIC = process.env.SEREMOTION_PUBLIC_ADDRESS
const MAX = 1000000

if (!PUBLIC) {
  console.log('1..0 # SKIP the system allows no network namespace')
  process.exit(0)
}

// ---- the public Internet, and what is private ----

const asked = []
let privateHits = 0
const media = wav(3)

const pages = {
  '/ok.wav': response => response.setHeader('Content-Length', media.length).end(media),
  '/no-length.wav': response => response.end(media),
  '/sample.opus': response => response.end(SAMPLE),
  '/missing': response => response.writeHead(404).end('no such thing'),
  '/forbidden': response => response.writeHead(403, { 'WWW-Authenticate': 'Basic' }).end(),
  '/broken': response => response.writeHead(500).end(),
  '/empty': response => response.end(),
  '/nothing': response => response.writeHead(204).end(),
  '/page': response => response.setHeader('Content-Type', 'text/html').end('<html><body>no medium</body></html>'),
  '/large-told': response => { response.writeHead(200, { 'Content-Length': 10 * MAX }); response.write('x') },
  '/large-untold': response => pour(response),
  '/early': response => { response.writeHead(200, { 'Content-Length': media.length }); response.write(media.subarray(0, 1000)); setTimeout(() => response.destroy(), 50) },
  '/gzip': response => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50 * MAX))),
  '/drip': response => { response.write('RIFF'); response.drip = setInterval(() => response.write('x'), 200) },
  '/hang': () => {},
  '/hop/1': response => redirect(response, '/hop/2'),
  '/hop/2': response => redirect(response, `http://${PUBLIC}:${web.port}/ok.wav`),
  '/loop': response => redirect(response, '/loop'),
  '/long/0': response => redirect(response, '/long/1'),
  '/to-private': response => redirect(response, `http://127.0.0.1:${inside.port}/secret.wav`),
  '/to-name': response => redirect(response, `http://private.test:${inside.port}/secret.wav`),
  '/to-v6': response => redirect(response, `http://[::1]:${inside.port}/secret.wav`),
  '/to-mapped': response => redirect(response, `http://[::ffff:127.0.0.1]:${inside.port}/secret.wav`),
  '/to-file': response => redirect(response, 'file:///etc/passwd'),
  '/to-ftp': response => redirect(response, 'ftp://example.org/x'),
  '/to-data': response => redirect(response, 'data:audio/wav;base64,UklGRg=='),
  '/to-user': response => redirect(response, `http://user:secret@${PUBLIC}:${web.port}/ok.wav`),
  '/to-nothing': response => response.writeHead(302).end(),
  '/to-server': response => redirect(response, `http://127.0.0.1:${server.port}/api/v1/recordings`),
  '/refresh': response => response.writeHead(200, { Refresh: `0; url=http://127.0.0.1:${inside.port}/` }).end(),
}

const redirect = (response, to) => response.writeHead(302, { Location: to }).end()

function pour (response) {
  const block = Buffer.alloc(65536)
  const more = () => { while (!response.destroyed && response.write(block)); response.once('drain', more) }
  more()
}

function listen (host, handler) {
  const listener = http.createServer(handler)
  return new Promise(resolve => listener.listen(0, host, () => resolve({ port: listener.address().port, close: () => { listener.closeAllConnections(); listener.close() } })))
}

const web = await listen(PUBLIC, (request, response) => {
  asked.push({ path: request.url, headers: request.headers })
  response.on('close', () => clearInterval(response.drip))
  const hop = /^\/long\/(\d+)$/.exec(request.url)
  if (hop) redirect(response, Number(hop[1]) < 20 ? `/long/${Number(hop[1]) + 1}` : '/ok.wav')
  else (pages[request.url] ?? pages['/missing'])(response)
})
const inside = await listen('127.0.0.1', (request, response) => { privateHits++; response.end(media) })

/** Names: the namespace has its own /etc/hosts. */
const hosts = `${newFolder('fetch-names')}/hosts`
writeFileSync(hosts, `127.0.0.1 localhost private.test\n${PUBLIC} public.test\n${PUBLIC} mixed.test\n127.0.0.1 mixed.test\n`)
let hasNames = true
try {
  execFileSync('mount', ['--bind', hosts, '/etc/hosts'], { stdio: 'pipe' })
} catch {
  hasNames = false
}

const folder = newFolder('fetch')
const server = await start(folder, '--jobs', '2', '--max-upload', String(MAX))
const at = path => `http://${PUBLIC}:${web.port}${path}`
const submit = url => server.api('POST', 'recordings', { json: { url } })

async function fetches (url) {
  const { id } = await submit(url)
  const ended = await server.reaches(id)
  await server.api('DELETE', `recordings/${id}`, {}, 204)
  return ended
}

async function fails (url, message) {
  const { state, error } = await fetches(url)
  assert.equal(state, 'failed', url)
  assert.match(error, message, url)
  assert.ok(!error.includes('no such thing'), 'the answer of the other server is told')
}

await run({
  async 'a URL is fetched, heard and kept' () {
    const events = await server.events()
    const url = at('/sample.opus')
    const { id, state } = await submit(url)
    assert.ok(['queued', 'fetching'].includes(state), state)
    const done = await server.reaches(id)
    assert.equal(done.state, 'done', done.error)
    assert.deepEqual([done.source, done.origin, done.bytes], ['url', url, SAMPLE.length])
    await events.waitFor('event of done', ({ data }) => data.id === id && data.state === 'done')
    const states = events.states(id)
    assert.deepEqual(states, ['queued', 'fetching', 'queued', 'analysing', 'done'].slice(-states.length))
    assert.ok(states.includes('fetching'), states.join())
    events.close()
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'with and without a length, and after redirections' () {
    for (const path of ['/ok.wav', '/no-length.wav', '/hop/1']) {
      const { state, error } = await fetches(at(path))
      assert.equal(state, 'done', `${path}: ${error}`)
    }
  },

  async 'sends nothing that tells of anybody' () {
    for (const { headers } of asked) {
      for (const name of ['cookie', 'authorization', 'referer', 'x-forwarded-for', 'from']) assert.equal(headers[name], undefined, name)
    }
  },

  async 'what cannot be had fails, and says why' () {
    await fails(at('/missing'), /404/)
    await fails(at('/forbidden'), /403/)
    await fails(at('/broken'), /500/)
    await fails(at('/empty'), /gave nothing/)
    await fails(at('/nothing'), /204|empty|no /i)
    await fails(at('/page'), /./)
    await fails(at('/early'), /end|early|close|connection/i)
    await fails(`http://${PUBLIC}:9/x`.replace(':9', ':65000'), /65000|connect|refused/i)
  },

  async 'what is too large is not fetched to its end' () {
    await fails(at('/large-told'), /large|bytes/i)
    await fails(at('/large-untold'), /large|bytes/i)
    const { state } = await fetches(at('/gzip'))
    assert.equal(state, 'failed')
    assert.ok(server.memory('VmHWM') < 300e6, `${server.memory('VmHWM')} bytes`)
  },

  async 'redirections have an end, and lead to nothing private' () {
    await fails(at('/loop'), /redirect/i)
    await fails(at('/long/0'), /redirect/i)
    for (const path of ['/to-private', '/to-v6', '/to-mapped', '/to-server']) await fails(at(path), /public|private|address/i)
    for (const path of ['/to-file', '/to-ftp', '/to-data', '/to-user', '/to-nothing']) await fails(at(path), /./)
    await fails(at('/refresh'), /./)
    assert.equal(privateHits, 0)
  },

  async 'names count by all their addresses' () {
    if (!hasNames) throw new Skip('/etc/hosts cannot be replaced here')
    assert.equal((await fetches(`http://public.test:${web.port}/ok.wav`)).state, 'done')
    await fails(`http://private.test:${inside.port}/secret.wav`, /public|private|address/i)
    await fails(at('/to-name'), /public|private|address/i)
    await fails(`http://mixed.test:${inside.port}/secret.wav`, /public|private|address/i)
    assert.equal(privateHits, 0)
  },

  async 'a proxy of the environment is not asked' () {
    let isAsked = false
    const proxy = net.createServer(socket => { isAsked = true; socket.destroy() })
    await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${proxy.address().port}`
    Object.assign(process.env, { http_proxy: url, https_proxy: url, all_proxy: url })
    const other = await start(newFolder('fetch-proxy'))
    for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) delete process.env[name]
    const { id } = await other.api('POST', 'recordings', { json: { url: at('/ok.wav') } })
    assert.equal((await other.reaches(id)).state, 'done')
    assert.ok(!isAsked)
    assert.equal(await other.stop(), 0)
    proxy.close()
  },

  async 'what comes slowly is cancelled or removed at once' () {
    for (const path of ['/drip', '/hang']) {
      const { id } = await submit(at(path))
      await server.reaches(id, ['fetching'])
      await until('request', () => asked.some(request => request.path === path))
      assert.equal((await server.api('POST', `recordings/${id}/cancel`)).state, 'cancelled')
      await server.api('POST', `recordings/${id}/retry`)
      await server.reaches(id, ['fetching'])
      await server.api('DELETE', `recordings/${id}`, {}, 204)
      await server.refuses(404, 'GET', `recordings/${id}`)
    }
  },

  async 'a slow one holds no other up' () {
    const slow = await submit(at('/hang'))
    await server.reaches(slow.id, ['fetching'])
    assert.equal((await fetches(at('/ok.wav'))).state, 'done')
    assert.equal((await server.reaches((await server.upload(wav(1), 'beside.wav')).id)).state, 'done')
    await server.api('DELETE', `recordings/${slow.id}`, {}, 204)
  },

  async 'a server that is killed or ended while it fetches begins again' () {
    for (const signal of ['SIGKILL', 'SIGTERM']) {
      const data = newFolder('fetch-killed')
      const first = await start(data)
      const { id } = await first.api('POST', 'recordings', { json: { url: at('/drip') } })
      await first.reaches(id, ['fetching'])
      assert.equal(await first.stop(signal), signal === 'SIGKILL' ? signal : 0)
      const second = await start(data)
      const { state, attempts } = await second.get(`recordings/${id}`)
      assert.ok(['queued', 'fetching'].includes(state), state)
      assert.equal(attempts, 0)
      await second.reaches(id, ['fetching'])
      await second.api('POST', `recordings/${id}/cancel`)
      assert.equal(await second.stop(), 0)
    }
  },

  async 'all that was taken has ended' () {
    const { recordings } = await server.get('recordings')
    assert.ok(recordings.every(({ state }) => ENDED.includes(state)))
    note(`${asked.length} requests, none of them to a private address`)
  },
}, async () => {
  await stopAll()
  web.close()
  inside.close()
})
