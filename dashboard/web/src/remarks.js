// remarks.js - what a reader of any page has to know, until he has taken note of it
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { byId, el } from './dom.js'

const shown = new Map()

/** Takes the remark of that name away, if there is one. */
export function dismiss (name) {
  shown.get(name)?.remove()
  shown.delete(name)
}

/** Shows a text above the page; it takes the place of the last one of that name. `onDismiss` is called when the reader
 *  is done with it. */
export function remark (name, text, onDismiss) {
  dismiss(name)
  const done = () => {
    dismiss(name)
    byId('page').focus()
    onDismiss?.()
  }
  const node = el('div', { class: 'notice remark-line' }, el('p', {}, text), el('button', { type: 'button', class: 'plain', onclick: done }, 'Dismiss'))
  shown.set(name, node)
  byId('remarks').append(node)
}
