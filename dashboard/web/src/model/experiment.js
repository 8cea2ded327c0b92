// experiment.js - one table of trainings: sorted, filtered, its rows beside each other
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get } from '../api.js'
import { el } from '../dom.js'
import { isNumber, number } from '../time.js'
import { showBeside } from './beside.js'
import { followChoice, readChosen, remember } from './choice.js'
import { makeCopy } from './copy.js'
import { makeDownload } from './csv.js'
import { card, count, makeId, more, note, share } from './parts.js'
import { makeProse } from './prose.js'
import { SortTable } from './sort-table.js'
import { experimentNotes } from 'project-texts'

const MOST = 6 // beside each other

const isNumeric = values => values.some(value => value !== '') && values.every(value => value === '' || !Number.isNaN(Number(value)))

/** A column of what varies, which holds text unless all of it are numbers. */
function makeColumn (name, i, runs) {
  const numeric = isNumeric(runs.map(run => run.values[i]))
  const value = run => run.values[i] === '' ? null : numeric ? Number(run.values[i]) : run.values[i]
  return { name, key: name, text: !numeric, value, show: run => run.values[i] || '\u2013' }
}

const measured = (key, name, show, more) =>
  ({ key, name, value: run => run[key] ?? null, show: run => isNumber(run[key]) ? show(run[key], run) : '\u2013', ...more })

const MEASURED = [
  measured('uar', 'UAR', share, { descending: true, title: 'Unweighted average recall over the validation clips' }),
  measured('accuracy', 'Accuracy', share, { descending: true }),
  measured('train_accuracy', 'Train accuracy', share, { descending: true }),
  measured('loss', 'Loss', value => number(value, 3), { title: 'Cross entropy over the validation clips, in nats' }),
  measured('macro_f1', 'Macro F1', share, { descending: true }),
  measured('ece', 'ECE', share, { title: 'Expected calibration error' }),
  measured('kept_epoch', 'Epoch', (value, run) => `${value} of ${run.epochs ?? '?'}`, { title: 'The epoch whose weights were kept, of those that were run' }),
  measured('parameters', 'Parameters', count),
  measured('seconds', 'Time', value => number(value, 0, ' s')),
]

function makeColumns (columns, runs) {
  const number = { key: 'run', name: 'Run', value: run => run.index, show: run => [String(run.index), run.best && el('span', { class: 'badge' }, 'best')] }
  return [number, ...columns.map((name, i) => makeColumn(name, i, runs)), ...MEASURED]
}

const nameRun = columns => run => `run ${run.index}: ` + columns.map((name, i) => `${name} ${run.values[i] || 'none'}`).join(', ')

/** By what tells it from the others that are shown. */
function nameAmong (runs, columns) {
  const differ = columns.map((_, i) => runs.length < 2 || runs.some(run => run.values[i] !== runs[0].values[i]))
  return run => {
    const told = columns.map((name, i) => differ[i] && `${name} ${run.values[i] || 'none'}`).filter(Boolean)
    return told.length ? `Run ${run.index}: ${told.join(', ')}` : `Run ${run.index}`
  }
}

/** Words that a run's values must all hold; layers=3 that of one column. */
function makeTest (text, columns) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return run => words.every(word => {
    const [name, wanted] = word.split('=')
    const at = columns.findIndex(column => column.toLowerCase() === name)
    if (wanted !== undefined && at >= 0) return run.values[at].toLowerCase() === wanted
    return run.values.some(value => value.toLowerCase().includes(word))
  })
}

function makeFilter (table, columns, runs) {
  const id = makeId('filter')
  const told = el('span', { class: 'muted', role: 'status' }, `${runs.length} runs`)
  const example = columns.length && runs.length ? `${columns[0]}=${runs[0].values[0]}` : null
  const filter = event => {
    const shown = table.filter(makeTest(event.currentTarget.value, columns))
    told.textContent = shown === runs.length ? `${shown} runs` : `${shown} of ${runs.length} runs`
  }
  return el('div', { class: 'filters' },
    el('label', { for: id }, 'Filter'),
    el('input', { id, type: 'search', placeholder: example, autocomplete: 'off', spellcheck: 'false', oninput: filter }), told)
}

/** What a row's training was, and how to run it again. */
const makeCommand = (run, document, name) => el('div', { class: 'command' },
  el('p', {}, el('b', {}, name(run))), makeCopy(document.command))

function followRuns (place, experiment) {
  const load = remember(id => get(`/experiments/${encodeURIComponent(experiment.name)}/runs/${encodeURIComponent(id)}`))
  return followChoice(place, {
    key: run => run.id,
    least: 1,
    hint: () => 'Choose rows to see their curves and which emotions they take for which, beside each other.',
    show: async chosen => {
      const shown = chosen.filter(run => run.epochs).slice(0, MOST)
      const documents = await Promise.all(shown.map(({ id }) => load(id)))
      const nameOf = nameAmong(shown, experiment.columns)
      const entries = shown.map((run, i) => ({ title: nameOf(run), runs: [documents[i]], report: documents[i] }))
      return [
        chosen.length > shown.length && note(`Shown are ${shown.length} of the ${chosen.length} that are chosen: those with a result, and at most ${MOST}.`),
        ...shown.length ? showBeside(entries) : [],
        shown.length > 0 && card('To run it again', shown.map((run, i) => makeCommand(run, documents[i], nameOf))),
      ]
    },
  })
}

/** Marks the run that validates best, if there is more than one. */
function markBest (runs) {
  const finished = runs.filter(run => isNumber(run.uar))
  const most = Math.max(...finished.map(run => run.uar))
  if (finished.length > 1) for (const run of finished) run.best = run.uar === most
}

const makeCaution = () => el('p', { class: 'caution' }, el('b', {}, 'The best row is not the best network.'),
  ' In the project\u2019s tables nine actors validate, and the epoch that validates best is kept: such figures are optimistic, and with one seed ' +
  'two points between rows say nothing. ', el('a', { href: '/models' }, 'Five folds by actor'), ' judge better.')

/** What all runs have in common, an option a line. */
function makeFixed (fixed) {
  const lines = fixed ?? []
  return lines.length > 0 && more('What is the same for all', el('pre', { tabindex: 0 }, el('code', {}, lines.join('\n'))))
}

const listRows = (table, columns) => [columns.map(({ key }) => key).concat('id'),
  ...table.listShown().map(run => columns.map(({ value }) => value(run)).concat(run.id))]

export async function showExperiment (main, name) {
  const experiment = await get(`/experiments/${encodeURIComponent(name)}`)
  const runs = experiment.runs.map((run, i) => ({ ...run, index: i + 1 }))
  markBest(runs)
  const columns = makeColumns(experiment.columns, runs)
  const place = el('div', { id: 'beside' })
  const nameOf = nameRun(experiment.columns)
  const onChoose = followRuns(place, experiment)
  const chosen = readChosen(runs, run => run.id)
  const title = experiment.title || name
  const table = new SortTable(title, columns, runs, { by: columns[0], name: nameOf, chosen, onChoose })
  document.title = `${title} \u2013 seremotion`
  main.append(...[
    el('p', { class: 'way' }, el('a', { href: '/experiments' }, 'Experiments'), ' / ', name),
    el('h1', {}, title),
    experimentNotes[name] && makeProse(experimentNotes[name]),
    card('Trainings', makeFilter(table, experiment.columns, runs), table.node, makeCaution(), makeFixed(experiment.fixed),
      makeDownload(`${name}.csv`, () => listRows(table, columns))),
    place,
  ].filter(Boolean))
  await onChoose(chosen)
}
