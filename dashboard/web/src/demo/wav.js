// wav.js - samples as a WAV file
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

/** From -1 to 1, as whole numbers of 16 bits. */
export function toInt16 (samples) {
  const out = new Int16Array(samples.length)
  for (let i = 0; i < samples.length; i++) out[i] = Math.round(32767 * Math.min(Math.max(samples[i], -1), 1))
  return out
}

/** Mono, of blobs or arrays of 16-bit samples that have `bytes` bytes in all. */
export function makeWav (parts, bytes, rate) {
  const head = new DataView(new ArrayBuffer(44))
  const text = (at, word) => [...word].forEach((letter, i) => head.setUint8(at + i, letter.charCodeAt(0)))
  text(0, 'RIFF')
  head.setUint32(4, 36 + bytes, true)
  text(8, 'WAVEfmt ')
  head.setUint32(16, 16, true)
  head.setUint16(20, 1, true) // PCM
  head.setUint16(22, 1, true) // channel
  head.setUint32(24, rate, true)
  head.setUint32(28, 2 * rate, true)
  head.setUint16(32, 2, true)
  head.setUint16(34, 16, true)
  text(36, 'data')
  head.setUint32(40, bytes, true)
  return new Blob([head, ...parts], { type: 'audio/wav' })
}
