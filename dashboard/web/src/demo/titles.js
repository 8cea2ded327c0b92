// titles.js - which recordings something is about to be done to
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

const MOST = 10

/** The titles of recordings as a list, which is cut where it is long. */
export function makeTitles (recordings) {
  const more = recordings.length - MOST
  return el('ul', { class: 'titles' }, recordings.slice(0, MOST).map(({ title }) => el('li', {}, title)), more > 0 && el('li', {}, `and ${more} more`))
}
