// build.mjs - the report page as one file, in which script and style are inside
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// usage: node build.mjs OUTPUT
//
// Marks {{seremotion-NAME}} stay: the program puts a recording's own in their place.

import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

const MARKS = ['title', 'media-source', 'analysis', 'media', 'sound', 'peaks']

const BUNDLED = ['uplot', 'wavesurfer.js']

/** The licences of what is bundled, which want to go where it goes. */
function readLicences () {
  const texts = BUNDLED.map(name => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, 'utf8').trim()}`)
  return `/*!\n${texts.join('\n\n').replaceAll('*/', '* /')}\n*/`
}

async function bundle (entry, banner) {
  const options = { bundle: true, minify: true, write: false, target: 'es2020', format: 'iife', legalComments: 'none' }
  const result = await build({ ...options, entryPoints: [entry], banner, logLevel: 'warning' })
  return result.outputFiles[0].text.trim()
}

function check (page) {
  const found = [...page.matchAll(/\{\{seremotion-(.*?)\}\}/g)].map(match => match[1])
  const missing = MARKS.filter(mark => !found.includes(mark))
  const unknown = found.filter(mark => !MARKS.includes(mark))
  if (missing.length || unknown.length) throw new Error(`marks of the page: ${missing} are missing, ${unknown} unknown`)
}

const script = await bundle('src/report.js', { js: readLicences() })
if (/<\/script|<!--/i.test(script)) throw new Error('the script holds what ends it inside a page')
const parts = {
  style: await bundle('src/report.css'),
  script,
  hash: createHash('sha256').update(script).digest('base64'),
}
const page = readFileSync('src/report.html', 'utf8').replace(/\{\{(style|script|hash)\}\}/g, (_, name) => parts[name])
check(page)
writeFileSync(process.argv[2], page)
