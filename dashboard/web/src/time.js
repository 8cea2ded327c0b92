// time.js - times and numbers as people write them
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

const ALMOST = 1e-6 // that sums of tenths lack

/** Seconds as 1:02 or 1:02:03, with `digits` after the point. Rounded down, as clocks of players are, so that a moment has
 *  the same time wherever it is shown. */
export function formatTime (seconds, digits = 0) {
  const unit = 10 ** digits
  const total = Math.floor(Math.max(0, seconds) * unit + ALMOST)
  const s = (total % (60 * unit)) / unit
  const minutes = Math.floor(total / (60 * unit))
  const tail = s.toFixed(digits).padStart(digits ? digits + 3 : 2, '0')
  if (minutes < 60) return `${minutes}:${tail}`
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`
}

/** A length of time: of a short one the tenths tell. */
export const formatDuration = seconds => formatTime(seconds, seconds < 10 ? 1 : 0)

/** What ends an address that leads to a moment of a recording. */
export const momentFragment = time => `#t=${(Math.floor(10 * time + ALMOST) / 10).toFixed(1)}`

/** What a person wrote as a time, 75, 1:15 or 1:02:03.5, in seconds; NaN when it is none. */
export function parseTime (text) {
  const match = /^\s*(?:(?:(\d+):)?(\d+):)?(\d+(?:[.,]\d+)?)\s*s?\s*$/.exec(text)
  if (!match) return NaN
  return Number(match[1] ?? 0) * 3600 + Number(match[2] ?? 0) * 60 + Number(match[3].replace(',', '.'))
}

/** A time, or two with a dash between them, as [from, to]; one alone is that moment. null when it is neither. */
export function parseRange (text) {
  const parts = text.split(/[-\u2013\u2014]/)
  const times = parts.map(parseTime)
  if (parts.length > 2 || times.some(Number.isNaN)) return null
  return [Math.min(...times), Math.max(...times)]
}

export const isNumber = value => typeof value === 'number' && Number.isFinite(value)

export const percent = (share, digits = 0) => isNumber(share) ? `${(100 * share).toFixed(digits)} %` : 'n/a'

export const signed = (value, digits = 1) => `${value < 0 ? '\u2212' : '+'}${Math.abs(value).toFixed(digits)}`

export const plural = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`

export const number = (value, digits, unit = '') =>
  isNumber(value) ? `${value < 0 ? '\u2212' : ''}${Math.abs(value).toFixed(digits)}${unit}` : 'n/a'
