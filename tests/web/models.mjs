// models.mjs - tests of the pages about data, models and experiments in Chromium, on a server of the program
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node models.mjs PROGRAM CHROMIUM
//
// What a page shows is held to what the API says.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { assertFits, findSerious, go, open, run, serve } from './served.mjs'

const [program, executablePath] = process.argv.slice(2)
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--autoplay-policy=no-user-gesture-required', '--mute-audio']
const PATHS = ['/data', '/models', '/models?beside=cnn-lstm,crnn-attention', '/models/cnn-lstm', '/experiments', '/experiments/report-architecture', '/model-card']

const server = await serve(program, '--no-preload')
const browser = await chromium.launch({ executablePath, args: ARGS })

const percent = (value, digits = 1) => `${(100 * value).toFixed(digits)} %`

const texts = (page, selector) => page.$$eval(selector, nodes => nodes.map(node => node.textContent.trim()))

/** Texts of a column of a table, of what stands first in its cells. */
const column = (page, table, i) => page.$$eval(`${table} tbody tr`, (rows, i) => rows.map(row => (row.cells[i].childNodes[0]?.textContent ?? '').trim()), i)

/** A test with a page of its own, of which no fault is forgiven. */
const on = (path, test, options) => async () => {
  const { page, context, faults, close } = await open(browser, server, path, options)
  try {
    await test(page, context)
    assert.deepEqual(faults, [])
  } finally {
    await close()
  }
}

const numberOf = text => text === '\u2013' || text === '' ? null : Number(text.replaceAll(',', '').replace('\u2212', '-').replace(/[^0-9.-].*$/, ''))

/** Clicks each head of a table twice: its rows are in order then, one way and the other. */
async function assertSorts (page, table) {
  const heads = page.locator(`${table} thead th:has(button)`)
  const offset = await page.locator(`${table} thead th`).count() - await heads.count()
  for (let i = 0; i < await heads.count(); i++) {
    const orders = []
    for (let turn = 0; turn < 2; turn++) {
      await heads.nth(i).locator('button').click()
      orders.push(await heads.nth(i).getAttribute('aria-sort'))
      assert.equal(await page.locator(`${table} [aria-sort]`).count(), 1)
      const values = (await column(page, table, i + offset)).filter(text => text !== '\u2013')
      const isNumber = await heads.nth(i).evaluate(node => node.classList.contains('number'))
      const keys = isNumber ? values.map(numberOf) : values
      const sorted = [...keys].sort((a, b) => isNumber ? a - b : a.localeCompare(b, 'en'))
      assert.deepEqual(keys, orders[turn] === 'descending' ? sorted.reverse() : sorted, `column ${i}, ${orders[turn]}`)
    }
    assert.deepEqual(orders.sort(), ['ascending', 'descending'])
  }
}

/** Opens all that folds out. */
const unfold = page => page.$$eval('details', all => { for (const details of all) details.open = true })

const tests = {
  'the table of models is what the API says, in any order': on('/models', async page => {
    const { models } = await server.get('/models')
    assert.equal(models.length, 6)
    const shown = await column(page, '.sortable', 3)
    const byUar = [...models].sort((a, b) => b.crossval.uar - a.crossval.uar)
    assert.deepEqual(shown, byUar.map(({ crossval }) => percent(crossval.uar)))
    assert.deepEqual(await column(page, '.sortable', 1), byUar.map(({ title }) => title))
    assert.deepEqual(await column(page, '.sortable', 7), byUar.map(({ parameters }) => parameters.toLocaleString('en')))
    assert.equal(await page.locator('.whiskers .fold-mark').count(), models.reduce((sum, { crossval }) => sum + crossval.folds.length, 0))
    await assertSorts(page, '.sortable')
    assert.match(await page.textContent('main'), /The report is an earlier text, not part of this project/)
    assert.match(await page.textContent('main'), /5,890 or 5,885 clips|5,885 or 5,890 clips/)
    assert.match(await page.textContent('main'), /without the ones that training leaves out/)
  }),

  'keys sort and choose': on('/models', async page => {
    await page.focus('.sortable th button')
    await page.keyboard.press('Enter')
    assert.equal(await page.locator('.sortable th').nth(1).getAttribute('aria-sort'), 'ascending')
    assert.ok(await page.evaluate(() => document.activeElement.matches('.sort')), 'the focus is lost')
    await page.locator('.sortable input').nth(0).focus()
    await page.keyboard.press('Space')
    assert.match(await page.textContent('#beside'), /another one/)
    await page.locator('.sortable input').nth(1).focus()
    await page.keyboard.press('Space')
    await page.waitForSelector('#beside section')
    assert.equal(await page.locator('#beside .matrix').count(), 2)
  }),

  'models beside each other share their axes, and the address keeps them': on('/models', async page => {
    for (const name of ['lstm', 'crnn-attention']) await page.locator(`.sortable tr:has(a[href="/models/${name}"]) input`).check()
    await page.waitForSelector('#beside section')
    assert.match(page.url(), /\?beside=lstm,crnn-attention$/)
    await page.reload()
    await page.waitForSelector('#beside section')
    assert.equal(await page.locator('.sortable input:checked').count(), 2)
    assert.equal(await page.locator('#beside .u-wrap').count(), 6)
    const { runs } = await server.get('/models/crnn-attention')
    const plot = page.locator('#beside .u-over').nth(2)
    await plot.scrollIntoViewIfNeeded()
    const box = await plot.boundingBox()
    await page.mouse.move(box.x + 1, box.y + 20)
    const first = runs.map(run => run.history[0].valid_loss)
    const loss = (first.reduce((sum, value) => sum + value, 0) / first.length).toFixed(3)
    const readouts = await texts(page, '#beside .readout')
    assert.ok(readouts.some(text => text.startsWith('Epoch 1:') && text.includes(`${loss} validation`)), readouts.join('\n'))
    assert.equal(readouts.filter(text => text.startsWith('Epoch 1:')).length, 2, 'the cursor is in one chart only')
    await page.locator('.sortable input:checked').first().uncheck()
    await page.waitForFunction(() => !document.querySelector('#beside section'))
  }),

  'one model in full: drawing, layers, folds, confusion, bins, groups': on('/models/cnn-lstm', async page => {
    const { report, layers, runs } = await server.get('/models/cnn-lstm')
    await unfold(page)
    await page.waitForFunction(() => [...document.images].every(image => image.complete && image.naturalWidth > 0))
    const all = await page.textContent('main')
    assert.ok(all.includes(runs[0].command))
    for (const layer of layers.filter(({ parameters }) => parameters)) assert.ok(all.includes(layer.parameters.toLocaleString('en')), layer.kind)
    for (const fold of report.folds) assert.ok(all.includes(percent(fold.uar)), 'a fold is missing')
    const cells = await page.$$eval('.matrix tbody tr', rows => rows.map(row => [...row.cells].slice(1, -1).map(cell => cell.textContent)))
    const expected = report.confusion.map(row => row.map(n => `${Math.round(100 * n / row.reduce((a, b) => a + b))} %${n.toLocaleString('en')}`))
    assert.deepEqual(cells, expected)
    for (const bin of report.calibration.after.bins) assert.ok(all.includes(percent(bin.accuracy)))
    for (const group of Object.values(report.by_group)) assert.ok(all.includes(percent(group.uar)))
  }),

  'experiments: all are listed, each leads to its table': on('/experiments', async page => {
    const { experiments } = await server.get('/experiments')
    assert.ok(experiments.length >= 6)
    assert.equal(await page.locator('.sortable tbody tr').count(), experiments.length)
    await assertSorts(page, '.sortable')
    await page.click('a[href="/experiments/augment"]')
    await page.waitForSelector('body[data-ready] .sortable')
    assert.match(await page.textContent('main'), /the report found that it lowers accuracy/)
  }),

  'a table of trainings is sorted by every column, and its best is marked with a warning': on('/experiments/mfcc', async page => {
    const { runs } = await server.get('/experiments/mfcc')
    const best = Math.max(...runs.map(({ uar }) => uar))
    assert.equal(await page.locator('.badge').count(), runs.filter(({ uar }) => uar === best).length)
    assert.ok((await page.textContent('tr:has(.badge)')).includes(percent(best)))
    assert.match(await page.textContent('.caution'), /not the best network.*Nine|nine actors/s)
    await assertSorts(page, '.sortable')
  }),

  'trainings are filtered by words and by a column': on('/experiments/report-architecture', async page => {
    const count = () => page.locator('.sortable tbody tr').count()
    const all = await count()
    await page.fill('input[type=search]', 'layers=3')
    assert.equal(await count(), 1)
    assert.match(await page.textContent('.filters'), new RegExp(`1 of ${all} runs`))
    await page.fill('input[type=search]', '64 layers=2')
    assert.ok(await count() > 1)
    await page.fill('input[type=search]', 'nothing is like that')
    assert.equal(await count(), 0)
    await page.fill('input[type=search]', '')
    assert.equal(await count(), all)
  }),

  'trainings beside each other, with commands to copy': on('/experiments/report-architecture', async (page, context) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    for (const i of [0, 4]) await page.locator('.sortable input').nth(i).check()
    await page.waitForFunction(() => document.querySelectorAll('#beside .matrix').length === 2)
    const { runs } = await server.get('/experiments/report-architecture')
    const { command, confusion } = await server.get(`/experiments/report-architecture/runs/${runs[4].id}`)
    const cells = await page.$$eval('#beside .matrix', ([, second]) => [...second.tBodies[0].rows].map(row => [...row.cells].slice(1, -1).map(cell => Number(cell.querySelector('small').textContent))))
    assert.deepEqual(cells, confusion)
    await page.locator('.command button').nth(1).click()
    await page.waitForFunction(() => /copied/.test(document.querySelectorAll('.command')[1].textContent))
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), command)
  }),

  'a table comes as CSV, as it is shown': on('/experiments/augment', async page => {
    const { columns, runs } = await server.get('/experiments/augment')
    await page.fill('input[type=search]', 'preset=crnn-attention')
    await page.click('.sortable thead button:text("UAR")')
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Download as CSV')])
    assert.equal(download.suggestedFilename(), 'augment.csv')
    const [head, ...lines] = readFileSync(await download.path(), 'utf8').trimEnd().split('\r\n')
    assert.equal(head, ['run', ...columns, 'uar', 'accuracy', 'train_accuracy', 'loss', 'macro_f1', 'ece', 'kept_epoch', 'parameters', 'seconds', 'id'].join(','))
    const expected = runs.filter(({ values }) => values[columns.indexOf('preset')] === 'crnn-attention').sort((a, b) => b.uar - a.uar).map(({ id }) => id)
    assert.deepEqual(lines.map(line => line.split(',').at(-1)), expected)
    assert.ok(lines.some(line => line.includes('"noise(5:20,p=0.4)')), 'what holds a comma is quoted')
  }),

  'tables of one\u2019s own, whose runs are not all finished': async () => {
    const { runs: [finished] } = await server.get('/experiments/models')
    const document = await server.get(`/experiments/models/runs/${finished.id}`)
    const grid = { schema: 'seremotion-tune-1', version: document.version, title: 'Mine', fixed: [], columns: ['seed'],
      runs: [{ id: '0123456789abcdef', values: ['2'] }, { id: finished.id, values: ['10'] }, { id: 'fedcba9876543210', values: ['1'] }] }
    mkdirSync('own/runs', { recursive: true })
    writeFileSync('own/grid.json', JSON.stringify(grid))
    writeFileSync(`own/runs/${finished.id}.json`, JSON.stringify(document))
    const own = await serve(program, '--no-preload', '--experiments', 'own')
    const { page, faults, close } = await open(browser, own, '/experiments')
    assert.match(await page.textContent('tr:has(a[href="/experiments/own"])'), /Mine.*your folder/)
    await go(page, own, '/experiments/own')
    assert.equal(await page.locator('.badge').count(), 0, 'one result alone is no best')
    await page.click('.sortable thead button:text-is("seed")')
    assert.deepEqual(await column(page, '.sortable', 2), ['1', '2', '10'])
    for (const head of ['UAR', 'UAR', 'Epoch']) {
      await page.click(`.sortable thead button:text-is("${head}")`)
      assert.equal((await column(page, '.sortable', 3))[0], percent(finished.uar), 'what has no result comes last')
    }
    for (let i = 0; i < 3; i++) await page.locator('.sortable input').nth(i).check()
    await page.waitForSelector('#beside .matrix')
    assert.equal(await page.locator('#beside .matrix').count(), 1)
    assert.match(await page.textContent('#beside'), /1 of the 3/)
    assert.deepEqual(faults, [])
    await close()
    await own.stop()
  },

  'the model card says what the documents say, with figures of the API': on('/model-card', async page => {
    const all = await page.textContent('main')
    for (const text of ['It does not carry over to other recording conditions.', 'not meant for', 'The command', 'gate.safetensors']) assert.ok(all.includes(text), text)
    const { default: served } = await server.get('/models')
    const { crossval } = await server.get('/models/default')
    assert.ok(all.includes(served.id))
    assert.ok(all.includes(percent(crossval.uar)))
    assert.ok(!/\[object|undefined|!\[/.test(all))
    // What the corpus says is what the card says; a path is a way where there is a page.
    const { votes, clips } = await server.get('/corpora/crema-d')
    assert.ok(all.includes(`${percent(votes.plurality)} of the clips`))
    assert.ok(clips !== crossval.clips && all.includes(`${clips.toLocaleString('en')} of their ${crossval.clips.toLocaleString('en')} clips`))
    assert.doesNotMatch(all, /docs\/(default-model|experiments)\.md|models\/README\.md/)
    assert.match(all, /Paths of files.*are those in the project\u2019s source/)
    const shown = await texts(page, 'h2')
    assert.ok(shown.indexOf('What it cannot do') < shown.indexOf('How well it does'), 'limits come first')
    assert.ok(await page.locator('.u-wrap').count() >= 4, 'pictures are drawn')
    assert.equal(await page.locator('.matrix').count(), 1)
    for (const href of new Set(await page.$$eval('main a', links => links.map(link => link.href)))) {
      if (href.startsWith(server.url)) assert.equal((await fetch(href)).status, 200, href)
    }
  }),

  'data: a corpus in figures, and another': on('/data', async page => {
    const { corpora } = await server.get('/corpora')
    const crema = await server.get('/corpora/crema-d')
    let all = await page.textContent('main')
    for (const text of [crema.title, crema.licence, crema.citation, crema.clips.toLocaleString('en'), ...crema.left_out.map(text => text.replaceAll('`', ''))]) assert.ok(all.includes(text), text)
    const votes = await page.$$eval('.matrix tbody tr', rows => rows.map(row => [...row.cells].slice(1, -1).map(cell => cell.textContent)))
    assert.deepEqual(votes, crema.votes.shares.map(row => row.map(share => percent(share, 0))))
    assert.equal(await page.locator('.boxes .box').count(), 4 * crema.labels.length, 'duration, loudness, and pitch of women and men')
    assert.ok(all.includes(`${crema.by_label[0].loudness.median.toFixed(1).replace('-', '\u2212')}`))
    assert.equal(await page.locator('.balances tbody tr').count(), 1 + crema.by_split.length + crema.by_group.length)
    const other = corpora.find(({ name }) => name !== 'crema-d')
    await page.click(`a[href="/data?corpus=${other.name}"]`)
    await page.waitForSelector('body[data-ready]')
    all = await page.textContent('main')
    assert.ok(all.includes((await server.get(`/corpora/${other.name}`)).citation))
  }),

  'a clip is heard, and the playhead moves over its pictures': on('/data', async page => {
    const { examples } = await server.get('/examples')
    assert.match(await page.textContent('.remark'), /synthetic/)
    await page.locator('.chips button').last().click()
    assert.equal(await page.locator('.chips [aria-pressed=true]').textContent(), examples.at(-1).title)
    await page.waitForFunction(() => document.querySelector('audio').readyState >= 1)
    await page.waitForFunction(() => [...document.querySelectorAll('.example-picture img')].every(image => image.complete && image.naturalWidth > 0))
    await page.waitForFunction(() => document.querySelector('.example-waveform div')?.shadowRoot?.querySelector('canvas'))
    const duration = await page.evaluate(() => document.querySelector('audio').duration)
    assert.ok(Math.abs(duration - examples.at(-1).duration) < 0.1, `${duration} s`)
    const place = () => page.evaluate(() => {
      const head = document.querySelector('.example-head').getBoundingClientRect()
      const picture = document.querySelector('.example-picture img').getBoundingClientRect()
      return (head.left + head.width / 2 - picture.left) / picture.width
    })
    const picture = await page.locator('.example-picture img').first().boundingBox()
    await page.locator('.example-picture img').first().click({ position: { x: picture.width / 2, y: 20 } })
    await page.waitForFunction(() => !document.querySelector('audio').seeking)
    assert.ok(Math.abs(await place() - 0.5) < 0.01, `the playhead is at ${await place()}`)
    await page.evaluate(() => document.querySelector('audio').play())
    await page.waitForFunction(half => document.querySelector('audio').currentTime > half + 0.3, duration / 2)
    assert.ok(await place() > 0.53, `the playhead is at ${await place()}`)
  }),

  'what does not exist is said, and a part that fails leaves the others': async () => {
    const missing = await open(browser, server, '/models/no-such')
    assert.match(await missing.page.textContent('main'), /Not found.*no-such/s)
    await missing.close()
    const { page, close } = await open(browser, server, '/experiments')
    await page.route('**/api/v1/examples', route => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"No","status":503,"detail":"clips are out"}' }))
    await go(page, server, '/data')
    assert.match(await page.textContent('main [role=alert]'), /clips are out/)
    assert.ok(await page.locator('.matrix').count() > 0)
    await close()
  },

  'pages have room on a phone': on('/data', async page => {
    for (const path of PATHS) {
      await go(page, server, path)
      await unfold(page)
      await page.waitForTimeout(200)
      await assertFits(page, path)
    }
  }, { viewport: { width: 360, height: 740 } }),

  'charts take the colours of the theme': on('/models/cnn', async page => {
    const shade = () => page.evaluate(() => document.querySelector('.u-wrap canvas').toDataURL())
    await page.waitForSelector('.u-wrap canvas')
    await page.waitForTimeout(200)
    const light = await shade()
    await page.click('#theme')
    await page.waitForTimeout(200)
    assert.notEqual(await shade(), light)
  }),

  'axe-core finds nothing serious, in light and dark': async () => {
    for (const colorScheme of ['light', 'dark']) {
      for (const path of PATHS) {
        const { page, close } = await open(browser, server, path, { colorScheme, bypassCSP: true })
        await unfold(page)
        await page.waitForTimeout(200)
        assert.deepEqual(await findSerious(page), [], `${path}, ${colorScheme}`)
        await close()
      }
    }
  },
}

await run(tests)
await browser.close()
await server.stop()
