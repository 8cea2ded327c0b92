// chart.js - a uPlot chart that is as wide as its place and keeps to the colours of the page
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import uPlot from 'uplot'
import { el } from '../dom.js'
import { whenThemeChanges } from '../theme.js'

const HEIGHT = 190

export const variable = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

const plots = new Set()

whenThemeChanges(() => {
  for (const plot of plots) {
    if (plot.root.isConnected) plot.redraw()
    else plots.delete(plot)
  }
})

const FONT = '11px system-ui, sans-serif'
const AXIS = {
  stroke: () => variable('--muted'),
  grid: { stroke: () => variable('--grid'), width: 1 },
  ticks: { show: false },
  font: FONT,
  labelFont: FONT,
  labelGap: 2,
  labelSize: 18,
}

/** Axes with what they show and its unit written at them. */
export const axes = (x, y) => [{ ...AXIS, size: 24, ...x }, { ...AXIS, size: 42, gap: 4, ...y }]

export const percents = (_, values) => values.map(value => value === null ? '' : `${Math.round(100 * value)} %`)

/** `label` says in words what is seen. `options` are uPlot's. */
export function makeChart (label, options, data) {
  const height = options.height ?? HEIGHT
  const node = el('div', { class: 'chart', role: 'img', 'aria-label': label })
  const common = { legend: { show: false }, padding: [8, 20, 0, 0], cursor: { show: false } }
  let plot
  node.style.height = `${height}px`
  new ResizeObserver(() => {
    const width = node.clientWidth
    if (!width) return
    if (plot) {
      plot.setSize({ width, height })
      return
    }
    plot = new uPlot({ ...common, ...options, width, height }, data, node)
    plots.add(plot)
  }).observe(node)
  return node
}
