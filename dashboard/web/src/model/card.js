// card.js - the card of the model that ships: what the project's documents say of it, with live figures
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { makingSections, modelSections } from 'project-texts'
import { address, get } from '../api.js'
import { el } from '../dom.js'
import { makeConfusion } from './confusion.js'
import { makeCoverage } from './coverage.js'
import { makeCurves } from './curves.js'
import { makeArchitecture } from './layers.js'
import { makeFacts } from './model.js'
import { loadModel, makeEntry } from './models.js'
import { SOURCES, card, count, fold, makeTable, note } from './parts.js'
import { makeProse } from './prose.js'
import { makeReliability, reliabilityKey } from './reliability.js'

const LIMITS = 'What it cannot do'

/** What stands for the pictures of the documents: drawn from the same results. */
const PICTURES = {
  'default-architecture': ({ model }) => makeArchitecture(model),
  'default-confusion': makeConfusion,
  'default-curves': entry => el('div', {}, makeCurves([entry])),
  'default-reliability': entry => el('div', {}, reliabilityKey(), makeReliability(entry)),
  'default-coverage': makeCoverage,
}

const drawNetwork = (name, alt) => {
  const source = address(`/models/${name}/architecture.svg`)
  return el('figure', {}, el('a', { href: source, class: 'drawing' }, el('img', { src: source, alt, loading: 'lazy' })))
}

const drawPicture = entry => ({ name, alt }) => {
  if (entry && PICTURES[name]) return PICTURES[name](entry) ?? note(alt)
  const network = /^(.*)-architecture$/.exec(name)
  return network ? drawNetwork(network[1], alt) : note(alt)
}

/** What is inside the file that this server hears with. */
const makeMetadata = ({ metadata = {} }) => makeTable(['Member', 'Value'],
  Object.entries(metadata).map(([name, value]) => [name, el('span', { class: 'line' }, String(value))]))

/** The model of the API that ships, with its results; null where a server has it not. */
async function loadDefault (models) {
  return models.some(({ name }) => name === 'default') ? loadModel('default') : null
}

function showServed (served) {
  return card('This server\u2019s model',
    el('p', {}, 'It hears with ', el('b', {}, served.name), ' (', el('code', {}, served.id), '), ',
      `${count(served.parameters)} parameters, which tells ${served.labels.join(', ')}.`),
    fold('What its file says', () => makeMetadata(served)))
}

export async function showCard (main) {
  const { models, default: served } = await get('/models')
  const model = await loadDefault(models)
  const draw = drawPicture(model && makeEntry(model))
  const show = ({ title, body }) => card(title || 'How it was made', el('span', { id: title ? null : 'how' }), makeProse(body, draw))
  const [own, ...others] = modelSections
  const limits = makingSections.filter(({ title }) => title === LIMITS)
  const rest = makingSections.filter(({ title }) => title !== LIMITS)
  main.append(...[
    el('h1', {}, 'Model card'),
    el('p', { class: 'lead' }, 'The model that the project ships: what it is, what it cannot do, and how it was measured. ', SOURCES),
    card(own.title, makeProse(own.body, draw), model?.crossval && makeFacts(model),
      model && el('p', {}, el('a', { href: '/models/default' }, 'All its results'))),
    ...limits.map(show),
    served && showServed(served),
    ...rest.map(show),
    ...others.map(show),
  ].filter(Boolean))
}
