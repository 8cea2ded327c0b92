// session.js - sound to the server, and windows from it, through a WebSocket (docs/api.md)
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { address } from '../api.js'

const NORMAL = 1000

function explain ({ code, reason }) {
  if (reason) return reason[0].toUpperCase() + reason.slice(1) + (/[.!?]$/.test(reason) ? '' : '.')
  if (code === 1008) return 'The server allows no more sessions at once. Try again when another has ended.'
  return 'The connection to the server broke.'
}

export class Session {
  /** `onWindow` is told each window; `onClose` once how it ended: null as it should, else why. */
  constructor ({ onWindow, onClose }) {
    Object.assign(this, { onWindow, onClose, isOver: false })
  }

  open (rate) {
    const url = new URL(address('/live'), location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    return new Promise((resolve, reject) => {
      const socket = this.socket = new WebSocket(url)
      let isOpen = false
      socket.binaryType = 'arraybuffer'
      socket.addEventListener('open', () => {
        isOpen = true
        socket.send(JSON.stringify({ rate }))
        resolve()
      })
      socket.addEventListener('message', event => this.take(JSON.parse(event.data)))
      socket.addEventListener('close', event => {
        if (!isOpen) reject(Object.assign(new Error('The server does not take live sound: it does not answer, or has no room for one more.'), { status: 0 }))
        else this.onClose(this.isOver || event.code === NORMAL ? null : explain(event))
      })
    })
  }

  take (row) {
    if (row.row === 'window') this.onWindow(row)
    if (row.row === 'end') this.isOver = true
  }

  /** Samples as Int16Array, in the order of bytes that all browsers' machines have: little-endian. */
  send (samples) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(samples)
  }

  /** Seconds of sound that the network has yet to take. */
  lag (rate) {
    return this.socket.bufferedAmount / 2 / rate
  }

  end () {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ end: true }))
  }

  close () {
    this.socket?.close()
  }
}
