// library.mjs - tests of the library and of a recording's page in Chromium, on a server of the program
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node library.mjs PROGRAM CHROMIUM SAMPLE
//
// SAMPLE is a recording of speech.

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { assertFits, assertShown, findSerious, go, makeSilence, open, run, serve } from './served.mjs'

const [program, executablePath, sample] = process.argv.slice(2)
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--autoplay-policy=no-user-gesture-required', '--mute-audio']
const DONE = 180000 // ms that an analysis may take

const SPEECH = { name: 'speech.opus', mimeType: 'audio/ogg', buffer: readFileSync(sample) }
const BROKEN = { name: 'broken.mp4', mimeType: 'video/mp4', buffer: randomBytes(5000) }

const server = await serve(program, '--no-preload', '--max-upload', String(SPEECH.buffer.length + 100000))
const browser = await chromium.launch({ executablePath, args: ARGS })

/** A test with a page of its own, of which no fault is forgiven but those named. */
const on = (path, test, forgiven = null) => async () => {
  const { page, context, faults, close } = await open(browser, server, path)
  try {
    await test(page, context)
    assert.deepEqual(faults.filter(fault => !forgiven?.test(fault)), [])
  } finally {
    await close()
  }
}

const call = async (method, path, body) => {
  const response = await fetch(`${server.url}/api/v1${path}`, { method, body: body && JSON.stringify(body), headers: body && { 'Content-Type': 'application/json' } })
  return response.status === 204 ? null : response.json()
}

/** Puts a recording into the library without the page. Resolves once it is in one of these states. */
async function put (name, labels = {}, states = ['done'], buffer = SPEECH.buffer) {
  const response = await fetch(`${server.url}/api/v1/recordings?${new URLSearchParams({ name, ...labels })}`, { method: 'POST', body: buffer })
  assert.equal(response.status, 201)
  const { id } = await response.json()
  return reach(id, states)
}

async function reach (id, states) {
  for (let i = 0; i < DONE / 100; i++) {
    const recording = await server.get(`/recordings/${id}`)
    if (states.includes(recording.state)) return recording
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error(`${id} does not reach ${states}`)
}

const clean = async () => {
  const { recordings } = await server.get('/recordings?limit=500')
  for (const { id } of recordings) await call('DELETE', `/recordings/${id}`)
}

const row = (page, title) => page.locator('.recordings tbody tr').filter({ has: page.getByRole('link', { name: title, exact: true }) })

const titles = page => page.$$eval('.title-link', links => links.map(link => link.textContent))

const shows = (page, expected) => page.waitForFunction(expected => JSON.stringify([...document.querySelectorAll('.title-link')].map(link => link.textContent)) === JSON.stringify(expected), expected)

/** The sample under that name, as it is dropped. */
const makeTransfer = (page, name) => page.evaluateHandle(([bytes, name]) => {
  const transfer = new DataTransfer()
  transfer.items.add(new File([new Uint8Array(bytes)], name, { type: 'audio/ogg' }))
  return transfer
}, [[...SPEECH.buffer], name])

const save = async page => {
  await page.getByRole('button', { name: 'Save' }).click()
  await page.locator('dialog').waitFor({ state: 'detached' })
}

const tests = {
  'an empty library says what to do': on('/', async page => {
    assert.match(await page.textContent('.empty'), /Drop a recording/)
    assert.ok(await page.isVisible('#choose'))
    assert.ok(!await page.isVisible('.recordings'))
  }),

  'files that are chosen are sent, analysed and shown without a reload, and a broken one says why': on('/', async page => {
    await page.setInputFiles('#files', [SPEECH, BROKEN])
    await row(page, 'speech').or(row(page, 'speech.opus')).locator('.share-bar').waitFor({ timeout: DONE })
    await row(page, 'broken').or(row(page, 'broken.mp4')).locator('.error').waitFor({ timeout: DONE })
    const { recordings } = await server.get('/recordings')
    const [failed] = recordings.filter(({ state }) => state === 'failed')
    const [done] = recordings.filter(({ state }) => state === 'done')
    assert.ok((await page.textContent('.recordings .error')).includes(failed.error))
    const [[label, share]] = Object.entries(done.summary.shares).sort((a, b) => b[1] - a[1])
    assert.ok((await page.textContent('.shares-text')).startsWith(`${label} ${(100 * share).toFixed(0)} %`))
    assert.equal(await page.locator('.upload').count(), 0, 'what was sent is no longer on its way')
    assert.match(await page.locator('[role=status]').allTextContents().then(all => all.join()), /is analysed: /)
    // Again it fails, since it is as broken as before.
    await new Promise(resolve => setTimeout(resolve, 1000)) // times are in whole seconds
    await row(page, failed.title).getByRole('button', { name: /Try again/ }).click()
    await page.waitForFunction(() => !document.querySelector('.recordings .error'))
    await row(page, failed.title).locator('.error').waitFor({ timeout: DONE })
    const again = await server.get(`/recordings/${failed.id}`)
    assert.deepEqual([again.attempts, again.error], [1, failed.error])
    assert.notEqual(again.finished, failed.finished)
  }),

  'files are dropped anywhere, with who speaks': on('/', async page => {
    await page.click('.labels summary')
    await page.fill('.labels [name=speaker]', 'A. Example')
    await page.fill('.labels [name=date]', '2024-05')
    const transfer = await makeTransfer(page, 'dropped.opus')
    await page.dispatchEvent('footer', 'dragenter', { dataTransfer: transfer })
    assert.ok(await page.isVisible('.veil'))
    await page.dispatchEvent('footer', 'drop', { dataTransfer: transfer })
    assert.ok(!await page.isVisible('.veil'))
    await page.waitForFunction(() => [...document.querySelectorAll('.recordings .speaker')].some(cell => cell.textContent === 'A. Example'))
    const { recordings } = await server.get('/recordings?search=dropped')
    assert.equal(recordings[0].date, '2024-05')
    await reach(recordings[0].id, ['done'])
  }),

  'a date that is none holds files and addresses back, says what a date looks like, and loses nothing': on('/', async page => {
    const before = (await server.get('/recordings')).total
    const sent = []
    page.on('request', request => { if (request.method() === 'POST') sent.push(request.url()) })
    await page.click('.labels summary')
    await page.fill('.labels [name=speaker]', 'A. Example')
    await page.fill('.labels [name=date]', '2021-02-30')
    await page.click('.labels summary')
    await page.setInputFiles('#files', [{ ...SPEECH, name: 'held.opus' }])
    assert.equal(await page.evaluate(() => document.activeElement.name), 'date', 'the field is focused')
    assert.match(await page.textContent('.labels .error'), /YYYY-MM-DD/)
    assert.match(await page.locator('.upload').textContent(), /held\.opus.*Not sent yet: the date/)
    await page.dispatchEvent('footer', 'drop', { dataTransfer: await makeTransfer(page, 'held-too.opus') })
    assert.equal(await page.locator('.upload').count(), 2)
    await page.fill('#url', 'http://127.0.0.1/speech.mp3')
    await page.getByRole('button', { name: 'Fetch' }).click()
    assert.match(await page.textContent('.address .problem'), /date/)
    assert.equal(await page.inputValue('#url'), 'http://127.0.0.1/speech.mp3')
    await page.fill('#url', 'h')
    assert.equal(await page.locator('.address .problem').count(), 0, 'the reason stays below the next address')
    assert.deepEqual([sent, (await server.get('/recordings')).total], [[], before])
    await page.fill('.labels [name=date]', '2021-02-28')
    assert.equal(await page.locator('.labels .error').count(), 0)
    await page.press('.labels [name=date]', 'Enter')
    await page.waitForFunction(() => !document.querySelector('.upload'))
    const { recordings } = await server.get('/recordings?search=held')
    assert.deepEqual(recordings.map(({ speaker, date }) => [speaker, date]), [['A. Example', '2021-02-28'], ['A. Example', '2021-02-28']])
    for (const { id } of recordings) await call('DELETE', `/recordings/${id}`)
  }),

  'what is said of new recordings is seen while it holds, and cleared': on('/', async page => {
    assert.equal(await page.textContent('.labels summary'), 'Say who speaks in what you add now')
    assert.ok(!await page.isVisible('.labels > button'))
    await page.click('.labels summary')
    await page.fill('.labels [name=speaker]', 'Angela Merkel')
    await page.fill('.labels [name=date]', '2021')
    await page.selectOption('.labels [name=sex]', 'f')
    await page.click('.labels summary')
    assert.equal(await page.textContent('.labels summary'), 'New recordings: Angela Merkel, 2021, female')
    await page.click('.labels > button')
    assert.equal(await page.textContent('.labels summary'), 'Say who speaks in what you add now')
    await page.setInputFiles('#files', [{ ...SPEECH, name: 'unlabelled.opus' }])
    await row(page, 'unlabelled').or(row(page, 'unlabelled.opus')).waitFor()
    const { recordings: [{ id, speaker, date, sex }] } = await server.get('/recordings?search=unlabelled')
    assert.deepEqual([speaker, date, sex], ['', '', ''])
    await call('DELETE', `/recordings/${id}`)
  }),

  'a file that is too large, or empty, is not sent at all': on('/', async page => {
    const sent = []
    page.on('request', request => { if (request.method() === 'POST') sent.push(request.url()) })
    await page.setInputFiles('#files', [{ ...SPEECH, name: 'large.wav', buffer: Buffer.alloc(SPEECH.buffer.length + 200000) }, { ...SPEECH, name: 'empty.wav', buffer: Buffer.alloc(0) }])
    const texts = await page.locator('.upload.failed').allTextContents()
    assert.match(texts[0], /takes up to/)
    assert.match(texts[1], /empty/)
    await page.getByRole('button', { name: 'Dismiss: large.wav' }).click()
    await page.getByRole('button', { name: 'Dismiss: empty.wav' }).click()
    assert.equal(await page.locator('.upload').count(), 0)
    assert.deepEqual(sent, [])
  }),

  'what is being sent shows how far it is, and is cancelled; two go at once': on('/', async (page, context) => {
    const before = (await server.get('/recordings')).total
    const session = await context.newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20000 })
    await page.setInputFiles('#files', ['a', 'b', 'c'].map(name => ({ ...SPEECH, name: `${name}.opus` })))
    await page.waitForFunction(() => [...document.querySelectorAll('.upload progress')].filter(bar => bar.value > 0 && bar.value < 1).length === 2)
    assert.match(await page.locator('.upload').nth(2).textContent(), /Waits for its turn/)
    for (const name of ['c', 'a', 'b']) await page.getByRole('button', { name: `Cancel: ${name}.opus` }).click()
    await page.waitForFunction(() => !document.querySelector('.upload'))
    await new Promise(resolve => setTimeout(resolve, 500))
    assert.equal((await server.get('/recordings')).total, before)
  }),

  'links open a new tab while files are sent, and what was not sent is told on the next page': on('/', async (page, context) => {
    const session = await context.newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 20000 })
    await page.setInputFiles('#files', ['a', 'b', 'c'].map(name => ({ ...SPEECH, name: `${name}.opus` })))
    await page.waitForFunction(() => [...document.querySelectorAll('.upload progress')].some(bar => bar.value > 0))
    assert.match(await page.textContent('.add'), /links open in a new tab/)
    const [other] = await Promise.all([context.waitForEvent('page'), page.locator('.navigation').getByRole('link', { name: 'Compare' }).click()])
    await other.waitForURL(`${server.url}/compare`)
    assert.equal(await page.locator('.upload').count(), 3)
    assert.equal(await other.locator('.remark-line').count(), 0)
    page.on('dialog', dialog => dialog.accept())
    await go(page, server, '/data')
    assert.match(await page.textContent('.remark-line'), /^3 files were not sent: a\.opus, b\.opus, c\.opus/)
    await page.locator('.navigation').getByRole('link', { name: 'Models' }).click()
    await page.waitForURL(`${server.url}/models`)
    await page.locator('.remark-line').getByRole('button', { name: 'Dismiss' }).click()
    await go(page, server, '/')
    assert.equal(await page.locator('.remark-line').count(), 0)
    assert.ok(!await page.isVisible('#sign-out'), 'there is no token')
    // Nothing goes on being sent by a page that the browser keeps for its way back.
    await page.setInputFiles('#files', ['d', 'e', 'f'].map(name => ({ ...SPEECH, name: `${name}.opus` })))
    await page.waitForFunction(() => [...document.querySelectorAll('.upload progress')].some(bar => bar.value > 0))
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    await page.waitForFunction(() => !document.querySelector('.upload'))
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    assert.match(await page.textContent('.remark-line'), /^3 files were not sent: d\.opus, e\.opus, f\.opus/)
  }),

  'an address that cannot be fetched is refused with a reason': on('/', async page => {
    const isRefused = page.waitForResponse(response => response.request().method() === 'POST' && response.status() === 400)
    await page.fill('#url', 'http://127.0.0.1/speech.mp3')
    await page.getByRole('button', { name: 'Fetch' }).click()
    await isRefused
    assert.match(await page.textContent('.address .problem'), /\w+ \w+/)
    await page.fill('#url', 'ftp://example.org/speech.mp3')
    await page.getByRole('button', { name: 'Fetch' }).click()
    await page.getByText('a URL that begins with ftp: is not fetched: expected http:// or https://').waitFor()
    assert.ok(!await page.isVisible('.empty'))
  }, /status of 400/),

  'search, state, speaker and order choose, and outlive a reload': on('/', async page => {
    await clean()
    await put('one.opus', { title: 'Town hall', speaker: 'A. Example', date: '2024-01' })
    await put('two.opus', { title: 'Rally', speaker: 'B. Sample', date: '2023' })
    await put('three.bin', { title: 'Nothing', speaker: 'B. Sample' }, ['failed'], BROKEN.buffer)
    await shows(page, ['Nothing', 'Rally', 'Town hall'])
    await page.fill('#search', 'sample rally')
    await shows(page, ['Rally'])
    await page.reload()
    await shows(page, ['Rally'])
    assert.equal(await page.inputValue('#search'), 'sample rally')
    await page.fill('#search', 'nowhere')
    await page.getByText('No recording is like that').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await shows(page, ['Nothing', 'Rally', 'Town hall'])
    await page.fill('#search', '2024-01')
    await shows(page, ['Town hall'])
    await page.fill('#search', '')
    await page.selectOption('#state', 'failed')
    await shows(page, ['Nothing'])
    await page.selectOption('#state', '')
    await page.selectOption('#speaker-filter', 'A. Example')
    await shows(page, ['Town hall'])
    await page.selectOption('#speaker-filter', '')
    await page.click('[data-sort=title] button')
    await page.waitForSelector('[data-sort=title][aria-sort=ascending]')
    await shows(page, ['Nothing', 'Rally', 'Town hall'])
    await page.click('[data-sort=title] button')
    await shows(page, ['Town hall', 'Rally', 'Nothing'])
    await page.selectOption('#order-by', 'date asc')
    await page.waitForFunction(() => document.querySelector('[data-sort=date]').getAttribute('aria-sort') === 'ascending')
  }),

  'titles and labels are edited; a wrong date is told, and nothing is taken for markup': on('/', async page => {
    const title = '<b>Mark</b> & "up" \u202e'
    await row(page, 'Rally').getByRole('button', { name: /Edit/ }).click()
    await page.fill('dialog [name=title]', title)
    await page.fill('dialog [name=date]', '2024-13')
    await page.getByRole('button', { name: 'Save' }).click()
    assert.ok(await page.$eval('dialog [name=date]', input => !input.validity.valid))
    await page.fill('dialog [name=date]', '2024-03-09')
    await page.selectOption('dialog [name=sex]', 'f')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('dialog').waitFor({ state: 'detached' })
    assert.ok((await titles(page)).includes(title))
    const { recordings } = await server.get('/recordings?search=mark')
    assert.deepEqual([recordings[0].title, recordings[0].date, recordings[0].sex], [title, '2024-03-09', 'f'])
    assert.match(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), /^Edit/, 'the focus comes back')
    await call('PATCH', `/recordings/${recordings[0].id}`, { title: 'Rally' })
    // Another client's change is seen at once.
    await row(page, 'Rally').waitFor()
  }),

  'of two who edit a recording at once neither undoes what the other did': on('/', async page => {
    const { recordings: [{ id }] } = await server.get('/recordings?search=rally')
    await call('PATCH', `/recordings/${id}`, { place: 'Oslo' })
    await row(page, 'Rally').getByRole('button', { name: /Edit/ }).click()
    assert.equal(await page.inputValue('dialog [name=place]'), 'Oslo')
    await call('PATCH', `/recordings/${id}`, { place: 'Rome', title: 'Rally' })
    await page.fill('dialog [name=party]', 'Greens')
    await save(page)
    const { place, party, title } = await server.get(`/recordings/${id}`)
    assert.deepEqual([place, party, title], ['Rome', 'Greens', 'Rally'])
    // Nothing changed, nothing written.
    await row(page, 'Rally').getByRole('button', { name: /Edit/ }).click()
    const written = []
    page.on('request', request => { if (request.method() === 'PATCH') written.push(request.url()) })
    await save(page)
    assert.deepEqual(written, [])
  }),

  'speakers are suggested, and whoever spells one in another way is told so': on('/', async page => {
    const suggested = selector => page.waitForFunction(selector => [...document.querySelector(selector).list.options].some(({ value }) => value === 'B. Sample'), selector)
    await page.click('.labels summary')
    await page.focus('.labels [name=speaker]')
    await suggested('.labels [name=speaker]')
    await row(page, 'Town hall').getByRole('button', { name: /Edit/ }).click()
    await page.focus('dialog [name=speaker]')
    await suggested('dialog [name=speaker]')
    await page.fill('dialog [name=speaker]', ' b.  sample')
    await save(page)
    await page.locator('.remark-line').waitFor()
    assert.match(await page.textContent('.remark-line'), /\u201cb\.  sample\u201d is saved, .*\u201cB\. Sample\u201d/)
    await row(page, 'Town hall').locator('input').check()
    await page.locator('.selection').getByRole('button', { name: 'Label' }).click()
    await page.fill('dialog [name=speaker]', 'B. Sample')
    await save(page)
    await page.locator('.remark-line').waitFor({ state: 'detached' })
    await page.fill('.labels [name=speaker]', 'B. SAMPLE')
    await page.setInputFiles('#files', [{ ...SPEECH, name: 'spelt.opus' }])
    await page.locator('.remark-line').waitFor()
    assert.match(await page.textContent('.remark-line'), /\u201cB\. SAMPLE\u201d is saved/)
    await page.locator('.remark-line').getByRole('button', { name: 'Dismiss' }).click()
    assert.equal(await page.locator('.remark-line').count(), 0)
    const { recordings: [{ id }] } = await server.get('/recordings?search=spelt')
    await call('DELETE', `/recordings/${id}`)
    const { recordings: [hall] } = await server.get('/recordings?search=hall')
    await call('PATCH', `/recordings/${hall.id}`, { speaker: 'A. Example' })
  }),

  'deleting asks first, and other pages see it': on('/', async (page, context) => {
    const other = await context.newPage()
    await go(other, server, '/')
    await row(page, 'Nothing').getByRole('button', { name: /Delete/ }).click()
    await page.keyboard.press('Escape')
    assert.ok((await titles(page)).includes('Nothing'))
    await row(page, 'Nothing').getByRole('button', { name: /Delete/ }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await shows(page, ['Rally', 'Town hall'])
    assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'the focus is lost')
    await other.bringToFront()
    await shows(other, ['Rally', 'Town hall'])
  }),

  'several are selected, labelled and deleted together': on('/', async page => {
    await put('x.opus', { title: 'X' })
    await put('y.opus', { title: 'Y' })
    await row(page, 'X').locator('input').check()
    await row(page, 'Y').locator('input').check()
    assert.match(await page.textContent('.selection'), /2 recordings selected/)
    await page.getByRole('button', { name: 'Label' }).click()
    await page.fill('dialog [name=speaker]', 'C. Third')
    await save(page)
    assert.equal((await server.get('/recordings?speaker=C.+Third')).total, 2)
    await page.getByRole('button', { name: 'Label' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    assert.match(await page.textContent('dialog .problem'), /Nothing would change/)
    await page.fill('dialog [name=place]', 'Bergen')
    await page.check('dialog [name=empty-speaker]')
    assert.ok(await page.isDisabled('dialog [name=speaker]'))
    await save(page)
    const labelled = (await server.get('/recordings?search=bergen')).recordings
    assert.deepEqual(labelled.map(({ speaker, title }) => [speaker, title]).sort(), [['', 'X'], ['', 'Y']])
    await page.locator('.selection').getByRole('button', { name: 'Delete' }).click()
    assert.deepEqual((await page.locator('dialog .titles li').allTextContents()).sort(), ['X', 'Y'])
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await shows(page, ['Rally', 'Town hall'])
    assert.ok(!await page.isVisible('.selection'))
  }),

  'all that are shown are selected and deselected at once': on('/', async page => {
    const all = page.getByLabel('Select all that are shown')
    await all.check()
    assert.match(await page.textContent('.selection'), /2 recordings selected/)
    assert.deepEqual(await page.$$eval('.recordings tbody input', boxes => boxes.map(box => box.checked)), [true, true])
    await all.uncheck()
    assert.ok(!await page.isVisible('.selection'))
    await row(page, 'Rally').locator('input').check()
    assert.ok(await all.evaluate(box => box.indeterminate))
    await all.click()
    assert.match(await page.textContent('.selection'), /2 recordings selected/)
  }),

  'tables of what is selected, and of all that is found, are downloaded': on('/', async page => {
    const download = async (menu, name) => {
      await menu.locator('summary').click()
      const [file] = await Promise.all([page.waitForEvent('download'), menu.getByRole('link', { name }).click()])
      const rows = readFileSync(await file.path(), 'utf8').trimEnd().split('\n').map(line => line.split(','))
      return { name: file.suggestedFilename(), titles: [...new Set(rows.slice(1).map(([, title]) => title))], head: rows[0] }
    }
    await page.selectOption('#order-by', 'title desc')
    await shows(page, ['Town hall', 'Rally'])
    const all = await download(page.locator('.filters .menu'), 'Recordings')
    assert.deepEqual(all.titles, ['Town hall', 'Rally'])
    assert.equal(all.name, 'seremotion-recordings.csv')
    assert.ok(['speaker', 'party', 'share_anger'].every(column => all.head.includes(column)), all.head)
    await row(page, 'Rally').locator('input').check()
    assert.deepEqual((await download(page.locator('.selection .menu'), 'Segments')).titles, ['Rally'])
    assert.ok(await page.locator('.selection .menu').getByRole('link', { name: 'Windows' }).isVisible())
    await page.keyboard.press('Escape')
    await page.selectOption('#state', 'failed')
    await page.locator('.filters .menu').waitFor({ state: 'hidden' })
  }),

  'what is selected and not shown is told, and named before it is deleted': on('/', async page => {
    await page.getByLabel('Select all that are shown').check()
    await page.fill('#search', 'rally')
    await shows(page, ['Rally'])
    assert.match(await page.textContent('.selection b'), /^2 recordings selected, 1 of them not shown$/)
    await page.fill('#search', 'nowhere')
    await page.getByText('No recording is like that').waitFor()
    assert.match(await page.textContent('.selection b'), /^2 recordings selected, none of them shown$/)
    await page.locator('.selection').getByRole('button', { name: 'Delete' }).click()
    assert.deepEqual((await page.locator('dialog .titles li').allTextContents()).sort(), ['Rally', 'Town hall'])
    await page.keyboard.press('Escape')
    assert.equal((await server.get('/recordings')).total, 2)
  }),

  'a long list has pages': on('/', async page => {
    await clean()
    const made = await Promise.all(Array.from({ length: 55 }, (_, i) => put(`n${i}.bin`, { title: `Number ${String(i).padStart(2, '0')}` }, ['queued', 'analysing', 'failed', 'cancelled', 'done'], BROKEN.buffer)))
    await page.selectOption('#order-by', 'title asc')
    await page.waitForFunction(() => document.querySelectorAll('.title-link').length === 50)
    await page.getByLabel('Select all that are shown').check()
    await page.locator('.selection').getByRole('button', { name: 'Delete' }).click()
    assert.deepEqual((await page.locator('dialog .titles li').allTextContents()).slice(9), ['Number 09', 'and 40 more'])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'After' }).click()
    await shows(page, ['Number 50', 'Number 51', 'Number 52', 'Number 53', 'Number 54'])
    assert.match(await page.textContent('.paging'), /51 to 55 of 55/)
    await page.getByRole('button', { name: 'Before' }).click()
    await page.waitForFunction(() => document.querySelectorAll('.title-link').length === 50)
    for (const { id } of made) await call('DELETE', `/recordings/${id}`)
  }),

  // ---- a recording ----

  'a recording shows as soon as it is analysed': on('/', async page => {
    const { id } = await put('live.opus', { title: 'Live' }, ['queued', 'analysing', 'done'])
    await go(page, server, `/recordings/${id}`)
    await page.locator('#segment-rows tr').first().waitFor({ timeout: DONE })
    assert.equal(await page.textContent('h1'), 'Live')
    assert.match(await page.title(), /^Live/)
  }),

  'it shows what the API says, plays, and seeks by ranges': on('/', async page => {
    const recording = await put('plays.opus', { title: 'Plays', speaker: 'A. Example' })
    await go(page, server, `/recordings/${recording.id}#t=2`)
    const { segments, recording: { labels } } = await server.get(`/recordings/${recording.id}/analysis`)
    assert.equal(await page.locator('#segment-rows tr').count(), segments.emotion.length)
    assert.equal(await page.locator('#share-rows tr').count(), labels.length)
    assert.ok(await page.locator('#waveform canvas').count() > 0, 'no waveform')
    assert.match(await page.textContent('#clock'), /^0:02 /)
    await page.click('#play')
    await page.waitForFunction(() => document.getElementById('audio').currentTime > 2.3)
    await page.click('#play')
    const { duration, seekable } = await page.evaluate(() => {
      const audio = document.getElementById('audio')
      return { duration: audio.duration, seekable: audio.seekable.end(0) }
    })
    assert.ok(Math.abs(duration - recording.duration) < 0.3, `${duration} of ${recording.duration}`)
    assert.ok(seekable > 0)
    await page.evaluate(() => { location.hash = '#t=1' })
    await page.waitForFunction(() => Math.abs(document.getElementById('audio').currentTime - 1) < 0.05)
  }),

  'of a few windows it is said how few they are': on('/', async page => {
    const { id } = await put('short.opus', { title: 'Short' }, ['done'], readFileSync(join(dirname(sample), 'clips/anger.opus')))
    const { summary } = await server.get(`/recordings/${id}`)
    assert.equal(summary.speech_windows, 1)
    await row(page, 'Short').getByText(/ 100 % of 1 window$/).waitFor()
    assert.equal(await row(page, 'Short').locator('.little .share-bar').count(), 1)
    assert.match(await row(page, 'Short').locator('.duration').textContent(), /^0:0\d\.\d$/)
    await call('DELETE', `/recordings/${id}`)
  }),

  'a recording without speech says so, and nothing else': on('/', async page => {
    const { id } = await put('silence.wav', { title: 'Silence' }, ['done'], makeSilence(5))
    await go(page, server, `/recordings/${id}`)
    const text = await page.innerText('#summary')
    assert.match(text, /There is no speech in it/)
    assert.doesNotMatch(text, /n\/a|does not say how it confuses|Few windows|Who speaks was not separated|Strongest moments/)
    assert.match(await page.textContent('#notices .notice'), /No speech was found/)
    await call('DELETE', `/recordings/${id}`)
  }),

  'one track of several is named, and remedies are for who has no command line': on('/', async page => {
    const { recordings: [{ id }] } = await server.get('/recordings?search=plays')
    await page.route('**/analysis', async route => {
      const document = await (await route.fetch()).json()
      Object.assign(document.recording, { tracks: 2, language: 'de' })
      await route.fulfill({ json: document })
    })
    await go(page, server, `/recordings/${id}`)
    assert.match(await page.textContent('#notices .notice'), /^Heard is track 1 of 2 \(de\)\./)
    assert.doesNotMatch(await page.innerText('main'), /--segments|seremotion analyze|docs\//)
    assert.match(await page.innerText('#not-separated'), /upload a recording of each/)
    assert.match(await page.innerText('#facts'), /under 1 s of sound in all/)
  }),

  'no figure is cut off where there is little room': on('/', async page => {
    const { recordings: [{ id }] } = await server.get('/recordings?search=plays')
    for (const width of [1280, 1000, 768, 360]) {
      await page.setViewportSize({ width, height: 900 })
      await go(page, server, `/recordings/${id}`)
      await assertShown(page, '.shares td', `at ${width}`)
      assert.equal(await page.locator('.shares td.number:visible').count(), 18)
    }
  }),

  'every export is downloaded': on('/', async page => {
    const { recordings: [{ id }] } = await server.get('/recordings?search=plays')
    const { exports } = await server.get(`/recordings/${id}/exports`)
    assert.ok(exports.length >= 3)
    await go(page, server, `/recordings/${id}`)
    await page.locator('.menu').evaluate(menu => { menu.open = true })
    for (const { name, bytes, href } of exports) {
      const link = page.locator(`.menu a[download="${name}"]`)
      assert.equal(await link.getAttribute('href'), href)
      const answer = await page.request.get(server.url + href)
      if (name.endsWith('.csv')) assert.match(await answer.text(), new RegExp(`^id,title,speaker,.*\\n${id},`))
      else assert.equal((await answer.body()).length, bytes, name)
      assert.match(answer.headers()['content-disposition'], /^attachment; filename=/)
    }
    // Of a page that downloads all of them at once Chromium drops some.
    for (const { name, bytes } of [exports[0], exports.at(-1)]) {
      await page.locator('.menu').evaluate(menu => { menu.open = true })
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`.menu a[download="${name}"]`).click()])
      assert.equal(statSync(await download.path()).size, bytes, name)
    }
    const title = 'St\u00e4ndchen, \u201e1; 2\u201c'
    const { title: before } = await server.get(`/recordings/${id}`)
    const rename = title => page.request.patch(`${server.url}/api/v1/recordings/${id}`, { data: { title }, headers: { Origin: server.url } })
    assert.ok((await rename(title)).ok())
    for (const suffix of ['.html', '.windows.csv', '.TextGrid']) {
      await page.locator('.menu').evaluate(menu => { menu.open = true })
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`.menu a[download$="${suffix}"]`).click()])
      assert.equal(download.suggestedFilename(), title + suffix)
      assert.ok(statSync(await download.path()).size > 100)
    }
    await rename(before)
    await page.locator('.menu summary').focus()
    await page.keyboard.press('Escape')
    assert.ok(!await page.isVisible('.menu ul'))
  }),

  'what another model heard can be analysed again': on('/', async page => {
    const { recordings: [{ id }] } = await server.get('/recordings?search=plays')
    await page.route('**/api/v1/about', async route => {
      const about = await (await route.fetch()).json()
      about.model.id = 'ffffffffffffffff'
      await route.fulfill({ json: about })
    })
    await go(page, server, `/recordings/${id}`)
    const asked = page.waitForRequest(request => request.url().endsWith(`/${id}/retry`))
    await page.getByRole('button', { name: 'Analyse again' }).click()
    assert.equal((await asked).method(), 'POST')
    // Of course it was the same model.
    assert.match(await page.locator('.problem').textContent(), /that another model has heard/)
  }, /status of 409/),

  'it is edited and deleted on its page, and then gone': on('/', async page => {
    const { recordings: [{ id }] } = await server.get('/recordings?search=plays')
    await go(page, server, `/recordings/${id}`)
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.fill('dialog [name=title]', 'Renamed')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForFunction(() => document.querySelector('h1').textContent === 'Renamed')
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(`${server.url}/`)
    assert.equal((await fetch(`${server.url}/api/v1/recordings/${id}`)).status, 404)
  }),

  'what is deleted elsewhere while it is under way offers nothing any more': on('/', async page => {
    const { id } = await put('gone.opus', { title: 'Gone' })
    await page.route(`**/api/v1/recordings/${id}`, async route => {
      const recording = await (await route.fetch()).json()
      await route.fulfill({ json: { ...recording, state: 'analysing', progress: 0.08 } })
    })
    await go(page, server, `/recordings/${id}`)
    assert.match(await page.textContent('main'), /Analysing, 8 %/)
    await call('DELETE', `/recordings/${id}`)
    await page.getByText('This recording has been deleted').waitFor()
    assert.doesNotMatch(await page.textContent('main'), /Analysing/)
    assert.equal(await page.locator('main button').count(), 0)
    assert.match(await page.title(), /^Gone/)
  }),

  // ---- all of it ----

  async 'no page has serious findings of axe-core, jumps, or is too wide, on desktop and phone, light and dark' () {
    await clean()
    const { id } = await put('last.opus', { title: 'A title that is long enough to need more than one line on a phone', speaker: 'A. Example', date: '2024-01-31' })
    await put('broken.bin', {}, ['failed'], BROKEN.buffer)
    const { recordings } = await server.get('/recordings?state=failed')
    for (const viewport of [{ width: 1280, height: 900 }, { width: 360, height: 740 }]) {
      for (const colorScheme of ['light', 'dark']) {
        for (const path of ['/', `/recordings/${id}`, `/recordings/${recordings[0].id}`, '/compare', '/microphone', '/sign-in', '/nowhere']) {
          const { page, close } = await open(browser, server, path, { viewport, colorScheme, bypassCSP: true })
          const what = `${path} at ${viewport.width}, ${colorScheme}`
          await assertFits(page, what)
          const shift = await page.evaluate(() => new Promise(resolve => {
            let sum = 0
            new PerformanceObserver(list => { for (const entry of list.getEntries()) sum += entry.value }).observe({ type: 'layout-shift', buffered: true })
            setTimeout(() => resolve(sum), 300)
          }))
          assert.ok(shift < 0.1, `${what} jumps: ${shift}`)
          // It takes seconds: each width and each theme once.
          if ((colorScheme === 'light') === (viewport.width > 1000)) assert.deepEqual(await findSerious(page), [], what)
          await close()
        }
      }
    }
  },

  'all is reached by keys, and the focus is seen': on('/', async page => {
    const seen = new Set()
    for (let i = 0; i < 45; i++) {
      await page.keyboard.press('Tab')
      const found = await page.evaluate(() => {
        const node = document.activeElement
        return node === document.body ? null : { name: node.id || node.getAttribute('aria-label') || node.textContent, outline: getComputedStyle(node).outlineStyle }
      })
      if (!found) continue // the browser's own controls are next
      assert.notEqual(found.outline, 'none', `${found.name} shows no focus`)
      seen.add(found.name)
    }
    for (const name of ['Skip to the content', 'Microphone', 'theme', 'choose', 'url', 'search', 'state', 'order-by']) assert.ok(seen.has(name), `${name} is not reached: ${[...seen]}`)
    assert.ok([...seen].some(name => name.startsWith('Delete')))
  }),

  'a theme that is chosen holds for all pages': on('/', async page => {
    await page.click('#theme')
    const theme = await page.evaluate(() => document.documentElement.dataset.theme)
    await go(page, server, '/compare')
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), theme)
  }),

  async 'a server that is gone is told of' () {
    const { page, close } = await open(browser, server, '/')
    await page.getByLabel('Select all that are shown').check()
    await server.stop()
    await page.getByText('The server is out of reach').waitFor({ timeout: 20000 })
    await page.getByRole('link', { name: 'Compare speakers' }).click()
    await page.getByText('The server does not answer').waitFor()
    assert.match(await page.textContent('.selection'), /2 recordings selected/, 'the choice is kept')
    await close()
  },
}

await run(tests)
await browser.close()
