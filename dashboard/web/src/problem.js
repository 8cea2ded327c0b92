// problem.js - what went wrong, where the page shows it
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from './dom.js'

/** A line with what happened and, where `retry` is given, a button to try again. */
export function makeProblem (error, retry) {
  // What no server said is a fault of the page.
  if (error.status === undefined) console.error(error)
  return el('div', { class: 'problem', role: 'alert' }, el('p', {}, error.message),
    retry && el('button', { type: 'button', class: 'plain', onclick: retry }, 'Try again'))
}

/** In place of a page that cannot be shown. */
export function showProblem (main, error) {
  if (error.status === 401) return // the page to sign in comes
  const isMissing = error.status === 404
  main.replaceChildren(
    el('h1', {}, isMissing ? 'Not found' : 'This page cannot be shown'),
    makeProblem(error, isMissing ? null : () => location.reload()))
  if (isMissing) main.append(el('p', {}, 'It may have been deleted, or the address is mistyped. ', el('a', { href: '/' }, 'All recordings')))
}
