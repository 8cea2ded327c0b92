// recording-view.js - one recording in the markup of player.html and recording.html, in a report or in the dashboard
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { NONE, findSegment, readAnalysis } from './analysis.js'
import { byId, el } from './dom.js'
import { listenToKeys } from './keys.js'
import { Palette } from './palette.js'
import { Player } from './player.js'
import { describeSegment } from './ribbon.js'
import { Segments } from './segments.js'
import { showSummary } from './summary.js'
import { whenThemeChanges } from './theme.js'
import { formatDuration, formatTime, number, parseTime, percent } from './time.js'
import { Timeline } from './timeline.js'
import { View } from './view.js'

/** A line at the head of the recording. */
export const say = text => byId('notices').append(el('p', { class: 'notice', role: 'status' }, text))

/** What stands under the title: parts that are there, with dots between them. */
export function describe (parts) {
  byId('description').replaceChildren(...parts.filter(part => part).flatMap((part, i) => i ? [' \u00b7 ', part] : [part]))
}

function describeModel ({ recording, version }) {
  byId('model').textContent = `Made by seremotion ${version} with the model \u201c${recording.model}\u201d (${recording.model_id}): ` +
    `windows of ${number(recording.window, 1, ' s')} every ${number(recording.interval, 1, ' s')}, ` +
    `threshold ${percent(recording.threshold)}, smoothing ${number(recording.smoothing, 2)}.`
  byId('labels').textContent = recording.labels.join(', ')
  byId('default-model').hidden = !recording.model.startsWith('seremotion default')
}

function warn ({ recording, windows }) {
  if (recording.truncated) {
    say(`Truncated: ${formatDuration(recording.duration)} of sound were decoded` +
      (recording.expected_duration ? ` where the file says ${formatDuration(recording.expected_duration)}.` : ' before decoding failed.') +
      ' All figures are of that part alone.')
  }
  if (recording.tracks > 1) {
    say(`Heard is track ${recording.track} of ${recording.tracks}${recording.language ? ` (${recording.language})` : ''}. The other sound tracks of the file are not in these figures.`)
  }
  if (!windows.emotion.some(emotion => emotion !== NONE)) say('No speech was found in this recording.')
}

function listenToPlayer (view, player, segments, palette) {
  const button = byId('play')
  const now = byId('now')
  let shown
  byId('controls').hidden = player.isSilent
  byId('silent').hidden = !player.isSilent
  button.addEventListener('click', () => player.toggle())
  byId('speed').addEventListener('change', event => player.setSpeed(Number(event.target.value)))
  const tell = () => {
    byId('clock').textContent = `${formatTime(view.time)} / ${formatDuration(view.duration)}`
    const segment = findSegment(segments, view.time)
    if (segment === shown) return
    shown = segment
    now.replaceChildren(...segment ? [el('span', { class: 'muted' }, 'Segment:'), palette.tag(segment.emotion, describeSegment(segment))] : [])
  }
  view.addEventListener('time', tell)
  view.addEventListener('playing', () => {
    button.setAttribute('aria-label', view.playing ? 'Pause' : 'Play')
    button.classList.toggle('playing', view.playing)
  })
  tell()
}

/** An address that ends in #t=75 or #t=1:15 (a media fragment) leads to that moment. */
function listenToAddress (player) {
  const follow = () => {
    const time = parseTime(/^#t=([^,&]*)/.exec(location.hash)?.[1] ?? '')
    if (!Number.isNaN(time)) player.seek(time)
  }
  addEventListener('hashchange', follow)
  follow()
}

/** Shows the document of an analysis. `sound` says where its sound is, as `media` does in a report page
 *  (docs/analysis-json.md). The waveform comes with the peaks, by the timeline that is returned. */
export function showAnalysis (document, sound) {
  const analysis = readAnalysis(document, sound)
  const view = new View(analysis.recording.duration)
  const palette = new Palette(analysis.recording.labels)
  const player = new Player(view, analysis, say)
  describeModel(analysis)
  warn(analysis)
  listenToPlayer(view, player, analysis.segments, palette)
  const timeline = new Timeline(view, analysis, palette, player)
  showSummary(analysis, palette, player)
  new Segments(view, analysis, palette, player)
  listenToKeys(view, player, analysis.segments)
  listenToAddress(player)
  whenThemeChanges(() => timeline.repaint())
  return { view, player, timeline }
}
