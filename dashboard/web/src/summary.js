// summary.js - what the windows come to: shares with their intervals, dynamics, voice, peaks, fragility
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { byId, el, svg } from './dom.js'
import { formatTime, isNumber, number, percent, plural, signed } from './time.js'

const BRIEF = 1 // s: docs/message.md
const FEW = 60 // windows; blocks of them, which are resampled, are but a handful then

export const interval = ({ low, high }) => isNumber(low) ? `${(100 * low).toFixed(0)} to ${(100 * high).toFixed(0)} %` : ''

/** Estimate and interval on an axis from 0 to 100 %. */
export function whisker (estimate, y, name) {
  if (!isNumber(estimate.value)) return []
  const x = value => `${100 * value}%`
  const marks = isNumber(estimate.low)
    ? [svg('line', { x1: x(estimate.low), x2: x(estimate.high), y1: y, y2: y, class: 'whisker' })]
    : []
  return [...marks, svg('g', { class: name }, name === 'sampling'
    ? svg('circle', { cx: x(estimate.value), cy: y, r: 4 })
    : svg('rect', { x: x(estimate.value), y: y - 4, width: 8, height: 8, transform: 'translate(-4 0)' }))]
}

const bar = (palette, label, share) => svg('svg', { class: 'share-picture', 'aria-hidden': 'true', width: '100%', height: 36 },
  ...[0, 25, 50, 75, 100].map(at => svg('line', { x1: `${at}%`, x2: `${at}%`, y1: 0, y2: 36, class: 'tick' })),
  svg('rect', { x: 0, y: 5, width: `${100 * (share.sampling_only.value ?? 0)}%`, height: 14, rx: 2, fill: palette.fill(label) }),
  ...whisker(share.sampling_only, 12, 'sampling'), ...whisker(share.corrected, 28, 'corrected'))

const cell = (name, estimate) => el('td', { class: 'number', 'data-name': name }, percent(estimate.value), el('small', {}, interval(estimate)))

function makeShares (summary, palette) {
  return Object.entries(summary.shares).map(([label, share]) => el('tr', {},
    el('th', { scope: 'row' }, palette.tag(label)),
    el('td', { class: 'picture' }, bar(palette, label, share)),
    cell('As labelled', share.sampling_only), cell('Corrected', share.corrected),
    el('td', { class: 'number', 'data-name': 'Mean length' }, number(share.dwell, 1, ' s'))))
}

const fact = (name, value, note) => el('div', {}, el('dt', {}, name), el('dd', {}, value, note && el('small', {}, note)))

function makeFacts (summary, recording) {
  const spread = (value, unit) => isNumber(value) ? `standard deviation ${number(value, 1, unit)}` : null
  return [
    fact('Windows with speech', `${summary.speech_windows} of ${summary.windows}`, `of ${number(recording.window, 1, ' s')}, every ${number(recording.interval, 1, ' s')}`),
    fact('No speech', percent(summary.none), 'of the windows: silence, music, noise'),
    fact('Uncertain', percent(summary.uncertain), `of the windows: ${recording.threshold > 0 ? `best score under ${percent(recording.threshold)}, or ` : ''}under ${BRIEF} s of sound in all`),
    fact('Changes of emotion', String(summary.transitions), isNumber(summary.transitions_per_minute) ? `${number(summary.transitions_per_minute, 1)} a minute of speech` : null),
    fact('Mean length of a segment', number(summary.mean_dwell, 1, ' s')),
    fact('Volatility', number(summary.volatility, 2), '0: scores stay; 1: they turn over from window to window'),
    fact('Pitch', number(summary.pitch, 0, ' Hz'), spread(summary.pitch_sd_semitones, ' semitones')),
    fact('Loudness', number(summary.loudness, 1, ' dBFS'), spread(summary.loudness_sd, ' dB')),
  ]
}

const makePeak = (peak, palette, player) => el('li', {},
  el('button', { type: 'button', class: 'time', onclick: () => player.hear(peak.time) }, formatTime(peak.time)),
  palette.tag(peak.emotion), el('span', { class: 'muted' }, percent(peak.score), isNumber(peak.z) && `, z ${signed(peak.z)}`))

function showFragility ({ fragility, windows, middles, recording }, palette, player) {
  if (!fragility) return
  byId('fragility').hidden = false
  byId('fragility-rows').append(...Object.entries(fragility.changed).map(([name, share]) =>
    el('tr', {}, el('th', { scope: 'row' }, name), el('td', { class: 'number' }, percent(share)))),
    el('tr', {}, el('th', { scope: 'row' }, 'any of them'), el('td', { class: 'number' }, percent(fragility.any))))
  byId('fragility-sampled').textContent = `Of ${fragility.sampled} windows that were altered and analysed again.`
  byId('fragile-windows').append(...fragility.windows.map(({ index, ...labels }) => {
    const time = middles[index]
    const was = windows.emotion[index] < 0 ? ['uncertain', 'none'][-1 - windows.emotion[index]] : recording.labels[windows.emotion[index]]
    const others = Object.entries(labels).filter(([, label]) => label !== was).map(([kind, label]) => `${label} (${kind})`)
    return el('li', {}, el('button', { type: 'button', class: 'time', onclick: () => player.hear(time) }, formatTime(time)),
      palette.tag(was), el('span', { class: 'muted' }, `becomes ${others.join(', ')}`))
  }))
}

export function showSummary (analysis, palette, player) {
  const { recording, speakers } = analysis
  const show = summary => {
    byId('share-rows').replaceChildren(...makeShares(summary, palette))
    byId('facts').replaceChildren(...makeFacts(summary, recording))
    byId('peaks-list').replaceChildren(...summary.peaks.map(peak => makePeak(peak, palette, player)))
    byId('no-peaks').hidden = summary.peaks.length > 0
    byId('few').hidden = summary.speech_windows >= FEW
    byId('few-windows').textContent = plural(summary.speech_windows, 'window')
    byId('no-speech').hidden = summary.speech_windows > 0
    byId('summary-body').hidden = summary.speech_windows === 0
  }
  const choice = byId('speaker')
  choice.append(...speakers.map((speaker, i) => el('option', { value: String(i) }, speaker.name)))
  choice.addEventListener('change', () => show(speakers[choice.value] ?? analysis.summary))
  byId('speaker-choice').hidden = speakers.length === 0
  byId('not-separated').hidden = recording.speakers_separated || !analysis.summary.speech_windows
  byId('no-matrix').hidden = Object.values(analysis.summary.shares).some(share => isNumber(share.corrected.value))
  show(analysis.summary)
  showFragility(analysis, palette, player)
}
