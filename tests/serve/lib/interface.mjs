// interface.mjs - holds answers to dashboard/openapi.json, and counts what of it was seen
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import Ajv from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

export const openapi = JSON.parse(readFileSync(process.env.SEREMOTION_OPENAPI, 'utf8'))
const METHODS = ['get', 'post', 'patch', 'put', 'delete']

/** Clients must ignore members that they do not know; a server that is tested must not have any. */
function close (schema) {
  if (Array.isArray(schema)) return schema.map(close)
  if (schema === null || typeof schema !== 'object') return schema
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]))
  if (schema.type === 'object' && schema.properties && schema.additionalProperties === undefined) closed.additionalProperties = false
  return closed
}

const ajv = new Ajv.default({ strict: false, allErrors: false })
addFormats.default(ajv)
ajv.addSchema({ $id: 'api', components: { schemas: close(openapi.components.schemas) } })

const compiled = new Map()

function validator (schema) {
  const text = JSON.stringify(close(schema)).replaceAll('"#/components', '"api#/components')
  if (!compiled.has(text)) compiled.set(text, ajv.compile(JSON.parse(text)))
  return compiled.get(text)
}

/** Fails unless `value` is as `schema`, an object or the name of a component, says. */
export function assertValid (schema, value, what) {
  const validate = validator(typeof schema === 'string' ? { $ref: `#/components/schemas/${schema}` } : schema)
  assert.ok(validate(value), `${what} is not as openapi.json says: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(value)?.slice(0, 400)}`)
}

// ---- operations ----

const operations = Object.entries(openapi.paths).flatMap(([path, item]) =>
  METHODS.filter(method => item[method]).map(method => ({
    id: item[method].operationId,
    method: method.toUpperCase(),
    path: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    variables: (path.match(/\{/g) ?? []).length,
    responses: item[method].responses,
  })))

/** Of those that match, the one with the fewest variables. */
function find (method, path) {
  const local = path.replace(/[?#].*$/, '').replace(/^\/api\/v1/, '')
  return operations.filter(operation => operation.method === method && operation.path.test(local))
    .sort((a, b) => a.variables - b.variables)[0]
}

const deref = value => value?.$ref ? value.$ref.slice(2).split('/').reduce((at, key) => at[key], openapi) : value

/** Successes seen so far, by operationId. */
export const seen = new Map()

/** Fails unless the answer is one that the interface knows: status, type and content. */
export function check (method, path, { status, type, json, text }) {
  if (!path.startsWith('/api/v1/')) return
  if (status === 304 || method === 'HEAD') return
  const operation = find(method, path)
  const what = `${status} for ${method} ${path.slice(0, 200)}`
  const response = deref(operation?.responses[status] ?? openapi.components.responses.Other)
  if (status < 400) {
    assert.ok(operation?.responses[status], `${what} is not in openapi.json`)
    seen.set(operation.id, (seen.get(operation.id) ?? new Set()).add(status))
  }
  const content = response.content
  if (!content) {
    assert.equal(text, '', `${what} has a body`)
    return
  }
  const mime = type.replace(/;.*$/, '')
  const expected = content[mime] ?? content['*/*']
  assert.ok(expected, `${what} is of type ${type}, not ${Object.keys(content)}`)
  if (expected.schema && json !== undefined) assertValid(expected.schema, json, what)
}

/** Operations that never succeeded, and successes of which nothing was seen. */
export function missing () {
  return operations.flatMap(({ id, responses }) => Object.keys(responses)
    .filter(status => /^2/.test(status) && !seen.get(id)?.has(Number(status)))
    .map(status => `${id} ${status}`))
}
