// base64.js - bytes of the text that a page holds them in
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
export async function readBlob (text, type) {
  const parts = []
  for (let at = 0; at < text.length; at += SLICE) {
    parts.push(fromBase64(text.slice(at, at + SLICE)))
    await pause()
  }
  return new Blob(parts, { type })
}
