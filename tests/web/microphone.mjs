// microphone.mjs - tests of live sound and of signing in, in Chromium, on servers of the program
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node microphone.mjs PROGRAM CHROMIUM SAMPLE
//
// SAMPLE is a recording of speech, which Chromium hears as if it came from a microphone.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { chromium } from 'playwright-core'
import { assertFits, findSerious, open, run, serve } from './served.mjs'

const [program, executablePath, sample] = process.argv.slice(2)
const HEARD = 9 // s
const TOKEN = 'a-token-of-the-tests-that-is-long-enough'

const wav = resolve('microphone.wav')
execFileSync('gst-launch-1.0', ['-q', 'filesrc', `location=${resolve(sample)}`, '!', 'decodebin', '!', 'audioconvert', '!', 'audioresample', '!',
  'audio/x-raw,format=S16LE,rate=48000,channels=1', '!', 'wavenc', '!', 'filesink', `location=${wav}`])
writeFileSync('token', TOKEN, { mode: 0o600 })

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
  '--autoplay-policy=no-user-gesture-required', '--mute-audio', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${wav}`]

const server = await serve(program, '--no-preload', '--max-live', '1')
const browser = await chromium.launch({ executablePath, args: ARGS })

const MICROPHONE = { permissions: ['microphone'] }

const on = (test, options = MICROPHONE, forgiven = null) => async () => {
  const { page, context, faults, close } = await open(browser, server, '/microphone', options)
  try {
    await test(page, context)
    assert.deepEqual(faults.filter(fault => !forgiven?.test(fault)), [])
  } finally {
    await close()
  }
}

const start = page => page.getByRole('button', { name: /^Start/ }).click()

const hears = (page, n) => page.waitForFunction(n => document.querySelector('.clock').textContent >= `0:0${n}`, n, { timeout: 30000 })

async function signInAndOut (guarded) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${guarded.url}/compare?ids=0123456789abcdef`)
  await page.waitForURL(/\/sign-in\?next=/)
  await page.fill('#token', 'wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.problem').waitFor()
  await page.fill('#token', TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${guarded.url}/compare?ids=0123456789abcdef`)
  const [cookie] = await context.cookies()
  assert.ok(cookie.httpOnly && cookie.sameSite === 'Strict')
  await page.goto(`${guarded.url}/data`)
  await page.locator('.top').getByRole('button', { name: 'Sign out' }).click()
  await page.waitForURL(`${guarded.url}/sign-in`)
  await page.locator('#token').waitFor()
  assert.deepEqual(await context.cookies(), [])
  await page.goto(`${guarded.url}/sign-in?next=//example.org/`)
  await page.fill('#token', TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${guarded.url}/`)
  await context.close()
}

const tests = {
  'what is said is told within two seconds, and kept as it was heard': on(async page => {
    await start(page)
    await page.waitForSelector('.now-card[data-behind]')
    const delays = []
    for (let i = 0; i < 2 * (HEARD - 4); i++) {
      delays.push(Number(await page.getAttribute('.now-card', 'data-behind')))
      await page.waitForTimeout(500)
    }
    console.log(`# told after the window ended: at most ${Math.max(...delays).toFixed(2)} s`)
    assert.ok(Math.max(...delays) < 2, `a window was told after ${Math.max(...delays)} s`)
    await hears(page, HEARD)
    assert.ok(await page.locator('.live-ribbon rect').count() > 0)
    assert.ok(Number(await page.getAttribute('.level', 'aria-valuenow')) > -60)
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Keep this recording' }).click()
    await page.getByText('Kept: ').waitFor()
    const [recording] = (await server.get('/recordings')).recordings
    await page.getByRole('link', { name: recording.title }).click()
    await page.locator('#segment-rows tr').first().waitFor({ timeout: 60000 })
    const { duration, origin, summary } = await server.get(`/recordings/${recording.id}`)
    assert.ok(duration > HEARD - 1 && duration < HEARD + 4, `${duration} s`) // the clock is rounded
    assert.match(origin, /^microphone-.*\.wav$/)
    assert.ok(summary.speech_windows > 0, 'what was heard is no speech')
  }),

  'it starts again, and forgets what was not kept': on(async page => {
    for (let turn = 0; turn < 2; turn++) {
      await start(page)
      await hears(page, 2)
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.getByRole('button', { name: 'Start again' }).waitFor()
      assert.equal(await page.locator('.kept').count(), 1)
    }
    assert.equal((await server.get('/recordings')).total, 1)
  }),

  'a microphone that is denied is explained': on(async page => {
    await start(page)
    assert.match(await page.locator('.problem').textContent(), /was not allowed to use the microphone/)
    assert.ok(await page.isEnabled('.large'))
  }, { permissions: [] }),

  'a machine without a microphone is explained': async () => {
    const { page, close } = await open(browser, server, '/microphone', MICROPHONE)
    await page.evaluate(() => { navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('none', 'NotFoundError')) })
    await start(page)
    assert.match(await page.locator('.problem').textContent(), /No microphone was found/)
    await close()
  },

  'one session more than is allowed is refused, and goes later': on(async (page, context) => {
    const other = await context.newPage()
    await other.goto(`${server.url}/microphone`)
    await other.waitForSelector('body[data-ready]')
    await start(page)
    await hears(page, 1)
    await start(other)
    await other.locator('.problem').waitFor()
    assert.match(await other.locator('.problem').textContent(), /\w+ \w+/)
    await page.bringToFront()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Start again' }).waitFor()
    await other.bringToFront()
    await start(other)
    await hears(other, 1)
  }, MICROPHONE, /WebSocket/),

  async 'it has no serious findings of axe-core while it runs, on a phone' () {
    const { page, close } = await open(browser, server, '/microphone', { ...MICROPHONE, viewport: { width: 360, height: 740 }, bypassCSP: true })
    await start(page)
    await page.waitForSelector('.now-card[data-behind]')
    await assertFits(page, 'microphone')
    assert.deepEqual(await findSerious(page), [])
    await close()
  },

  // ---- signing in ----

  async 'a token is asked for, checked, and leads back to where one was' () {
    const guarded = await serve(program, '--no-preload', '--token-file', 'token')
    try {
      await signInAndOut(guarded)
    } finally {
      await guarded.stop()
    }
  },
}

await run(tests)
await browser.close()
await server.stop()
