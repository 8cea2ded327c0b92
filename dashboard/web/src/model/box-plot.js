// box-plot.js - how a quantity is spread, an emotion a row
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el, svg } from '../dom.js'
import { isNumber, number } from '../time.js'
import { count, headCell, scroll } from './parts.js'

const MOST_STEPS = 5 // of an axis
const ROW = 22 // pixels
const STEPS = [-1, 0, 1, 2, 3, 4, 5].flatMap(power => [1, 2, 5].map(digit => digit * 10 ** power))

/** An axis of round numbers that all distributions lie in. */
function makeAxis (distributions) {
  const low = Math.min(...distributions.map(({ minimum }) => minimum))
  const high = Math.max(...distributions.map(({ maximum }) => maximum))
  const step = STEPS.find(step => Math.ceil(high / step) - Math.floor(low / step) <= MOST_STEPS)
  const first = Math.floor(low / step)
  const last = Math.max(Math.ceil(high / step), first + 1)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
  const [from, to] = [first * step, last * step]
  return { ticks, place: value => `${100 * (value - from) / (to - from)}%`, width: (a, b) => `${100 * (b - a) / (to - from)}%` }
}

/** From least to greatest a line, the middle half a box, the median a stroke. */
function drawBox ({ minimum, lower_quartile: lower, median, upper_quartile: upper, maximum }, fill, y, { place, width }) {
  const middle = y + ROW / 2
  return [
    svg('line', { x1: place(minimum), x2: place(maximum), y1: middle, y2: middle, class: 'whisker' }),
    svg('rect', { x: place(lower), width: width(lower, upper), y: y + 4, height: ROW - 8, rx: 2, fill, class: 'box' }),
    svg('line', { x1: place(median), x2: place(median), y1: y + 1, y2: y + ROW - 1, class: 'median' }),
  ]
}

const drawBoxes = (boxes, fill, axis) => svg('svg', { class: 'box-picture', 'aria-hidden': 'true', width: '100%', height: ROW * boxes.length },
  axis.ticks.map(at => svg('line', { x1: axis.place(at), x2: axis.place(at), y1: 0, y2: '100%', class: 'tick' })),
  boxes.flatMap(({ distribution }, i) => drawBox(distribution, fill, ROW * i, axis)))

const makeScale = ({ ticks }) => [el('span', { class: 'hidden-text' }, 'Picture'),
  el('span', { class: 'box-axis', 'aria-hidden': 'true' }, ticks.map(at => el('span', {}, number(at, at % 1 ? 1 : 0))))]

/** A line a box, so that figures stand beside what they belong to. */
const lines = (boxes, tell) => el('td', { class: 'number' }, boxes.map(box => el('div', { class: 'box-line' }, tell(box))))

const FIGURES = [
  ['Median', ({ median }, digits) => number(median, digits)],
  ['Middle half', ({ lower_quartile: lower, upper_quartile: upper }, digits) => `${number(lower, digits)} to ${number(upper, digits)}`],
  ['Range', ({ minimum, maximum }, digits) => `${number(minimum, digits)} to ${number(maximum, digits)}`],
  ['Clips', ({ clips }) => count(clips)],
]

/**
 * `rows` have `head` (a node), `fill` and `boxes`: { name, distribution } of docs/corpus-json.md. A box's name is told where
 * there are several.
 */
export function makeBoxPlot (caption, unit, rows, digits) {
  const shown = rows.map(row => ({ ...row, boxes: row.boxes.filter(({ distribution }) => isNumber(distribution?.median)) })).filter(({ boxes }) => boxes.length)
  if (!shown.length) return null
  const axis = makeAxis(shown.flatMap(({ boxes }) => boxes.map(({ distribution }) => distribution)))
  const named = shown.some(({ boxes }) => boxes.length > 1)
  return scroll(caption, el('table', { class: 'boxes' }, el('caption', {}, `${caption}, ${unit}`),
    el('thead', {}, el('tr', {}, headCell('Emotion'), named && headCell('Sex'), headCell(makeScale(axis), 'picture'),
      FIGURES.map(([name]) => headCell(name, 'number')))),
    el('tbody', {}, shown.map(({ head, fill, boxes }) => el('tr', {}, el('th', { scope: 'row' }, head),
      named && el('td', {}, boxes.map(({ name }) => el('div', { class: 'box-line' }, name ?? 'all'))),
      el('td', { class: 'picture' }, drawBoxes(boxes, fill, axis)),
      FIGURES.map(([, tell]) => lines(boxes, ({ distribution }) => tell(distribution, digits))))))))
}
