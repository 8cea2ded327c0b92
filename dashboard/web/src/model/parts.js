// parts.js - what the pages about models and data are put together of: cards, notes, tables that fold out
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { isNumber, percent } from '../time.js'

/** 5,885 */
export const count = value => isNumber(value) ? value.toLocaleString('en') : 'n/a'

/** 64.0 % */
export const share = value => percent(value, 1)

export const range = (low, high) => isNumber(low) && isNumber(high) ? `${(100 * low).toFixed(1)} to ${share(high)}` : ''

export const sum = values => values.reduce((total, value) => total + value, 0)

export const mean = values => values.length ? sum(values) / values.length : null

/** 30-44 as 30 to 44, under-30 as under 30. */
export const groupName = name => name.replace(/^(\d+)-(\d+)$/, '$1 to $2').replaceAll('-', ' ')

/** Of texts that name files: there is no way to these from a page. */
export const SOURCES = 'Paths of files, such as docs/gate.md, are those in the project\u2019s source.'

let ids = 0

export const makeId = name => `${name}-${++ids}`

/** A card with a heading. */
export function card (title, ...children) {
  const id = makeId('card')
  return el('section', { class: 'card', 'aria-labelledby': id }, el('h2', { id }, title), ...children)
}

export const note = (...children) => el('p', { class: 'note' }, ...children)

/** What is wider than the page scrolls by itself, also by keys. */
export const scroll = (label, table) => el('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': label }, table)

const isFigure = value => typeof value === 'string' && /^[\u2212+-]?\d/.test(value)

const cell = value => el('td', isFigure(value) ? { class: 'number' } : {}, value)

/** A table whose first column names its rows; cells are text or nodes. */
export function makeTable (head, rows, caption) {
  const numeric = head.map((_, i) => rows.some(row => isFigure(row[i])))
  return el('table', { class: 'plain-table' }, caption && el('caption', {}, caption),
    el('thead', {}, el('tr', {}, head.map((name, i) => headCell(name, numeric[i] && i ? 'number' : null)))),
    el('tbody', {}, rows.map(([name, ...values]) => el('tr', {}, el('th', { scope: 'row' }, name), values.map(cell)))))
}

/** `name` is text or nodes. */
export const headCell = (name, kind = null) => el('th', { scope: 'col', class: kind }, name)

/** A head that takes the room of its height. */
export const uprightCell = name => headCell(el('span', {}, name), 'upright')

/** A figure of a <dl class="facts">. */
export const fact = (name, value, small) => el('div', {}, el('dt', {}, name), el('dd', {}, value, small && el('small', {}, small)))

/** A mark of a chart, and what it means. */
export const key = (mark, ...text) => el('span', { class: 'tag' }, el('span', { class: `dot ${mark}` }), text)

/** What is shown to who asks for it. */
export const more = (summary, ...children) => el('details', { class: 'fold' }, el('summary', {}, summary), ...children)

/** The figures of a picture, for those who cannot see it or want to read them. `fill` makes the table when it is asked for. */
export function fold (summary, fill) {
  const details = more(summary)
  details.addEventListener('toggle', () => details.append(scroll(summary, fill())), { once: true })
  return details
}

/** A picture with a caption, which names it to those who do not see it, too. */
export const figure = (title, ...children) => el('figure', {}, el('figcaption', {}, title), ...children)

/** The same of several things, beside each other where there is room. */
export const beside = (...children) => el('div', { class: 'beside' }, ...children)
