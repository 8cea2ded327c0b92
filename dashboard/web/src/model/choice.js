// choice.js - what is chosen in a table, below it: asked for, shown, and kept in the page's address
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { makeProblem } from '../problem.js'
import { note } from './parts.js'

const KEY = 'beside'

/** Rows that the address names by what `key` says of them. */
export function readChosen (rows, key) {
  const names = (new URLSearchParams(location.search).get(KEY) ?? '').split(',')
  return rows.filter(row => names.includes(key(row)))
}

function keepChosen (rows, key) {
  const query = rows.length ? `?${KEY}=${rows.map(row => encodeURIComponent(key(row))).join(',')}` : ''
  history.replaceState(null, '', location.pathname + query)
}

/** Asks for each thing once, unless that failed. */
export function remember (ask) {
  const known = new Map()
  return name => {
    if (!known.has(name)) known.set(name, ask(name).catch(error => { known.delete(name); throw error }))
    return known.get(name)
  }
}

/**
 * Shows in `place` what `show` makes (nodes, in time) of the chosen rows, if there are `least` of them, else `hint`. Returns
 * what to call with the rows: whichever call comes last wins, however long the answers take.
 */
export function followChoice (place, { key, least, hint, show }) {
  let latest = 0
  const follow = async rows => {
    const mine = ++latest
    keepChosen(rows, key)
    if (rows.length < least) {
      place.replaceChildren(note(hint(rows.length)))
      return
    }
    if (!place.querySelector('section')) place.replaceChildren(el('p', { class: 'muted', role: 'status' }, 'Loading\u2026'))
    try {
      const nodes = await show(rows)
      if (mine === latest) place.replaceChildren(...nodes.filter(Boolean))
    } catch (error) {
      if (mine === latest) place.replaceChildren(makeProblem(error, () => follow(rows)))
    }
  }
  return follow
}
