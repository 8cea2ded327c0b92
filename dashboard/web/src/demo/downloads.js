// downloads.js - a menu of files to download
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { address, query } from '../api.js'
import { el } from '../dom.js'
import { isNumber } from '../time.js'
import { formatBytes } from './words.js'

/** The title of its format; of several files of one format, which it is. */
function nameFile (name, title) {
  const [, part] = /\.(?:audacity-)?(windows|segments|summary)\.\w+$/.exec(name) ?? []
  return part ? `${title.replace(/:.*/, '')}: ${part}` : title
}

function makeItem ({ format, name, bytes, href, title }, titles) {
  const what = title ?? (titles.has(format) ? nameFile(name, titles.get(format)) : name)
  const notes = [what !== name && name, isNumber(bytes) && formatBytes(bytes)].filter(Boolean)
  return el('li', {}, el('a', { href, download: name }, el('span', {}, what), el('small', {}, notes.join(' \u00b7 '))))
}

/** `files` have name and href, and may have format, bytes and title; `formats` the titles of formats. */
export function makeMenu (files, formats = []) {
  const titles = new Map(formats.map(({ name, title }) => [name, title]))
  const menu = el('details', { class: 'menu' }, el('summary', { class: 'plain' }, 'Download'),
    el('ul', {}, files.map(file => makeItem(file, titles))))
  const close = () => { menu.open = false }
  document.addEventListener('click', event => { if (!menu.contains(event.target)) close() })
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !menu.open) return
    close()
    menu.querySelector('summary').focus()
  })
  return menu
}

// ---- many recordings ----

const TABLES = {
  recordings: 'Recordings: labels and shares of emotions',
  summary: 'Summaries: all figures, with intervals',
  segments: 'Segments of all',
  windows: 'Windows of all',
}

/** A menu of tables of many recordings; makeQuery(isOfDone) says of which, or gives null where there are none. */
export class TableMenu {
  constructor (makeQuery) {
    this.makeQuery = makeQuery
    this.node = makeMenu([])
    this.node.classList.add('tables')
    this.node.addEventListener('toggle', () => { if (this.node.open) this.fill() })
  }

  fill () {
    const files = Object.entries(TABLES).map(([table, title]) => {
      const asked = this.makeQuery(table !== 'recordings')
      return asked && { title, name: `seremotion-${table}.csv`, href: address(`/tables/${table}.csv${query(asked)}`) }
    })
    this.node.querySelector('ul').replaceChildren(...files.filter(Boolean).map(file => makeItem(file, new Map())))
  }
}
