// build.mjs - the report page as one file, in which script and style are inside; the dashboard as a page and its assets
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node build.mjs FOLDER
//
// writes into FOLDER report.html, dashboard.html, dashboard.js, dashboard.css and microphone-worklet.js.
//
// Beside it lie docs/ and models/ with those of the project's documents that pages show.
//
// In src/*.html, {{include NAME}} is the file src/NAME, and {{NAME}} what is made here. Marks {{seremotion-NAME}} stay: the
// program puts a recording's own in their place, or a response's.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { textsPlugin } from './texts.mjs'

const REPORT_MARKS = ['title', 'media-source', 'analysis', 'media', 'sound', 'peaks']
const DASHBOARD_MARKS = ['nonce']

const BUNDLED = ['uplot', 'wavesurfer.js']

const folder = process.argv[2]

const write = (name, text) => writeFileSync(join(folder, name), text)

/** The licences of what is bundled, which want to go where it goes. */
function readLicences (names) {
  const texts = names.map(name => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}`)
  return `/*!\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/`
}

async function bundle (entry, banner, plugins = []) {
  const options = { bundle: true, plugins, minify: true, write: false, target: 'es2020', format: 'iife', legalComments: 'none' }
  const result = await build({ ...options, entryPoints: [entry], banner, logLevel: 'warning' })
  return result.outputFiles[0].text.trim()
}

/** A page with what it includes. */
const readPage = name => readFileSync(`src/${name}`, 'utf8')
  .replace(/\{\{include (.*?)\}\}/g, (_, part) => readFileSync(`src/${part}`, 'utf8').trimEnd())

function check (page, marks) {
  const found = [...page.matchAll(/\{\{seremotion-(.*?)\}\}/g)].map(match => match[1])
  const missing = marks.filter(mark => !found.includes(mark))
  const unknown = found.filter(mark => !marks.includes(mark))
  if (missing.length || unknown.length) throw new Error(`marks of the page: ${missing} are missing, ${unknown} unknown`)
}

async function makeReport () {
  const script = await bundle('src/report.js', { js: readLicences(BUNDLED) })
  if (/<\/script|<!--/i.test(script)) throw new Error('the script holds what ends it inside a page')
  const parts = {
    style: await bundle('src/report.css'),
    script,
    hash: createHash('sha256').update(script).digest('base64'),
  }
  const page = readPage('report.html').replace(/\{\{(style|script|hash)\}\}/g, (_, name) => parts[name])
  check(page, REPORT_MARKS)
  write('report.html', page)
}

async function makeDashboard () {
  const page = readPage('dashboard.html')
  check(page, DASHBOARD_MARKS)
  // The server's policy has no room for either.
  if (/<style|<script>|\sstyle=|\son\w+=/i.test(page)) throw new Error('dashboard.html holds script or style')
  write('dashboard.html', page)
  write('dashboard.js', await bundle('src/dashboard.js', { js: readLicences(BUNDLED) }, [textsPlugin('.')]))
  write('dashboard.css', await bundle('src/dashboard.css', { css: readLicences(['uplot']) }))
  write('microphone-worklet.js', await bundle('src/demo/microphone-worklet.js'))
}

await makeReport()
await makeDashboard()
