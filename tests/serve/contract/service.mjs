// service.mjs - what docs/api.md promises of the server itself
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { openapi } from '../lib/interface.mjs'
import { note } from '../lib/tap.mjs'
import { NOBODY } from './common.mjs'

/** Headers that every answer has to have. */
function assertSafe ({ headers }, what) {
  assert.equal(headers['x-content-type-options'], 'nosniff', what)
  assert.match(headers['content-security-policy'], /default-src 'none'|default-src 'self'/, what)
  assert.match(headers['content-security-policy'], /frame-ancestors 'none'/, what)
  assert.doesNotMatch(headers['content-security-policy'], /unsafe-inline|unsafe-eval|\*|https?:/, what)
  assert.match(headers['referrer-policy'] ?? '', /no-referrer|same-origin/, what)
  assert.equal(headers['access-control-allow-origin'], undefined, what)
  assert.equal(headers['x-powered-by'], undefined, what)
}

export const service = ({ server, sample }) => ({
  async 'says that it is well' () {
    const health = await server.get('health')
    assert.equal(health.version, (await server.get('about')).version)
    assert.equal(health.queued + health.running, 0)
  },

  async 'tells what it is and takes' () {
    const about = await server.get('about')
    assert.equal(about.limits.upload_bytes, 2000000)
    assert.equal(about.limits.queued, 12)
    assert.deepEqual(about.model.labels, ['anger', 'disgust', 'fear', 'happiness', 'neutral', 'sadness'])
    assert.equal(about.uploads_reason === null, about.uploads)
    assert.equal(about.token, false)
    assert.ok(about.formats.some(({ name }) => name === 'csv'))
    note(`sandbox: ${about.sandbox}`)
  },

  async 'gives its own description' () {
    assert.deepEqual(await server.get('openapi.json'), openapi)
  },

  async 'refuses what there is not, as a problem' () {
    for (const path of ['nothing', 'recordings/x', `recordings/${NOBODY}`, `recordings/${NOBODY}/analysis`, `recordings/${NOBODY}/sound`,
      `recordings/${NOBODY}/exports/medium.csv`, `recordings/${NOBODY}/nothing`, `comparisons/${NOBODY}/comparison.json`, 'models/none',
      'experiments/none', 'experiments/none/runs/1', 'corpora/none', 'examples/none/sound', 'examples/none/mfcc.svg', 'models/none/architecture.svg',
      'recordings//', 'health/more', '']) {
      assert.ok(await server.refuses(404, 'GET', path), path)
    }
    for (const [method, path] of [['PATCH', ''], ['DELETE', ''], ['POST', '/cancel'], ['POST', '/retry']]) {
      await server.refuses(404, method, `recordings/${NOBODY}${path}`, method === 'PATCH' ? { json: { title: 'x' } } : {})
    }
  },

  async 'refuses other methods, and names those that there are' () {
    const { id } = await sample()
    const allowed = { health: 'GET', about: 'GET', events: 'GET', session: 'POST, DELETE', recordings: 'GET, POST', [`recordings/${id}`]: 'GET, PATCH, DELETE',
      [`recordings/${id}/cancel`]: 'POST', [`recordings/${id}/analysis`]: 'GET', models: 'GET', examples: 'GET', comparisons: 'POST' }
    for (const [path, methods] of Object.entries(allowed)) {
      const answer = await server.request('PUT', `/api/v1/${path}`)
      assert.equal(answer.status, 405, path)
      assert.deepEqual(answer.headers.allow.split(', ').filter(method => method !== 'HEAD').sort(), methods.split(', ').sort(), path)
    }
  },

  async 'answers HEAD as GET, without the body' () {
    for (const path of ['/', '/api/v1/health', `/api/v1/recordings/${(await sample()).id}/sound`]) {
      const [head, get] = [await server.request('HEAD', path), await server.request('GET', path)]
      assert.equal(head.status, get.status, path)
      assert.equal(head.type, get.type, path)
      assert.equal(head.body.length, 0, path)
    }
  },

  async 'every kind of answer has headers that keep browsers safe' () {
    const { id } = await sample()
    for (const path of ['/', '/nothing.js', '/api/v1/health', '/api/v1/nothing', '/api/v1/openapi.json', '/api/v1/recordings', `/api/v1/recordings/${id}`,
      `/api/v1/recordings/${id}/sound`, `/api/v1/recordings/${id}/analysis`, `/api/v1/recordings/${id}/exports/medium.csv`, '/api/v1/models']) {
      assertSafe(await server.request('GET', path), path)
    }
    const stream = await server.events()
    assertSafe(stream, 'events')
    stream.close()
  },

  async 'the page holds no script of its own, and its parts are answered' () {
    const page = await server.request('GET', '/')
    assert.equal(page.status, 200)
    assert.match(page.type, /^text\/html; ?charset=utf-8/i)
    assert.doesNotMatch(page.text, /<script(?![^>]*\ssrc=)[^>]*>[^<]|\son\w+=|\bstyle=|javascript:/i)
    const parts = [...page.text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path).filter(path => /\.\w+$/.test(path))
    assert.ok(parts.some(path => path.endsWith('.js')) && parts.some(path => path.endsWith('.css')), parts.join())
    for (const path of parts) {
      assert.doesNotMatch(path, /^(\w+:)?\/\//)
      const { pathname } = new URL(path, server.url)
      const part = await server.request('GET', pathname)
      assert.equal(part.status, 200, path)
      assert.match(part.type, /javascript|css|image|json|font/, path)
      assert.equal((await server.request('GET', pathname, { headers: { 'If-None-Match': part.headers.etag } })).status, 304, path)
    }
  },

  async 'what is private is not stored, and what does not change is not sent twice' () {
    const { id } = await sample()
    for (const path of ['recordings', `recordings/${id}`, 'health', `recordings/${id}/analysis`, `recordings/${id}/sound`]) {
      const { headers } = await server.request('GET', `/api/v1/${path}`)
      assert.match(headers['cache-control'] ?? '', /no-store|no-cache|private/, path)
    }
    assert.match((await server.request('GET', '/api/v1/recordings')).headers['cache-control'], /no-store/)
    for (const path of ['/api/v1/models/cnn', '/api/v1/corpora/crema-d', '/api/v1/openapi.json']) {
      const { headers } = await server.request('GET', path)
      assert.match(headers.etag ?? '', /^(W\/)?"[^"]+"$/, path)
      const again = await server.request('GET', path, { headers: { 'If-None-Match': headers.etag } })
      assert.equal(again.status, 304, path)
      assert.equal(again.body.length, 0, path)
      assert.equal((await server.request('GET', path, { headers: { 'If-None-Match': '"other"' } })).status, 200, path)
    }
  },
})
