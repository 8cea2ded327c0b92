// experiments.js - the tables of trainings
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get } from '../api.js'
import { el } from '../dom.js'
import { card, count, note } from './parts.js'
import { SortTable } from './sort-table.js'

const makeLink = ({ title, name }) => [
  el('a', { href: `/experiments/${encodeURIComponent(name)}` }, title || name),
  el('small', { class: 'under' }, name),
]

const COLUMNS = [
  { name: 'Table', text: true, value: table => table.title || table.name, show: makeLink },
  { name: 'What varies', text: true, value: table => table.columns.join(', ') },
  { name: 'Trainings', descending: true, value: table => table.runs, show: table => count(table.runs) },
  { name: 'From', text: true, value: table => table.source === 'folder' ? 'your folder' : 'the project' },
]

export async function showExperiments (main) {
  const { experiments } = await get('/experiments')
  main.append(
    el('h1', {}, 'Experiments'),
    el('p', { class: 'lead' }, 'Tables of trainings in which some options vary and all else stays, as ', el('code', {}, 'seremotion tune'), ' writes them.'),
    card('Tables', experiments.length
      ? new SortTable('Tables of trainings', COLUMNS, experiments, { by: COLUMNS[0] }).node
      : el('p', { class: 'muted' }, 'There are none. The option --experiments of seremotion serve names a folder of them.'),
    note('One seed each, so that a difference of two points between rows says nothing.')))
}
