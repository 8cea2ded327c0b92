// library.mjs - what docs/api.md promises of the list of recordings, and of comparisons
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { assertValid } from '../lib/interface.mjs'
import { wav } from '../lib/media.mjs'
import { OTHER } from '../lib/server.mjs'
import { NOBODY, SLOW } from './common.mjs'

const WORD = 'zanzibar'
const ENTRIES = [
  { title: `Beta ${WORD}`, speaker: 'ada', date: '1961-01-20', place: 'Oslo', party: 'Blue', seconds: 3 },
  { title: `alpha ${WORD}`, speaker: 'Bob', date: '1960', place: 'Bergen', party: 'Red', seconds: 5 },
  { title: `Gamma ${WORD} ärzte`, speaker: 'ada', date: '', place: '', party: '', seconds: 4 },
  { title: `delta ${WORD}`, speaker: '', date: '1961-03', place: 'Oslo', party: 'Red', seconds: 2 },
]

/** The entries in the library, made once. */
function makeEntries (server) {
  let ready
  return () => (ready ??= (async () => {
    const ids = []
    for (const { seconds, ...labels } of ENTRIES) ids.push((await server.upload(wav(seconds), 'entry.wav', labels)).id)
    for (const id of ids) assert.equal((await server.reaches(id)).state, 'done')
    return ids
  })())
}

export const library = ({ server, sample }) => {
  const entries = makeEntries(server)
  const find = query => server.get(`recordings?${new URLSearchParams({ search: WORD, ...query })}`)
  const titles = async query => (await find(query)).recordings.map(({ title }) => title.split(' ')[0])

  return {
    async 'finds words of title, name, speaker, date, place and party' () {
      await entries()
      assert.equal((await find()).total, ENTRIES.length)
      assert.deepEqual(await titles({ search: `${WORD.toUpperCase()} oslo` }), ['delta', 'Beta'])
      assert.deepEqual(await titles({ search: `red ${WORD} bob` }), ['alpha'])
      assert.deepEqual(await titles({ search: `${WORD} entry.wav ARZTE` }), ['Gamma'])
      assert.deepEqual(await titles({ search: `${WORD} 1961` }), ['delta', 'Beta'])
      assert.deepEqual(await titles({ search: `${WORD} 1961-01` }), ['Beta'])
      assert.deepEqual(await titles({ search: `${WORD} nowhere` }), [])
      assert.equal((await server.get('recordings?search=')).total, (await server.get('recordings')).total)
    },

    async 'lists by state and by speaker' () {
      await entries()
      assert.deepEqual(await titles({ speaker: 'ada', sort: 'title' }), ['Beta', 'Gamma'])
      assert.deepEqual(await titles({ speaker: 'ad' }), [])
      assert.equal((await find({ state: 'done' })).total, ENTRIES.length)
      assert.equal((await find({ state: 'failed' })).total, 0)
    },

    async 'sorts, without regard to case' () {
      await entries()
      assert.deepEqual(await titles({}), ['delta', 'Gamma', 'alpha', 'Beta'])
      assert.deepEqual(await titles({ sort: 'created', order: 'asc' }), ['Beta', 'alpha', 'Gamma', 'delta'])
      assert.deepEqual(await titles({ sort: 'title', order: 'asc' }), ['alpha', 'Beta', 'delta', 'Gamma'])
      assert.deepEqual(await titles({ sort: 'title', order: 'desc' }), ['Gamma', 'delta', 'Beta', 'alpha'])
      assert.deepEqual(await titles({ sort: 'duration', order: 'desc' }), ['alpha', 'Gamma', 'Beta', 'delta'])
      assert.deepEqual((await titles({ sort: 'date', order: 'asc' })).filter(title => title !== 'Gamma'), ['alpha', 'Beta', 'delta'])
      const speakers = (await find({ sort: 'speaker', order: 'asc' })).recordings.map(({ speaker }) => speaker)
      assert.deepEqual(speakers.filter(Boolean), ['ada', 'ada', 'Bob'])
    },

    async 'gives pages that hold all, each once' () {
      await entries()
      const seen = []
      for (let offset = 0; offset < ENTRIES.length; offset += 3) {
        const page = await find({ offset, limit: 3, sort: 'title', order: 'asc' })
        assert.equal(page.total, ENTRIES.length)
        seen.push(...page.recordings.map(({ id }) => id))
      }
      assert.deepEqual([...seen].sort(), [...await entries()].sort())
      assert.deepEqual(await find({ offset: 1000 }), { recordings: [], total: ENTRIES.length })
    },

    async 'refuses questions that it does not understand, and says what it does' () {
      for (const [name, values] of Object.entries({ state: ['ready'], sort: ['colour'], order: ['up'], limit: ['0', '501', '-1', 'x', '1e2', '99999999999999999999'], offset: ['-1', 'x', '1.5'] })) {
        for (const value of values) assert.match(await server.refuses(400, 'GET', `recordings?${name}=${value}`), new RegExp(name), `${name}=${value}`)
      }
    },

    // ---- tables ----

    async 'gives many recordings in one table, with what is said of them' () {
      const ids = await entries()
      const table = async (name, query) => {
        const { text, type } = await server.request('GET', `/api/v1/tables/${name}.csv?${new URLSearchParams(query)}`)
        assert.match(type, /^text\/csv/)
        const [head, ...rows] = text.trimEnd().split('\n').map(line => line.split(','))
        return rows.map(row => Object.fromEntries(head.map((name, i) => [name, row[i]])))
      }
      const all = await table('recordings', { search: WORD, sort: 'title', order: 'asc' })
      assert.deepEqual(all.map(({ title }) => title.split(' ')[0]), ['alpha', 'Beta', 'delta', 'Gamma'])
      assert.deepEqual(all.map(({ duration }) => Number(duration)), [5, 3, 2, 4])
      assert.deepEqual(all.map(({ party }) => party), ['Red', 'Blue', 'Red', ''])
      const windows = await table('windows', { ids: [ids[1], ids[0], ids[1]] })
      const counts = new Map(all.map(({ id, windows }) => [id, Number(windows)]))
      assert.deepEqual(windows.map(({ id }) => id), [ids[1], ids[0]].flatMap(id => Array(counts.get(id)).fill(id)))
      assert.deepEqual([...new Set(windows.map(({ speaker, file }) => `${speaker} ${file}`))], ['Bob entry.wav', 'ada entry.wav'])
      for (const name of ['summary', 'segments']) assert.ok((await table(name, { search: WORD })).length >= ENTRIES.length)
    },

    async 'refuses tables of what is not there' () {
      const [id] = await entries()
      await server.refuses(404, 'GET', 'tables/faces.csv')
      await server.refuses(405, 'POST', 'tables/windows.csv', { json: {} })
      await server.refuses(400, 'GET', 'tables/windows.csv?state=lost')
      assert.match(await server.refuses(404, 'GET', `tables/windows.csv?ids=${id},${NOBODY}`), new RegExp(NOBODY))
      const slow = await server.upload(SLOW, 'slow.flac')
      assert.match(await server.refuses(409, 'GET', `tables/windows.csv?ids=${slow.id}`), new RegExp(slow.id))
      await server.api('DELETE', `recordings/${slow.id}`, {}, 204)
    },

    // ---- comparisons ----

    async 'compares speakers, and keeps what came of it' () {
      const first = await sample()
      const { id } = await server.upload(OTHER, 'other.opus', { title: 'Another', speaker: 'Somebody <b>else</b>', date: '2026-02' })
      assert.equal((await server.reaches(id)).state, 'done')
      const answer = await server.api('POST', 'comparisons', { json: { recordings: [first.id, id] } })
      assert.deepEqual(answer.comparison.speakers.map(({ name }) => name).sort(), ['Nobody', 'Somebody <b>else</b>'])
      assert.equal(answer.comparison.recordings.length, 2)
      assert.deepEqual(answer.exports.map(({ name }) => name).sort(), ['comparison.csv', 'comparison.html', 'comparison.json'])
      const [csv, html, json] = await Promise.all(['csv', 'html', 'json'].map(kind => server.request('GET', answer.exports.find(({ name }) => name.endsWith(kind)).href)))
      assert.match(csv.text, /^table,speaker,/)
      assert.ok(!html.text.includes('<b>else'), 'a name becomes part of the page')
      assertValid('Comparison', json.json, 'comparison.json')
      assert.deepEqual(json.json, answer.comparison)
      for (const { text } of [csv, html, json]) assert.doesNotMatch(text, /\/recordings\/[0-9a-f]{16}\/(medium|results)/)
      await server.api('DELETE', `recordings/${id}`, {}, 204)
      assert.equal((await server.request('GET', answer.exports[0].href)).status, 200)
    },

    async 'refuses comparisons that tell nothing' () {
      const { id } = await sample()
      const nameless = (await entries())[3]
      const compare = (status, recordings) => server.refuses(status, 'POST', 'comparisons', { json: { recordings } })
      assert.match(await compare(400, [id, nameless]), new RegExp(`${nameless}|delta`))
      const slow = await server.upload(SLOW, 'slow.flac', { speaker: 'Slow' })
      assert.match(await compare(409, [id, slow.id]), new RegExp(`${slow.id}|slow`))
      await server.api('DELETE', `recordings/${slow.id}`, {}, 204)
      assert.ok(await compare(404, [id, NOBODY]))
      for (const recordings of [[], 'x', null, [5], [null], ['../../etc/passwd'], {}]) {
        const { status } = await server.request('POST', '/api/v1/comparisons', { body: JSON.stringify({ recordings }), headers: { 'Content-Type': 'application/json' } })
        assert.ok([400, 404].includes(status), `${status} for ${JSON.stringify(recordings)}`)
      }
      await server.refuses(400, 'POST', 'comparisons', { json: {} })
      await server.refuses(415, 'POST', 'comparisons', { body: '{}' })
    },
  }
}
