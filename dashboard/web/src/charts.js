// charts.js - scores, pitch and loudness over time
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// Many windows on few pixels would be a thicket: then a point is the mean of 2, 4, 8... of them, and the page says so.

import uPlot from 'uplot'
import { NONE } from './analysis.js'
import { formatTime } from './time.js'

const PIXELS = 4 // of a point, at least
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400]
const SYNC = 'time'

const mean = values => {
  let sum = 0
  let n = 0
  for (const value of values) {
    if (value === null) continue
    sum += value
    n++
  }
  return n ? sum / n : null
}

/** Columns [x, ...ys] with each `factor` rows as one, and a gap where time leaps. */
function thin (columns, factor, leap) {
  const out = columns.map(() => [])
  for (let at = 0; at < columns[0].length; at += factor) {
    const x = mean(columns[0].slice(at, at + factor))
    const last = out[0].at(-1)
    if (last !== undefined && x - last > leap * factor) out.forEach((column, c) => column.push(c ? null : (last + x) / 2))
    columns.forEach((column, c) => out[c].push(c ? mean(column.slice(at, at + factor)) : x))
  }
  return out
}

/** The columns of each chart; null where there is nothing to show. */
function readColumns ({ windows, middles, recording }) {
  const isSpeech = windows.emotion.map(emotion => emotion !== NONE)
  const speech = values => values.map((value, i) => isSpeech[i] ? value : null)
  return {
    scores: [middles, ...recording.labels.map(label => speech(windows.scores[label]))],
    pitch: [middles, windows.pitch.map((value, i) => value > 0 && isSpeech[i] ? value : null)],
    loudness: [middles, windows.loudness],
  }
}

const variable = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

function makeAxes (gutter, last, values, splits) {
  const common = { stroke: () => variable('--muted'), grid: { stroke: () => variable('--grid'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' }
  return [
    { ...common, incrs: STEPS, space: 70, size: last ? 26 : 6, values: (_, times) => times.map(time => last ? formatTime(time) : '') },
    { ...common, size: gutter, space: 28, gap: 4, values, splits, filter: (_, found) => found },
  ]
}

export class Charts {
  /** `nodes` has scores, pitch and loudness; `onSeek` is told a time, `onPoint` that of the pointer or null. */
  constructor (nodes, view, analysis, palette, { gutter, right, onSeek, onPoint }) {
    Object.assign(this, { nodes, view, analysis, palette, gutter, right, onSeek, onPoint })
    this.columns = readColumns(analysis)
    this.hidden = new Set()
    this.factor = this.chooseFactor()
    this.make()
    view.addEventListener('range', () => this.show())
  }

  chooseFactor () {
    const width = this.nodes.scores.clientWidth - this.gutter()
    const n = this.columns.scores[0].length * (this.view.to - this.view.from) / this.view.duration
    return 2 ** Math.max(0, Math.ceil(Math.log2(n * PIXELS / Math.max(width, 100))))
  }

  data (name) {
    const { interval, window } = this.analysis.recording
    return thin(this.columns[name], this.factor, Math.max(2 * interval, window))
  }

  make () {
    const { labels } = this.analysis.recording
    const scores = labels.map(label => ({
      label, stroke: () => this.palette.colour(label), dash: this.palette.dash(label), width: 1.75, points: { show: false }, show: !this.hidden.has(label),
    }))
    const line = { stroke: () => variable('--ink'), width: 1.25, points: { show: (u, s, from, to) => to - from < 200, size: 3 } }
    this.plots = {
      scores: this.plot('scores', scores, { range: [0, 1] }, (_, all) => all.map(v => `${Math.round(100 * v)} %`), () => [0, 0.25, 0.5, 0.75, 1]),
      pitch: this.plot('pitch', [{ ...line, label: 'pitch' }], { distr: 3, log: 2, range: () => this.pitchRange() }, (_, all) => all.map(v => v === null ? '' : `${v} Hz`), () => [50, 100, 200, 400, 800]),
      loudness: this.plot('loudness', [{ ...line, label: 'loudness' }], { range: (_, low, high) => [Math.max(-90, Math.floor((low ?? -60) / 10) * 10), Math.min(0, Math.ceil((high ?? 0) / 10) * 10)] }, (_, all) => all.map(v => `${v} dB`)),
    }
  }

  /** Whole octaves around the middle 98 % of the pitches: a stray one is not worth the room. */
  pitchRange () {
    const values = this.columns.pitch[1].filter(value => value !== null).sort((a, b) => a - b)
    if (!values.length) return [100, 400]
    const at = share => values[Math.round(share * (values.length - 1))]
    return [50 * 2 ** Math.floor(Math.log2(at(0.01) / 50)), 50 * 2 ** Math.ceil(Math.log2(at(0.99) / 50) + 1e-6)]
  }

  plot (name, series, y, values, splits) {
    const node = this.nodes[name]
    const options = {
      width: node.clientWidth,
      height: node.clientHeight,
      padding: [6, this.right, 0, 0],
      legend: { show: false },
      scales: { x: { time: false, auto: false, range: () => [this.view.from, this.view.to] }, y },
      axes: makeAxes(this.gutter(), name === 'loudness', values, splits),
      series: [{}, ...series],
      cursor: { sync: { key: SYNC, setSeries: false, scales: ['x', null] }, drag: { x: true, y: false, setScale: false }, y: false, points: { size: 6 } },
      hooks: { setSelect: [plot => this.select(plot)], setCursor: [plot => this.point(plot)] },
    }
    const plot = new uPlot(options, this.data(name), node)
    plot.over.addEventListener('click', event => this.click(plot, event))
    return plot
  }

  select (plot) {
    const { left, width } = plot.select
    if (width < 5) return
    this.dragged = true
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false)
    this.view.setRange(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'))
  }

  click (plot, event) {
    const dragged = this.dragged
    this.dragged = false
    if (!dragged) this.onSeek(plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x'))
  }

  point (plot) {
    const { left } = plot.cursor
    this.onPoint(left >= 0 ? plot.posToVal(left, 'x') : null)
  }

  show () {
    const factor = this.chooseFactor()
    for (const [name, plot] of Object.entries(this.plots)) {
      if (factor !== this.factor) plot.setData(thin(this.columns[name], factor, Math.max(2 * this.analysis.recording.interval, this.analysis.recording.window)), false)
      plot.setScale('x', { min: this.view.from, max: this.view.to })
    }
    this.factor = factor
  }

  toggle (label) {
    if (!this.hidden.delete(label)) this.hidden.add(label)
    this.plots.scores.setSeries(1 + this.analysis.recording.labels.indexOf(label), { show: !this.hidden.has(label) })
    return !this.hidden.has(label)
  }

  /** After the room or the colours have changed. */
  remake () {
    for (const plot of Object.values(this.plots)) plot.destroy()
    this.factor = this.chooseFactor()
    this.make()
  }
}
