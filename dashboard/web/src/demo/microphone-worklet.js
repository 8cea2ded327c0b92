// microphone-worklet.js - samples of the microphone, handed to the page in portions; runs in the sound's own thread
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

const PORTION = 2048 // samples

class Tap extends AudioWorkletProcessor {
  constructor () {
    super()
    this.portion = new Float32Array(PORTION)
    this.filled = 0
  }

  /** The mean of the channels. */
  process ([input]) {
    if (!input.length) return true
    for (let i = 0; i < input[0].length; i++) {
      let sum = 0
      for (const channel of input) sum += channel[i]
      this.portion[this.filled++] = sum / input.length
      if (this.filled === PORTION) this.send()
    }
    return true
  }

  send () {
    this.port.postMessage(this.portion, [this.portion.buffer])
    this.portion = new Float32Array(PORTION)
    this.filled = 0
  }
}

registerProcessor('tap', Tap)
