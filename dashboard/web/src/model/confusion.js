// confusion.js - which emotion was taken for which
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { percent } from '../time.js'
import { count, figure, headCell, scroll, share, sum, uprightCell } from './parts.js'

/** A cell shaded by its share of the row, in which its number stands too. */
export function shade (value, total, attributes, small) {
  const node = el('td', { ...attributes, class: `shade ${attributes.class ?? ''}` }, percent(total ? value / total : 0), small)
  node.style.setProperty('--share', total ? value / total : 0)
  return node
}

/** Rows are true, columns predicted; shares are those of the row, counts small below. `row` and `column` say what they are, `last` is
 *  { name, value } of a column more. */
export function makeMatrix (title, rowLabels, columnLabels, counts, { row, column, last }) {
  const line = (label, values, r) => {
    const total = sum(values)
    const tell = (value, c) => `${row} ${label}, ${column} ${columnLabels[c]}: ${count(value)} of ${count(total)} clips`
    return el('tr', {}, el('th', { scope: 'row' }, label),
      values.map((value, c) => shade(value, total, { class: columnLabels[c] === label ? 'right' : '', title: tell(value, c) }, el('small', {}, count(value)))),
      el('td', { class: 'number' }, last.value(r), el('small', {}, `of ${count(total)}`)))
  }
  return figure(title, scroll(title, el('table', { class: 'matrix' },
    el('thead', {}, el('tr', {}, headCell(`${row} \u2193 ${column} \u2192`), [...columnLabels, last.name].map(uprightCell))),
    el('tbody', {}, counts.map((values, r) => line(rowLabels[r], values, r))))))
}

/** Of an entry with `labels` and `confusion`; null where there is none. */
export function makeConfusion ({ title, report }) {
  if (!report?.confusion) return null
  const { labels, confusion } = report
  const recall = r => share(sum(confusion[r]) ? confusion[r][r] / sum(confusion[r]) : null)
  return makeMatrix(title, labels, labels, confusion, { row: 'true', column: 'taken for', last: { name: 'recall', value: recall } })
}
