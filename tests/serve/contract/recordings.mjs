// recordings.mjs - what docs/api.md promises of a recording's way from upload to exports
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { assertValid } from '../lib/interface.mjs'
import { wav } from '../lib/media.mjs'
import { SAMPLE } from '../lib/server.mjs'
import { SLOW } from './common.mjs'

export const recordings = ({ server, sample, folder }) => ({
  async 'takes a medium, and says where it is' () {
    const events = await server.events()
    const answer = await server.request('POST', '/api/v1/recordings?name=hum.wav&title=A%20hum', { body: wav(4) })
    assert.equal(answer.status, 201)
    const { id, state, origin, title, source, bytes } = answer.json
    assert.equal(new URL(answer.headers.location, server.url).pathname, `/api/v1/recordings/${id}`)
    assert.ok(['queued', 'analysing'].includes(state), state)
    assert.deepEqual([origin, title, source, bytes], ['hum.wav', 'A hum', 'upload', wav(4).length])
    const done = await server.reaches(id)
    assert.equal(done.state, 'done', done.error)
    await events.waitFor('event of done', ({ data }) => data.id === id && data.state === 'done')
    assert.deepEqual(events.states(id), ['queued', 'analysing', 'done'].slice(-events.states(id).length))
    events.list.filter(({ type }) => type === 'recording').forEach(({ data }) => assertValid('Recording', data, 'an event'))
    events.close()
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'hears a sample as it says it does' () {
    const done = await sample()
    assert.equal(done.state, 'done', done.error)
    assert.deepEqual([done.title, done.speaker, done.date, done.place, done.party, done.sex], ['A sample', 'Nobody', '2026-01', 'Here', 'None', 'f'])
    assert.ok(Math.abs(done.duration - 20) < 1, done.duration)
    assert.equal(done.bytes, SAMPLE.length)
    assert.equal(done.attempts, 1)
    assert.equal(done.progress, null)
    assert.ok(Date.parse(done.finished) >= Date.parse(done.created))
    const { shares, leading, windows, speech_windows: heard, truncated } = done.summary
    assert.ok(windows >= 17 && heard > 0 && heard <= windows)
    assert.ok(Math.abs(Object.values(shares).reduce((a, b) => a + b) - 1) < 1e-6)
    assert.equal(shares[leading], Math.max(...Object.values(shares)))
    assert.equal(truncated, false)
    assert.equal(done.model_id, (await server.get('about')).model.id)
  },

  async 'the analysis is that of the summary, and holds no path of the server' () {
    const { id, summary } = await sample()
    const analysis = await server.get(`recordings/${id}/analysis`)
    assert.equal(analysis.windows['stream-time'].length, summary.windows)
    assert.equal(analysis.summary.speech_windows, summary.speech_windows)
    for (const column of Object.values(analysis.windows).filter(Array.isArray)) assert.equal(column.length, summary.windows)
    assert.equal(analysis.recording.name, 'sample.opus')
    assert.doesNotMatch(JSON.stringify(analysis), new RegExp(`${folder}|/medium`))
  },

  async 'the sound is Ogg, and takes ranges' () {
    const path = `/api/v1/recordings/${(await sample()).id}/sound`
    const whole = await server.request('GET', path)
    assert.equal(whole.status, 200)
    assert.equal(whole.body.subarray(0, 4).toString(), 'OggS')
    assert.ok(whole.body.subarray(0, 100).includes('OpusHead'))
    assert.equal(Number(whole.headers['content-length']), whole.body.length)
    const last = whole.body.length - 1
    for (const [range, from, to] of [['0-3', 0, 3], ['100-199', 100, 199], [`${last}-`, last, last], ['-10', last - 9, last], [`5-${last + 100}`, 5, last]]) {
      const part = await server.request('GET', path, { headers: { Range: `bytes=${range}` } })
      assert.equal(part.status, 206, range)
      assert.equal(part.headers['content-range'], `bytes ${from}-${to}/${last + 1}`, range)
      assert.ok(part.body.equals(whole.body.subarray(from, to + 1)), range)
    }
    assert.equal((await server.request('GET', path, { headers: { Range: `bytes=${last + 1}-` } })).status, 416)
    assert.equal((await server.request('GET', path, { headers: { Range: 'bytes=-0' } })).status, 416)
    const nonsense = await server.request('GET', path, { headers: { Range: 'bytes=9-1,x' }, loose: true })
    assert.ok([200, 416].includes(nonsense.status), nonsense.status)
  },

  async 'has a peak for each twentieth of a second' () {
    const { id, duration } = await sample()
    const { body, type } = await server.request('GET', `/api/v1/recordings/${id}/peaks`)
    assert.equal(type, 'application/octet-stream')
    assert.ok(Math.abs(body.length - 20 * duration) <= 2, `${body.length} of ${duration} s`)
    assert.ok(Math.max(...body) > 60)
  },

  async 'has every export, each a file to keep' () {
    const { id, summary } = await sample()
    const { exports } = await server.get(`recordings/${id}/exports`)
    const formats = (await server.get('about')).formats.map(({ name }) => name)
    for (const format of formats) assert.ok(exports.some(file => file.format === format), `no ${format}`)
    for (const { name, bytes, href } of exports) {
      const answer = await server.request('GET', href)
      assert.equal(answer.status, 200, name)
      if (bytes === null) assert.match(answer.text, /^id,title,speaker,/, name)
      else assert.equal(answer.body.length, bytes, name)
      assert.match(answer.headers['content-disposition'], /^attachment; *filename/, name)
      assert.doesNotMatch(answer.text, new RegExp(folder), name)
    }
    const csv = await server.request('GET', exports.find(({ name }) => name.endsWith('windows.csv')).href)
    assert.equal(csv.text.trimEnd().split('\n').length, summary.windows + 1)
    const jsonl = await server.request('GET', exports.find(({ format }) => format === 'jsonl').href)
    const rows = jsonl.text.trimEnd().split('\n').map(line => JSON.parse(line).row)
    assert.equal(rows.filter(row => row === 'window').length, summary.windows)
  },

  async 'what is not done has no results yet' () {
    const { id } = await server.upload(SLOW, 'slow.flac')
    for (const part of ['analysis', 'sound', 'peaks', 'exports', 'exports/medium.windows.csv']) await server.refuses(409, 'GET', `recordings/${id}/${part}`)
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'a name is text, and what a recording is called until somebody says' () {
    for (const [name, title] of [['speech.of.mine.mp4', 'speech.of.mine'], ['Ansprache – 1961.wav', 'Ansprache – 1961'], ['noextension', 'noextension']]) {
      const { id, origin, title: given } = await server.upload(wav(1), name)
      assert.equal(origin, name)
      assert.ok([title, name].includes(given), given)
      await server.api('DELETE', `recordings/${id}`, {}, 204)
    }
  },

  async 'labels what is said of it, and tells everybody' () {
    const { id } = await server.upload(wav(2), 'label.wav')
    const events = await server.events()
    const labels = { title: 'Über <b>alles</b>', speaker: 'Ada "A" L.', date: '1961-01-20', place: "D'oh; --", party: '✓', sex: 'm' }
    const labelled = await server.api('PATCH', `recordings/${id}`, { json: labels })
    for (const [name, value] of Object.entries(labels)) assert.equal(labelled[name], value, name)
    await events.waitFor('event of the label', ({ data }) => data.id === id && data.title === labels.title)
    const { place, title } = await server.api('PATCH', `recordings/${id}`, { json: { place: '' } })
    assert.deepEqual([place, title], ['', labels.title])
    const wrong = { title: '', speaker: 'x'.repeat(101), date: '2026-13', place: 'a\nb', party: 7, sex: 'female' }
    for (const [name, value] of Object.entries(wrong)) {
      assert.match(await server.refuses(400, 'PATCH', `recordings/${id}`, { json: { [name]: value } }), new RegExp(name))
    }
    assert.match(await server.refuses(400, 'PATCH', `recordings/${id}`, { json: { state: 'done' } }), /state/)
    assert.match(await server.refuses(400, 'PATCH', `recordings/${id}`, { json: { title: 'half', sex: 'x' } }), /sex/)
    assert.equal((await server.get(`recordings/${id}`)).title, labels.title)
    events.close()
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'removes it with its files, and tells everybody' () {
    const { id } = await server.upload(wav(2), 'gone.wav')
    assert.equal((await server.reaches(id)).state, 'done')
    assert.ok(existsSync(`${folder}/recordings/${id}`))
    const events = await server.events()
    await server.api('DELETE', `recordings/${id}`, {}, 204)
    await events.waitFor('event of the removal', ({ type, data }) => type === 'removed' && data.id === id)
    events.close()
    await server.refuses(404, 'GET', `recordings/${id}`)
    await server.refuses(404, 'DELETE', `recordings/${id}`)
    assert.ok(!existsSync(`${folder}/recordings/${id}`))
  },

  async 'cancels and tries again' () {
    const { id } = await server.upload(SLOW, 'slow.flac')
    await server.reaches(id, ['analysing'])
    assert.equal((await server.api('POST', `recordings/${id}/cancel`)).state, 'cancelled')
    await server.refuses(409, 'POST', `recordings/${id}/cancel`)
    await server.refuses(409, 'GET', `recordings/${id}/analysis`)
    assert.ok(['queued', 'analysing'].includes((await server.api('POST', `recordings/${id}/retry`)).state))
    await server.refuses(409, 'POST', `recordings/${id}/retry`)
    await server.reaches(id, ['analysing'])
    await server.api('DELETE', `recordings/${id}`, {}, 204)
    const done = (await sample()).id
    await server.refuses(409, 'POST', `recordings/${done}/retry`)
    await server.refuses(409, 'POST', `recordings/${done}/cancel`)
  },

  async 'tells how far it is' () {
    const { id } = await server.upload(SLOW, 'slow.flac')
    const events = await server.events()
    const all = () => events.list.filter(({ data }) => data.id === id && data.progress !== null).map(({ data }) => data.progress)
    await events.waitFor('second figure of progress', () => new Set(all()).size > 1)
    assert.deepEqual(all(), [...all()].sort((a, b) => a - b))
    const { progress, state } = await server.get(`recordings/${id}`)
    assert.equal(state, 'analysing')
    assert.ok(progress > 0 && progress < 1, progress)
    events.close()
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },

  async 'a reader who comes back hears what is new' () {
    const first = await server.events()
    const clients = (await server.get('health')).clients
    assert.ok(clients >= 1)
    first.close()
    const second = await server.events()
    const { id } = await server.upload(wav(2), 'later.wav')
    await second.waitFor('event of done', ({ data }) => data.id === id && data.state === 'done')
    assert.deepEqual(first.list, [])
    second.close()
    await server.api('DELETE', `recordings/${id}`, {}, 204)
  },
})
