// page.mjs - a report page under test, and what it did that it should not have
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { pathToFileURL } from 'node:url'

/** Opens a page, which shows at once and then has its sound. `faults` collects errors, and requests for anything else. */
export async function open (browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  const faults = []
  const url = pathToFileURL(file).href
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`) })
  page.on('pageerror', error => faults.push(`error: ${error.message}`))
  page.on('request', request => {
    const to = request.url()
    if (to !== url && !to.startsWith('blob:') && to !== options.allowed) faults.push(`request: ${to}`)
  })
  page.on('dialog', dialog => { faults.push(`dialog: ${dialog.message()}`); dialog.dismiss() })
  await page.goto(url)
  await page.waitForSelector('body[data-ready]', { timeout: 60000 })
  return { page, faults, close: () => context.close() }
}

export const heard = page => page.evaluate(() => {
  const audio = document.getElementById('audio')
  return { time: audio.currentTime, paused: audio.paused, duration: audio.duration }
})

export const pause = page => page.evaluate(() => document.getElementById('audio').pause())

/** Seconds of a clock's "1:02 / 2:00". */
export async function clock (page) {
  const [minutes, seconds] = (await page.textContent('#clock')).split(' / ')[0].split(':').map(Number)
  return 60 * minutes + seconds
}

/** Clicks into an element, at a share of its width. */
export async function clickAt (page, selector, share) {
  const node = page.locator(selector)
  await node.scrollIntoViewIfNeeded()
  const box = await node.boundingBox()
  await page.mouse.click(box.x + share * box.width, box.y + box.height / 2)
}
