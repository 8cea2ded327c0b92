// model.js - one model in full
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { number } from '../time.js'
import { showBeside } from './beside.js'
import { loadModel, makeEntry } from './models.js'
import { card, count, fact, fold, makeTable, note, range, share } from './parts.js'

/** UAR, accuracy and the like over folds. */
export const makeFacts = ({ crossval, parameters }) => el('dl', { class: 'facts narrow' },
  fact('UAR', share(crossval.uar), `95 %: ${range(crossval.uar_low, crossval.uar_high)}; chance is 16.7 %`),
  fact('Accuracy', share(crossval.accuracy)),
  fact('Macro F1', share(crossval.macro_f1)),
  fact('Calibration error', share(crossval.ece)),
  fact('Parameters', count(parameters)),
  fact('Clips', count(crossval.clips), `of ${count(crossval.speakers)} speakers, judged out of fold`))

export function makeFolds ({ report }) {
  return makeTable(['Fold', 'Clips', 'Speakers', 'UAR', 'Accuracy', 'Macro F1', 'ECE', 'Cross entropy', 'Temperature'],
    report.folds.map((fold, i) => [String(i + 1), count(fold.clips), count(fold.speakers), share(fold.uar), share(fold.accuracy),
      share(fold.macro_f1), share(fold.ece), number(fold.loss, 3), number(fold.temperature, 3)]))
}

const options = model => model.runs?.find(run => run.options)?.options

const formatOption = value => Array.isArray(value) ? value.join(' ') : value === null || value === '' ? '\u2013' : String(value)

function showOptions (model) {
  const found = options(model)
  return found && card('How it was trained', el('p', {}, el('code', { class: 'line' }, model.runs.find(run => run.command)?.command)),
    fold('All options', () => makeTable(['Option', 'Value'], Object.entries(found).map(([name, value]) => [name, el('code', {}, formatOption(value))]))))
}

export async function showModel (main, name) {
  const model = await loadModel(name)
  document.title = `${model.title} \u2013 seremotion`
  main.append(...[
    el('p', { class: 'way' }, el('a', { href: '/models' }, 'Models'), ' / ', name),
    el('h1', {}, model.title),
    model.crossval && card('Over five folds', makeFacts(model),
      model.report?.folds && fold('The folds', () => makeFolds(model)),
      note(`${model.crossval.protocol}: no speaker is in two folds; each figure is of clips whose speaker the network never heard.`)),
    ...showBeside([makeEntry(model)]),
    showOptions(model),
  ].filter(Boolean))
}
