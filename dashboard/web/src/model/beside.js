// beside.js - models or trainings beside each other, or one alone
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { Palette } from '../palette.js'
import { makeConfusion } from './confusion.js'
import { makeCurves } from './curves.js'
import { makeArchitecture } from './layers.js'
import { beside, card, note } from './parts.js'
import { makeGroups, makeRecalls } from './recalls.js'
import { makeReliability, reliabilityKey } from './reliability.js'

const all = (entries, make) => entries.map(make).filter(Boolean)

let palette

/** Its patterns are in the page once, whatever is shown. */
const getPalette = labels => { palette ??= new Palette(labels); return palette }

function showConfusions (entries) {
  const figures = all(entries, makeConfusion)
  return figures.length > 0 && card('Which emotion is taken for which', beside(figures),
    note('Rows are what the actors meant to act, columns what was heard; shading and per cent are shares of a row, clips are counted below.'))
}

function showReliability (entries) {
  const figures = all(entries, makeReliability)
  return figures.length > 0 && card('Is confidence the share of right answers?', reliabilityKey(), beside(figures),
    note('Bins hold equal numbers of clips. Each fold is judged at the temperature that fits the others.'))
}

function showRecalls (entries) {
  const labels = entries.find(({ report }) => report?.labels)?.report.labels
  const recalls = labels && makeRecalls(entries, getPalette(labels))
  return recalls && card('Recall of each emotion', recalls,
    note('Of the clips of an emotion, those that are heard as it. Chance is one in as many as there are emotions.'))
}

function showGroups (entries) {
  const groups = makeGroups(entries)
  return groups && card('Groups of speakers', groups,
    note('Unweighted average recall. Differences between groups of speakers that a model makes are its own, ' +
      'and must not be taken for differences between the speakers.'))
}

/**
 * Cards. An entry has `title`, `runs` (documents of `seremotion train --json`), `report` (of `crossval --json`, or that of its one run), and `model` if
 * it is one of the API.
 */
export function showBeside (entries) {
  const models = entries.filter(({ model }) => model)
  const cards = [
    models.length > 0 && card('Architecture', beside(models.map(({ model }) => makeArchitecture(model)))),
    card('Loss and accuracy', makeCurves(entries)),
    showConfusions(entries), showReliability(entries), showRecalls(entries), showGroups(entries),
  ].filter(Boolean)
  return entries.length > 1 ? cards : [el('div', { class: 'pairs' }, cards)]
}
