// uploads.js - files on their way to the server: a few at once, the others wait for their turn
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get, query, upload } from '../api.js'
import { announce } from '../announce.js'
import { el } from '../dom.js'
import { percent } from '../time.js'
import { keepUnsent } from './unsent.js'
import { formatBytes } from './words.js'

const AT_ONCE = 2
const WAIT = 3000 // ms until a full queue is looked at again

const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Why a file need not be sent, or null: the server would say the same, after all of it had been sent. */
function refuse (file, limits) {
  if (file.size === 0) return 'This file is empty.'
  if (file.size > limits.upload_bytes) return `This file has ${formatBytes(file.size)}; the server takes up to ${formatBytes(limits.upload_bytes)}.`
  return null
}

class Upload {
  /** `labels` are null while they cannot be used: it is held until they can. */
  constructor (file, labels, uploads) {
    Object.assign(this, { file, labels, uploads })
    this.bar = el('progress', { max: 1, value: 0, 'aria-label': `Sent of ${file.name}` })
    this.status = el('span', { class: 'upload-status' })
    this.retryButton = el('button', { type: 'button', class: 'plain', onclick: () => uploads.restart(this), 'aria-label': `Try again: ${file.name}` }, 'Try again')
    this.stopButton = el('button', { type: 'button', class: 'plain', onclick: () => uploads.stop(this) })
    this.node = el('li', { class: 'upload' }, el('span', { class: 'upload-name' }, file.name, el('small', {}, formatBytes(file.size))),
      this.bar, this.status, el('span', { class: 'upload-buttons' }, this.retryButton, this.stopButton))
    if (labels) this.set('waiting', 'Waits for its turn')
    else this.set('held', 'Not sent yet: the date above has to be mended first')
  }

  set (state, text) {
    this.state = state
    const isFailed = state === 'failed'
    this.node.className = `upload ${state}`
    this.status.textContent = text
    this.bar.hidden = isFailed || state === 'held'
    this.retryButton.hidden = !isFailed || this.isHopeless
    this.stopButton.textContent = isFailed ? 'Dismiss' : 'Cancel'
    this.stopButton.setAttribute('aria-label', `${isFailed ? 'Dismiss' : 'Cancel'}: ${this.file.name}`)
    this.uploads.show()
  }

  fail (text, isHopeless = false) {
    this.isHopeless = isHopeless
    this.set('failed', text)
    announce(`${this.file.name}: ${text}`)
  }

  async send () {
    this.abort = new AbortController()
    this.bar.value = 0
    this.set('sending', 'Sending')
    try {
      const recording = await upload(`/recordings${query({ name: this.file.name, ...this.labels })}`, this.file, {
        signal: this.abort.signal,
        onProgress: share => {
          this.bar.value = share
          this.status.textContent = share < 1 ? percent(share) : 'Sent; the server takes it in'
        },
      })
      this.state = 'sent'
      return recording
    } catch (error) {
      if (error.name === 'AbortError') this.state = 'stopped'
      else if (error.status === 429) this.set('waiting', 'The server has enough to do; this waits')
      else this.fail(error.message, error.status === 413)
      return null
    }
  }
}

export class Uploads {
  /** `onSent` is told each recording that a file has become. */
  constructor (limits, onSent) {
    Object.assign(this, { limits, onSent, all: [], running: 0 })
    this.list = el('ul', { class: 'uploads', 'aria-label': 'Files on their way', hidden: true })
    this.hint = el('p', { class: 'note', hidden: true }, 'Files are sent as long as this page is open; links open in a new tab meanwhile.')
    this.node = el('div', {}, this.list, this.hint)
    addEventListener('beforeunload', event => { if (this.isBusy) event.preventDefault() })
    addEventListener('pagehide', () => this.leave())
    addEventListener('click', event => this.keepPage(event.target), { capture: true })
  }

  get isBusy () {
    return this.all.some(({ state }) => state !== 'failed')
  }

  /** A browser that keeps the page for its way back may not send on what the next page says was not sent. */
  leave () {
    keepUnsent(this.all.map(({ file }) => file.name))
    for (const item of this.all) this.stop(item)
  }

  /** Files are sent by this page alone: while it does, links lead to a page of their own. */
  keepPage (target) {
    const link = target.closest('a[href]')
    if (link && !link.download && link.getAttribute('href')[0] !== '#') link.target = this.isBusy ? '_blank' : ''
  }

  add (files, labels) {
    if (labels) this.release(labels)
    for (const file of files) {
      const item = new Upload(file, labels, this)
      this.all.push(item)
      this.list.append(item.node)
      const reason = refuse(file, this.limits)
      if (reason) item.fail(reason, true)
    }
    this.show()
    this.start()
  }

  /** What was held goes with these labels. */
  release (labels) {
    for (const item of this.all.filter(({ state }) => state === 'held')) {
      item.labels = labels
      item.set('waiting', 'Waits for its turn')
    }
    this.start()
  }

  start () {
    for (let i = 0; i < AT_ONCE; i++) this.work()
  }

  /** Sends what waits, one after the other. */
  async work () {
    if (this.running >= AT_ONCE) return
    this.running++
    for (let item = this.next(); item; item = this.next()) {
      // Taken at once, so that nobody else takes it.
      item.abort = null
      item.state = 'sending'
      if (!await this.hasRoom(item)) continue
      const recording = await item.send()
      if (recording) this.onSent(recording)
      if (item.state === 'sent' || item.state === 'stopped') this.drop(item)
      else if (item.state === 'waiting') await pause(WAIT)
    }
    this.running--
  }

  next () {
    return this.all.find(({ state }) => state === 'waiting')
  }

  /** Waits until the server's queue takes one more: it would refuse in the middle of sending. False when that was
   *  called off. */
  async hasRoom (item) {
    while (item.state === 'sending') {
      const { queued } = await get('/health').catch(() => ({ queued: 0 })) // sending says what is wrong
      if (queued < this.limits.queued) return item.state === 'sending'
      item.status.textContent = 'The server has enough to do; this waits'
      await pause(WAIT)
    }
    return false
  }

  restart (item) {
    item.set('waiting', 'Waits for its turn')
    this.work()
  }

  stop (item) {
    if (item.state === 'sending' && item.abort) item.abort.abort()
    else {
      item.state = 'stopped'
      this.drop(item)
    }
  }

  drop (item) {
    const next = item.node.nextElementSibling ?? item.node.previousElementSibling
    if (item.node.contains(document.activeElement)) next?.querySelector('button:not([hidden])')?.focus()
    item.node.remove()
    this.all = this.all.filter(other => other !== item)
    this.show()
  }

  show () {
    this.list.hidden = this.all.length === 0
    this.hint.hidden = !this.isBusy
  }
}
