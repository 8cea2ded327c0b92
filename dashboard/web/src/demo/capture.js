// capture.js - the microphone as portions of mono samples
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

/** What browsers do for calls would change what the model listens to: it learned from voices as they are. */
const CONSTRAINTS = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 } }

const REASONS = {
  NotAllowedError: 'This page was not allowed to use the microphone. Allow it beside the address of the page, then start again.',
  NotFoundError: 'No microphone was found. Connect one, then start again.',
  NotReadableError: 'The microphone cannot be read: another program may be using it.',
  SecurityError: 'This browser does not let the page use a microphone.',
}

/** Why there can be no sound here, or null. */
export function explainLack () {
  if (window.isSecureContext && navigator.mediaDevices && window.AudioWorkletNode) return null
  if (window.isSecureContext) return 'This browser does not hand sound to pages as it is heard.'
  return 'Browsers hand the microphone only to pages of this same machine, as http://localhost, and to those that come by https. ' +
    'Have the server started with --tls-cert and --tls-key, or open this page on the machine that it runs on.'
}

export class Capture {
  /** `onPortion` is told a Float32Array; `onEnd` that the microphone is gone. */
  constructor ({ onPortion, onEnd }) {
    Object.assign(this, { onPortion, onEnd })
  }

  /** Asks for the microphone. Its sound comes when begin() is called. */
  async open () {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia(CONSTRAINTS)
    } catch (error) {
      throw Object.assign(new Error(REASONS[error.name] ?? `The microphone cannot be used: ${error.message}`), { status: 0 })
    }
    this.stream.getAudioTracks()[0].addEventListener('ended', () => this.onEnd())
    this.context = new AudioContext({ latencyHint: 'interactive' })
    await this.context.audioWorklet.addModule('/assets/microphone-worklet.js')
  }

  get rate () {
    return this.context.sampleRate
  }

  get name () {
    return this.stream.getAudioTracks()[0].label
  }

  async begin () {
    this.tap = new AudioWorkletNode(this.context, 'tap', { numberOfOutputs: 0 })
    this.tap.port.addEventListener('message', event => this.onPortion(event.data))
    this.tap.port.start()
    this.context.createMediaStreamSource(this.stream).connect(this.tap)
    await this.context.resume()
  }

  close () {
    this.tap?.disconnect()
    for (const track of this.stream?.getTracks() ?? []) track.stop()
    if (this.context && this.context.state !== 'closed') this.context.close()
  }
}
