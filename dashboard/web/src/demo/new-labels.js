// new-labels.js - what is said of every recording that is added from now on
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { makeLabelFields, nameLabels } from './labelling.js'

export class NewLabels {
  /** `onMended` is told the labels whenever the reader has changed them and they can be used. */
  constructor (onMended) {
    const change = () => { if (this.form.checkValidity()) onMended(this.given) }
    this.form = el('form', { autocomplete: 'off', oninput: () => this.tell(), onchange: change, onsubmit: event => { event.preventDefault(); change() } },
      makeLabelFields())
    this.summary = el('summary', {})
    this.details = el('details', {}, this.summary, this.form)
    this.button = el('button', { type: 'button', class: 'action', 'aria-label': 'Clear what is said of new recordings', onclick: () => { this.clear(); change() } }, 'Clear')
    this.node = el('div', { class: 'labels' }, this.details, this.button)
    this.tell()
  }

  get given () {
    return Object.fromEntries([...new FormData(this.form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value))
  }

  /** The labels, or null where one cannot be used: then the reader is led to it. */
  read () {
    if (this.form.checkValidity()) return this.given
    this.details.open = true
    this.form.reportValidity()
    return null
  }

  clear () {
    for (const field of this.form.elements) {
      field.value = ''
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    this.summary.focus()
  }

  /** They hold also where the fields are folded away. */
  tell () {
    const { given } = this
    const isGiven = Object.keys(given).length > 0
    this.summary.textContent = isGiven ? `New recordings: ${nameLabels(given)}` : 'Say who speaks in what you add now'
    this.button.hidden = !isGiven
  }
}
