// security.mjs - tests of who is answered, and of what is kept from others
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { openapi } from './lib/interface.mjs'
import { wav } from './lib/media.mjs'
import { launch, newFolder, start, stopAll } from './lib/server.mjs'
import { note, run, Skip } from './lib/tap.mjs'

const NOBODY = '0000000000000000'
const folder = newFolder('security')
const server = await start(folder, '--jobs', '2', '--max-upload', '1000000')
const tokenFile = `${newFolder('security-token')}/token`
const guarded = await start(newFolder('security-guarded'), '--token-file', tokenFile)
const token = readFileSync(tokenFile, 'utf8').trim()

/** How a WebSocket begins: null for success, else the status of the refusal. */
function knock (to, headers) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${to.host}:${to.port}/api/v1/live`, { headers })
    socket.on('open', () => { socket.terminate(); resolve(null) })
    socket.on('unexpected-response', (request, response) => { response.resume(); resolve(response.statusCode) })
    socket.on('error', reject)
  })
}

let made

/** Options that say where a certificate for localhost is, made once. */
const certificate = () => (made ??= makeCertificate())

function makeCertificate () {
  const at = newFolder('security-tls')
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', `${at}/key.pem`, '-out', `${at}/cert.pem`], { stdio: 'pipe' })
  } catch (error) {
    throw new Skip(`openssl made no certificate: ${error.message.split('\n')[0]}`)
  }
  return ['--tls-cert', `${at}/cert.pem`, '--tls-key', `${at}/key.pem`]
}

const status = async (to, method, path, headers = {}, body = undefined) => (await to.request(method, path, { headers, body, loose: true })).status

/** Sends a request of other parts than HTTP clients do, and gives the status of the first answer, or null. */
const rawStatus = async (text, options) => Number(/^HTTP\/1\.[01] (\d+)/.exec(await server.raw(text, options))?.[1] ?? NaN) || null

await run({
  // ---- who is answered ----

  async 'pages of other origins get nothing' () {
    const own = `http://127.0.0.1:${server.port}`
    for (const origin of ['http://evil.example', 'https://127.0.0.1', `https://127.0.0.1:${server.port}`, `http://localhost:${server.port}`, 'null', `${own}.evil.example`,
      `http://127.0.0.1:${server.port + 1}`, '']) {
      for (const [method, path] of [['GET', '/api/v1/recordings'], ['POST', '/api/v1/recordings?name=x.wav'], ['DELETE', `/api/v1/recordings/${NOBODY}`],
        ['GET', '/api/v1/events'], ['POST', '/api/v1/session'], ['GET', '/api/v1/health']]) {
        assert.equal(await status(server, method, path, { Origin: origin }, method === 'POST' ? 'x' : undefined), 403, `${method} ${path} from ${origin}`)
      }
    }
    assert.equal(await status(server, 'GET', '/api/v1/recordings', { Origin: own }), 200)
    assert.equal(await status(server, 'GET', '/api/v1/recordings', { Origin: `http://localhost:${server.port}`, Host: `localhost:${server.port}` }), 200)
    assert.equal((await server.get('recordings')).total, 0)
  },

  async 'fetch metadata of other sites is refused, but links lead to pages' () {
    for (const site of ['cross-site', 'same-site']) {
      for (const path of ['recordings', 'events', 'health', `recordings/${NOBODY}/sound`]) {
        assert.equal(await status(server, 'GET', `/api/v1/${path}`, { 'Sec-Fetch-Site': site }), 403, `${path}, ${site}`)
      }
      assert.equal(await status(server, 'GET', '/', { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }), 200)
    }
    for (const site of ['same-origin', 'none']) assert.equal(await status(server, 'GET', '/api/v1/recordings', { 'Sec-Fetch-Site': site }), 200)
  },

  async 'names of other sites that lead here are not answered' () {
    for (const host of ['evil.example', `evil.example:${server.port}`, `127.0.0.1.evil.example:${server.port}`, `localhost.evil.example:${server.port}`, '10.0.0.1', '[2001:db8::1]', 'a'.repeat(5000)]) {
      for (const path of ['/', '/api/v1/recordings', '/api/v1/events', '/api/v1/health']) {
        assert.ok([400, 403, 421].includes(await status(server, 'GET', path, { Host: host })), `${path} of ${host.slice(0, 60)}`)
      }
      assert.ok([400, 403, 421].includes(await knock(server, { Host: host })), `live of ${host.slice(0, 60)}`)
    }
    for (const host of ['localhost', `LOCALHOST:${server.port}`, '127.0.0.1', `[::1]:${server.port}`]) assert.equal(await status(server, 'GET', '/api/v1/health', { Host: host }), 200, host)
    assert.ok([400, 421].includes(await rawStatus('GET /api/v1/health HTTP/1.0\r\n\r\n', { end: true })))
    assert.ok([400, 403, 421].includes(await rawStatus(`GET http://evil.example/api/v1/recordings HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)))
  },

  async 'WebSockets are held to the same' () {
    assert.equal(await knock(server, { Origin: 'http://evil.example' }), 403)
    assert.equal(await knock(server, { Origin: 'null' }), 403)
    assert.equal(await knock(server, { 'Sec-Fetch-Site': 'cross-site' }), 403)
    assert.equal(await knock(server, { Origin: `http://127.0.0.1:${server.port}` }), null)
    assert.equal(await knock(guarded, {}), 401)
    assert.equal(await knock(guarded, { Authorization: 'Bearer wrong' }), 401)
    assert.equal(await knock(guarded, { Authorization: `Bearer ${token}` }), null)
    assert.equal(await knock(guarded, { Cookie: `seremotion-token=${token}` }), null)
    assert.equal(await knock(guarded, { Cookie: `seremotion-token=${token}`, Origin: 'http://evil.example' }), 403)
  },

  async 'no other origin is ever let in by CORS' () {
    for (const path of ['/api/v1/recordings', '/api/v1/session', '/']) {
      const { headers } = await server.request('OPTIONS', path, { loose: true, headers: { 'Access-Control-Request-Method': 'POST', Origin: 'http://evil.example' } })
      assert.deepEqual(Object.keys(headers).filter(name => name.startsWith('access-control')), [], path)
    }
    assert.ok([405, 501].includes(await status(server, 'TRACE', '/api/v1/health')))
  },

  // ---- the token ----

  async 'where there is a token, only health and the page come without' () {
    assert.equal(await status(guarded, 'GET', '/api/v1/health'), 200)
    assert.equal(await status(guarded, 'GET', '/'), 200)
    for (const [path, item] of Object.entries(openapi.paths)) {
      for (const method of ['get', 'post', 'patch', 'delete'].filter(name => item[name]?.responses['401'])) {
        const answer = await guarded.request(method.toUpperCase(), `/api/v1${path.replace(/\{\w+\}/g, NOBODY)}`)
        assert.equal(answer.status, 401, `${method} ${path}`)
        assert.match(answer.headers['www-authenticate'], /^Bearer/)
        assert.doesNotMatch(answer.text, new RegExp(token))
      }
    }
  },

  async 'who has the token is told that there is one' () {
    const answer = await guarded.request('GET', '/api/v1/about', { headers: { Authorization: `Bearer ${token}` } })
    assert.equal(JSON.parse(answer.text).token, true)
  },

  async 'the token is 256 bits that only their owner can read, and is told to nobody' () {
    assert.match(token, /^[\w.~-]{43,}$/)
    assert.equal(statSync(tokenFile).mode & 0o777, 0o600)
    assert.ok(!(guarded.output + guarded.errors).includes(token))
    const again = await start(newFolder('security-again'), '--token-file', tokenFile)
    assert.equal(readFileSync(tokenFile, 'utf8').trim(), token)
    assert.equal(await again.stop(), 0)
    for (const text of ['short\n', '', `${token}"; Path=/x\n`, 'ä'.repeat(40)]) {
      const file = `${newFolder('security-token-2')}/token`
      writeFileSync(file, text)
      const refused = await launch(newFolder('security-again'), '--token-file', file)
      assert.notEqual(await refused.ended, 0, text)
      assert.ok(refused.errors.includes(file), refused.errors)
    }
  },

  async 'a wrong token opens nothing, in whatever place' () {
    const wrong = [token.slice(0, -1), `${token}x`, token.toUpperCase() + 'A', '', ' ', 'x'.repeat(8000)]
    for (const given of wrong) {
      for (const headers of [{ Authorization: `Bearer ${given}` }, { Cookie: `seremotion-token=${given}` }]) {
        assert.ok([400, 401, 431].includes(await status(guarded, 'GET', '/api/v1/recordings', headers)), given.slice(0, 80))
      }
      await guarded.refuses(403, 'POST', 'session', { json: { token: given } })
    }
    for (const headers of [{ Authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}` }, { Authorization: token }, { 'X-Token': token }, { Cookie: `token=${token}` }]) {
      assert.equal(await status(guarded, 'GET', '/api/v1/recordings', headers), 401)
    }
    assert.equal(await status(guarded, 'GET', `/api/v1/recordings?token=${token}`), 401)
    for (const json of [{}, { token: 5 }, { token: [token] }, { token: null }]) await guarded.refuses(400, 'POST', 'session', { json })
    assert.equal(await status(guarded, 'GET', '/api/v1/recordings', { Authorization: `Bearer ${token}` }), 200)
  },

  async 'signing in gives a cookie that scripts and other sites cannot use' () {
    const answer = await guarded.request('POST', '/api/v1/session', { body: JSON.stringify({ token }), headers: { 'Content-Type': 'application/json' } })
    assert.equal(answer.status, 204)
    const [cookie, ...more] = answer.headers['set-cookie']
    assert.equal(more.length, 0)
    assert.match(cookie, /; *HttpOnly/i)
    assert.match(cookie, /; *SameSite=Strict/i)
    assert.match(cookie, /; *Path=\//i)
    assert.doesNotMatch(cookie, /; *Domain=/i)
    const pair = cookie.split(';')[0]
    assert.equal(await status(guarded, 'GET', '/api/v1/recordings', { Cookie: `other=1; ${pair}; more=2` }), 200)
    assert.equal(await status(guarded, 'POST', '/api/v1/session', { Origin: 'http://evil.example', 'Content-Type': 'application/json' }, JSON.stringify({ token })), 403)
    const [gone] = (await guarded.request('DELETE', '/api/v1/session', { headers: { Cookie: pair } })).headers['set-cookie']
    assert.match(gone, /^seremotion-token=;.*Max-Age=0/i)
  },

  async 'beyond loopback there is no server without TLS and a token' () {
    for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
      const refused = await launch(newFolder('security-open'), '--host', host)
      assert.equal(typeof await refused.ended, 'number')
      assert.notEqual(refused.code, 0)
      assert.match(refused.errors, /--tls-cert/)
    }
    const data = newFolder('security-open')
    const open = await start(data, '--host', '0.0.0.0', ...certificate())
    open.host = '127.0.0.1'
    assert.match(open.url, /^https:/)
    const own = readFileSync(`${data}/token`, 'utf8').trim()
    assert.equal(statSync(`${data}/token`).mode & 0o777, 0o600)
    assert.equal(await status(open, 'GET', '/api/v1/recordings'), 401)
    assert.equal(await status(open, 'GET', '/api/v1/recordings', { Authorization: `Bearer ${own}` }), 200)
    assert.equal(await status(open, 'GET', '/api/v1/recordings', { Authorization: `Bearer ${own}`, Host: 'my.server.example', Origin: 'https://my.server.example' }), 200)
    const session = await open.request('POST', '/api/v1/session', { body: JSON.stringify({ token: own }), headers: { 'Content-Type': 'application/json' } })
    assert.match(session.headers['set-cookie'][0], /; *Secure/i)
    // Who speaks no TLS gets nothing that can be read.
    assert.doesNotMatch(await open.raw('GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n', { seconds: 2 }), /200 OK/)
    assert.equal(await status(open, 'GET', '/api/v1/health'), 200)
    assert.equal(await open.stop(), 0)
  },

  async 'clients with whom TLS cannot shake hands keep nobody out' () {
    const safe = await start(newFolder('security-silent'), '--host', '0.0.0.0', ...certificate())
    for (const text of [null, 'GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00']) {
      const sockets = await Promise.all(Array.from({ length: 400 }, () => safe.connect()))
      sockets.forEach(socket => socket.on('error', () => {}))
      if (text) sockets.forEach(socket => socket.write(text, 'latin1'))
      await sleep(100)
      sockets.forEach(socket => socket.destroy())
    }
    assert.equal(await status(safe, 'GET', '/api/v1/health'), 200)
    assert.equal(await safe.stop(), 0)
  },

  async 'without bubblewrap media are taken from this machine alone' () {
    const path = process.env.PATH
    process.env.PATH = newFolder('security-path')
    const near = await start(newFolder('security-near'))
    const far = await start(newFolder('security-far'), '--host', '0.0.0.0', ...certificate())
    process.env.PATH = path
    const about = await near.get('about')
    assert.deepEqual([about.sandbox, about.uploads, about.uploads_reason], [false, true, null])
    const done = await near.reaches((await near.upload(wav(1))).id)
    assert.equal(done.state, 'done', done.error)
    assert.equal(await near.stop(), 0)
    far.host = '127.0.0.1'
    far.headers.Authorization = `Bearer ${readFileSync(`${far.folder}/token`, 'utf8').trim()}`
    const { sandbox, uploads, urls, live, uploads_reason: reason } = await far.get('about')
    assert.deepEqual([sandbox, uploads, urls, live], [false, false, false, false])
    assert.match(reason, /bubblewrap|bwrap/)
    assert.match(await far.refuses(403, 'POST', 'recordings?name=x.wav', { body: wav(1) }), /bubblewrap|bwrap/)
    await far.refuses(403, 'POST', 'recordings', { json: { url: 'https://example.org/x.mp3' } })
    await far.refuses(403, 'GET', 'live')
    assert.equal((await far.get('recordings')).total, 0)
    assert.equal(await far.stop(), 0)
  },

  async 'options that leave it open by mistake are refused' () {
    const [, cert, , key] = certificate()
    for (const options of [['--tls-cert', cert], ['--tls-key', key], ['--tls-cert', key, '--tls-key', cert], ['--tls-cert', '/nothing.pem', '--tls-key', key], ['--host', 'evil.example'], ['--port', '70000'], ['--jobs', '0'], ['--max-upload', '-1']]) {
      const refused = await launch(newFolder('security-options'), ...options)
      assert.ok(![0, 'SIGSEGV', 'SIGABRT'].includes(await refused.ended), options.join(' '))
      assert.ok(refused.errors.includes(options[0]) || refused.errors.includes(options[1]), refused.errors)
    }
  },

  // ---- addresses of URLs ----

  async 'no spelling of a private address is fetched' () {
    let hits = 0
    const listener = http.createServer((request, response) => { hits++; response.end(wav(1)) })
    await new Promise(resolve => listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address()
    const hosts = ['127.0.0.1', '127.1', '2130706433', '0177.0.0.1', '0x7f.0.0.1', '0x7f000001', '017700000001', '127.0.0.1.', 'localhost', 'LOCALHOST', 'localhost.', 'localhost.localdomain', '0.0.0.0', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[fe80::1]', '[fd00::1]', '[::127.0.0.1]', '10.1.2.3', '172.16.0.1', '192.168.0.1', '169.254.169.254', '100.64.0.1', '192.0.2.1', '198.18.0.1', '224.0.0.1',
      '240.0.0.1', '255.255.255.255', '１２７.0.0.1', '127。0。0。1', '%31%32%37.0.0.1', 'example.org@127.0.0.1', '127.0.0.1#@example.org', 'ip6-localhost']
    const pending = []
    for (const host of hosts) {
      const answer = await server.request('POST', '/api/v1/recordings', { body: JSON.stringify({ url: `http://${host}:${port}/x.wav` }), headers: { 'Content-Type': 'application/json' } })
      assert.ok([201, 400].includes(answer.status), `${answer.status} for ${host}`)
      if (answer.status === 201) pending.push([host, answer.json.id])
    }
    note(`${hosts.length - pending.length} of ${hosts.length} hosts were refused at once, the others when their names were looked up`)
    for (const [host, id] of pending) {
      const { state, error } = await server.reaches(id)
      assert.equal(state, 'failed', host)
      assert.ok(error, host)
      await server.api('DELETE', `recordings/${id}`, {}, 204)
    }
    assert.equal(hits, 0)
    listener.close()
  },

  // ---- what lies on the disk ----

  async 'what is kept can be read by its owner alone' () {
    const at = newFolder('security-made')
    const server = await start(`${at}/deep/data`)
    await server.reaches((await server.upload(wav(1))).id)
    for (const part of ['', '/recordings', '/incoming', '/comparisons']) assert.equal(statSync(`${at}/deep/data${part}`).mode & 0o077, 0, part)
    assert.equal(await server.stop(), 0)
  },
}, stopAll)
