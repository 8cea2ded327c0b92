// events.js - what changes on the server while a page is open
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// One stream a page, and none while nobody looks at it: a browser opens but six connections to a server, which as many
// pages in the background would take.

import { address } from './api.js'

const FIRST_WAIT = 1000 // ms
const LONGEST_WAIT = 30000

/** `onRecording` and `onRemoved` are told what the stream says. `onGap` after a break: what was missed must be asked for.
 *  `onLost` is told whether the server is out of reach. */
export function listen ({ onRecording, onRemoved, onGap, onLost }) {
  let stream = null
  let timer = 0
  let wait = FIRST_WAIT
  let isFirst = true

  const close = () => {
    clearTimeout(timer)
    stream?.close()
    stream = null
  }
  const open = () => {
    close()
    stream = new EventSource(address('/events'))
    stream.addEventListener('open', () => {
      wait = FIRST_WAIT
      onLost?.(false)
      if (!isFirst) onGap?.()
      isFirst = false
    })
    stream.addEventListener('recording', event => onRecording?.(JSON.parse(event.data)))
    stream.addEventListener('removed', event => onRemoved?.(JSON.parse(event.data).id))
    stream.addEventListener('error', () => {
      onLost?.(true)
      // A browser tries again by itself after a break, but not after a refusal.
      close()
      timer = setTimeout(open, wait)
      wait = Math.min(2 * wait, LONGEST_WAIT)
    })
  }
  const follow = () => { if (document.hidden) close(); else open() }
  document.addEventListener('visibilitychange', follow)
  addEventListener('pagehide', close)
  addEventListener('pageshow', event => { if (event.persisted) follow() })
  follow()
}
