// histogram.js - how many clips have which value
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import uPlot from 'uplot'
import { number } from '../time.js'
import { axes, makeChart, variable } from './chart.js'
import { count, figure, fold, makeTable } from './parts.js'

/** Decimals that tell bins apart. */
const digitsOf = step => Math.max(0, Math.ceil(-Math.log10(step)))

function makePlot (title, unit, { median, histogram }) {
  const { from, step, counts } = histogram
  const middles = counts.map((_, i) => from + (i + 0.5) * step)
  const label = `${title}: ${counts.length} bins of ${number(step, digitsOf(step))} ${unit}; half of the clips have less than ${number(median, 1)} ${unit}`
  const bars = { stroke: () => variable('--card'), fill: () => variable('--valid'), width: 1, paths: uPlot.paths.bars({ size: [1] }), points: { show: false } }
  return makeChart(label, {
    scales: { x: { time: false, range: [from, from + counts.length * step] }, y: { range: (_, low, high) => [0, high] } },
    axes: axes({ label: `${title.toLowerCase()}, ${unit}` }, { label: 'clips' }),
    series: [{}, bars],
  }, [middles, counts])
}

function makeBins (unit, { from, step, counts }) {
  const text = i => number(from + i * step, digitsOf(step))
  return makeTable([`From, ${unit}`, `to under, ${unit}`, 'Clips'], counts.map((n, i) => [text(i), text(i + 1), count(n)]))
}

/** Of a distribution of docs/corpus-json.md; null where there is none. */
export function makeHistogram (title, unit, distribution) {
  if (!distribution?.histogram?.counts?.length) return null
  return figure(`${title} of all clips`, makePlot(title, unit, distribution), fold('The bins', () => makeBins(unit, distribution.histogram)))
}
