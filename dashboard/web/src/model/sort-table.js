// sort-table.js - a table that its reader sorts, and chooses rows of
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { scroll } from './parts.js'

/** In the order of a column's values; what has none comes last, whichever way. */
function compare (a, b, descending) {
  if (a === null || b === null) return (a === null) - (b === null)
  const order = typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en')
  return descending ? -order : order
}

export class SortTable {
  /**
   * Columns have `name`, `value` (of a row: number, text or null), and, if wanted, `show` (text or node of a row), `title`, `unit`, `text` (not a
   * number), `descending` (first). With `choose`, rows have a box each, and `onChoose` is told of the chosen ones.
   */
  constructor (label, columns, rows, { by, descending = false, name = null, chosen = [], onChoose = null }) {
    Object.assign(this, { columns, rows, by, descending, onChoose, chosen: new Set(chosen) })
    this.heads = columns.map((column, i) => this.makeHead(column, i))
    this.lines = new Map(rows.map(row => [row, this.makeLine(row, name)]))
    this.body = el('tbody')
    this.node = scroll(label, el('table', { class: 'sortable' },
      el('thead', {}, el('tr', {}, onChoose && el('th', { scope: 'col' }, el('span', { class: 'hidden-text' }, 'Chosen')), this.heads)), this.body))
    this.keep = () => true
    this.show()
  }

  makeHead (column, i) {
    return el('th', { scope: 'col', class: column.text || i === 0 ? null : 'number' },
      el('button', { type: 'button', class: 'sort', title: column.title, onclick: () => this.sortBy(column) }, column.name),
      column.unit && el('small', {}, column.unit))
  }

  makeLine (row, name) {
    const cells = this.columns.map((column, i) => {
      const shown = column.show ? column.show(row) : column.value(row) ?? ''
      return i === 0
        ? el('th', { scope: 'row' }, shown)
        : el('td', { class: column.text ? null : 'number' }, shown)
    })
    return el('tr', {}, this.onChoose && el('td', {}, this.makeBox(row, name)), cells)
  }

  makeBox (row, name) {
    return el('input', {
      type: 'checkbox', 'aria-label': `Choose ${name(row)}`, checked: this.chosen.has(row),
      onchange: event => {
        if (event.currentTarget.checked) this.chosen.add(row)
        else this.chosen.delete(row)
        this.onChoose(this.listChosen())
      },
    })
  }

  /** In the order of the rows as they came. */
  listChosen () {
    return this.rows.filter(row => this.chosen.has(row))
  }

  sortBy (column) {
    this.descending = column === this.by ? !this.descending : Boolean(column.descending)
    this.by = column
    this.show()
  }

  /** Shows the rows for which `keep` is true. Returns how many those are. */
  filter (keep) {
    this.keep = keep
    return this.show()
  }

  /** Rows as they are shown. */
  listShown () {
    const { by, descending } = this
    return this.rows.filter(this.keep).sort((a, b) => compare(by.value(a) ?? null, by.value(b) ?? null, descending))
  }

  show () {
    const shown = this.listShown()
    this.heads.forEach((head, i) => {
      if (this.columns[i] === this.by) head.setAttribute('aria-sort', this.descending ? 'descending' : 'ascending')
      else head.removeAttribute('aria-sort')
    })
    this.body.replaceChildren(...shown.map(row => this.lines.get(row)))
    return shown.length
  }
}
