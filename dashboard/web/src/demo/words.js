// words.js - sizes, dates and states as people write them
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { percent, plural } from '../time.js'

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB']

export function formatBytes (bytes) {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), UNITS.length - 1)
  const value = bytes / 1000 ** power
  return `${Number(value.toFixed(power && value < 10 ? 1 : 0))} ${UNITS[power]}`
}

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' })

export const formatMoment = time => moment.format(new Date(time))

/** A length of time in words: "4 hours", "90 minutes". */
export function formatLength (seconds) {
  const [value, unit] = seconds >= 7200 ? [seconds / 3600, 'hour'] : seconds >= 120 ? [seconds / 60, 'minute'] : [seconds, 'second']
  const rounded = Math.round(10 * value) / 10
  return `${rounded} ${unit}${rounded === 1 ? '' : 's'}`
}

export const STATES = {
  queued: 'Waiting', fetching: 'Fetching', analysing: 'Analysing', done: 'Done', failed: 'Failed', cancelled: 'Cancelled',
}

export const SOURCES = { upload: 'uploaded', url: 'fetched', preloaded: 'comes with seremotion' }

export const isUnderWay = ({ state }) => state === 'queued' || state === 'fetching' || state === 'analysing'

export const canRetry = ({ state }) => state === 'failed' || state === 'cancelled'

/** Labels and shares, the largest first. */
export const sortShares = shares => Object.entries(shares).sort((a, b) => b[1] - a[1])

/** The largest shares, as "anger 62 %, fear 20 %". */
export const nameShares = (shares, n) =>
  sortShares(shares).slice(0, n).filter(([, share]) => share > 0).map(([label, share]) => `${label} ${percent(share)}`).join(', ')

const FEW = 5 // windows, under which shares are of next to nothing

export const isLittle = ({ speech_windows: n }) => n < FEW

/** The largest shares of a recording's summary, and of how much where that is little. */
export const describeShares = (summary, n) =>
  `${nameShares(summary.shares, n)}${isLittle(summary) ? ` of ${plural(summary.speech_windows, 'window')}` : ''}`
