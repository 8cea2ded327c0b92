// ribbon.js - segments as a ribbon of colours, patterns and names
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { emotionText, findSegment } from './analysis.js'
import { svg } from './dom.js'
import { formatTime, percent } from './time.js'

const LETTER = 6.6 // pixels of a letter of the ribbon's text, about

export function describeSegment (segment) {
  if (!segment) return 'nothing analysed'
  const score = segment.emotion === 'none' ? '' : ` ${percent(segment.confidence)}`
  return `${segment.speaker ? `${segment.speaker}: ` : ''}${emotionText(segment.emotion)}${score}`
}

export class Ribbon {
  constructor (node, view, analysis, palette) {
    Object.assign(this, { node, view, palette, segments: analysis.segments })
    this.picture = svg('svg', { width: '100%', height: '100%', 'aria-hidden': 'true' })
    node.append(this.picture)
    node.setAttribute('aria-valuemax', Math.round(view.duration))
    view.addEventListener('range', () => this.draw())
    view.addEventListener('time', () => this.tellTime())
    this.draw()
    this.tellTime()
  }

  draw () {
    const width = this.node.clientWidth
    const height = this.node.clientHeight
    const { from, to } = this.view
    const scale = width / (to - from)
    const shown = this.segments.filter(segment => segment.end > from && segment.start < to)
    this.picture.replaceChildren(...shown.flatMap(segment => this.drawSegment(segment, scale, height)))
  }

  drawSegment (segment, scale, height) {
    const x = Math.max(0, (segment.start - this.view.from) * scale)
    const width = Math.max(0.75, (Math.min(segment.end, this.view.to) - this.view.from) * scale - x - 0.5)
    const shapes = [svg('rect', { x, width, height, rx: Math.min(3, width / 4), fill: this.palette.fill(segment.emotion) })]
    const text = emotionText(segment.emotion)
    if (text.length * LETTER + 14 < width) {
      const plate = text.length * LETTER + 8
      shapes.push(svg('rect', { x: x + 4, y: height / 2 - 9, width: plate, height: 18, rx: 4, class: 'plate' }),
        svg('text', { x: x + 4 + plate / 2, y: height / 2 + 4 }, text))
    }
    return shapes
  }

  tellTime () {
    const { time } = this.view
    this.node.setAttribute('aria-valuenow', Math.round(time))
    this.node.setAttribute('aria-valuetext', `${formatTime(time)}, ${describeSegment(findSegment(this.segments, time))}`)
  }
}
