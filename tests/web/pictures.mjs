// pictures.mjs - the README's pictures of the dashboard, of a first start
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: SEREMOTION_PROGRAM=PROGRAM sh tests/web/run-served pictures WORK
//
// Writes dashboard-NAME.png into WORK; `pngquant --strip 128` makes docs/pictures of them.

import { chromium } from 'playwright-core'
import { open, serve } from './served.mjs'

const [program, executablePath] = process.argv.slice(2)
const SIZE = { width: 1040, height: 680 }
const PLAYED = 0.3 // of the recording that is shown

const server = await serve(program)
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--mute-audio'] })

async function readRecordings () {
  for (;;) {
    const { recordings } = await server.get('/recordings')
    if (recordings.length && recordings.every(({ state }) => state === 'done')) return recordings
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}

async function take (name, path, prepare = () => {}) {
  const { page, close } = await open(browser, server, path, { viewport: SIZE })
  await prepare(page)
  await page.waitForTimeout(500) // for charts and fonts
  await page.screenshot({ path: `dashboard-${name}.png` })
  await close()
}

const recordings = await readRecordings()
const { id, duration } = recordings.find(({ origin }) => origin === 'address.opus')
await take('library', '/')
await take('recording', `/recordings/${id}#t=${(PLAYED * duration).toFixed(1)}`, page => page.evaluate(() => scrollTo(0, 180)))
await take('model', '/models/crnn-attention', page => page.evaluate(() => scrollTo(0, 410)))
await browser.close()
await server.stop()
