// report.js - the report of one recording
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { findSegment, readAnalysis } from './analysis.js'
import { byId, el } from './dom.js'
import { listenToKeys } from './keys.js'
import { Palette } from './palette.js'
import { Player } from './player.js'
import { describeSegment } from './ribbon.js'
import { Segments } from './segments.js'
import { showSummary } from './summary.js'
import { listenToTheme, whenThemeChanges } from './theme.js'
import { formatTime, number, percent } from './time.js'
import { Timeline } from './timeline.js'
import { View } from './view.js'

const say = text => byId('notices').append(el('p', { class: 'notice', role: 'status' }, text))

const isWeb = location => /^https?:\/\//i.test(location)

function describe (recording) {
  const track = recording.tracks > 1 ? `track ${recording.track} of ${recording.tracks}` : null
  const file = isWeb(recording.file)
    ? el('a', { href: recording.file, rel: 'noreferrer' }, recording.file)
    : el('span', { title: recording.file }, recording.file.split('/').at(-1))
  const parts = [recording.date, recording.uploader, formatTime(recording.duration), recording.language, track, file]
  byId('description').append(...parts.filter(part => part).flatMap((part, i) => i ? [' \u00b7 ', part] : [part]))
}

function describeModel ({ recording, version }) {
  byId('model').textContent = `Made by seremotion ${version} with the model \u201c${recording.model}\u201d (${recording.model_id}): ` +
    `windows of ${number(recording.window, 1, ' s')} every ${number(recording.interval, 1, ' s')}, ` +
    `threshold ${percent(recording.threshold)}, smoothing ${number(recording.smoothing, 2)}.`
  byId('labels').textContent = recording.labels.join(', ')
  byId('default-model').hidden = !recording.model.startsWith('seremotion default')
}

function warn ({ recording, media, link, windows }) {
  if (recording.truncated) {
    say(`Truncated: ${formatTime(recording.duration)} of sound were decoded` +
      (recording.expected_duration ? ` where the file says ${formatTime(recording.expected_duration)}.` : ' before decoding failed.') +
      ' All figures are of that part alone.')
  }
  if (media === 'link' && recording.track > 1) {
    say(`Track ${recording.track} was analysed. Browsers play a file\u2019s first track; --media embed puts the right one into the page.`)
  }
  if (media === 'link' && link === null) say('The recording is not a file, and so is not played here.')
  if (!windows.emotion.some(emotion => emotion !== -2)) say('No speech was found in this recording.')
}

function listenToPlayer (view, player, segments) {
  const button = byId('play')
  const now = byId('now')
  let shown
  byId('controls').hidden = player.isSilent
  byId('silent').hidden = !player.isSilent
  button.addEventListener('click', () => player.toggle())
  byId('speed').addEventListener('change', event => player.setSpeed(Number(event.target.value)))
  const tell = () => {
    byId('clock').textContent = `${formatTime(view.time)} / ${formatTime(view.duration)}`
    const segment = findSegment(segments, view.time)
    if (segment === shown) return
    shown = segment
    now.replaceChildren(segment ? player.palette.tag(segment.emotion, describeSegment(segment)) : '')
  }
  view.addEventListener('time', tell)
  view.addEventListener('playing', () => {
    button.setAttribute('aria-label', view.playing ? 'Pause' : 'Play')
    button.classList.toggle('playing', view.playing)
  })
  tell()
}

function start () {
  const analysis = readAnalysis()
  const view = new View(analysis.recording.duration)
  const palette = new Palette(analysis.recording.labels)
  const player = new Player(view, analysis, say)
  player.palette = palette
  describe(analysis.recording)
  describeModel(analysis)
  warn(analysis)
  listenToPlayer(view, player, analysis.segments)
  document.body.classList.toggle('silent', player.isSilent)
  const timeline = new Timeline(view, analysis, palette, player)
  showSummary(analysis, palette, player)
  new Segments(view, analysis, palette, player)
  listenToKeys(view, player, analysis.segments)
  whenThemeChanges(() => timeline.repaint())
  listenToTheme()
  // After the frame that shows it all.
  requestAnimationFrame(() => setTimeout(() => performance.mark('report-painted')))
  // The sound, and with it the peaks, comes last in the page.
  const finish = () => {
    timeline.addWaveform()
    setTimeout(() => player.load().then(() => { document.body.dataset.ready = 'true' }))
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', finish)
  else finish()
}

// The reader sees the head of the page before it is drawn; a page in the background has no frames.
let started = false
function begin () {
  if (started) return
  started = true
  start()
}
requestAnimationFrame(() => setTimeout(begin))
setTimeout(begin, 300)
