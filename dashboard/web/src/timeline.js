// timeline.js - waveform, ribbon and charts on one time axis, and what points at them
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { NONE, findSegment } from './analysis.js'
import { Charts } from './charts.js'
import { byId, el } from './dom.js'
import { Ribbon, describeSegment } from './ribbon.js'
import { formatTime, number, percent } from './time.js'
import { makeWaveform } from './waveform.js'

const RIGHT = 24 // pixels, as in report.css

const cssPixels = name => parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name))

/** Number of the window whose middle is nearest. */
function findWindow (middles, time) {
  let low = 0
  let high = middles.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (middles[middle] <= time) low = middle
    else high = middle
  }
  return Math.abs(middles[low] - time) <= Math.abs(middles[high] - time) ? low : high
}

export class Timeline {
  constructor (view, analysis, palette, player) {
    Object.assign(this, { view, analysis, palette, player })
    this.stack = byId('stack')
    this.playhead = byId('playhead')
    this.ribbon = new Ribbon(byId('ribbon'), view, analysis, palette)
    this.charts = new Charts({ scores: byId('scores'), pitch: byId('pitch'), loudness: byId('loudness') }, view, analysis, palette, {
      gutter: () => cssPixels('--gutter'), right: RIGHT, onSeek: time => player.hear(time), onPoint: time => this.tellPoint(time),
    })
    this.makeLegend()
    this.listen()
    this.movePlayhead()
    this.tellRange()
    this.tellPoint(null)
  }

  /** Peaks are a byte each, and come last. */
  addWaveform (peaks) {
    this.recolour = makeWaveform(byId('waveform'), this.view, this.player, peaks, this.analysis.peaks_per_second)
  }

  makeLegend () {
    const legend = byId('legend')
    for (const label of this.analysis.recording.labels) {
      legend.append(el('button', {
        type: 'button', class: 'chip', 'aria-pressed': 'true', title: `Show or hide the scores of ${label}`,
        onclick: event => event.currentTarget.setAttribute('aria-pressed', String(this.charts.toggle(label))),
      }, this.palette.swatch(label), label))
    }
  }

  listen () {
    const { view } = this
    view.addEventListener('time', () => { this.movePlayhead(); this.tellPoint(this.pointed) })
    view.addEventListener('range', () => { this.movePlayhead(); this.tellRange() })
    for (const id of ['ribbon', 'waveform']) {
      byId(id).addEventListener('click', event => this.player.hear(this.timeAt(event)))
      byId(id).addEventListener('pointermove', event => this.tellPoint(this.timeAt(event)))
      byId(id).addEventListener('pointerleave', () => this.tellPoint(null))
    }
    this.stack.addEventListener('wheel', event => this.turnWheel(event), { passive: false })
    byId('zoom-in').addEventListener('click', () => view.zoom(2))
    byId('zoom-out').addEventListener('click', () => view.zoom(0.5))
    byId('zoom-all').addEventListener('click', () => view.showAll())
    byId('earlier').addEventListener('click', () => view.move(-0.5 * (view.to - view.from)))
    byId('later').addEventListener('click', () => view.move(0.5 * (view.to - view.from)))
    new ResizeObserver(() => this.resize()).observe(this.stack)
  }

  plotWidth () {
    return this.stack.clientWidth - cssPixels('--gutter') - RIGHT
  }

  timeAt (event) {
    const x = event.clientX - this.stack.getBoundingClientRect().left - cssPixels('--gutter')
    const { from, to } = this.view
    return from + Math.min(Math.max(x / this.plotWidth(), 0), 1) * (to - from)
  }

  /** Zooms with Ctrl, as maps do, so that the page still scrolls; sideways moves. */
  turnWheel (event) {
    const { view } = this
    if (event.ctrlKey) view.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.timeAt(event))
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) view.move(event.deltaX / this.plotWidth() * (view.to - view.from))
    else return
    event.preventDefault()
  }

  movePlayhead () {
    const { view } = this
    const place = (view.time - view.from) / (view.to - view.from)
    this.playhead.hidden = place < 0 || place > 1
    this.playhead.style.transform = `translateX(${cssPixels('--gutter') + place * this.plotWidth()}px)`
  }

  tellRange () {
    const { view, charts } = this
    const shown = view.isWhole() ? 'the whole recording' : `${formatTime(view.from)} to ${formatTime(view.to)}`
    const points = charts.factor > 1 ? `; each point is the mean of ${charts.factor} windows` : '; each point is a window'
    byId('range').textContent = `Shown: ${shown}${points}`
    byId('zoom-all').disabled = byId('zoom-out').disabled = byId('earlier').disabled = byId('later').disabled = view.isWhole()
  }

  /** What there is under the pointer (`pointed`, or null), or else at the moment that is heard. */
  tellPoint (pointed) {
    this.pointed = pointed
    const time = pointed ?? this.view.time
    const out = byId('readout')
    if (!this.analysis.middles.length || (pointed === null && time === 0)) {
      out.replaceChildren(el('span', { class: 'muted' }, this.player.isSilent
        ? 'Point at a moment to read its values; click to mark it; drag over the scores to zoom in.'
        : 'Point at a moment to read its values; click to hear it; drag over the scores to zoom in.'))
      return
    }
    out.replaceChildren(el('b', {}, formatTime(time, 1)), this.describeWindow(findWindow(this.analysis.middles, time)), this.describeSegment(time))
  }

  /** The scores of the window, whose middle is nearest... */
  describeWindow (i) {
    const { analysis: { windows, recording }, palette } = this
    const best = recording.labels.map(label => [label, windows.scores[label][i]]).sort((a, b) => b[1] - a[1]).slice(0, 3)
    const [first, ...others] = best.map(([label, score]) => `${label} ${percent(score)}`)
    return el('span', { class: 'readout-part' }, el('span', { class: 'muted' }, 'Window:'),
      windows.emotion[i] === NONE ? palette.tag('none', 'no speech') : [palette.tag(best[0][0], first), el('span', {}, others.join(', '))],
      el('span', { class: 'muted' }, `${windows.pitch[i] > 0 ? number(windows.pitch[i], 0, ' Hz') : 'unvoiced'}, ${number(windows.loudness[i], 1, ' dBFS')}`))
  }

  /** ...and the mean of the segment, which others go into as well. */
  describeSegment (time) {
    const segment = findSegment(this.analysis.segments, time)
    return el('span', { class: 'readout-part' }, el('span', { class: 'muted' }, 'Segment, on average:'),
      segment ? this.palette.tag(segment.emotion, describeSegment(segment)) : 'none')
  }

  resize () {
    const width = this.stack.clientWidth
    if (width === this.width) return
    const first = this.width === undefined
    this.width = width
    if (first) return
    this.charts.remake()
    this.ribbon.draw()
    this.movePlayhead()
    this.tellRange()
  }

  /** After the theme has changed. */
  repaint () {
    this.charts.remake()
    this.recolour?.()
  }
}
