// compare.mjs - tests of the comparison of speakers in Chromium, on a server of the program
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node compare.mjs PROGRAM CHROMIUM SAMPLE
//
// SAMPLE is a recording of speech. Both speakers say nearly the same, so that no difference may show.

import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromium } from 'playwright-core'
import { assertFits, assertShown, findSerious, go, makeSilence, open, run, serve } from './served.mjs'

const [program, executablePath, sample] = process.argv.slice(2)
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--no-first-run', '--mute-audio']
const DONE = 180000 // ms that the analyses may take

const server = await serve(program, '--no-preload')
const browser = await chromium.launch({ executablePath, args: ARGS })

const on = (path, test, forgiven = null) => async () => {
  const { page, faults, close } = await open(browser, server, path)
  try {
    await test(page)
    assert.deepEqual(faults.filter(fault => !forgiven?.test(fault)), [])
  } finally {
    await close()
  }
}

const longer = join(dirname(sample), 'recordings/report.opus')

/** The beginning of an Ogg file, to the end of a page: another recording than the whole. */
function cut (file, share) {
  const bytes = readFileSync(file)
  return bytes.subarray(0, bytes.indexOf('OggS', Math.floor(share * bytes.length)))
}

/** Recordings that are analysed: the sample, or another `body`. */
async function put (all) {
  const ids = []
  for (const { body = readFileSync(sample), ...labels } of all) {
    const response = await fetch(`${server.url}/api/v1/recordings?${new URLSearchParams({ name: 'sample.opus', ...labels })}`, { method: 'POST', body })
    assert.equal(response.status, 201)
    ids.push((await response.json()).id)
  }
  for (let i = 0; i < DONE / 100; i++) {
    const states = await Promise.all(ids.map(async id => (await server.get(`/recordings/${id}`)).state))
    if (states.every(state => state === 'done')) break
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return ids
}

const percent = value => `${(100 * value).toFixed(0)} %`

const tests = {
  'without speakers it says what to do': on('/compare', async page => {
    assert.match(await page.textContent('main'), /No recording says who speaks yet/)
  }),

  'recordings without a speaker are named, and labelled there': on('/', async page => {
    const ids = await put([{ title: 'First', body: readFileSync(longer) }, { title: 'Second', speaker: 'B. Sample' }])
    await go(page, server, '/')
    for (const title of ['First', 'Second']) await page.getByLabel(`Select ${title}`).check()
    await page.getByRole('link', { name: 'Compare speakers' }).click()
    await page.waitForSelector('body[data-ready]')
    assert.match(await page.textContent('.unready'), /First.*does not say who speaks/)
    await page.getByRole('button', { name: 'Name the speaker of First' }).click()
    await page.fill('dialog [name=speaker]', 'A. Example')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.locator('#shares-title').waitFor()
    // One recording each says little, and the page says so.
    assert.match(await page.textContent('.notice'), /No pair of speakers has enough recordings/)
    assert.match(await page.textContent('.differences'), /Not tested: so few recordings cannot give a p under 1\.000/)
    for (const id of ids) await fetch(`${server.url}/api/v1/recordings/${id}`, { method: 'DELETE' })
  }),

  'speakers that are chosen are compared, and what is shown is what the API says': on('/', async page => {
    const who = ['A. Example', 'B. Sample']
    const ids = await put(who.flatMap((speaker, k) => [1, 2, 3, 4, 5].map(i => ({ title: `${speaker} ${i}`, speaker, date: `2024-0${i}`, body: cut(longer, 0.98 - 0.1 * i + 0.05 * k) }))))
    await go(page, server, '/compare')
    assert.ok(await page.isDisabled('button:text("Compare")'))
    for (const speaker of who) await page.getByLabel(speaker).check()
    // A server that does not answer loses no choice.
    await page.context().setOffline(true)
    await page.click('button:text("Compare")')
    await page.getByText('The server does not answer').waitFor()
    for (const speaker of who) assert.ok(await page.getByLabel(speaker).isChecked())
    await page.context().setOffline(false)
    const answer = page.waitForResponse(response => response.url().endsWith('/comparisons'))
    await page.click('button:text("Compare")')
    const response = await answer
    const { comparison, exports } = await response.json()
    const { recordings: asked } = response.request().postDataJSON()
    assert.deepEqual([...asked].sort(), ids.sort())
    await page.locator('#shares-title').waitFor()
    const shown = await page.$$eval('.by-speaker td.number', cells => cells.map(cell => cell.firstChild.textContent))
    const expected = comparison.labels.flatMap(label => comparison.speakers.flatMap(({ shares }) => [percent(shares[label].plain.value), percent(shares[label].corrected.value)]))
    assert.deepEqual(shown, expected)
    assert.ok(comparison.tests > 0)
    assert.equal(await page.locator('.differences tbody tr').count(), comparison.labels.length)
    assert.match(await page.textContent('.differences'), /No more than chance may make|Smaller than the model\u2019s own gap/)
    const remarks = await page.locator('.remark-cell').allTextContents()
    comparison.differences.forEach(({ equal }, i) => assert.equal(/all recordings have the same share/.test(remarks[i]), equal, remarks[i]))
    assert.ok(comparison.differences.some(({ equal }) => equal), 'every emotion was heard')
    assert.ok(!/More than chance would explain/.test(await page.textContent('.differences')))
    assert.equal(await page.locator('.panel').count(), comparison.labels.length + 2)
    for (const { name } of exports) {
      await page.locator('.menu').evaluate(menu => { menu.open = true })
      const [download] = await Promise.all([page.waitForEvent('download'), page.click(`.menu a[download="${name}"]`)])
      assert.ok(statSync(await download.path()).size > 500, name)
    }
    // A moment is heard where it is.
    const moment = comparison.speakers[0].moments[0]
    const id = asked[moment.recording]
    const link = page.locator('.moments a.time').first()
    const time = await link.textContent()
    assert.equal(time, `0:${String(Math.floor(moment.time)).padStart(2, '0')}`)
    await link.click()
    await page.waitForURL(`${server.url}/recordings/${id}#t=*`)
    await page.waitForFunction(time => Math.abs(document.getElementById('audio')?.currentTime - time) < 0.2, moment.time)
    // What is said of it there is the same, at the same time.
    assert.ok((await page.textContent('#readout')).startsWith(time))
    assert.match(await page.textContent('.readout-part'), new RegExp(`^Window:${moment.emotion} ${percent(moment.score)}`))
    assert.match(await page.textContent('#clock'), new RegExp(`^${time} /`))
  }, /ERR_INTERNET_DISCONNECTED/),

  'copies, silence and hardly any speech are told of': on('/', async page => {
    const ids = await put([{ title: 'Whole', speaker: 'A. Example', body: readFileSync(longer) }, { title: 'Copy', speaker: 'A. Example', body: readFileSync(longer) },
      { title: 'Mine', speaker: 'B. Sample' }, { title: 'Yours', speaker: 'C. Third' }, { title: 'Nothing', speaker: 'B. Sample', body: makeSilence(5) },
      { title: 'Short', speaker: 'B. Sample', body: cut(longer, 0.2) }])
    await go(page, server, `/compare?ids=${ids.join(',')}`)
    const text = (await page.locator('.notice').allTextContents()).join('\n')
    assert.match(text, /Copy is left out: it has the same sound as Whole, which counts once/)
    assert.match(text, /Mine is left out: it has the same sound as Yours, which is said to be of C\. Third/)
    assert.match(text, /Yours is left out: it has the same sound as Mine, which is said to be of B\. Sample/)
    assert.match(text, /Nothing is left out: no speech was found in it/)
    assert.match(text, /hardly any speech in Short \(\d windows?\)/)
    assert.doesNotMatch(text, /--allow|Whole is/)
    assert.match(await page.textContent('main > details'), /Short.*\d windows? with speech/s)
    for (const id of ids) await fetch(`${server.url}/api/v1/recordings/${id}`, { method: 'DELETE' })
  }),

  'what ends early is left out, and compared where that is wanted': on('/', async page => {
    const [whole, early] = await put([{ title: 'Whole', speaker: 'A. Example', body: readFileSync(longer) }, { title: 'Early', speaker: 'B. Sample' }])
    // As if its end were missing.
    const tell = async (route, change) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: change(await answer.json()) })
    }
    const asked = []
    await page.route('**/api/v1/comparisons', route => {
      const { allow_truncated: allowed } = route.request().postDataJSON()
      asked.push(allowed)
      return tell(route, answer => {
        const { recordings, failures } = answer.comparison
        recordings[1].truncated = true
        if (allowed) return answer
        Object.assign(recordings[1], { heard: false, fault: 'truncated' })
        failures.push('sample.opus: truncated; --allow-truncated keeps them')
        return answer
      })
    })
    await go(page, server, `/compare?ids=${whole},${early}`)
    assert.match(await page.textContent('.notice'), /Left out, since the sound ends early: Early/)
    assert.doesNotMatch(await page.textContent('main'), /--allow-truncated/)
    await page.getByRole('button', { name: 'Compare what there is of it' }).click()
    await page.getByText('The sound ends early, and is compared all the same: Early.').waitFor()
    assert.deepEqual(asked, [false, true])
    await page.reload()
    await page.getByText('The sound ends early, and is compared all the same: Early.').waitFor()
    for (const id of [whole, early]) await fetch(`${server.url}/api/v1/recordings/${id}`, { method: 'DELETE' })
  }),

  'recordings that have been deleted are told of': on('/', async page => {
    const { recordings } = await server.get('/recordings?state=done')
    await go(page, server, `/compare?ids=${recordings.map(({ id }) => id).join(',')}`)
    const ids = recordings.map(({ id }) => id)
    await fetch(`${server.url}/api/v1/recordings/${ids[0]}`, { method: 'DELETE' })
    const { page: other, close } = await open(browser, server, `/compare?ids=${ids.join(',')}`)
    assert.match(await other.textContent('.notice'), /1 recording of those asked for has been deleted/)
    await close()
  }),

  async 'it has no serious findings of axe-core and fits a phone, light and dark' () {
    const { recordings } = await server.get('/recordings?state=done')
    for (const viewport of [{ width: 1280, height: 900 }, { width: 800, height: 900 }, { width: 360, height: 740 }]) {
      for (const colorScheme of ['light', 'dark']) {
        const { page, close } = await open(browser, server, `/compare?ids=${recordings.map(({ id }) => id).join(',')}`, { viewport, colorScheme, bypassCSP: true })
        await page.locator('#shares-title').waitFor()
        await assertFits(page, `at ${viewport.width}, ${colorScheme}`)
        await assertShown(page, '.compared td', `at ${viewport.width}, ${colorScheme}`)
        assert.deepEqual(await findSerious(page), [], `at ${viewport.width}, ${colorScheme}`)
        await close()
      }
    }
  },
}

await run(tests)
await browser.close()
await server.stop()
