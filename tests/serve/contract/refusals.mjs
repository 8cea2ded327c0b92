// refusals.mjs - what docs/api.md promises not to take
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { wav } from '../lib/media.mjs'
import { newFolder, start } from '../lib/server.mjs'
import { SLOW } from './common.mjs'

export const refusals = ({ server, sample }) => ({
  async 'refuses bodies that it cannot take' () {
    assert.match(await server.refuses(400, 'POST', 'recordings', { body: wav(1) }), /name/)
    assert.match(await server.refuses(400, 'POST', 'recordings?name=', { body: wav(1) }), /name/)
    assert.match(await server.refuses(400, 'POST', 'recordings?name=x.wav', { body: '', headers: { 'Content-Length': 0 } }), /empty/i)
    assert.match(await server.refuses(413, 'POST', 'recordings?name=x.wav', { body: Buffer.alloc(2000001) }), /2000000|2(\.0)? MB|large/)
    assert.match(await server.refuses(411, 'POST', 'recordings?name=x.wav', { body: 'abc', headers: { 'Transfer-Encoding': 'chunked' } }), /length/i)
    assert.match(await server.refuses(415, 'POST', 'recordings?name=x.wav', { body: wav(1), headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }), /--data-binary/)
    for (const labels of ['date=soon', 'date=2026-02-30', 'sex=x', `title=${'x'.repeat(301)}`, `speaker=${'x'.repeat(101)}`, 'place=a%0Ab']) {
      const [member] = labels.split('=')
      assert.match(await server.refuses(400, 'POST', `recordings?name=x.wav&${labels}`, { body: wav(1) }), new RegExp(member), labels)
    }
    await server.refuses(400, 'POST', 'recordings?name=x.wav&place=a%00b', { body: wav(1) })
    assert.equal((await server.get('recordings?limit=1&search=x.wav')).total, 0)
  },

  async 'refuses JSON that is none, or of another kind' () {
    const { id } = await sample()
    const path = `recordings/${id}`
    for (const body of ['', '{', '[]', '"x"', '{"title": "x"} y', '{"title": "a\u0000b"}', '['.repeat(5000), `{"title": ${'['.repeat(5000)}`, '{"title": "\\ud800"}', Buffer.from('{"title": "\xff"}', 'latin1')]) {
      await server.refuses(400, 'PATCH', path, { body, headers: { 'Content-Type': 'application/json' } })
    }
    await server.refuses(415, 'PATCH', path, { body: '{"title": "x"}', headers: { 'Content-Type': 'text/plain' } })
    await server.refuses(415, 'PATCH', path, { body: 'title=x', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })
    await server.refuses(413, 'PATCH', path, { json: { title: 'x'.repeat(200000) } })
    assert.equal((await server.get(path)).title, 'A sample')
  },

  async 'the queue has an end, and whoever meets it is told when to come back' () {
    const full = await start(newFolder('contract-full'), '--jobs', '1', '--max-queued', '2')
    await full.upload(SLOW, 'one.flac')
    const { id } = await full.upload(SLOW, 'two.flac')
    await full.api('POST', `recordings/${id}/cancel`)
    await full.upload(SLOW, 'other.flac')
    const headers = { 'Content-Type': 'application/json' }
    for (const [path, options] of [['?name=three.flac', { body: SLOW }], ['', { body: '{"url": "https://example.org/x.mp3"}', headers }], [`/${id}/retry`, {}]]) {
      const answer = await full.request('POST', `/api/v1/recordings${path}`, options)
      assert.equal(answer.status, 429, path)
      assert.match(answer.headers['retry-after'], /^\d+$/)
    }
    assert.equal((await full.get('recordings')).total, 3)
    assert.equal(await full.stop(), 0)
  },

  async 'takes no URL that is not of the public Internet' () {
    for (const url of ['ftp://example.org/x', 'file:///etc/passwd', 'data:audio/wav,x', 'javascript:alert(1)', '/etc/passwd', 'example.org', 'http://', 'http:///x', '',
      'https://user:secret@example.org/x', 'http://example.org:22/x', 'http://127.0.0.1/', 'http://[::1]/', 'http://10.0.0.1/x',
      `http://example.org/${'x'.repeat(2000)}`]) {
      assert.ok(await server.refuses(400, 'POST', 'recordings', { json: { url } }), url)
    }
    for (const json of [{}, { url: 5 }, { url: null }, { url: ['http://example.org/'] }]) await server.refuses(400, 'POST', 'recordings', { json })
  },

  async 'a URL that leads nowhere fails with a reason, and can be tried again' () {
    const { id, source, origin, state } = await server.api('POST', 'recordings', { json: { url: 'https://nowhere.invalid/speech.mp3' } })
    assert.deepEqual([source, origin], ['url', 'https://nowhere.invalid/speech.mp3'])
    assert.ok(['queued', 'fetching'].includes(state), state)
    const failed = await server.reaches(id)
    assert.equal(failed.state, 'failed')
    assert.match(failed.error, /nowhere\.invalid/)
    await server.api('POST', `recordings/${id}/retry`)
    assert.equal((await server.reaches(id)).state, 'failed')
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },
})
