// labelling.js - what people say of a recording: its title, who speaks, when and where
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { patch } from '../api.js'
import { ask } from '../dialog.js'
import { el } from '../dom.js'

const DATE = '[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?'

let number = 0

function makeField (name, title, attributes = {}, hint = null) {
  const id = `field-${name}-${++number}`
  return el('div', { class: 'field' }, el('label', { for: id }, title),
    el('input', { id, name, type: 'text', autocomplete: 'off', 'aria-describedby': hint && `${id}-hint`, ...attributes }),
    hint && el('small', { id: `${id}-hint` }, hint))
}

function makeSex (value) {
  const id = `field-sex-${++number}`
  const choices = [['', 'not said'], ['f', 'female'], ['m', 'male']]
  return el('div', { class: 'field' }, el('label', { for: id }, 'Speaker\u2019s sex'),
    el('select', { id, name: 'sex' }, choices.map(([code, text]) => el('option', { value: code, selected: code === value }, text))),
    el('small', {}, 'The model hears women and men unequally well; comparisons say where that may make a difference.'))
}

/** Fields named as the API names them; `speakers` are suggested. */
export function makeLabelFields ({ speaker = '', date = '', place = '', party = '', sex = '' } = {}, speakers = []) {
  const list = `speakers-${++number}`
  return el('div', { class: 'fields' },
    makeField('speaker', 'Speaker', { value: speaker, list }), el('datalist', { id: list }, speakers.map(value => el('option', { value }))),
    makeField('date', 'Date', { value: date, pattern: DATE, placeholder: 'YYYY-MM-DD', title: 'YYYY, YYYY-MM or YYYY-MM-DD' }, 'Of the speech. A year, or year and month, will do.'),
    makeField('place', 'Place', { value: place }),
    makeField('party', 'Party or group', { value: party }),
    makeSex(sex))
}

/** Asks for the labelling of a recording. Resolves with the recording as it then is, or undefined. */
export function editRecording (recording, speakers) {
  return ask({
    title: 'Title and labelling',
    content: [makeField('title', 'Title', { value: recording.title, required: true }), makeLabelFields(recording, speakers)],
    action: 'Save',
    act: values => patch(`/recordings/${recording.id}`, values),
  })
}

/** The same for several at once: only what is filled in is set. Resolves with how many were changed. */
export function labelRecordings (ids, speakers) {
  return ask({
    title: `Label ${ids.length} recordings`,
    content: [el('p', { class: 'muted' }, 'Empty fields leave the recordings as they are.'), makeLabelFields({}, speakers)],
    action: 'Save',
    act: async values => {
      const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
      for (const id of ids) await patch(`/recordings/${id}`, given)
      return ids.length
    },
  })
}
