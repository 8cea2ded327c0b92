// waveform.js - the waveform above the ribbon
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import WaveSurfer from 'wavesurfer.js'
import { byId } from './dom.js'

function readPeaks (bytes, perSecond, duration) {
  // The drawing spans what it is given: silence to the end of the time axis.
  const peaks = new Float32Array(Math.max(1, Math.round(duration * perSecond)))
  for (let i = 0; i < Math.min(peaks.length, bytes.length); i++) peaks[i] = bytes[i] / 255
  return peaks
}

const colours = () => {
  const style = getComputedStyle(document.documentElement)
  return { waveColor: style.getPropertyValue('--wave').trim(), progressColor: style.getPropertyValue('--wave-heard').trim() }
}

/** Draws peaks, bytes of which there are `perSecond`, into `container`, which is as wide as the plots. Returns a function to call when colours change. */
export function makeWaveform (container, view, player, bytes, perSecond) {
  const wave = WaveSurfer.create({
    container,
    media: player.audio,
    peaks: [readPeaks(bytes, perSecond, view.duration)],
    duration: view.duration,
    height: container.clientHeight,
    normalize: true,
    cursorWidth: 0,
    hideScrollbar: true,
    autoScroll: false,
    interact: false,
    barWidth: 2,
    barGap: 1,
    barRadius: 1,
    cspNonce: byId('style')?.nonce,
    ...colours(),
  })
  const show = () => {
    const pixels = container.clientWidth / (view.to - view.from)
    wave.zoom(view.isWhole() ? 0 : pixels)
    wave.setScroll(view.from * pixels)
  }
  view.addEventListener('range', show)
  wave.on('ready', show)
  wave.on('resize', show)
  return () => wave.setOptions(colours())
}
