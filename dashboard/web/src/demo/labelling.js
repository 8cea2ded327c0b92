// labelling.js - what people say of a recording: its title, who speaks, when and where
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { Problem, get, patch } from '../api.js'
import { ask } from '../dialog.js'
import { el } from '../dom.js'
import { plural } from '../time.js'
import { getSpeakers } from './speakers.js'
import { makeTitles } from './titles.js'

const SEXES = { f: 'female', m: 'male' }
const DATE_HINT = 'Of the speech. A year, or year and month, will do.'

let number = 0

const makeId = name => `field-${name}-${++number}`

const makeHint = (id, text) => el('small', { id: `${id}-hint` }, text)

function makeField (name, title, attributes = {}) {
  const id = makeId(name)
  return el('div', { class: 'field' }, el('label', { for: id }, title), el('input', { id, name, type: 'text', autocomplete: 'off', ...attributes }))
}

/** Those who speak already are suggested, as the library knows them when the field is entered. */
function makeSpeaker (value) {
  const list = el('datalist', { id: makeId('speakers') })
  const suggest = () => getSpeakers().then(names => list.replaceChildren(...names.map(value => el('option', { value }))), () => {})
  const field = makeField('speaker', 'Speaker', { value, list: list.id, onfocus: suggest })
  field.append(list)
  return field
}

/** What the server takes: YYYY, YYYY-MM or YYYY-MM-DD of a day that exists. */
function isDate (text) {
  const [, year, month = '01', day = '01'] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? []
  if (!Number(year)) return false
  const time = new Date(`${year}-${month}-${day}T00:00:00Z`)
  return !Number.isNaN(time.getTime()) && time.getUTCDate() === Number(day)
}

/** Says what a date looks like where there is none. */
function makeDate (value) {
  const field = makeField('date', 'Date', { value, placeholder: 'YYYY-MM-DD' })
  const input = field.querySelector('input')
  const hint = makeHint(input.id, DATE_HINT)
  const tell = isWrong => {
    hint.textContent = isWrong ? 'This is no date: write YYYY, YYYY-MM or YYYY-MM-DD, such as 2021-03-09.' : DATE_HINT
    hint.classList.toggle('error', isWrong)
    input.setAttribute('aria-invalid', isWrong)
  }
  input.setAttribute('aria-describedby', hint.id)
  input.addEventListener('input', () => {
    const text = input.value.trim()
    input.setCustomValidity(text === '' || isDate(text) ? '' : 'Write YYYY, YYYY-MM or YYYY-MM-DD.')
    if (input.validity.valid) tell(false)
  })
  input.addEventListener('invalid', () => tell(true))
  field.append(hint)
  return field
}

function makeSex (value) {
  const id = makeId('sex')
  const choices = [['', 'not said'], ...Object.entries(SEXES)]
  return el('div', { class: 'field' }, el('label', { for: id }, 'Speaker\u2019s sex'),
    el('select', { id, name: 'sex', 'aria-describedby': `${id}-hint` }, choices.map(([code, text]) => el('option', { value: code, selected: code === value }, text))),
    makeHint(id, 'The model hears women and men unequally well; comparisons say where that may make a difference.'))
}

/** Fields named as the API names them. */
export function makeLabelFields ({ speaker = '', date = '', place = '', party = '', sex = '' } = {}) {
  return el('div', { class: 'fields' }, makeSpeaker(speaker), makeDate(date), makeField('place', 'Place', { value: place }),
    makeField('party', 'Party or group', { value: party }), makeSex(sex))
}

/** Labels in one line: "A. Example, 2021, female". */
export const nameLabels = ({ speaker, date, place, party, sex }) => [speaker, date, place, party, SEXES[sex]].filter(text => text).join(', ')

/** Asks for the labelling of a recording. Resolves with the recording as it then is, or undefined. */
export function editRecording (recording) {
  return ask({
    title: 'Title and labelling',
    content: [makeField('title', 'Title', { value: recording.title, required: true }), makeLabelFields(recording)],
    action: 'Save',
    // The other fields may have been changed elsewhere meanwhile.
    act: (values, before) => {
      const changed = Object.entries(values).filter(([name, value]) => value !== before[name])
      const path = `/recordings/${recording.id}`
      return changed.length ? patch(path, Object.fromEntries(changed)) : get(path)
    },
  })
}

const EMPTY = 'empty-'

/** Adds to each field a box that empties it: to leave it blank means something else here. */
function addBoxes (fields) {
  for (const field of fields.children) {
    const input = field.querySelector('input, select')
    const box = el('input', { type: 'checkbox', name: EMPTY + input.name, onchange: () => { input.disabled = box.checked } })
    field.append(el('label', { class: 'emptying' }, box, 'Empty it', el('span', { class: 'hidden-text' }, `: ${field.querySelector('label').textContent}`)))
  }
  fields.querySelector('option[value=""]').textContent = 'as it is'
  return fields
}

/** Of what was filled in and ticked: what is to be set. */
function readChanges (values) {
  const given = Object.entries(values).filter(([, value]) => value !== '')
  return Object.fromEntries(given.map(([name, value]) => name.startsWith(EMPTY) ? [name.slice(EMPTY.length), ''] : [name, value]))
}

/** The same for several at once: only what is filled in, or emptied, is set. Resolves with what was, or undefined. */
export function labelRecordings (recordings) {
  return ask({
    title: `Label ${plural(recordings.length, 'recording')}`,
    content: [makeTitles(recordings), el('p', { class: 'muted' }, 'Fields that are left blank stay as they are in each recording.'), addBoxes(makeLabelFields())],
    action: 'Save',
    act: async values => {
      const changes = readChanges(values)
      if (!Object.keys(changes).length) throw new Problem(0, 'Nothing to save', 'Nothing would change: fill in a field, or have one emptied.')
      for (const { id } of recordings) await patch(`/recordings/${id}`, changes)
      return changes
    },
  })
}
