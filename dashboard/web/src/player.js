// player.js - the sound: inside the page, beside it, or none
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

const SLICE = 1 << 22 // characters of base64 at once

/** Bytes of base64; browsers of before 2025 have no word for it. */
export function fromBase64 (text) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(text)
  const characters = atob(text)
  const bytes = new Uint8Array(characters.length)
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i)
  return bytes
}

const pause = () => new Promise(resolve => setTimeout(resolve))

/** Base64 as a blob, in slices so that the page stays at hand. */
async function decode (text, type) {
  const parts = []
  for (let at = 0; at < text.length; at += SLICE) {
    parts.push(fromBase64(text.slice(at, at + SLICE)))
    await pause()
  }
  return new Blob(parts, { type })
}

export class Player {
  /** `say` shows a line to the reader. */
  constructor (view, analysis, say) {
    this.view = view
    this.media = analysis.media
    this.audio = document.getElementById('audio')
    this.say = say
    if (this.media === 'none') return
    this.audio.addEventListener('play', () => this.follow())
    this.audio.addEventListener('pause', () => view.setPlaying(false))
    this.audio.addEventListener('error', () => this.explain())
    if (this.media === 'link') this.audio.src = analysis.link
  }

  get isSilent () {
    return this.media === 'none'
  }

  /** The sound that the page holds; the audio element would take a data: URI, but Firefox none of over 32 MB. */
  async load () {
    if (this.media !== 'embed') return
    const holder = document.getElementById('sound')
    const blob = await decode(holder.textContent, 'audio/ogg; codecs=opus')
    holder.remove()
    this.audio.src = URL.createObjectURL(blob)
    if (this.view.time > 0) this.audio.currentTime = this.view.time
  }

  explain () {
    this.say(this.media === 'link'
      ? 'The linked file is not where it was, or is of a kind that this browser does not play. Put it back, or make the page with --media embed.'
      : 'This browser does not play Opus in Ogg; Firefox, Chromium and Safari from 18.4 do.')
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
