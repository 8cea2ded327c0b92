// live-chart.js - the last minute of scores, moving with time, and the windows' emotions below
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import uPlot from 'uplot'
import { emotionText } from '../analysis.js'
import { el, svg } from '../dom.js'
import { formatTime } from '../time.js'

const SPAN = 60 // s
const GUTTER = 50 // pixels, as in demo.css
const RIGHT = 16 // px, for half of the last time
const HEIGHT = 220
const LETTER = 6.6 // pixels of a letter of the ribbon's text, about

const variable = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

export class LiveChart {
  constructor (labels, palette) {
    Object.assign(this, { labels, palette, windows: [], now: 0 })
    this.plotNode = el('div', { class: 'live-plot', role: 'img', 'aria-label': 'Scores of the last minute' })
    this.ribbon = svg('svg', { class: 'live-ribbon', 'aria-hidden': 'true', height: 32 })
    this.node = el('div', { class: 'live-chart' }, this.plotNode, this.ribbon)
    new ResizeObserver(() => this.remake()).observe(this.node)
  }

  clear () {
    this.windows = []
    this.setNow(0)
    this.plot?.setData(this.columns())
  }

  /** A point is the middle of a window. Without speech there is none. */
  columns () {
    const middles = this.windows.map(window => window['stream-time'] + window.duration / 2)
    return [middles, ...this.labels.map(label => this.windows.map(({ emotion, scores }) => emotion === 'none' ? null : scores[label]))]
  }

  remake () {
    this.plot?.destroy()
    const axis = { stroke: () => variable('--muted'), grid: { stroke: () => variable('--grid'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' }
    this.plot = new uPlot({
      width: this.node.clientWidth,
      height: HEIGHT,
      padding: [8, RIGHT, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: () => this.span() }, y: { range: [0, 1] } },
      axes: [{ ...axis, size: 24, incrs: [10, 20, 30], space: 60, values: (_, times) => times.map(time => formatTime(time)) },
        { ...axis, size: GUTTER, gap: 4, splits: () => [0, 0.25, 0.5, 0.75, 1], values: (_, all) => all.map(value => `${Math.round(100 * value)} %`) }],
      series: [{}, ...this.labels.map(label => ({ label, stroke: () => this.palette.colour(label), dash: this.palette.dash(label), width: 2, points: { show: false } }))],
    }, this.columns(), this.plotNode)
    this.drawRibbon()
  }

  span () {
    const to = Math.max(SPAN, this.now)
    return [to - SPAN, to]
  }

  add (window) {
    this.windows.push(window)
    // What has left the picture need not be kept.
    if (this.windows.length > 4 * SPAN) this.windows.splice(0, this.windows.length - 3 * SPAN)
    this.plot?.setData(this.columns(), false)
    this.setNow(this.now)
  }

  setNow (time) {
    this.now = time
    const [min, max] = this.span()
    this.plot?.setScale('x', { min, max })
    this.drawRibbon()
  }

  /** Runs of windows with the same emotion, each from its middle to the next one's. */
  drawRibbon () {
    const [from, to] = this.span()
    const width = Math.max(0, this.node.clientWidth - GUTTER - RIGHT)
    const scale = width / (to - from)
    const runs = []
    for (const window of this.windows) {
      const middle = window['stream-time'] + window.duration / 2
      const last = runs.at(-1)
      if (last && last.emotion === window.emotion) last.end = middle + 0.5
      else runs.push({ emotion: window.emotion, start: last ? last.end : middle - 0.5, end: middle + 0.5 })
    }
    this.ribbon.replaceChildren(...runs.filter(run => run.end > from).flatMap(run => this.drawRun(run, from, scale)))
  }

  drawRun (run, from, scale) {
    const x = Math.max(0, (run.start - from) * scale)
    const width = Math.max(0.75, (run.end - from) * scale - x)
    const text = emotionText(run.emotion)
    const plate = text.length * LETTER + 8
    return [svg('rect', { x, width, height: 32, fill: this.palette.fill(run.emotion) }),
      ...plate + 8 < width ? [svg('rect', { x: x + 4, y: 7, width: plate, height: 18, rx: 4, class: 'plate' }), svg('text', { x: x + 4 + plate / 2, y: 20 }, text)] : []]
  }
}
