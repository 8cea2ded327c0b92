// rows.js - a recording in the library's table
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { formatDuration, isNumber, percent } from '../time.js'
import { makeShareBar } from './shares.js'
import { SOURCES, STATES, canRetry, describeShares, formatMoment, isLittle, isUnderWay } from './words.js'

function describeProgress ({ state, progress }) {
  return isNumber(progress) ? `${STATES[state]}, ${percent(progress)}` : STATES[state]
}

function makeProgress (recording) {
  const text = describeProgress(recording)
  if (recording.state === 'queued') return [el('span', { class: 'state' }, text)]
  return [el('progress', { max: 1, value: isNumber(recording.progress) ? recording.progress : null, 'aria-label': `${STATES[recording.state]} ${recording.title}` }),
    el('span', { class: 'state' }, text)]
}

function makeResult (recording, palette) {
  const { state, summary, error } = recording
  if (state === 'failed') return [el('span', { class: 'error' }, 'Failed: ', error ?? 'nobody knows why')]
  if (state === 'cancelled') return [el('span', { class: 'muted' }, STATES.cancelled)]
  if (state !== 'done') return makeProgress(recording)
  if (!summary.speech_windows) return [el('span', { class: 'muted' }, 'No speech was found')]
  const little = isLittle(summary) && 'little'
  return [el('div', { class: little }, makeShareBar(summary.shares, palette)), el('span', { class: `shares-text ${little ? 'muted' : ''}` }, describeShares(summary, 2)),
    summary.truncated && el('small', {}, 'The sound ends early')]
}

const describeOrigin = ({ source, origin, created }) =>
  source === 'preloaded' ? SOURCES.preloaded : `${origin} \u00b7 ${SOURCES[source]} ${formatMoment(created)}`

/** A row that is kept while its recording changes, so that the focus stays where it is. */
export class Row {
  /** `actions` has edit, cancel, retry, remove and select; each is told the row. */
  constructor (recording, palette, actions, isSelected) {
    Object.assign(this, { palette, recording: {} })
    const button = (text, act) => el('button', { type: 'button', class: 'action', onclick: () => act(this) }, text)
    this.checkbox = el('input', { type: 'checkbox', checked: isSelected, onchange: () => actions.select(this) })
    this.link = el('a', { class: 'title-link' })
    this.origin = el('small', {})
    this.cells = { result: el('td', { class: 'result' }), duration: el('td', { class: 'number duration' }), speaker: el('td', { class: 'speaker' }), date: el('td', { class: 'date' }) }
    this.buttons = { edit: button('Edit', actions.edit), retry: button('Try again', actions.retry), cancel: button('Cancel', actions.cancel), remove: button('Delete', actions.remove) }
    this.node = el('tr', {}, el('td', { class: 'check' }, this.checkbox), el('th', { scope: 'row', class: 'what' }, this.link, this.origin),
      Object.values(this.cells), el('td', { class: 'actions' }, Object.values(this.buttons)))
    this.update(recording)
  }

  update (recording) {
    const before = this.recording
    this.recording = recording
    this.link.textContent = recording.title
    this.link.href = `/recordings/${recording.id}`
    this.origin.textContent = describeOrigin(recording)
    this.checkbox.setAttribute('aria-label', `Select ${recording.title}`)
    if (isUnderWay(recording) && before.state === recording.state && isNumber(before.progress) && isNumber(recording.progress)) this.move()
    else this.cells.result.replaceChildren(...makeResult(recording, this.palette).filter(node => node))
    this.cells.duration.textContent = isNumber(recording.duration) ? formatDuration(recording.duration) : ''
    this.cells.speaker.textContent = recording.speaker
    this.cells.date.textContent = recording.date
    this.showButtons()
  }

  /** Progress alone: the bar stays, and is not read out anew. */
  move () {
    const [bar, text] = this.cells.result.children
    bar.value = this.recording.progress
    text.textContent = describeProgress(this.recording)
  }

  showButtons () {
    const { buttons, recording } = this
    const hadFocus = Object.values(buttons).includes(document.activeElement)
    buttons.cancel.hidden = !isUnderWay(recording)
    buttons.retry.hidden = !canRetry(recording)
    for (const button of Object.values(buttons)) button.setAttribute('aria-label', `${button.textContent}: ${recording.title}`)
    if (hadFocus && document.activeElement.hidden) buttons.edit.focus()
  }
}
