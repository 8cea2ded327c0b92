// examples.js - clips to hear, with waveform, spectrogram and MFCC on one time axis
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import WaveSurfer from 'wavesurfer.js'
import { address } from '../api.js'
import { byId, el } from '../dom.js'
import { makeProblem } from '../problem.js'
import { whenThemeChanges } from '../theme.js'
import { number } from '../time.js'
import { variable } from './chart.js'
import { card, figure } from './parts.js'

const HEIGHT = 76 // pixels of the waveform
const PICTURES = [
  { name: 'spectrogram', title: 'Spectrogram', text: 'how strong each frequency is' },
  { name: 'mfcc', title: 'MFCC', text: 'the shape of the spectrum in a few coefficients, which the report\u2019s networks are given' },
]

const SILENT = { status: 0, message: 'The clip cannot be played. Firefox, Chromium and Safari from 18.4 play Opus in Ogg.' }

const pathOf = ({ name }, part) => address(`/examples/${encodeURIComponent(name)}/${part}`)

const colours = () => ({ waveColor: variable('--wave'), progressColor: variable('--wave-heard') })

/** Moves with the sound, over waveform and pictures alike. */
function followSound (audio, head, duration) {
  const move = () => { head.style.left = `${100 * Math.min(audio.currentTime / duration, 1)}%` }
  const step = () => {
    move()
    if (!audio.paused && head.isConnected) requestAnimationFrame(step)
  }
  audio.addEventListener('play', step)
  for (const name of ['seeking', 'seeked', 'pause', 'ended']) audio.addEventListener(name, move)
}

function makeWaveform (example, audio, onError) {
  const container = el('div', { class: 'example-waveform' })
  const wave = WaveSurfer.create({
    container, media: audio, url: pathOf(example, 'sound'), duration: example.duration, height: HEIGHT, normalize: true, cursorWidth: 0, hideScrollbar: true,
    interact: false, barWidth: 2, barGap: 1, barRadius: 1, cspNonce: byId('style')?.nonce, ...colours(),
  })
  wave.on('error', onError)
  return { container, wave }
}

const makePicture = (example, { name, title, text }) => el('div', { class: 'example-picture' },
  el('div', { class: 'example-title' }, el('b', {}, title), ` ${text}`),
  el('img', {
    src: pathOf(example, `${name}.svg`), alt: `${title} of \u201c${example.title}\u201d over its ${number(example.duration, 1)} s`, draggable: 'false',
  }))

/** What is shown of one clip; `close` lets go of it. */
function makeView (example) {
  const audio = el('audio', { controls: true, preload: 'metadata', 'aria-label': `Sound of \u201c${example.title}\u201d` })
  const head = el('div', { class: 'example-head' })
  const problems = el('div')
  const { container, wave } = makeWaveform(example, audio, () => problems.replaceChildren(makeProblem(SILENT)))
  const seek = event => {
    const { left, width } = stack.getBoundingClientRect()
    audio.currentTime = example.duration * Math.min(Math.max((event.clientX - left) / width, 0), 1)
  }
  const stack = el('div', { class: 'example-stack', onclick: seek },
    el('div', { class: 'example-title' }, el('b', {}, 'Waveform'), ' the sound pressure'), container,
    PICTURES.map(picture => makePicture(example, picture)), head)
  followSound(audio, head, example.duration)
  const node = figure(example.title,
    el('p', {}, '\u201c', example.text, '\u201d ', el('span', { class: 'muted' }, `meant as ${example.emotion}; ${example.origin}`)),
    audio, problems, stack, el('p', { class: 'example-axis muted' }, el('span', {}, '0 s'), el('span', {}, `${number(example.duration, 1)} s`)))
  return { node, recolour: () => wave.setOptions(colours()), close: () => { audio.pause(); wave.destroy() } }
}

export function showExamples (examples) {
  if (!examples.length) return []
  const place = el('div')
  let view
  const buttons = examples.map(example => el('button', { type: 'button', class: 'chip', 'aria-pressed': 'false', onclick: () => show(example) }, example.title))
  const show = example => {
    view?.close()
    view = makeView(example)
    place.replaceChildren(view.node)
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(examples[i] === example)))
  }
  whenThemeChanges(() => view?.recolour())
  show(examples[0])
  return [card('Clips to hear and see',
    el('p', { class: 'remark' }, el('b', {}, 'These clips are synthetic.'),
      ' A program speaks one sentence in several ways. They show what a network is given; they are no examples of how emotions sound.'),
    el('div', { class: 'chips', role: 'group', 'aria-label': 'Clips' }, buttons), place)]
}
