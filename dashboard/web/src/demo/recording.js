// recording.js - one recording: how far it is, and once it is analysed what a report shows
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { announce } from '../announce.js'
import { address, get, getAbout, getBytes, post, remove } from '../api.js'
import { confirm } from '../dialog.js'
import { byId, el } from '../dom.js'
import { listen } from '../events.js'
import { makeProblem } from '../problem.js'
import { describe, showAnalysis } from '../recording-view.js'
import { formatDuration, isNumber, percent } from '../time.js'
import { makeMenu } from './downloads.js'
import { editRecording } from './labelling.js'
import { tellSpellings } from './speakers.js'
import { SOURCES, STATES, canRetry, formatMoment, isUnderWay } from './words.js'

const PEAKS_PER_SECOND = 20 // docs/api.md

const EXPLANATIONS = {
  queued: 'Others are analysed before it. This page shows the result as soon as it is there; it may be closed meanwhile.',
  fetching: 'The server fetches it from its address.',
  analysing: 'It is decoded, and each window of it is heard by the model. This page then shows the result.',
  failed: 'Nothing is shown of a recording that could not be analysed to its end.',
  cancelled: 'It was cancelled before it was analysed to its end.',
}

/** Remedies that want a command line, and files that only the source has, are of no use here. */
function speakToUsers (view) {
  view.querySelector('#separating').replaceChildren('To have figures of each speaker, upload a recording of each, with nobody else in it.')
  view.querySelector('#model-source').replaceChildren(el('a', { href: '/model-card' }, 'its model card'))
}

class RecordingPage {
  constructor (main, recording) {
    Object.assign(this, { main, recording })
    this.title = el('h1', {})
    this.problems = el('div', {})
    this.edit = el('button', { type: 'button', class: 'plain', onclick: () => this.change() }, 'Edit')
    this.drop = el('button', { type: 'button', class: 'plain danger', onclick: () => this.remove() }, 'Delete')
    this.buttons = el('div', { class: 'title-buttons' }, this.edit, this.drop)
    this.lost = el('p', { class: 'notice', role: 'status', hidden: true }, 'The server is out of reach. It is tried again.')
    this.description = el('p', { class: 'description', id: 'description' })
    this.body = el('div', {})
    main.append(el('p', { class: 'back' }, el('a', { href: '/' }, '\u2190 All recordings')),
      el('div', { class: 'title' }, this.title, this.buttons), this.description, this.lost, this.problems, this.body)
  }

  /** The recording as the server now has it. */
  async update (recording) {
    if (this.isGone) return
    const before = this.recording
    this.recording = recording
    this.tell()
    if (this.isShown) return
    if (recording.state === 'done') return this.show()
    if (before.state === recording.state && this.bar) this.move()
    else this.showState()
  }

  tell () {
    const { title, speaker, date, place, party, duration, source, origin, created } = this.recording
    this.title.textContent = title
    document.title = `${title} \u2013 seremotion`
    const from = source === 'url' ? el('a', { href: origin, rel: 'noreferrer' }, origin) : source === 'upload' && origin !== title ? origin : null
    describe([speaker && el('b', {}, speaker), date, place, party, isNumber(duration) && formatDuration(duration), from,
      source === 'preloaded' ? SOURCES.preloaded : `${SOURCES[source]} ${formatMoment(created)}`])
  }

  // ---- not analysed yet, or never ----

  showState () {
    const { state, error, attempts } = this.recording
    this.bar = el('progress', { max: 1, 'aria-label': 'Progress' })
    this.status = el('b', { class: 'state-name' })
    const button = (text, act) => el('button', { type: 'button', class: 'plain', onclick: () => this.act(act) }, text)
    this.body.replaceChildren(el('section', { class: 'card state-card', 'aria-label': 'State', role: 'status' }, el('p', {}, this.status),
      isUnderWay(this.recording) && state !== 'queued' && this.bar,
      error && el('p', { class: 'error' }, error), el('p', { class: 'muted' }, EXPLANATIONS[state], attempts > 1 && ` This is attempt ${attempts}.`)),
    el('p', { class: 'state-buttons' }, isUnderWay(this.recording) && button('Cancel', 'cancel'), canRetry(this.recording) && button('Try again', 'retry')))
    this.move()
  }

  move () {
    const { state, progress } = this.recording
    const text = isNumber(progress) ? `${STATES[state]}, ${percent(progress)}` : STATES[state]
    this.status.textContent = text
    if (isNumber(progress)) this.bar.value = progress
    else this.bar.removeAttribute('value')
    document.title = isUnderWay(this.recording) ? `${text} \u2013 ${this.recording.title} \u2013 seremotion` : document.title
  }

  // ---- analysed ----

  async show () {
    this.isShown = true
    const wasWaiting = Boolean(this.bar)
    const { id } = this.recording
    try {
      const [analysis, peaks, { exports }, about] = await Promise.all([get(`/recordings/${id}/analysis`), getBytes(`/recordings/${id}/peaks`),
        get(`/recordings/${id}/exports`), getAbout()])
      const view = byId('recording-template').content.cloneNode(true)
      // It stands under the title already.
      view.querySelector('#description').remove()
      speakToUsers(view)
      this.body.replaceChildren(view)
      const sound = { media: 'server', link: address(`/recordings/${id}/sound`), peaks_per_second: PEAKS_PER_SECOND }
      const { timeline } = showAnalysis(analysis, sound)
      timeline.addWaveform(peaks)
      this.buttons.prepend(makeMenu(exports, about.formats))
      if (wasWaiting) announce(`${this.recording.title} is analysed`)
      if (about.model.id !== this.recording.model_id) this.offerAgain(about.model)
    } catch (error) {
      this.isShown = false
      if (this.isGone) return this.body.replaceChildren()
      this.body.replaceChildren(makeProblem(error, () => this.show()))
    }
  }

  /** Recordings that different models heard cannot be compared. */
  offerAgain (model) {
    const again = async () => {
      await this.act('retry')
      if (this.recording.state !== 'done') location.reload()
    }
    this.problems.replaceChildren(el('p', { class: 'notice' }, `${this.recording.model} (${this.recording.model_id}) heard it. This server now hears with ${model.name} (${model.id}), whose figures cannot be compared with these. `,
      el('button', { type: 'button', class: 'plain', onclick: again }, 'Analyse again')))
  }

  // ---- what is done with it ----

  async act (name) {
    try {
      await this.update(await post(`/recordings/${this.recording.id}/${name}`))
      this.problems.replaceChildren()
    } catch (error) {
      this.problems.replaceChildren(makeProblem(error))
    }
  }

  async change () {
    const recording = await editRecording(this.recording)
    if (!recording) return
    this.update(recording)
    tellSpellings(recording.speaker)
  }

  async remove () {
    const isDone = await confirm({
      title: 'Delete this recording?',
      text: `\u201c${this.recording.title}\u201d, its sound and all that was found in it are removed from this server. There is no way back.`,
      action: 'Delete',
      act: () => remove(`/recordings/${this.recording.id}`),
    })
    if (isDone) location.assign('/')
  }

  /** Somebody else deleted it: nothing can be done with it any more. What was found in it is still to be read here. */
  tellRemoved () {
    this.isGone = true
    this.buttons.remove()
    if (!this.isShown) this.body.replaceChildren()
    document.title = `${this.recording.title} \u2013 seremotion`
    this.problems.replaceChildren(el('p', { class: 'notice', role: 'alert' }, 'This recording has been deleted. ', el('a', { href: '/' }, 'All recordings')))
  }
}

export async function showRecording (main, id) {
  const recording = await get(`/recordings/${id}`)
  const page = new RecordingPage(main, recording)
  await page.update(recording)
  listen({
    onRecording: other => { if (other.id === id) page.update(other) },
    onRemoved: other => { if (other === id) page.tellRemoved() },
    onGap: () => get(`/recordings/${id}`).then(other => page.update(other), error => { if (error.status === 404) page.tellRemoved() }),
    onLost: isLost => { page.lost.hidden = !isLost },
  })
}
