// served.mjs - a server of the program, and its pages in Chromium, under test
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

const START = 30000 // ms

let servers = 0

/** A program may have been built without its page. */
async function skipWithoutPage (url) {
  const answer = await fetch(`${url}/models`)
  if (answer.status !== 501) return
  console.log(`1..0 # SKIP ${(await answer.json()).detail}`)
  process.exit(0)
}

/** Starts the program with an empty folder of data. Gives its address and a function that ends it. */
export async function serve (program, ...options) {
  const folder = resolve(`served-data-${++servers}`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const child = spawn(program, ['serve', '--port', '0', '--data', folder, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  process.on('exit', () => child.kill('SIGKILL'))
  const ended = new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)))
  const url = await new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => reject(new Error('the server does not say where it is')), START)
    child.stdout.on('data', text => {
      output += text
      const line = /^seremotion serve: (http:\S+)\/$/m.exec(output)
      if (line) { clearTimeout(timer); resolve(line[1]) }
    })
    ended.then(code => reject(new Error(`the server ended with ${code}`)))
  })
  await skipWithoutPage(url)
  const stop = async () => {
    child.kill('SIGTERM')
    assert.equal(await ended, 0, 'exit status of the server')
  }
  return { url, stop, get: async path => (await fetch(`${url}/api/v1${path}`)).json() }
}

/** A page that is ready. `faults` collects errors, and requests to anywhere else. */
export async function open (browser, server, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const faults = []
  page.setDefaultTimeout(15000)
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`) })
  page.on('pageerror', error => faults.push(`error: ${error.message}`))
  page.on('request', request => { if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(server.url)) faults.push(`request: ${request.url()}`) })
  await go(page, server, path)
  return { page, context, faults, close: () => context.close() }
}

export async function go (page, server, path) {
  await page.goto(server.url + path)
  await page.waitForSelector('body[data-ready]', { timeout: 30000 })
}

/** WAV, 16 kHz mono. */
export function makeSilence (seconds) {
  const bytes = Buffer.alloc(44 + 32000 * seconds)
  bytes.write('RIFF\0\0\0\0WAVEfmt ')
  bytes.writeUInt32LE(36 + 32000 * seconds, 4)
  for (const [at, value] of [[16, 16], [24, 16000], [28, 32000], [40, 32000 * seconds]]) bytes.writeUInt32LE(value, at)
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]]) bytes.writeUInt16LE(value, at)
  bytes.write('data', 36)
  return bytes
}

/** Fails where something is wider than the page. */
export async function assertFits (page, what) {
  const [all, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
  assert.equal(all, shown, `${what} is wider than the screen`)
}

/** Fails where something is cut off in a part that scrolls sideways, or has no room at all. */
export async function assertShown (page, selector, what) {
  const hidden = await page.locator(selector).evaluateAll(nodes => nodes.filter(node => {
    const { left, right, width } = node.getBoundingClientRect()
    const room = (node.closest('.scroll') ?? document.documentElement).getBoundingClientRect()
    return width < 1 || left < room.left - 1 || right > room.right + 1 || node.scrollWidth > node.clientWidth + 1
  }).map(node => node.textContent))
  assert.deepEqual(hidden, [], `${what}: not seen`)
}

/** What axe-core finds serious. A page's policy does not let it in, so that `page` has to have been opened with bypassCSP. */
export async function findSerious (page) {
  await page.evaluate(readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8'))
  const { violations } = await page.evaluate(() => window.axe.run())
  return violations.filter(found => ['serious', 'critical'].includes(found.impact)).map(found => `${found.id}: ${found.nodes[0].html}`)
}

/** Runs `tests`, an object of name to function, and tells of them as TAP. */
export async function run (tests) {
  console.log(`1..${Object.keys(tests).length}`)
  for (const [i, [name, test]] of Object.entries(tests).entries()) {
    try {
      await test()
      console.log(`ok ${i + 1} - ${name}`)
    } catch (error) {
      process.exitCode = 1
      console.log(`not ok ${i + 1} - ${name}`)
      console.log(String(error.stack).replace(/^/gm, '# '))
    }
  }
}
