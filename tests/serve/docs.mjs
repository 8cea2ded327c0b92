// docs.mjs - runs the examples of docs/api.md, as they stand there, against a server
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { newFolder, start, stopAll } from './lib/server.mjs'
import { note, run } from './lib/tap.mjs'

const SERVER = 'http://localhost:8080'
const TOOLS = ['bash', 'curl', 'jq', 'openssl']

for (const tool of TOOLS) {
  if (spawnSync(tool, ['--version']).error) {
    console.log(`1..0 # SKIP ${tool} is not installed`)
    process.exit(0)
  }
}

const text = readFileSync(process.env.SEREMOTION_API_TEXT, 'utf8')
const [, section] = /^## Examples\n([^]*?)(?=^## |$(?![^]))/m.exec(text)
const examples = [...section.matchAll(/^(?: {4}.*\n(?:\n(?= {4}))?)+/gm)].map(([block]) => block.replace(/^ {4}/gm, '').trimEnd())

const folder = newFolder('docs')
const work = newFolder('docs-work')
copyFileSync(process.env.SEREMOTION_SAMPLE, `${work}/speech.opus`)
copyFileSync(join(dirname(process.env.SEREMOTION_SAMPLE), 'recordings/report.opus'), `${work}/other.opus`)
const server = await start(folder)

/** One shell for all of them, in which each begins with what the ones before it set. Gives status and output. */
function shell (script) {
  return new Promise(resolve => {
    const child = spawn('bash', ['-euo', 'pipefail'], { cwd: work, stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.on('data', data => { output += data })
    child.stderr.on('data', data => { errors += data })
    child.on('close', code => resolve({ code, output, errors }))
    child.stdin.end(script)
  })
}

let outputs = []

await run({
  async 'each of them does what it should' () {
    assert.ok(examples.length >= 10, `${examples.length} examples`)
    const script = examples.map((example, i) => `echo; echo '== ${i}'\n${example}\n`).join('').replaceAll(SERVER, server.url.replace(/\/$/, '').replace('127.0.0.1', 'localhost'))
    const { code, output, errors } = await shell(script)
    outputs = output.split(/^== \d+\n/m).slice(1)
    note(`${examples.length} examples, ${outputs.length} of them run`)
    assert.equal(code, 0, `${examples[outputs.length - 1]}\n${output.slice(-2000)}\n${errors}`)
    assert.equal(outputs.length, examples.length)
  },

  async 'what they did is there' () {
    const { recordings } = await server.get('recordings')
    assert.ok(recordings.length >= 1)
    assert.ok(recordings.some(({ speaker }) => speaker !== ''), 'no example labels a recording')
    assert.ok(existsSync(`${folder}/comparisons`), 'no example compares')
    const written = [...section.matchAll(/(?:-o|--output|>) ?(\w[\w.-]*\.\w+)/g)].map(([, name]) => name)
    assert.ok(written.length >= 2, written.join())
    for (const name of written) assert.ok(statSync(`${work}/${name}`).size > 0, `${name} is empty`)
  },

  'they use every group of requests': () => {
    for (const path of ['health', 'about', 'events', 'recordings?name=', 'analysis', 'sound', 'exports', 'cancel', 'retry', 'comparisons', 'models', 'experiments', 'corpora', 'examples', 'openapi.json']) {
      assert.ok(section.includes(path), `no example of ${path}`)
    }
    for (const method of ['PATCH', 'DELETE']) assert.match(section, new RegExp(`-X ${method}`))
  },
}, stopAll)
