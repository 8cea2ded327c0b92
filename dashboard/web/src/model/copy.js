// copy.js - a command line that is copied at a click
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

/** Browsers give the clipboard to pages of a secure context only. */
async function copy (text, line) {
  try {
    await navigator.clipboard.writeText(text)
    return 'copied'
  } catch {
    getSelection().selectAllChildren(line)
    return 'selected: press Ctrl+C'
  }
}

export function makeCopy (text) {
  const line = el('code', { class: 'line' }, text)
  const told = el('span', { class: 'muted', role: 'status' })
  return el('div', { class: 'copy' }, line,
    el('div', {}, el('button', { type: 'button', class: 'plain', onclick: async () => { told.textContent = await copy(text, line) } }, 'Copy'), ' ', told))
}
