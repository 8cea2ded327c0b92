// report.mjs - tests of the report page in Chromium
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node report.mjs MAKE-REPORT CHROMIUM

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, renameSync, statSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { clickAt, clock, heard, open, pause } from './page.mjs'

const [makeReport, executablePath] = process.argv.slice(2)
const SECONDS = 120
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--autoplay-policy=no-user-gesture-required', '--mute-audio']

function make (media, seconds, name = media) {
  const file = resolve(`${name}.html`)
  execFileSync(makeReport, [media, String(seconds), file], { stdio: 'inherit' })
  return file
}

const near = (value, expected, within, what) =>
  assert.ok(Math.abs(value - expected) <= within, `${what}: ${value}, expected ${expected} within ${within}`)

const note = text => console.log(`# ${text}`)

const rows = page => page.locator('#segment-rows tr').count()

/** Emotions in the table, each once. */
const emotions = page => page.$$eval('#segment-rows tr', all => [...new Set(all.map(row => row.cells[2].textContent.trim()))])

const analysis = page => page.evaluate(() => JSON.parse(document.getElementById('analysis').textContent))

// ---- tests; each has a page of its own with its sound inside, of which no fault is forgiven ----

const tests = {
  async 'shows what it was given' (page) {
    assert.match(await page.title(), /^A speech <\/script><script>/)
    assert.equal(await page.textContent('h1'), await page.title())
    const { segments, recording } = await analysis(page)
    assert.equal(await rows(page), segments.emotion.length)
    assert.match(await page.textContent('#description'), /2026-01-31/)
    assert.equal(await page.locator('#share-rows tr').count(), recording.labels.length)
    assert.match(await page.textContent('.shares'), /sampling only/)
    assert.match(await page.textContent('.shares'), /by the model’s confusion/)
    assert.ok(await page.isVisible('#not-separated'))
    assert.match(await page.textContent('#fragility-rows'), /reverberation20 %/)
    assert.ok(await page.locator('#waveform canvas').count() > 0, 'no waveform')
  },

  async 'holds the sound, of the right length' (page) {
    near((await heard(page)).duration, SECONDS, 0.2, 'length')
  },

  async 'plays and pauses by button and key' (page) {
    await page.click('#play')
    await page.waitForFunction(() => document.getElementById('audio').currentTime > 0.3)
    assert.equal(await page.getAttribute('#play', 'aria-label'), 'Pause')
    await page.click('#play')
    assert.ok((await heard(page)).paused)
    await page.evaluate(() => document.activeElement.blur())
    await page.keyboard.press('Space')
    assert.ok(!(await heard(page)).paused)
    await page.keyboard.press('Space')
    assert.ok((await heard(page)).paused)
  },

  async 'a click on waveform, ribbon, scores, pitch and loudness is heard there' (page) {
    for (const [selector, share] of [['#waveform', 0.25], ['#ribbon', 0.5], ['#scores .u-over', 0.75], ['#pitch .u-over', 0.1], ['#loudness .u-over', 0.9]]) {
      await clickAt(page, selector, share)
      await page.waitForFunction(() => !document.getElementById('audio').paused && !document.getElementById('audio').seeking)
      near((await heard(page)).time, share * SECONDS, 2, selector)
      await pause(page)
    }
  },

  async 'a segment, a peak and a fragile window are heard at a click' (page) {
    const { segments, summary, fragility, windows } = await analysis(page)
    await page.locator('#segment-rows tr').nth(5).click()
    near((await heard(page)).time, segments['stream-time'][5], 1.5, 'segment')
    assert.equal(await page.locator('#segment-rows tr').nth(5).getAttribute('aria-current'), 'true')
    await page.locator('#peaks-list .time').last().click()
    near((await heard(page)).time, summary.peaks.at(-1).time, 1.5, 'peak')
    await page.locator('#fragility summary').click()
    await page.locator('#fragile-windows .time').first().click()
    const fragile = fragility.windows[0].index
    near((await heard(page)).time, windows['stream-time'][fragile] + windows.duration[fragile] / 2, 0.5, 'fragile window')
  },

  async 'the pointer reads values' (page) {
    const { windows, recording } = await analysis(page)
    const box = await page.locator('#scores .u-over').boundingBox()
    await page.mouse.move(box.x + box.width / 2, box.y + 20)
    const text = await page.textContent('#readout')
    const time = SECONDS / 2
    const i = windows['stream-time'].findIndex(start => Math.abs(start + 1.5 - time) <= 0.5)
    const near = [i, i + 1].filter(k => windows.emotion[k] !== -2)
    assert.match(text, /^1:00\.0Window:.* dBFSSegment, on average:/)
    if (near.length === 2) {
      const leaders = near.map(k => recording.labels[windows.leading[k]])
      assert.ok(leaders.some(label => text.includes(label)), text)
    }
  },

  async 'a moment has one time, and its own values there' (page) {
    const { summary } = await analysis(page)
    for (const [i, { time, emotion, score }] of [...summary.peaks.entries()].slice(0, 3)) {
      const button = page.locator('#peaks-list .time').nth(i)
      assert.equal(await button.textContent(), `${Math.floor(time / 60)}:${String(Math.floor(time % 60)).padStart(2, '0')}`)
      await page.evaluate(time => { location.hash = `#t=${time}` }, time)
      await page.waitForFunction(shown => document.getElementById('clock').textContent.startsWith(shown), await button.textContent())
      assert.equal((await page.textContent('.readout-part')).startsWith(`Window:${emotion} ${(100 * score).toFixed(0)} %`), true)
    }
  },

  async 'filters by emotion, by time and both, and orders' (page) {
    const all = await rows(page)
    await page.click('#emotion-filter [data-emotion=fear]')
    assert.deepEqual(await emotions(page), ['fear'])
    const fear = await rows(page)
    assert.ok(fear > 0 && fear < all)
    await page.click('#emotion-filter [data-emotion=none]')
    assert.deepEqual((await emotions(page)).sort(), ['fear', 'no speech'])
    await page.click('#clear-filter')
    assert.equal(await rows(page), all)
    await page.fill('#time-filter', '0:30-1:00')
    const { segments } = await analysis(page)
    const inside = segments['stream-time'].filter((start, i) => start <= 60 && start + segments.duration[i] > 30)
    assert.equal(await rows(page), inside.length)
    await page.fill('#time-filter', 'soon')
    assert.ok(await page.isVisible('#time-hint'))
    assert.equal(await page.getAttribute('#time-filter', 'aria-invalid'), 'true')
    assert.equal(await rows(page), all)
    await page.fill('#time-filter', '9:00:00')
    assert.ok(await page.isVisible('#no-segments'))
    await page.click('#clear-filter')
    await page.selectOption('#order', 'length')
    const lengths = await page.$$eval('#segment-rows tr', list => list.map(row => parseFloat(row.cells[1].textContent)))
    assert.deepEqual(lengths, [...lengths].sort((a, b) => b - a))
  },

  async 'zooms by keys, buttons and dragging' (page) {
    assert.match(await page.textContent('#range'), /whole recording/)
    await page.keyboard.press('+')
    assert.match(await page.textContent('#range'), /0:00 to 1:00/)
    await page.click('#later')
    assert.match(await page.textContent('#range'), /0:30 to 1:30/)
    await page.keyboard.press('0')
    const box = await page.locator('#scores .u-over').boundingBox()
    await page.mouse.move(box.x + box.width / 4, box.y + 50)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 5 })
    await page.mouse.up()
    assert.match(await page.textContent('#range'), /0:30 to 1:00/)
    assert.ok((await heard(page)).paused, 'dragging is no click')
    // What is clicked is where it is shown.
    await clickAt(page, '#ribbon', 0.5)
    near((await heard(page)).time, 45, 1.5, 'ribbon')
    await clickAt(page, '#waveform', 0.2)
    near((await heard(page)).time, 36, 1.5, 'waveform')
  },

  async 'keys move by seconds and by segments, and leave text alone' (page) {
    const { segments } = await analysis(page)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    assert.equal(await clock(page), 10)
    await page.keyboard.press('ArrowLeft')
    assert.equal(await clock(page), 5)
    await page.keyboard.press('Home')
    await page.keyboard.press('.')
    near((await heard(page)).time, segments['stream-time'][1], 0.1, 'next segment')
    await page.keyboard.press('/')
    await page.keyboard.type('1:00')
    assert.equal(await page.inputValue('#time-filter'), '1:00')
    near((await heard(page)).time, segments['stream-time'][1], 0.1, 'after typing')
  },

  async 'everything is reached by Tab, and the focus is seen' (page) {
    const seen = new Set()
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab')
      const found = await page.evaluate(() => {
        const node = document.activeElement
        return node === document.body ? null : { id: node.id || node.className, outline: getComputedStyle(node).outlineStyle }
      })
      if (!found) continue // the browser's own controls are next
      assert.notEqual(found.outline, 'none', `${found.id} shows no focus`)
      seen.add(found.id)
    }
    for (const id of ['skip', 'play', 'speed', 'theme', 'zoom-in', 'ribbon', 'chip', 'time-filter', 'order']) assert.ok(seen.has(id), `${id} is not reached: ${[...seen]}`)
    await page.focus('#ribbon')
    await page.keyboard.press('ArrowRight')
    assert.match(await page.getAttribute('#ribbon', 'aria-valuetext'), /^0:05, /)
    await page.locator('#segment-rows .time').nth(3).focus()
    await page.keyboard.press('Enter')
    assert.ok(!(await heard(page)).paused)
  },

  async 'is light or dark as the system, or the reader, says' (page) {
    const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await background()
    await page.emulateMedia({ colorScheme: 'dark' })
    const dark = await background()
    assert.notEqual(light, dark)
    await page.click('#theme')
    assert.equal(await background(), light)
    await page.emulateMedia({ media: 'print' })
    assert.ok(!await page.isVisible('.bar'))
  },

  async 'hides scores that are not wanted' (page) {
    const chip = page.locator('#legend .chip').first()
    await chip.click()
    assert.equal(await chip.getAttribute('aria-pressed'), 'false')
    await chip.click()
    assert.equal(await chip.getAttribute('aria-pressed'), 'true')
  },

  async 'has room on a phone' (page) {
    await page.setViewportSize({ width: 360, height: 740 })
    await page.waitForTimeout(300)
    const widths = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth])
    assert.equal(widths[0], widths[1])
    await clickAt(page, '#ribbon', 0.5)
    near((await heard(page)).time, SECONDS / 2, 2, 'ribbon')
  },

  async 'axe-core finds nothing serious, in light and dark' (page) {
    const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme })
      const { violations } = await page.evaluate(source => { (0, eval)(source); return window.axe.run() }, axe).catch(async () => {
        await page.evaluate(axe)
        return page.evaluate(() => window.axe.run())
      })
      const serious = violations.filter(found => ['serious', 'critical'].includes(found.impact))
      note(`axe-core, ${colorScheme}: ${violations.length} findings, ${serious.length} serious`)
      assert.deepEqual(serious.map(found => `${found.id}: ${found.nodes[0].html}`), [])
    }
  },
}

// ---- tests of other pages ----

const others = {
  async 'no connection is opened, whatever a script tries' (browser, files) {
    const { page, close } = await open(browser, files.embed)
    const blocked = await page.evaluate(() => new Promise(resolve => {
      document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective))
      fetch('https://example.org/').catch(() => {})
    }))
    assert.equal(blocked, 'connect-src')
    const inline = await page.evaluate(() => new Promise(resolve => {
      document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective))
      const script = document.createElement('script')
      script.textContent = 'document.title = "broken"'
      document.body.append(script)
    }))
    assert.match(inline, /^script-src/)
    await close()
  },

  async 'a linked file is played, and missed when it is gone' (browser, files) {
    const wav = `${files.link}.wav`
    const allowed = pathToFileURL(wav).href
    const first = await open(browser, files.link, { allowed })
    await clickAt(first.page, '#ribbon', 0.5)
    await first.page.waitForFunction(() => document.getElementById('audio').currentTime > 60)
    assert.deepEqual(first.faults, [])
    await first.close()
    renameSync(wav, `${wav}.away`)
    const second = await open(browser, files.link, { allowed })
    await second.page.waitForSelector('.notice')
    assert.match(await second.page.textContent('.notice'), /linked file is not where it was/)
    await second.close()
    renameSync(`${wav}.away`, wav)
  },

  async 'without sound there is no player, and a click marks' (browser, files) {
    const { page, faults, close } = await open(browser, files.none)
    assert.ok(!await page.isVisible('#play'))
    assert.ok(!await page.isVisible('#waveform'))
    await clickAt(page, '#ribbon', 0.5)
    near(await clock(page), SECONDS / 2, 1, 'ribbon')
    assert.deepEqual(faults, [])
    await close()
  },

  /** Of five loads the best. Where other work takes the processors, what counts is the page's own time of one. */
  async 'an hour paints in under a second' (browser) {
    const file = make('embed', 3602, 'hour')
    const loads = []
    for (let i = 0; i < 5; i++) loads.push(await timeLoad(browser, file))
    const least = name => Math.min(...loads.map(load => load[name]))
    const isBusy = loadavg()[0] > cpus().length
    note(`an hour, ${loads[0].windows} windows, ${(statSync(file).size / 1e6).toFixed(1)} MB: first paint after ` +
      `${least('first')} ms, timeline, summary and segments after ${least('painted')} ms, of which the page took ` +
      `${least('own')} ms of processor time; load of the machine ${loadavg()[0].toFixed(1)} on ${cpus().length}`)
    note(`all loads: ${loads.map(({ painted, own }) => `${painted} (${own})`).join(', ')} ms`)
    assert.equal(loads[0].windows, 3600)
    assert.ok(least('painted') < 1000 || (isBusy && least('own') < 1000), 'too slow')
  },
}

/** Milliseconds from the start of loading: to the first paint, to that of everything, and of the main thread's own work
 *  so far. */
async function timeLoad (browser, file) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  await page.goto(pathToFileURL(file).href)
  await page.waitForFunction(() => performance.getEntriesByName('report-painted').length)
  const { metrics } = await session.send('Performance.getMetrics')
  const times = await page.evaluate(() => ({
    windows: JSON.parse(document.getElementById('analysis').textContent).windows.emotion.length,
    first: Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime),
    painted: Math.round(performance.getEntriesByName('report-painted')[0].startTime),
  }))
  await page.close()
  return { ...times, own: Math.round(1000 * metrics.find(({ name }) => name === 'TaskDuration').value) }
}

// ---- running ----

let number = 0
let failed = 0

async function test (name, run) {
  number++
  try {
    await run()
    console.log(`ok ${number} - ${name}`)
  } catch (error) {
    failed++
    console.log(`not ok ${number} - ${name}`)
    console.log(String(error.stack).replace(/^/gm, '# '))
  }
}

console.log(`1..${Object.keys(tests).length + Object.keys(others).length}`)
const browser = await chromium.launch({ executablePath, args: ARGS })
const files = Object.fromEntries(['embed', 'link', 'none'].map(media => [media, make(media, SECONDS)]))
for (const [name, run] of Object.entries(tests)) {
  await test(name, async () => {
    const { page, faults, close } = await open(browser, files.embed)
    page.setDefaultTimeout(15000)
    try {
      await run(page)
      assert.deepEqual(faults, [])
    } finally {
      await close()
    }
  })
}
for (const [name, run] of Object.entries(others)) await test(name, () => run(browser, files))
await browser.close()
process.exit(failed ? 1 : 0)
