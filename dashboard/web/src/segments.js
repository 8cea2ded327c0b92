// segments.js - the table of segments, its filter, and the one that is heard
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { emotionText, findSegment } from './analysis.js'
import { byId, el } from './dom.js'
import { formatDuration, formatTime, isNumber, number, parseRange, percent, signed } from './time.js'

const PORTION = 100 // rows at once

const ORDERS = {
  time: (a, b) => a.start - b.start,
  length: (a, b) => b.duration - a.duration,
  score: (a, b) => (b.emotion !== 'none') - (a.emotion !== 'none') || b.confidence - a.confidence,
}

const withZ = (text, z) => el('td', { class: 'number' }, text, isNumber(z) && el('small', { title: 'z-score against the speaker\u2019s running baseline' }, ` z ${signed(z)}`))

export class Segments {
  constructor (view, analysis, palette, player) {
    Object.assign(this, { view, palette, player, all: analysis.segments, hasSpeakers: analysis.recording.speakers_separated })
    this.emotions = new Set()
    this.rows = new Map()
    this.limit = PORTION
    this.body = byId('segment-rows')
    byId('speaker-column').hidden = !this.hasSpeakers
    this.makeChips([...analysis.recording.labels, 'uncertain', 'none'])
    this.listen()
    this.show()
  }

  makeChips (names) {
    const counts = new Map(names.map(name => [name, this.all.filter(segment => segment.emotion === name).length]))
    for (const name of names.filter(name => counts.get(name))) {
      byId('emotion-filter').append(el('button', {
        type: 'button', class: 'chip', 'aria-pressed': 'false', 'data-emotion': name, onclick: event => this.toggle(name, event.currentTarget),
      }, this.palette.swatch(name), emotionText(name), el('span', { class: 'count' }, String(counts.get(name)))))
    }
  }

  listen () {
    byId('time-filter').addEventListener('input', () => this.restart())
    byId('order').addEventListener('change', () => this.restart())
    byId('clear-filter').addEventListener('click', () => this.clear())
    byId('more').addEventListener('click', () => { this.limit += 5 * PORTION; this.show() })
    this.view.addEventListener('time', () => this.mark())
  }

  toggle (name, chip) {
    if (!this.emotions.delete(name)) this.emotions.add(name)
    chip.setAttribute('aria-pressed', String(this.emotions.has(name)))
    this.restart()
  }

  clear () {
    this.emotions.clear()
    for (const chip of byId('emotion-filter').children) chip.setAttribute('aria-pressed', 'false')
    byId('time-filter').value = ''
    this.restart()
  }

  restart () {
    this.limit = PORTION
    this.show()
  }

  /** Those that the filter lets pass, in the order asked for. */
  choose () {
    const input = byId('time-filter')
    const range = input.value.trim() ? parseRange(input.value) : null
    const wrong = input.value.trim() !== '' && range === null
    input.setAttribute('aria-invalid', String(wrong))
    byId('time-hint').hidden = !wrong
    return this.all
      .filter(segment => !this.emotions.size || this.emotions.has(segment.emotion))
      .filter(segment => !range || (segment.end > range[0] && segment.start <= range[1]))
      .sort(ORDERS[byId('order').value])
  }

  show () {
    const chosen = this.choose()
    const shown = chosen.slice(0, this.limit)
    this.rows.clear()
    this.body.replaceChildren(...shown.map(segment => this.makeRow(segment)))
    const length = chosen.reduce((sum, segment) => sum + segment.duration, 0)
    byId('segment-count').textContent = `${chosen.length} of ${this.all.length} segments, ${formatDuration(length)} in all`
    byId('no-segments').hidden = chosen.length > 0
    byId('more').hidden = chosen.length <= shown.length
    byId('more').textContent = `Show more (${chosen.length - shown.length} left)`
    this.current = undefined
    this.mark()
  }

  makeRow (segment) {
    const isSpeech = segment.emotion !== 'none'
    const row = el('tr', { onclick: () => this.player.hear(segment.start) },
      el('td', {}, el('button', { type: 'button', class: 'time', 'aria-label': `${this.player.isSilent ? 'Mark' : 'Hear'} ${formatTime(segment.start)}, ${emotionText(segment.emotion)}` }, formatTime(segment.start))),
      el('td', { class: 'number' }, number(segment.duration, 1, ' s')),
      el('td', {}, this.palette.tag(segment.emotion, emotionText(segment.emotion))),
      el('td', { class: 'number' }, isSpeech ? percent(segment.confidence) : ''),
      this.hasSpeakers && el('td', {}, segment.speaker ?? ''),
      withZ(segment.pitch > 0 ? number(segment.pitch, 0, ' Hz') : '', segment.pitchZ),
      withZ(number(segment.loudness, 1, ' dB'), segment.loudnessZ))
    this.rows.set(segment, row)
    return row
  }

  mark () {
    const current = findSegment(this.all, this.view.time)
    if (current === this.current) return
    this.rows.get(this.current)?.removeAttribute('aria-current')
    this.rows.get(current)?.setAttribute('aria-current', 'true')
    this.current = current
  }
}
