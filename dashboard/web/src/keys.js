// keys.js - the keys of the page
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { byId, takesKeys } from './dom.js'

const STEP = 5 // s

export function listenToKeys (view, player, segments) {
  /** To the segment before, or after, the moment that is heard; a little into a segment, `before` is its own start. */
  const goToSegment = direction => {
    const next = direction > 0
      ? segments.find(segment => segment.start > view.time + 0.05)
      : [...segments].reverse().find(segment => segment.start < view.time - 1)
    if (next) player.seek(next.start)
  }
  const actions = {
    ' ': () => player.toggle(),
    k: () => player.toggle(),
    ArrowLeft: () => player.seek(view.time - STEP),
    ArrowRight: () => player.seek(view.time + STEP),
    Home: () => player.seek(0),
    End: () => player.seek(view.duration),
    ',': () => goToSegment(-1),
    '.': () => goToSegment(1),
    '+': () => view.zoom(2),
    '=': () => view.zoom(2),
    '-': () => view.zoom(0.5),
    0: () => view.showAll(),
    '/': () => byId('time-filter').focus(),
  }
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return
    // A button that has the focus is what Space is for.
    if (event.key === ' ' && event.target.closest('button, a, summary')) return
    const action = actions[event.key]
    if (!action) return
    event.preventDefault()
    action()
  })
}
