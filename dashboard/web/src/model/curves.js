// curves.js - loss and accuracy over the epochs of trainings, on axes that they have in common
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el, svg } from '../dom.js'
import { isNumber, number } from '../time.js'
import { axes, makeChart, percents, variable } from './chart.js'
import { beside, figure, fold, makeTable, mean, note, share } from './parts.js'

const MEASURES = [
  { name: 'loss', title: 'Cross entropy', unit: 'cross entropy, nats', text: value => number(value, 3) },
  { name: 'accuracy', title: 'Accuracy', unit: 'accuracy, %', text: share, values: percents },
]
const PARTS = [
  { name: 'train', title: 'training', colour: '--train', dash: [6, 3] },
  { name: 'valid', title: 'validation', colour: '--valid', dash: [] },
]

/** A value of each epoch, null where there is none. */
const column = (run, key, epochs) => Array.from({ length: epochs }, (_, i) => run.history[i]?.[key] ?? null)

/** Of the runs that got as far. */
const meanColumn = columns => columns[0].map((_, i) => mean(columns.map(values => values[i]).filter(isNumber)))

/** { train: { runs, mean }, valid: ... } of a measure. */
function readColumns (runs, measure, epochs) {
  return Object.fromEntries(PARTS.map(({ name }) => {
    const columns = runs.map(run => column(run, `${name}_${measure}`, epochs))
    return [name, { runs: columns, mean: meanColumn(columns) }]
  }))
}

/** What all values of all runs have room in. */
function findRange (all, measure) {
  const values = all.flatMap(({ train, valid }) => [...train.runs, ...valid.runs].flat()).filter(isNumber)
  if (!values.length) return [0, 1]
  const low = Math.min(...values)
  const high = Math.max(...values)
  return measure.name === 'accuracy' ? [Math.max(0, low - 0.03), Math.min(1, high + 0.03)] : [Math.max(0, low - 0.05), high + 0.05]
}

function makeSeries ({ runs }, part) {
  const line = { stroke: () => variable(part.colour), dash: part.dash, points: { show: false } }
  return runs.length > 1
    ? [...runs.map(() => ({ ...line, width: 0.75, alpha: 0.45 })), { ...line, width: 2.5 }]
    : [{ ...line, width: 2 }]
}

const listColumns = ({ runs, mean }) => runs.length > 1 ? [...runs, mean] : runs

/** A line where the epoch lies whose weights were kept, if that is not the last. */
function markKept (plot, runs) {
  for (const { kept_epoch: kept, history } of runs) {
    if (!isNumber(kept) || kept === history.length) continue
    const x = plot.valToPos(kept, 'x', true)
    const { ctx, bbox } = plot
    ctx.save()
    ctx.strokeStyle = variable('--muted')
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.restore()
  }
}

function describe (title, measure, columns) {
  const told = PARTS.map(part => {
    const values = columns[part.name].mean.filter(isNumber)
    return values.length && `${part.title} from ${measure.text(values[0])} to ${measure.text(values.at(-1))}`
  }).filter(Boolean)
  return `${measure.title} of ${title} over ${columns.train.mean.length} epochs: ${told.join(', ')}`
}

function makePlot (entry, measure, columns, { epochs, range, last, onPoint }) {
  const data = [Array.from({ length: epochs }, (_, i) => i + 1), ...PARTS.flatMap(part => listColumns(columns[part.name]))]
  return makeChart(describe(entry.title, measure, columns), {
    height: last ? 190 : 170,
    scales: { x: { time: false, range: [1, Math.max(2, epochs)] }, y: { range } },
    axes: axes({ show: true, label: last ? 'epoch' : undefined, incrs: [1, 2, 5, 10, 20, 50, 100] }, { label: measure.unit, values: measure.values }),
    series: [{}, ...PARTS.flatMap(part => makeSeries(columns[part.name], part))],
    cursor: { sync: { key: 'epochs', setSeries: false, scales: ['x', null] }, y: false, drag: { x: false, y: false }, points: { show: false } },
    hooks: { draw: [plot => markKept(plot, entry.runs)], setCursor: [plot => onPoint(plot.cursor.idx)] },
  }, data)
}

const describeEpoch = (i, all) => `Epoch ${i + 1}: ` + MEASURES.map((measure, m) => `${measure.title.toLowerCase()} ` +
  PARTS.map(part => `${measure.text(all[m][part.name].mean[i])} ${part.title}`).join(', ')).join('; ')

function makeEpochs (all, several) {
  const head = ['Epoch', ...MEASURES.flatMap(measure => PARTS.map(part => `${measure.title}, ${part.title}${several ? ', mean' : ''}`))]
  const rows = all[0].train.mean.map((value, i) => [String(i + 1),
    ...MEASURES.flatMap((measure, m) => PARTS.map(part => measure.text(all[m][part.name].mean[i])))])
  return makeTable(head, rows.filter((_, i) => isNumber(all[0].train.mean[i])))
}

/** Loss above accuracy of one entry. */
function makePair (entry, all, frame) {
  const readout = el('p', { class: 'readout muted' })
  const rest = entry.runs.length > 1 ? `${entry.runs.length} folds thin, their mean thick` : 'One training'
  const onPoint = i => { readout.textContent = isNumber(i) && isNumber(all[0].train.mean[i]) ? describeEpoch(i, all) : rest }
  onPoint(null)
  return figure(entry.title,
    MEASURES.map((measure, m) => makePlot(entry, measure, all[m], { ...frame, range: frame.ranges[m], last: m === 1, onPoint })), readout,
    fold('The figures of each epoch', () => makeEpochs(all, entry.runs.length > 1)))
}

const sample = ({ colour, dash, title }) => el('span', { class: 'tag' },
  svg('svg', { class: 'line-sample', viewBox: '0 0 28 8', 'aria-hidden': 'true' },
    svg('line', { x1: 0, x2: 28, y1: 4, y2: 4, stroke: `var(${colour})`, 'stroke-width': 2.5, 'stroke-dasharray': dash.join(' ') })), title)

/** Entries have `title` and `runs`, documents of `seremotion train --json`. */
export function makeCurves (entries) {
  const shown = entries.map(entry => ({ ...entry, runs: (entry.runs ?? []).filter(run => run.history?.length) }))
  const withRuns = shown.filter(entry => entry.runs.length)
  if (!withRuns.length) return [note('The epochs of these trainings were not kept.')]
  const epochs = Math.max(...withRuns.flatMap(entry => entry.runs.map(run => run.history.length)))
  const columns = withRuns.map(entry => MEASURES.map(measure => readColumns(entry.runs, measure.name, epochs)))
  const ranges = MEASURES.map((measure, m) => findRange(columns.map(all => all[m]), measure))
  return [
    el('p', { class: 'legend' }, PARTS.map(sample)),
    beside(withRuns.map((entry, i) => makePair(entry, columns[i], { epochs, ranges }))),
    note('Figures of the training are those of the clips as they were trained on, with dropout and augmentation, ' +
      'so that they may be worse than validation\u2019s. A dotted upright line is the epoch whose weights were kept, where that is not the last.'),
  ]
}
