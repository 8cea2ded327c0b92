// view.js - what all of the page shares: the stretch of time that is shown, and the moment that is heard
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// Events: `range` (from, to), `time`, `playing`.

const SHORTEST = 5 // s

export class View extends EventTarget {
  constructor (duration) {
    super()
    this.duration = Math.max(duration, 0.1)
    this.from = 0
    this.to = this.duration
    this.time = 0
    this.playing = false
  }

  tell (name) {
    this.dispatchEvent(new Event(name))
  }

  /** Shows [from, to], moved and widened as needed. */
  setRange (from, to) {
    const length = Math.min(Math.max(to - from, SHORTEST), this.duration)
    const middle = (from + to) / 2
    const start = Math.min(Math.max(middle - length / 2, 0), this.duration - length)
    if (start === this.from && start + length === this.to) return
    this.from = start
    this.to = start + length
    this.tell('range')
  }

  /** Shows 1/factor of what is shown, around `centre`, which stays where it is. */
  zoom (factor, centre = this.isShown(this.time) ? this.time : (this.from + this.to) / 2) {
    const length = Math.min(Math.max((this.to - this.from) / factor, SHORTEST), this.duration)
    const place = (centre - this.from) / (this.to - this.from)
    this.setRange(centre - place * length, centre - place * length + length)
  }

  move (seconds) {
    this.setRange(this.from + seconds, this.to + seconds)
  }

  showAll () {
    this.setRange(0, this.duration)
  }

  isShown (time) {
    return time >= this.from && time <= this.to
  }

  isWhole () {
    return this.to - this.from >= this.duration - 1e-6
  }

  setTime (time) {
    this.time = Math.min(Math.max(time, 0), this.duration)
    // As pages are turned: what is heard is always seen.
    if (!this.isShown(this.time)) {
      const length = this.to - this.from
      this.setRange(this.time - 0.05 * length, this.time + 0.95 * length)
    }
    this.tell('time')
  }

  setPlaying (playing) {
    this.playing = playing
    this.tell('playing')
  }
}
