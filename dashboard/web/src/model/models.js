// models.js - the models in a table, and those that are chosen beside each other
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get } from '../api.js'
import { el, svg } from '../dom.js'
import { showBeside } from './beside.js'
import { followChoice, readChosen, remember } from './choice.js'
import { shortFeatures } from './layers.js'
import { SOURCES, card, count, note, range, share } from './parts.js'
import { makeProse } from './prose.js'
import { SortTable } from './sort-table.js'
import { claims } from 'project-texts'

const WIDTH = 170 // pixels of the picture of folds
const MARGIN = 5

export const modelPath = name => `/models/${encodeURIComponent(name)}`

/** Whole tenths that all folds and intervals lie in. */
function findRange (models) {
  const values = models.flatMap(({ crossval }) => [crossval.uar_low, crossval.uar_high, ...crossval.folds])
  return [Math.floor(10 * Math.min(...values)) / 10, Math.ceil(10 * Math.max(...values)) / 10]
}

function makeScale ([from, to]) {
  const x = value => MARGIN + (WIDTH - 2 * MARGIN) * (value - from) / (to - from)
  const ticks = Array.from({ length: Math.round(10 * (to - from)) + 1 }, (_, i) => from + i / 10)
  return { from, to, x, ticks }
}

/** Folds as small rings, their mean as a dot, its interval as a line. */
function drawFolds ({ uar, uar_low: low, uar_high: high, folds }, { x, ticks }) {
  return svg('svg', { class: 'whiskers', width: WIDTH, height: 22, 'aria-hidden': 'true' },
    ticks.map(at => svg('line', { x1: x(at), x2: x(at), y1: 0, y2: 22, class: 'tick' })),
    svg('line', { x1: x(low), x2: x(high), y1: 11, y2: 11, class: 'whisker' }),
    svg('circle', { cx: x(uar), cy: 11, r: 4.5, class: 'mean-mark' }),
    folds.map(fold => svg('circle', { cx: x(fold), cy: 11, r: 3, class: 'fold-mark' })))
}

const makeAxis = ({ from, to }) => el('span', { class: 'whiskers-axis' }, [from, (from + to) / 2, to].map(at => el('span', {}, `${Math.round(100 * at)} %`)))

const makeLink = ({ name, title }) => [el('a', { href: modelPath(name) }, title), el('small', { class: 'under' }, name)]

const showUar = ({ crossval }) => [share(crossval.uar), el('small', {}, range(crossval.uar_low, crossval.uar_high))]

const figure = name => ({ crossval }) => crossval[name]

const measured = (name, key, more) => ({ name, value: figure(key), show: model => share(figure(key)(model)), ...more })

function makeColumns (models) {
  const scale = makeScale(findRange(models))
  return [
    { name: 'Model', text: true, value: model => model.title, show: makeLink },
    { name: 'UAR of folds', text: true, unit: makeAxis(scale), descending: true, value: figure('uar'), show: ({ crossval }) => drawFolds(crossval, scale) },
    { name: 'UAR', unit: 'mean, 95 %', descending: true, value: figure('uar'), show: showUar },
    measured('Accuracy', 'accuracy', { descending: true }),
    measured('Macro F1', 'macro_f1', { descending: true }),
    measured('ECE', 'ece', { title: 'Expected calibration error' }),
    { name: 'Parameters', value: model => model.parameters, show: model => count(model.parameters) },
    { name: 'Features', text: true, value: model => shortFeatures(model.features), show: model => el('code', {}, shortFeatures(model.features)) },
  ]
}

/** Each once, so that what differs is seen. */
const list = values => [...new Set(values)].join(' or ')

const describeProtocols = models => {
  const all = key => models.map(({ crossval }) => crossval[key])
  return `${list(all('protocol'))}; ${list(all('clips').map(count))} clips of ${list(all('speakers'))} speakers`
}

/** A model with its results. */
export const loadModel = remember(name => get(modelPath(name)))

export const makeEntry = model => ({ title: model.title, runs: model.runs, report: model.report, model })

const loadEntries = async models => (await Promise.all(models.map(({ name }) => loadModel(name)))).map(makeEntry)

export async function showModels (main) {
  const { models } = await get('/models')
  const place = el('div', { id: 'beside' })
  const onChoose = followChoice(place, {
    key: model => model.name,
    least: 2,
    hint: n => n ? 'Choose another one to see both beside each other.' : 'Choose two or more to see them beside each other.',
    show: async chosen => showBeside(await loadEntries(chosen)),
  })
  const columns = makeColumns(models)
  const chosen = readChosen(models, model => model.name)
  const table = new SortTable('Models', columns, models, { by: columns[2], descending: true, name: model => model.title, chosen, onChoose })
  main.append(
    el('h1', {}, 'Models'),
    el('p', { class: 'lead' }, 'The five networks that the project compares, and the one that it ships, each trained five times without the ' +
      'speakers that it is then judged by.'),
    card('Five folds by actor', table.node,
      note(`Each is the mean over folds (${describeProtocols(models)}), with its 95 % interval (Student\u2019s t); rings are the folds. `,
        'UAR is unweighted average recall, of which chance is 16.7 % with six emotions; ECE the expected calibration error. ',
        new Set(models.map(({ crossval }) => crossval.clips)).size > 1 && 'Those with fewer clips were judged without the ones that training leaves out (Data names them). ',
        'Each has its own schedule, so that a ',
        'difference is one of recipes, not of networks alone. ', el('a', { href: '/experiments' }, 'The tables of experiments'), ' have the rest.')),
    place,
    card('What the report that the project began from claims, and what comes of it here',
      note('The report is an earlier text, not part of this project, that trained such networks and does not say how it divided the speakers. The network that it chose is ',
        el('a', { href: modelPath('cnn-lstm') }, 'cnn-lstm'), '. ', SOURCES), makeProse(claims)))
  await onChoose(chosen)
}
