// data.js - the corpora, and clips to see and hear what a network is given
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get } from '../api.js'
import { el } from '../dom.js'
import { makeProblem } from '../problem.js'
import { number } from '../time.js'
import { showCorpus } from './corpus.js'
import { showExamples } from './examples.js'
import { card, count } from './parts.js'

function makeLink (corpus, chosen) {
  const attributes = { class: 'corpus', href: `/data?corpus=${encodeURIComponent(corpus.name)}`, 'aria-current': corpus === chosen ? 'true' : null }
  return el('li', {}, el('a', attributes, el('b', {}, corpus.title),
    el('span', { class: 'muted' }, `${count(corpus.clips)} clips, ${count(corpus.speakers)} speakers, ${number(corpus.hours, 1)} h`)))
}

const makeLinks = (corpora, chosen) => corpora.length
  ? el('ul', { class: 'corpora', 'aria-label': 'Corpora' }, corpora.map(corpus => makeLink(corpus, chosen)))
  : card('Corpora', el('p', { class: 'muted' }, 'This program has figures of none.'))

/** The one that the address names, else the first. */
function findChosen (corpora) {
  const name = new URLSearchParams(location.search).get('corpus')
  return corpora.find(corpus => corpus.name === name) ?? corpora[0]
}

/** A part that fails leaves the others. */
const orProblem = error => [makeProblem(error)]

export async function showData (main) {
  const { corpora } = await get('/corpora')
  const chosen = findChosen(corpora)
  const [cards, examples] = await Promise.all([
    chosen ? get(`/corpora/${encodeURIComponent(chosen.name)}`).then(showCorpus).catch(orProblem) : [],
    get('/examples').then(({ examples }) => showExamples(examples)).catch(orProblem),
  ])
  main.append(
    el('h1', {}, 'Data'),
    el('p', { class: 'lead' }, 'Recordings of acted emotions that the networks were trained on and judged by, in figures that ',
      el('code', {}, 'seremotion corpus'), ' computed from the sound.'),
    makeLinks(corpora, chosen),
    ...cards, ...examples)
}
