// coverage.js - what a threshold costs, and what it wins
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { axes, makeChart, percents, variable } from './chart.js'
import { count, figure, fold, key, makeTable, share } from './parts.js'

const FEW = 30 // clips, of which an accuracy says little

function makePlot (title, points) {
  const line = (colour, dash) => ({ stroke: () => variable(colour), width: 2, dash, points: { show: true, size: 6, fill: () => variable(colour) } })
  const data = ['coverage', 'accuracy', 'uar'].map(name => points.map(point => point[name]))
  return makeChart(`Accuracy and unweighted average recall of ${title} over the share of clips that are answered`, {
    height: 230,
    scales: { x: { time: false, range: [0, 1] }, y: { range: (_, low) => [Math.floor(10 * low) / 10, 1] } },
    axes: axes({ label: 'clips that are answered, %', values: percents, space: 60 }, { label: 'right among them, %', values: percents }),
    series: [{}, line('--valid', []), line('--train', [6, 3])],
  }, data)
}

const makePoints = coverage => makeTable(['Threshold', 'Answered', 'Share', 'Accuracy', 'UAR'],
  coverage.map(point => [point.threshold.toFixed(2), count(point.answered), share(point.coverage), share(point.accuracy), share(point.uar)]))

/** Of an entry with a report of `seremotion crossval --json`; null for others. */
export function makeCoverage ({ title, report }) {
  if (!report?.coverage?.length) return null
  // From left to right, each share once.
  const points = report.coverage.filter(({ answered }, i, all) => answered >= FEW && answered !== all[i - 1]?.answered).reverse()
  return figure('What a threshold answers, and how much of that is right',
    makePlot(title, points),
    el('p', { class: 'legend' }, key('full', 'accuracy'), key('other', 'UAR, dashed')),
    fold('All thresholds', () => makePoints(report.coverage)))
}
