// microphone.js - what is said now, heard by the model as it is said
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { emotionText } from '../analysis.js'
import { getAbout, query, upload } from '../api.js'
import { el } from '../dom.js'
import { Palette } from '../palette.js'
import { makeProblem } from '../problem.js'
import { whenThemeChanges } from '../theme.js'
import { formatTime, percent } from '../time.js'
import { Capture, explainLack } from './capture.js'
import { LiveChart } from './live-chart.js'
import { Session } from './session.js'
import { makeWav, toInt16 } from './wav.js'
import { formatMoment } from './words.js'

const QUIET = -50 // dBFS
const CLIPS = -0.5
const LAG = 3 // s of sound that the network may be behind
const BLOB = 1 << 20 // bytes: what is heard is put aside in blobs, which browsers need not keep in memory

const decibel = samples => {
  let peak = 0
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample))
  return 20 * Math.log10(Math.max(peak, 1e-5))
}

class MicrophonePage {
  constructor (main, about) {
    this.about = about
    this.palette = new Palette(about.model.labels)
    this.chart = new LiveChart(about.model.labels, this.palette)
    this.state = 'idle'
    this.startButton = el('button', { type: 'button', class: 'primary large', onclick: () => this.toggle() }, 'Start')
    this.clock = el('span', { class: 'clock' }, '0:00')
    this.source = el('span', { class: 'muted' })
    this.makeLevel()
    this.makeNow()
    this.problems = el('div', {})
    this.kept = el('div', {})
    main.append(el('h1', {}, 'Microphone'),
      el('p', { class: 'lead' }, 'Speak, and see within two seconds which acted emotions each window of your voice resembles. The sound goes to this server alone, which forgets it unless you keep it.'),
      this.problems,
      el('section', { class: 'card', 'aria-label': 'Microphone' },
        el('div', { class: 'live-head' }, this.startButton, this.clock, this.level, this.levelText, this.source),
        el('div', { class: 'live-body' }, this.now, this.chart.node)),
      this.kept,
      el('p', { class: 'caution' }, el('b', {}, 'Scores tell how much a stretch of sound resembles acted emotions, not what a person feels. '), 'You hear nothing of yourself here; acting the emotions is the fairest test.'),
      el('p', { class: 'note' }, 'Echo cancellation, noise suppression and automatic gain are asked to be off: they change voices in ways that the model never heard. A quiet room, and a microphone a hand away, do more.'))
    whenThemeChanges(() => this.chart.remake())
    addEventListener('beforeunload', event => { if (this.state === 'running' || this.isUnsaved) event.preventDefault() })
    addEventListener('pagehide', () => this.capture?.close())
  }

  makeLevel () {
    this.levelBar = el('div', { class: 'level-bar' })
    this.level = el('div', { class: 'level', role: 'meter', 'aria-label': 'Level', 'aria-valuemin': -60, 'aria-valuemax': 0, 'aria-valuenow': -60 }, this.levelBar)
    this.levelText = el('span', { class: 'level-text muted' })
  }

  /** The emotion of now in large, and the scores of all. */
  makeNow () {
    this.nowName = el('p', { class: 'now-name', role: 'status' }, 'Not listening')
    this.nowScore = el('p', { class: 'now-score muted' }, '\u00a0')
    this.bars = new Map(this.about.model.labels.map(label => [label, { bar: el('div', { class: 'score-bar' }), text: el('span', { class: 'number' }, '') }]))
    this.now = el('div', { class: 'now-card' }, this.nowName, this.nowScore,
      el('ul', { class: 'score-bars' }, [...this.bars].map(([label, { bar, text }]) => el('li', {}, this.palette.tag(label), el('div', { class: 'score-track' }, bar), text))))
  }

  toggle () {
    if (this.state === 'idle') this.start()
    else if (this.state === 'running') this.stop()
  }

  setState (state) {
    this.state = state
    this.startButton.textContent = { idle: this.wasUsed ? 'Start again' : 'Start', starting: 'Starting\u2026', running: 'Stop', stopping: 'Stopping\u2026' }[state]
    this.startButton.disabled = state === 'starting' || state === 'stopping'
    this.startButton.classList.toggle('recording', state === 'running')
  }

  // ---- a session ----

  async start () {
    this.setState('starting')
    this.problems.replaceChildren()
    this.kept.replaceChildren()
    Object.assign(this, { parts: [], aside: [], asideBytes: 0, bytes: 0, samples: 0, windows: 0, isUnsaved: false })
    this.chart.clear()
    this.clock.textContent = formatTime(0)
    this.capture = new Capture({ onPortion: portion => this.hear(portion), onEnd: () => this.fail('The microphone is gone. What was heard so far is kept here.') })
    this.session = new Session({ onWindow: window => this.show(window), onClose: reason => this.finish(reason) })
    try {
      await this.capture.open()
      await this.session.open(this.capture.rate)
      await this.capture.begin()
    } catch (error) {
      this.capture.close()
      this.session.close()
      this.problems.replaceChildren(makeProblem(error))
      this.setState('idle')
      return
    }
    // The server may have closed the session in between: then finish() has said why.
    if (this.state !== 'starting') return
    this.source.textContent = this.capture.name
    this.nowName.textContent = 'Listening\u2026'
    this.started = new Date()
    this.wasUsed = true
    this.setState('running')
  }

  hear (portion) {
    if (this.state !== 'running') return
    const samples = toInt16(portion)
    this.session.send(samples)
    this.put(samples)
    this.samples += samples.length
    const time = this.samples / this.capture.rate
    this.showLevel(decibel(portion))
    const clock = formatTime(time)
    if (this.clock.textContent !== clock) this.clock.textContent = clock
    this.chart.setNow(time)
    if (this.session.lag(this.capture.rate) > LAG) this.fail('The connection is too slow for sound. What was heard so far is kept here.')
  }

  put (samples) {
    this.aside.push(samples)
    this.asideBytes += samples.byteLength
    this.bytes += samples.byteLength
    if (this.asideBytes < BLOB) return
    this.parts.push(new Blob(this.aside))
    this.aside = []
    this.asideBytes = 0
  }

  showLevel (level) {
    this.peak = Math.max(level, (this.peak ?? -60) - 1.2)
    this.levelBar.style.transform = `scaleX(${Math.min(Math.max((this.peak + 60) / 60, 0), 1)})`
    this.level.classList.toggle('clips', this.peak > CLIPS)
    const text = this.peak > CLIPS ? 'too loud' : this.peak < QUIET ? 'very quiet' : ''
    if (this.levelText.textContent !== text) this.levelText.textContent = text
    const value = String(Math.round(Math.max(this.peak, -60) / 5) * 5)
    if (this.level.getAttribute('aria-valuenow') !== value) this.level.setAttribute('aria-valuenow', value)
  }

  show (window) {
    this.windows++
    this.chart.add(window)
    const text = emotionText(window.emotion)
    if (this.shown !== window.emotion) {
      this.nowName.replaceChildren(this.palette.tag(window.emotion, text))
      this.shown = window.emotion
    }
    const behind = this.samples / this.capture.rate - window['stream-time'] - window.duration
    this.nowScore.textContent = `${window.emotion === 'none' ? 'silence, music or noise' : percent(window.confidence)} \u00b7 told ${Math.max(behind, 0).toFixed(1)} s after the window ended`
    this.now.dataset.behind = behind.toFixed(2)
    for (const [label, { bar, text }] of this.bars) {
      const score = window.emotion === 'none' ? 0 : window.scores[label]
      bar.style.transform = `scaleX(${score})`
      text.textContent = window.emotion === 'none' ? '' : percent(score)
    }
  }

  stop () {
    this.setState('stopping')
    this.capture.close()
    this.session.end()
  }

  fail (text) {
    if (this.state !== 'running') return
    this.problems.replaceChildren(makeProblem({ message: text, status: 0 }))
    this.stop()
  }

  /** The connection is closed: as asked, or because of `reason`. */
  finish (reason) {
    this.capture.close()
    if (reason) this.problems.replaceChildren(makeProblem({ message: reason, status: 0 }))
    this.nowName.textContent = 'Not listening'
    this.shown = null
    this.levelBar.style.transform = 'scaleX(0)'
    this.setState('idle')
    if (this.samples > 0) this.offer()
  }

  // ---- what was heard ----

  offer () {
    const { rate } = this.capture
    const wav = makeWav([...this.parts, ...this.aside], this.bytes, rate)
    const title = `Microphone, ${formatMoment(this.started)}`
    const name = `microphone-${this.started.toISOString().slice(0, 19).replace(/[T:]/g, '-')}.wav`
    const progress = el('progress', { max: 1, value: 0, hidden: true, 'aria-label': 'Sent' })
    const outcome = el('div', {})
    const keep = el('button', { type: 'button', class: 'primary' }, 'Keep this recording')
    keep.addEventListener('click', async () => {
      keep.disabled = true
      progress.hidden = false
      try {
        const recording = await upload(`/recordings${query({ name, title })}`, wav, { onProgress: share => { progress.value = share } })
        this.isUnsaved = false
        keep.hidden = true
        outcome.replaceChildren(el('p', { role: 'status' }, 'Kept: ', el('a', { href: `/recordings/${recording.id}` }, title)))
      } catch (error) {
        outcome.replaceChildren(makeProblem(error))
        keep.disabled = false
      }
      progress.hidden = true
    })
    this.isUnsaved = this.about.uploads
    this.kept.replaceChildren(el('section', { class: 'card', 'aria-label': 'What was heard' },
      el('p', {}, `${formatTime(this.samples / rate)} of sound, ${this.windows} windows. It is in this page alone, and gone when you leave it.`),
      el('div', { class: 'kept' }, el('audio', { controls: true, src: URL.createObjectURL(wav), 'aria-label': title }), this.about.uploads && keep, progress), outcome))
  }
}

export async function showMicrophone (main) {
  const about = await getAbout()
  const page = new MicrophonePage(main, about)
  const lack = about.live ? explainLack() : `No live sound is taken here${about.uploads_reason ? `: ${about.uploads_reason}` : '.'}`
  if (!lack) return
  page.startButton.disabled = true
  page.problems.append(el('p', { class: 'notice' }, lack))
}
