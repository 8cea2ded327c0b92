// compare.js - speakers chosen, their recordings made ready, and compared
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { get, post, query, visit } from '../api.js'
import { el } from '../dom.js'
import { makeProblem } from '../problem.js'
import { plural } from '../time.js'
import { makeOffer, showComparison } from './comparison.js'
import { editRecording } from './labelling.js'
import { tellSpellings } from './speakers.js'
import { STATES, formatLength } from './words.js'

const MOST = 500 // that the server lists at once

const LEAD = 'Shares of emotions of two or more speakers, with what chance and the model alone may have made of them. ' +
  'The speech is the unit: with five recordings of each speaker a difference can show, with two it cannot.'

const TRUNCATED = 'truncated' // of the address: recordings that end early are compared, too

const isAllowed = () => new URLSearchParams(location.search).has(TRUNCATED)

const makeAddress = (recordings, allowed) => `/compare?ids=${recordings.map(({ id }) => id).join(',')}${allowed ? `&${TRUNCATED}` : ''}`

const readIds = () => (new URLSearchParams(location.search).get('ids') ?? '').split(',').filter(id => id)

// ---- choosing ----

function groupBySpeaker (recordings) {
  const groups = new Map()
  for (const recording of recordings.filter(({ speaker }) => speaker)) {
    groups.set(recording.speaker, [...groups.get(recording.speaker) ?? [], recording])
  }
  return groups
}

function makeChoice (speaker, recordings) {
  const length = recordings.reduce((sum, { duration }) => sum + duration, 0)
  return el('li', {}, el('label', {}, el('input', { type: 'checkbox', name: 'speaker', value: speaker }),
    el('b', {}, speaker), el('span', { class: 'muted' }, `${plural(recordings.length, 'recording')}, ${formatLength(length)}`)))
}

async function showChoice (main) {
  const { recordings, total } = await get(`/recordings${query({ state: 'done', sort: 'speaker', order: 'asc', limit: MOST })}`)
  const groups = groupBySpeaker(recordings)
  main.append(el('h1', {}, 'Compare speakers'), el('p', { class: 'lead' }, LEAD))
  if (groups.size < 2) {
    main.append(el('section', { class: 'card' }, el('p', {}, groups.size ? 'Only one speaker is named so far. ' : 'No recording says who speaks yet. ',
      el('a', { href: '/' }, 'Edit recordings'), ' to name the speaker in each; then they can be compared here.')))
    return
  }
  const button = el('button', { type: 'submit', class: 'primary', disabled: true }, 'Compare')
  const problems = el('div', {})
  const form = el('form', { class: 'card', 'aria-label': 'Speakers' }, el('p', { class: 'muted' }, 'Two or more, with all their recordings; to leave some out, select the others in the ',
    el('a', { href: '/' }, 'list of recordings'), '.'), el('ul', { class: 'choices' }, [...groups].map(([speaker, list]) => makeChoice(speaker, list))), button, problems,
    total > recordings.length && el('p', { class: 'note' }, `The first ${recordings.length} of ${total} recordings were looked at.`))
  const chosen = () => new FormData(form).getAll('speaker')
  form.addEventListener('change', () => { button.disabled = chosen().length < 2 })
  form.addEventListener('submit', event => {
    event.preventDefault()
    problems.replaceChildren()
    visit(`/compare?ids=${chosen().flatMap(speaker => groups.get(speaker).map(({ id }) => id)).join(',')}`)
      .catch(error => problems.append(makeProblem(error)))
  })
  main.append(form)
}

// ---- making ready ----

const isReady = ({ state, speaker }) => state === 'done' && speaker !== ''

/** Recordings that cannot be compared as they are; each may be labelled or left out. `onChange` is told what then is. */
function showUnready (main, recordings, onChange) {
  const rows = recordings.filter(recording => !isReady(recording)).map(recording => {
    const edit = async () => {
      const changed = await editRecording(recording)
      if (!changed) return
      onChange(recordings.map(other => other === recording ? changed : other))
      tellSpellings(changed.speaker)
    }
    const isDone = recording.state === 'done'
    return el('li', {}, el('a', { href: `/recordings/${recording.id}` }, recording.title),
      el('span', { class: 'muted' }, isDone ? 'does not say who speaks' : `${STATES[recording.state].toLowerCase()}: there is nothing to compare yet`),
      isDone && el('button', { type: 'button', class: 'plain', onclick: edit, 'aria-label': `Name the speaker of ${recording.title}` }, 'Name the speaker\u2026'),
      el('button', { type: 'button', class: 'plain', onclick: () => onChange(recordings.filter(other => other !== recording)), 'aria-label': `Leave out ${recording.title}` }, 'Leave out'))
  })
  main.replaceChildren(el('h1', {}, 'Compare speakers'), el('p', { class: 'lead' }, 'Each recording must be analysed, and say who speaks in it. These do not yet:'),
    el('ul', { class: 'card moments unready' }, rows))
}

/** What is there of what the address names; what was deleted meanwhile is told. */
async function readRecordings (ids) {
  const answers = await Promise.allSettled(ids.map(id => get(`/recordings/${encodeURIComponent(id)}`)))
  const failure = answers.find(({ status, reason }) => status === 'rejected' && reason.status !== 404)
  if (failure) throw failure.reason
  return answers.filter(({ status }) => status === 'fulfilled').map(({ value }) => value)
}

async function compare (main, recordings, nGone) {
  const again = list => {
    history.replaceState(null, '', makeAddress(list, isAllowed()))
    compare(main, list, nGone)
  }
  const allow = () => {
    history.replaceState(null, '', makeAddress(recordings, true))
    compare(main, recordings, nGone)
  }
  const allowed = isAllowed()
  if (!recordings.length) {
    main.replaceChildren()
    return showChoice(main)
  }
  if (!recordings.every(isReady)) return showUnready(main, recordings, again)
  main.replaceChildren(el('h1', {}, 'Compare speakers'), el('p', { class: 'muted', role: 'status' }, `Comparing ${plural(recordings.length, 'recording')}\u2026`))
  try {
    const result = await post('/comparisons', { recordings: recordings.map(({ id }) => id), allow_truncated: allowed })
    showComparison(main, result, recordings, { nGone, allow })
  } catch (error) {
    const nEarly = recordings.filter(({ summary }) => summary.truncated).length
    main.replaceChildren(el('h1', {}, 'Compare speakers'), makeProblem(error, () => compare(main, recordings, nGone)),
      nEarly && !allowed ? makeOffer(`The sound of ${plural(nEarly, 'recording')} ends early.`, allow) : '',
      el('p', {}, el('a', { href: '/compare' }, 'Choose other speakers')))
  }
}

export async function showCompare (main) {
  const ids = readIds()
  if (!ids.length) return showChoice(main)
  const recordings = await readRecordings(ids)
  await compare(main, recordings, ids.length - recordings.length)
}
