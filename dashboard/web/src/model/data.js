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

const makeLink = (corpus, chosen) => el('li', {}, el('a', { class: 'corpus', href: `/data?corpus=${encodeURIComponent(corpus.name)}`, 'aria-current': corpus === chosen ? 'true' : null },
  el('b', {}, corpus.title), el('span', { class: 'muted' }, `${count(corpus.clips)} clips, ${count(corpus.speakers)} speakers, ${number(corpus.hours, 1)} h`)))

async function findCorpus (corpora) {
  const name = new URLSearchParams(location.search).get('corpus')
  const chosen = corpora.find(corpus => corpus.name === name) ?? corpora[0]
  return { chosen, document: chosen && await get(`/corpora/${encodeURIComponent(chosen.name)}`) }
}

/** A part that fails leaves the others. */
const orProblem = error => [makeProblem(error)]

export async function showData (main) {
  const { corpora } = await get('/corpora')
  const [{ chosen, cards }, examples] = await Promise.all([
    findCorpus(corpora).then(({ chosen, document }) => ({ chosen, cards: document ? showCorpus(document) : [] })).catch(error => ({ cards: orProblem(error) })),
    get('/examples').then(({ examples }) => showExamples(examples)).catch(orProblem),
  ])
  main.append(
    el('h1', {}, 'Data'),
    el('p', { class: 'lead' }, 'Recordings of acted emotions that the networks were trained on and judged by, in figures that ', el('code', {}, 'seremotion corpus'), ' computed from the sound.'),
    corpora.length ? el('ul', { class: 'corpora', 'aria-label': 'Corpora' }, corpora.map(corpus => makeLink(corpus, chosen))) : card('Corpora', el('p', { class: 'muted' }, 'This program has figures of none.')),
    ...cards, ...examples)
}
