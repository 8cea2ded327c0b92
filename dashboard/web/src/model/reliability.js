// reliability.js - whether confidence is the share of right answers
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { number } from '../time.js'
import { axes, makeChart, percents, variable } from './chart.js'
import { count, figure, fold, key, makeTable, share } from './parts.js'

const Z = 1.96 // of a 95 % interval

/** Wilson's interval of a share of n. */
function wilson (p, n) {
  const middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
  const half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
  return [middle - half, middle + half]
}

function drawWhiskers (plot, bins) {
  const { ctx } = plot
  ctx.save()
  ctx.strokeStyle = variable('--valid')
  ctx.lineWidth = 1.5 * devicePixelRatio
  for (const { confidence, accuracy, clips } of bins) {
    const x = plot.valToPos(confidence, 'x', true)
    const [low, high] = wilson(accuracy, clips).map(value => plot.valToPos(value, 'y', true))
    ctx.beginPath()
    ctx.moveTo(x, low)
    ctx.lineTo(x, high)
    ctx.stroke()
  }
  ctx.restore()
}

/** Columns of x in order for points of several kinds. */
function join (kinds) {
  const rows = kinds.flatMap((points, k) => points.map(([x, y]) => ({ x, y, k }))).sort((a, b) => a.x - b.x)
  return [rows.map(row => row.x), ...kinds.map((_, k) => rows.map(row => row.k === k ? row.y : null))]
}

const points = bins => bins.map(({ confidence, accuracy }) => [confidence, accuracy])

function makePlot (title, { before, after }) {
  const dots = (colour, fill) =>
    ({ stroke: () => variable(colour), width: 1, spanGaps: true, points: { show: true, size: 7, width: 1.5, fill: () => variable(fill) } })
  return makeChart(`Accuracy over confidence of ${title}; expected calibration error ${share(after.ece)}`, {
    height: 270,
    scales: { x: { time: false, range: [0, 1] }, y: { range: [0, 1] } },
    axes: axes({ label: 'mean confidence, %', values: percents, space: 60 }, { label: 'accuracy, %', values: percents }),
    series: [{},
      { stroke: () => variable('--muted'), width: 1, dash: [4, 4], spanGaps: true, points: { show: false } },
      { ...dots('--train', '--card'), dash: [6, 3] },
      dots('--valid', '--valid')],
    hooks: { draw: [plot => drawWhiskers(plot, after.bins)] },
  }, join([[[0, 0], [1, 1]], points(before.bins), points(after.bins)]))
}

const describeBins = ({ bins }) => {
  const clips = bins.map(bin => bin.clips)
  const [least, most] = [Math.min(...clips), Math.max(...clips)]
  return `${bins.length} bins of ${least === most ? count(least) : `${count(least)} to ${count(most)}`} clips`
}

function makeBins ({ before, after }) {
  return makeTable(['Confidence', 'Clips', 'Mean confidence', 'Accuracy', '95 %', 'Accuracy at temperature 1'], after.bins.map((bin, i) => [
    `${number(bin.low, 3)} to ${number(bin.high, 3)}`, count(bin.clips), share(bin.confidence), share(bin.accuracy),
    wilson(bin.accuracy, bin.clips).map(value => (100 * value).toFixed(1)).join(' to ') + ' %',
    before.bins[i] && `${share(before.bins[i].accuracy)} (confidence ${share(before.bins[i].confidence)})`]))
}

/** Of an entry with a report of `seremotion crossval --json`; null for others. */
export function makeReliability ({ title, report }) {
  const calibration = report?.calibration
  if (!calibration?.after?.bins?.length) return null
  return figure(title, makePlot(title, calibration),
    el('p', { class: 'readout muted' },
      `Calibration error ${share(calibration.after.ece)} (${share(calibration.before.ece)} before); ${describeBins(calibration.after)}`),
    fold('The bins', () => makeBins(calibration)))
}

/** What the marks are. */
export const reliabilityKey = () => el('p', { class: 'legend' },
  key('full', 'calibrated, with the 95 % interval of each bin'), key('hollow', 'before calibration'),
  el('span', {}, 'dashed: confidence is accuracy'))
