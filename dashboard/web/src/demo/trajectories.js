// trajectories.js - how a speech goes on: each emotion at its beginning, middle and end, speakers side by side
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el, svg } from '../dom.js'
import { isNumber, number, percent } from '../time.js'

const PARTS = ['beginning', 'middle', 'end']
const WIDTH = 240
const HEIGHT = 150
const LEFT = 40
const RIGHT = 8
const TOP = 8
const BOTTOM = 22

/** Speakers are told apart by line, mark and shade. */
const N_STYLES = 6
const MARKS = [
  (x, y) => svg('circle', { cx: x, cy: y, r: 4 }),
  (x, y) => svg('rect', { x: x - 3.5, y: y - 3.5, width: 7, height: 7 }),
  (x, y) => svg('path', { d: `M${x},${y - 5} l5,8.5 h-10 z` }),
  (x, y) => svg('path', { d: `M${x},${y - 5} l5,5 l-5,5 l-5,-5 z` }),
  (x, y) => svg('path', { d: `M${x},${y + 5} l5,-8.5 h-10 z` }),
  (x, y) => svg('path', { d: `M${x - 4},${y - 4} l8,8 M${x + 4},${y - 4} l-8,8` }),
]

const styleOf = i => `speaker-${i % N_STYLES}`

function range (estimates, isShare) {
  const values = estimates.flatMap(({ value, low, high }) => [value, low, high]).filter(isNumber)
  if (isShare) return [0, Math.min(1, Math.max(0.2, Math.ceil(10 * Math.max(...values, 0)) / 10))]
  const most = Math.max(0.5, Math.ceil(2 * Math.max(...values.map(Math.abs), 0)) / 2)
  return [-most, most]
}

/** Side by side, so that whiskers do not hide each other. */
const placeX = (part, speaker, n) => LEFT + (WIDTH - LEFT - RIGHT) * (part + 0.5) / 3 + (speaker - (n - 1) / 2) * Math.min(9, 40 / n)

function makeLine (estimates, speaker, n, y) {
  const places = estimates.map((estimate, part) => ({ ...estimate, x: placeX(part, speaker, n) })).filter(({ value }) => isNumber(value))
  return svg('g', { class: styleOf(speaker) },
    svg('polyline', { points: places.map(({ x, value }) => `${x},${y(value)}`).join(' ') }),
    places.filter(({ low }) => isNumber(low)).map(({ x, low, high }) => svg('line', { x1: x, x2: x, y1: y(low), y2: y(high), class: 'bar-line' })),
    places.map(({ x, value }) => MARKS[speaker % N_STYLES](x, y(value))))
}

function makePanel (title, speakers, name, format) {
  const all = speakers.map(({ parts }) => PARTS.map(part => parts[part][name]))
  const isShare = !name.endsWith('_z')
  const [low, high] = range(all.flat(), isShare)
  const y = value => TOP + (HEIGHT - TOP - BOTTOM) * (high - Math.min(Math.max(value, low), high)) / (high - low)
  const ticks = [low, (low + high) / 2, high]
  return el('figure', {}, el('figcaption', {}, title), svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: 'panel', role: 'img', 'aria-label': `${title}: the figures stand in the table below` },
    ticks.map(tick => [svg('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick), class: 'tick' }), svg('text', { x: LEFT - 5, y: y(tick) + 4, class: 'y' }, format(tick))]).flat(),
    PARTS.map((part, i) => svg('text', { x: LEFT + (WIDTH - LEFT - RIGHT) * (i + 0.5) / 3, y: HEIGHT - 5, class: 'x' }, part)),
    all.map((estimates, speaker) => makeLine(estimates, speaker, speakers.length, y))))
}

const makeKey = speakers => el('ul', { class: 'chips key' }, speakers.map(({ name }, i) => el('li', {},
  svg('svg', { class: 'key-mark', viewBox: '0 0 34 16', 'aria-hidden': 'true' }, svg('g', { class: styleOf(i) }, svg('polyline', { points: '1,8 33,8' }), MARKS[i % N_STYLES](17, 8))), name)))

const makeTable = (speakers, columns) => el('details', {}, el('summary', {}, 'The figures'),
  el('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Thirds of a speech' }, el('table', {},
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Speaker'), el('th', { scope: 'col' }, 'Part'), columns.map(([, title]) => el('th', { scope: 'col', class: 'number' }, title)))),
    el('tbody', {}, speakers.flatMap(speaker => PARTS.map(part => el('tr', {}, el('th', { scope: 'row' }, speaker.name), el('td', {}, part),
      columns.map(([name, , format]) => el('td', { class: 'number' }, format(speaker.parts[part][name].value))))))))))

export function makeTrajectories ({ labels, speakers }) {
  const z = value => number(value, 1)
  const columns = [...labels.map(label => [label, label, value => percent(value)]), ['pitch_z', 'Pitch (z)', z], ['loudness_z', 'Loudness (z)', z]]
  return el('section', { class: 'card', 'aria-labelledby': 'trajectories-title' },
    el('h2', { id: 'trajectories-title' }, 'Course of a speech'),
    el('p', { class: 'note' }, 'Each recording is divided into thirds. Shares are means over a speaker\u2019s recordings, with 95 % intervals over them; pitch and loudness are in standard deviations from what is usual for the speaker (z).'),
    makeKey(speakers), el('div', { class: 'panels' }, columns.map(([name, title, format]) => makePanel(title, speakers, name, format))), makeTable(speakers, columns))
}
