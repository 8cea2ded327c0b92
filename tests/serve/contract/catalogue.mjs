// catalogue.mjs - what docs/api.md promises of models and data
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'

const sum = numbers => numbers.reduce((total, number) => total + number, 0)

async function assertSvg (server, path) {
  const answer = await server.request('GET', `/api/v1/${path}`)
  assert.equal(answer.status, 200, path)
  assert.match(answer.type, /^image\/svg\+xml/)
  assert.match(answer.text, /<svg[^]*<\/svg>\s*$/)
  assert.doesNotMatch(answer.text, /<script|onload=|href="http/)
}

export const catalogue = ({ server }) => ({
  async 'tells of the models, and how well they do' () {
    const { models, default: model } = await server.get('models')
    assert.ok(models.length >= 5, `${models.length} models`)
    assert.equal(model.id, (await server.get('about')).model.id)
    for (const { name, parameters, layers, crossval } of models) {
      assert.equal(sum(layers.map(layer => layer.parameters)), parameters, name)
      assert.ok(crossval.uar_low <= crossval.uar && crossval.uar <= crossval.uar_high, name)
      const one = await server.get(`models/${name}`)
      assert.equal(one.parameters, parameters)
      assert.ok(one.runs.length >= 1)
      await assertSvg(server, `models/${name}/architecture.svg`)
    }
  },

  async 'tells of experiments, each run with its figures' () {
    const { experiments } = await server.get('experiments')
    assert.ok(experiments.length >= 5, `${experiments.length} experiments`)
    for (const { name, runs, columns, source } of experiments) {
      assert.equal(source, 'shipped')
      const table = await server.get(`experiments/${name}`)
      assert.equal(table.runs.length, runs, name)
      assert.deepEqual(table.columns, columns, name)
      for (const run of table.runs) assert.equal(run.values.length, columns.length, name)
      const first = table.runs.find(({ uar }) => uar !== null)
      assert.ok(first, `${name} has no result`)
      assert.equal(typeof await server.get(`experiments/${name}/runs/${encodeURIComponent(first.id)}`), 'object')
    }
  },

  async 'tells of corpora' () {
    const { corpora } = await server.get('corpora')
    assert.ok(corpora.some(({ name }) => name === 'crema-d'))
    for (const { name, clips } of corpora) {
      assert.ok(clips > 0)
      assert.equal(typeof await server.get(`corpora/${name}`), 'object')
    }
  },

  async 'plays and draws examples' () {
    const { examples } = await server.get('examples')
    assert.ok(examples.length >= 3)
    for (const { name } of examples) {
      const sound = await server.request('GET', `/api/v1/examples/${name}/sound`)
      assert.equal(sound.body.subarray(0, 4).toString(), 'OggS', name)
      const part = await server.request('GET', `/api/v1/examples/${name}/sound`, { headers: { Range: 'bytes=0-3' } })
      assert.deepEqual([part.status, part.text], [206, 'OggS'])
      for (const picture of ['spectrogram', 'mfcc']) {
        const answers = await Promise.all(['svg', 'png'].map(type => server.request('GET', `/api/v1/examples/${name}/${picture}.${type}`)))
        const found = answers.filter(({ status }) => status === 200)
        assert.ok(found.length >= 1 && found.every(({ type }) => type.startsWith('image/')), `${name}: no ${picture}`)
      }
    }
  },
})
