// downloads.js - a menu of files to download
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { formatBytes } from './words.js'

/** The title of its format; of several files of one format, which it is. */
function nameFile (name, title) {
  const [, part] = /\.(?:audacity-)?(windows|segments|summary)\.\w+$/.exec(name) ?? []
  return part ? `${title.replace(/:.*/, '')}: ${part}` : title
}

/** `files` have name and href, and may have format and bytes; `formats` the titles of formats. */
export function makeMenu (files, formats = []) {
  const titles = new Map(formats.map(({ name, title }) => [name, title]))
  const menu = el('details', { class: 'menu' }, el('summary', { class: 'plain' }, 'Download'),
    el('ul', {}, files.map(({ format, name, bytes, href }) => el('li', {}, el('a', { href, download: name },
      el('span', {}, titles.has(format) ? nameFile(name, titles.get(format)) : name), el('small', {}, [titles.has(format) && name, bytes !== undefined && formatBytes(bytes)].filter(Boolean).join(' \u00b7 ')))))))
  const close = () => { menu.open = false }
  document.addEventListener('click', event => { if (!menu.contains(event.target)) close() })
  menu.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !menu.open) return
    close()
    menu.querySelector('summary').focus()
  })
  return menu
}
