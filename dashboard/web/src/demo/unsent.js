// unsent.js - files that were on their way when their page was left: the next one tells of them
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { remark } from '../remarks.js'
import { plural } from '../time.js'

const KEY = 'unsent'

/** Names that no page has told of yet, or whose reader has not taken note of them. A browser may forbid to keep any. */
function read () {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? []
  } catch {
    return []
  }
}

function write (names) {
  try {
    if (names.length) sessionStorage.setItem(KEY, JSON.stringify(names))
    else sessionStorage.removeItem(KEY)
  } catch {
    // Then they are not told of.
  }
}

export function keepUnsent (names) {
  if (names.length) write([...read(), ...names])
}

export function tellUnsent () {
  const names = read()
  if (names.length) remark(KEY, `${plural(names.length, 'file was', 'files were')} not sent: ${names.join(', ')}`, () => write([]))
}
