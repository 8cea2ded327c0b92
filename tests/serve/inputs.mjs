// inputs.mjs - tests of what a client can send: names, paths, bodies, and what is no HTTP at all
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { openapi } from './lib/interface.mjs'
import { wav } from './lib/media.mjs'
import { newFolder, start, stopAll, walk } from './lib/server.mjs'
import { note, run, until } from './lib/tap.mjs'

const folder = newFolder('inputs')
const server = await start(folder, '--jobs', '2', '--max-upload', '1000000')

/** Paths of the interface with `value` in the place of each variable, and real ones in the others' places. */
function * pathsWith (value, id) {
  for (const path of Object.keys(openapi.paths)) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    for (const name of names) {
      yield path.replace(/\{(\w+)\}/g, (all, other) => other === name ? value : other === 'id' ? id : 'medium.csv')
    }
  }
}

const status = async (to, method, path, headers = {}, body = undefined) => (await to.request(method, path, { headers, body, loose: true })).status

/** Sends a request of other parts than HTTP clients do, and gives the status of the first answer, or null. */
const rawStatus = async (text, options) => Number(/^HTTP\/1\.[01] (\d+)/.exec(await server.raw(text, options))?.[1] ?? NaN) || null

await run({
  // ---- paths and names ----

  async 'no path leads out of what there is' () {
    const { id } = await server.upload(wav(2), 'inside.wav')
    await server.reaches(id)
    const tries = ['..', '.', '../../library.db', '..%2f..%2flibrary.db', '%2e%2e%2f%2e%2e%2flibrary.db', '..%5c..%5clibrary.db', '....//....//library.db', '%2fetc%2fpasswd', '/etc/passwd',
      '..%252f..%252flibrary.db', '%00', `${id}%00`, `${id}%2fmedium`, '..%c0%af..%c0%aflibrary.db', 'medium', '%2e%2e%2fmedium', '%00.csv', 'medium.csv%00', '~', '*', 'a'.repeat(4000)]
    for (const value of tries) {
      for (const path of pathsWith(value, id)) {
        const answer = await server.request('GET', `/api/v1${path}`, { loose: true })
        // A dot may be cleaned away, so that another request is meant.
        const isClean = answer.status === 200 && /json/.test(answer.type) && /^(\.|\.\.)$/.test(value)
        assert.ok(isClean || [400, 404, 405, 409, 414].includes(answer.status), `${answer.status} for ${path.slice(0, 200)}`)
        assert.ok(!answer.text.includes('SQLite format') && !answer.text.includes('root:') && !answer.text.startsWith('RIFF'), path)
      }
      for (const path of [`/${value}`, `/assets/${value}`, `/assets/../${value}`, `/recordings/${value}`]) {
        const answer = await server.request('GET', path, { loose: true })
        assert.ok([200, 400, 404].includes(answer.status), `${answer.status} for ${path.slice(0, 200)}`)
        assert.ok(!answer.text.includes('SQLite format') && !answer.text.includes('root:x'), path)
        assert.equal(answer.headers.location, undefined)
      }
    }
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'a name is never a path' () {
    const names = ['../../../escaped.wav', '/etc/passwd', '..', '.', '-rf', 'a/b/c.wav', 'C:\\x.wav', '~root', '$(touch escaped)', '`touch escaped`', '|touch escaped', '--output=escaped', 'medium', 'file:///etc/passwd', 'x'.repeat(300)]
    for (const name of names) {
      const { id, origin } = await server.upload(wav(1), name)
      assert.equal(origin, name)
      const ended = await server.reaches(id)
      assert.equal(ended.state, 'done', `${name}: ${ended.error}`)
    }
    const strange = [...walk(folder)].map(path => path.slice(folder.length + 1))
      .filter(path => !/^(recordings\/[0-9a-f]{16}\/(medium|results\/medium\.[A-Za-z.-]+)|library\.db(-wal|-shm|\.lock)?|gstreamer\/registry\.bin)$/.test(path))
    assert.deepEqual(strange, [])
    assert.deepEqual(readdirSync('.').filter(name => name.includes('escaped')), [])
    for (const { id } of (await server.get('recordings')).recordings) await server.api('DELETE', `recordings/${id}`, {}, 204)
    assert.deepEqual([...walk(`${folder}/recordings`)], [])
  },

  async 'names and titles inject no headers' () {
    for (const name of ['a%0d%0aSet-Cookie:%20x=1.wav', 'a%0aX-Injected:%201.wav', 'a%00b.wav', '%7f.wav', '%ff.wav', '%ed%a0%80.wav']) {
      assert.ok([400, 404].includes(await status(server, 'POST', `/api/v1/recordings?name=${name}`, {}, wav(1))), name)
    }
    const { id } = await server.upload(wav(2), 'x.wav', { title: 'a"; filename="b.exe' })
    await server.reaches(id)
    for (const title of ['a"; filename="evil.exe', '\u202Egnp.exe', 'ä/ö\\ü', 'x'.repeat(300), "%0d%0aX-Injected: 1", '..', "a'b;c,d=e\"\""]) {
      await server.api('PATCH', `recordings/${id}`, { json: { title } })
      const { headers } = await server.request('GET', `/api/v1/recordings/${id}/exports/medium.windows.csv`)
      assert.equal(headers['x-injected'], undefined)
      const disposition = headers['content-disposition']
      assert.match(disposition, /^attachment; *filename\*?=/, disposition)
      assert.doesNotMatch(disposition, /; *filename="?(b|evil)\.exe|[/\\](?![\\"])/, disposition)
      assert.match(disposition, /\.csv"?$/i, disposition)
    }
    for (const title of ['a\r\nX-Injected: 1', 'a\u0000', '\u0085', 'a\u001b[31m', 'a\u2028b']) await server.refuses(400, 'PATCH', `recordings/${id}`, { json: { title } })
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'text of SQL is text' () {
    const texts = ["'; DROP TABLE recordings; --", '" OR ""="', '%', '_', '\\', '100 % sure_thing', '*', 'title:x', '(', 'NEAR', "a' UNION SELECT * FROM sqlite_master --", '?', ';']
    const made = []
    for (const title of texts) made.push((await server.upload(wav(1), 'sql.wav', { title, speaker: title.slice(0, 100) })).id)
    for (const [i, text] of texts.entries()) {
      const found = await server.get(`recordings?${new URLSearchParams({ speaker: text })}`)
      assert.deepEqual(found.recordings.map(({ id }) => id), [made[i]], text)
      const searched = (await server.get(`recordings?${new URLSearchParams({ search: text })}`)).recordings
      assert.ok(searched.some(({ id }) => id === made[i]), text)
      const words = text.toLowerCase().split(/\s+/)
      for (const { title } of searched) assert.ok(words.every(word => title.toLowerCase().includes(word)), `"${title}" was found for "${text}"`)
    }
    for (const parameter of ['sort', 'order', 'state', 'limit', 'offset']) await server.refuses(400, 'GET', `recordings?${parameter}=${encodeURIComponent("created; DROP TABLE x")}`)
    assert.equal((await server.get('recordings')).total, texts.length)
    for (const id of made) await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'text of scripts is data, in JSON and in pages' () {
    const script = '</script><script>alert(1)</script><img src=x onerror=alert(1)>'
    const { id } = await server.upload(wav(3), `${script.replaceAll('/', '_')}.wav`, { title: script, speaker: script, place: '"><svg onload=alert(1)>', party: "{{7*7}}${7*7}" })
    const done = await server.reaches(id)
    assert.equal(done.state, 'done', done.error)
    assert.deepEqual([done.title, done.speaker, done.party], [script, script, '{{7*7}}${7*7}'])
    for (const path of [`recordings/${id}`, 'recordings', `recordings/${id}/analysis`]) {
      const answer = await server.request('GET', `/api/v1/${path}`)
      assert.match(answer.type, /^application\/json/)
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
    }
    const { exports } = await server.get(`recordings/${id}/exports`)
    for (const { href, format } of exports.filter(file => ['html', 'eaf', 'vtt'].includes(file.format))) {
      const answer = await server.request('GET', href)
      assert.ok(!answer.text.includes('<script>alert(1)') && !answer.text.includes('<img src=x'), format)
      assert.match(answer.headers['content-disposition'], /^attachment/)
      assert.match(answer.headers['content-security-policy'], /sandbox/)
    }
    for (const path of [`/api/v1/${encodeURIComponent(script)}`, `/api/v1/recordings?sort=${encodeURIComponent(script)}`]) {
      const answer = await server.request('GET', path)
      assert.match(answer.type, /^application\/problem\+json/, path)
    }
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  // ---- bodies ----

  async 'what is too large is refused before it is sent' () {
    const began = performance.now()
    const head = 'POST /api/v1/recordings?name=x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n'
    assert.equal(await rawStatus(`${head}Content-Length: 1000001\r\n\r\n`), 413)
    for (const length of ['99999999999999999999999', '-1', 'x', '1e3']) assert.ok(await rawStatus(`${head}Content-Length: ${length}\r\n\r\n`) >= 400, length)
    assert.equal(await rawStatus(`${head}Transfer-Encoding: chunked\r\n\r\n`), 411)
    assert.equal((await server.get('recordings')).total, 0)
  },

  async 'what is no medium has a small body, however it comes' () {
    const head = 'PATCH /api/v1/recordings/0000000000000000 HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
    const before = server.memory('VmRSS')
    const chunk = `10000\r\n${'x'.repeat(65536)}\r\n`
    assert.ok([400, 404, 413].includes(await rawStatus(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(40)}0\r\n\r\n`, { seconds: 3 })))
    await rawStatus(`${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nx`, { seconds: 1 })
    await rawStatus(`${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`, { seconds: 1 })
    await server.get('health')
    assert.ok(server.memory('VmRSS') - before < 30e6, `${before} to ${server.memory('VmRSS')} bytes`)
  },

  async 'a body of two lengths is no recording' () {
    const medium = wav(1)
    const head = `POST /api/v1/recordings?name=two.wav HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${medium.length}\r\n`
    const answer = await server.raw(Buffer.concat([Buffer.from(`${head}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /api/v1/about HTTP/1.1\r\nHost: localhost\r\n\r\n`), medium]), { seconds: 1 })
    assert.doesNotMatch(answer, /HTTP\/1.1 20/)
    assert.equal((await server.get('recordings')).total, 0)
  },

  async 'a body that ends early leaves nothing' () {
    const head = length => `POST /api/v1/recordings?name=early.wav HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n\r\n`
    await server.raw(Buffer.concat([Buffer.from(head(50000)), wav(1).subarray(0, 20000)]), { seconds: 1 })
    await server.raw(Buffer.concat([Buffer.from(head(50000)), wav(1).subarray(0, 20000)]), { seconds: 1, end: true })
    await until('folder without what came', () => ![...walk(folder)].some(path => /incoming|upload/.test(path) && statSync(path).isFile()))
    assert.equal((await server.get('recordings')).total, 0)
    // What follows a body is not part of it.
    const answer = await server.raw(Buffer.concat([Buffer.from(head(32044)), wav(1), Buffer.from('more and more\r\n\r\n')]), { seconds: 1 })
    assert.match(answer, /^HTTP\/1.1 201/)
    const { recordings, total } = await server.get('recordings')
    assert.equal(total, 1)
    assert.equal(recordings[0].bytes, 32044)
    await server.api('DELETE', `recordings/${recordings[0].id}`, {}, 204)
  },

  async 'slow and half requests hold nobody up' () {
    const sockets = await Promise.all(Array.from({ length: 60 }, () => server.connect()))
    sockets.forEach((socket, i) => {
      socket.on('error', () => {})
      socket.write(['', 'G', 'GET /api/v1/health HTTP/1.1\r\nHost: loc', 'POST /api/v1/recordings?name=slow.wav HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nR'][i % 4])
    })
    const times = []
    for (let i = 0; i < 20; i++) {
      sockets.forEach(socket => socket.write('x'))
      const began = performance.now()
      await server.get('health')
      times.push(performance.now() - began)
    }
    sockets.forEach(socket => socket.destroy())
    times.sort((a, b) => a - b)
    note(`health beside 60 half requests: median ${times[10].toFixed(1)} ms, most ${times[19].toFixed(1)} ms`)
    assert.ok(times[17] < 1000)
    assert.equal((await server.get('recordings')).total, 0)
  },

  async 'connections that say nothing, however many, keep nobody out, and leave nothing behind' () {
    const sockets = await Promise.all(Array.from({ length: 1100 }, () => server.connect()))
    sockets.forEach(socket => socket.on('error', () => {}))
    for (let i = 0; i < 20; i++) assert.equal((await server.get('recordings')).total, 0)
    assert.ok(readdirSync(`/proc/${server.pid}/fd`).length < 600)
    sockets.forEach(socket => socket.destroy())
    await until('answer', () => server.request('GET', '/api/v1/health').then(({ status }) => status === 200, () => false))
    assert.ok(readdirSync(`/proc/${server.pid}/fd`).length < 40)
  },

  async 'what is no HTTP is refused, and the server lives on' () {
    for (const text of ['\r\n\r\n', '\0\0\0\0', 'GET / HTTP/9.9\r\n\r\n', 'GET /\r\n\r\n', `GET /${'x'.repeat(200000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(500000)}\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: localhost\r\n${'A: b\r\n'.repeat(20000)}\r\n`, 'GET /%zz%0 HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET * HTTP/1.1\r\nHost: localhost\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n', 'GET /api/v1/recordings?limit=%00&%00=1&=&&& HTTP/1.1\r\nHost: localhost\r\n\r\n']) {
      await server.raw(text, { seconds: 0.5, end: true })
      assert.equal((await server.get('health')).status, 'ok', text.slice(0, 60))
    }
  },
}, stopAll)
