// openapi.mjs - tests of dashboard/openapi.json itself, which need no server
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { assertValid, openapi } from './lib/interface.mjs'
import { run } from './lib/tap.mjs'

const METHODS = ['get', 'post', 'patch', 'put', 'delete']
const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
  METHODS.filter(method => item[method]).map(method => ({ path, method, ...item[method], shared: item.parameters ?? [] })))

/** `GET /api/v1/recordings/ID?x=y` as "get /recordings/{}". */
const simplify = (method, path) => `${method.toLowerCase()} ${path.replace(/\?.*/, '').replace(/\{\w+\}/g, '{}')
  .replace(/\/(ID|NAME)(?=\/|$)/g, '/{}').replace(/\/(spectrogram|mfcc)\.svg$/, '/{}')}`

/** All values of a key, however deep. */
function * collect (value, key) {
  if (value === null || typeof value !== 'object') return
  for (const [name, inner] of Object.entries(value)) {
    if (name === key) yield inner
    yield * collect(inner, key)
  }
}

await run({
  async 'is valid OpenAPI 3.1' () {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(openapi))
    assert.ok(valid, JSON.stringify(errors, null, 1))
    assert.equal(validator.version, '3.1')
  },

  'has the requests of docs/api.md, and no others' () {
    const text = readFileSync(process.env.SEREMOTION_API_TEXT, 'utf8')
    const told = [...text.matchAll(/^(?:\| )?`(GET|POST|PATCH|DELETE) \/api\/v1(\/[^\s`]+)`/gm)].map(([, method, path]) => simplify(method, path))
    const known = operations.map(({ method, path }) => simplify(method, path))
    assert.deepEqual([...new Set(told)].sort(), [...known].sort())
  },

  'every reference leads somewhere, and every component is used' () {
    const used = new Set(collect(openapi, '$ref'))
    for (const reference of used) {
      const found = reference.slice(2).split('/').reduce((at, key) => at?.[key], openapi)
      assert.ok(reference.startsWith('#/') && found, reference)
    }
    for (const kind of ['schemas', 'responses']) {
      for (const name of Object.keys(openapi.components[kind])) assert.ok(used.has(`#/components/${kind}/${name}`), `${name} is not used`)
    }
  },

  'operations have their own names, tags that exist, and parameters for their paths' () {
    const tags = openapi.tags.map(tag => tag.name)
    assert.equal(new Set(operations.map(operation => operation.operationId)).size, operations.length)
    for (const { operationId, path, parameters = [], shared, ...operation } of operations) {
      assert.ok(operation.summary && operation.tags.every(tag => tags.includes(tag)), operationId)
      const variables = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      assert.deepEqual([...parameters, ...shared].filter(({ in: place }) => place === 'path').map(({ name }) => name).sort(), variables.sort(), operationId)
    }
  },

  'every refusal is a problem, and all but health and sessions may want a token' () {
    const problems = Object.values(openapi.components.responses)
    assert.ok(problems.every(({ content }) => content['application/problem+json']))
    const open = operations.filter(operation => !operation.responses['401']).map(({ operationId }) => operationId)
    assert.deepEqual(open.sort(), ['closeSession', 'getHealth', 'openSession'])
    assert.ok(operations.every(({ responses }) => responses.default))
  },

  'its schemas refuse what is wrong' () {
    const problem = { title: 'Not Found', status: 404, detail: 'there is no recording 0123456789abcdef' }
    assertValid('Problem', problem, 'a problem')
    for (const wrong of [{ ...problem, status: '404' }, { ...problem, more: 1 }, { title: 'x', status: 404 }, null]) {
      assert.throws(() => assertValid('Problem', wrong, 'it'), /not as openapi.json says/, JSON.stringify(wrong))
    }
    for (const id of ['0123456789ABCDEF', '0123456789abcde', '../../etc/passwd']) assert.throws(() => assertValid('Id', id, 'it'), undefined, id)
    for (const date of ['2026-1', '2026-01-01T00:00', 'soon']) assert.throws(() => assertValid('Date', date, 'it'), undefined, date)
    for (const date of ['', '2026', '2026-01', '2026-01-31']) assertValid('Date', date, date)
  },
})
