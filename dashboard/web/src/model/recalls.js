// recalls.js - how well each emotion and each group of speakers is understood
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el, svg } from '../dom.js'
import { isNumber } from '../time.js'
import { count, fold, groupName, makeTable, scroll, share } from './parts.js'

/** A share as a bar with its number. */
const bar = value => [isNumber(value) && svg('svg', { class: 'bar-picture', 'aria-hidden': 'true', viewBox: '0 0 100 10', preserveAspectRatio: 'none' },
  svg('rect', { x: 0, y: 0, width: 100, height: 10, class: 'track' }), svg('rect', { x: 0, y: 0, width: 100 * value, height: 10, class: 'filled' })),
el('span', {}, share(value))]

function makeBars (caption, first, entries, rows) {
  return el('table', { class: 'bars' }, el('caption', { class: 'hidden-text' }, caption),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, first), entries.map(({ title }) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, rows.map(({ head, cells }) => el('tr', {}, el('th', { scope: 'row' }, head), cells.map(cell => el('td', {}, cell))))))
}

/** Recall of each label, a column an entry. */
export function makeRecalls (entries, palette) {
  const told = entries.filter(({ report }) => report?.recalls)
  if (!told.length) return null
  const labels = [...new Set(told.flatMap(({ report }) => report.labels))]
  const caption = 'Recall of each emotion'
  const rows = labels.map(label => ({ head: palette.tag(label), cells: told.map(({ report }) => bar(report.recalls[label])) }))
  return scroll(`${caption}, table`, makeBars(caption, 'Emotion', told, rows))
}

function makeGroupRecalls ({ report }) {
  const groups = Object.entries(report.by_group)
  return makeTable(['Speakers', 'Clips', 'UAR', ...report.labels], [['all', report], ...groups].map(([name, figures]) => [
    groupName(name), count(figures.clips), share(figures.uar), ...report.labels.map(label => share(figures.recalls?.[label]))]))
}

const clipsOf = (told, name) => [...new Set(told.map(({ report }) => report.by_group[name]?.clips).filter(isNumber))].map(count).join(' or ')

/** UAR of each group of speakers, a column an entry; with the recalls behind it. */
export function makeGroups (entries) {
  const told = entries.filter(({ report }) => report?.by_group && Object.keys(report.by_group).length)
  if (!told.length) return null
  const names = [...new Set(told.flatMap(({ report }) => Object.keys(report.by_group)))]
  const caption = 'Unweighted average recall by group of speakers'
  const rows = names.map(name => ({
    head: [groupName(name), el('small', {}, ` ${clipsOf(told, name)} clips`)],
    cells: told.map(({ report }) => bar(report.by_group[name]?.uar)),
  }))
  return el('div', {},
    scroll(`${caption}, table`, makeBars(caption, 'Speakers', told, rows)),
    told.map(entry => fold(`Recall of each emotion by group: ${entry.title}`, () => makeGroupRecalls(entry))))
}
