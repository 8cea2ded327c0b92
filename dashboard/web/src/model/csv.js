// csv.js - a table as a file (RFC 4180)
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

const quote = value => {
  const text = value === null || value === undefined ? '' : String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export const formatCsv = rows => rows.map(row => row.map(quote).join(',') + '\r\n').join('')

/** A button that saves what `list` says then: rows, the first of which names the columns. */
export function makeDownload (name, list) {
  const save = () => {
    const address = URL.createObjectURL(new Blob([formatCsv(list())], { type: 'text/csv;charset=utf-8' }))
    el('a', { href: address, download: name }).click()
    setTimeout(() => URL.revokeObjectURL(address), 10000)
  }
  return el('button', { type: 'button', class: 'plain', onclick: save }, 'Download as CSV')
}
