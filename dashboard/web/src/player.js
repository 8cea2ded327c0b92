// player.js - the sound: inside the page, beside it, on the server, or none
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { readBlob } from './base64.js'

const EXPLANATIONS = {
  embed: 'This browser does not play Opus in Ogg; Firefox, Chromium and Safari from 18.4 do.',
  link: 'The linked file is not where it was, or is of a kind that this browser does not play. Put it back, or make the page with --media embed.',
  server: 'The sound cannot be played: the server does not answer, or this browser does not play Opus in Ogg; Firefox, Chromium and Safari from 18.4 do.',
}

export class Player {
  /** `analysis` has `media`: `embed`, `link`, `server` or `none`, and `link`, where that is. `say` shows a line to the reader. */
  constructor (view, analysis, say) {
    this.view = view
    this.media = analysis.media
    this.audio = document.getElementById('audio')
    this.say = say
    if (this.media === 'none') return
    this.audio.addEventListener('play', () => this.follow())
    this.audio.addEventListener('pause', () => view.setPlaying(false))
    this.audio.addEventListener('error', () => this.explain())
    if (analysis.link) this.audio.src = analysis.link
  }

  get isSilent () {
    return this.media === 'none'
  }

  /** The sound that the page holds; the audio element would take a data: URI, but Firefox none of over 32 MB. */
  async load () {
    if (this.media !== 'embed') return
    const holder = document.getElementById('sound')
    const blob = await readBlob(holder.textContent, 'audio/ogg; codecs=opus')
    holder.remove()
    this.audio.src = URL.createObjectURL(blob)
    if (this.view.time > 0) this.audio.currentTime = this.view.time
  }

  explain () {
    this.say(EXPLANATIONS[this.media])
  }

  follow () {
    this.view.setPlaying(true)
    const step = () => {
      if (this.audio.paused) return
      this.view.setTime(this.audio.currentTime)
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  }

  seek (time) {
    this.view.setTime(time)
    if (!this.isSilent) this.audio.currentTime = this.view.time
  }

  /** Goes to a moment and lets it be heard. */
  hear (time) {
    this.seek(time)
    this.play()
  }

  play () {
    if (!this.isSilent) this.audio.play().catch(() => {}) // `error` says why
  }

  toggle () {
    if (this.audio.paused) this.play()
    else this.audio.pause()
  }

  setSpeed (speed) {
    this.audio.playbackRate = speed
  }
}
