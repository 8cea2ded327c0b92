// speakers.js - names of those who speak, as the library has them
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get, query } from '../api.js'
import { dismiss, remark } from '../remarks.js'

const MOST = 500 // recordings that the server lists at once

/** All names, each once, in the server's order. */
export async function getSpeakers () {
  const names = new Set()
  for (let offset = 0, end = 1; offset < end; offset += MOST) {
    const { recordings, total } = await get(`/recordings${query({ sort: 'speaker', order: 'asc', offset, limit: MOST })}`)
    for (const { speaker } of recordings) if (speaker) names.add(speaker)
    end = total
  }
  return [...names]
}

/** A name without its case and its blanks; upper case first, which has no second form of an S. */
const fold = name => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toUpperCase().toLowerCase()

const quote = name => `\u201c${name}\u201d`

/** To filter and comparison two spellings of a name are two speakers: whoever has just saved one is told of the others. */
export async function tellSpellings (speaker) {
  if (!speaker) return
  const name = `spelling-${fold(speaker)}`
  const names = await getSpeakers().catch(() => []) // it is saved, whatever is not known of the others
  const others = names.filter(other => other !== speaker && fold(other) === fold(speaker))
  if (!others.length) return dismiss(name)
  remark(name, `${quote(speaker)} is saved, but other recordings have ${others.map(quote).join(' and ')}: as long as the ` +
    'spelling differs, the list and comparisons take them for different speakers.')
}
