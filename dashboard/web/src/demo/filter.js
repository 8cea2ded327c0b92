// filter.js - which recordings the library lists, and in what order
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// Kept in the address, so that a reader who comes back finds the list as it was.

import { query } from '../api.js'
import { el } from '../dom.js'
import { plural } from '../time.js'
import { TableMenu } from './downloads.js'
import { STATES } from './words.js'

const TYPING = 200 // ms

const ORDERS = [['created desc', 'newest first'], ['created asc', 'oldest first'], ['title asc', 'by title'], ['title desc', 'by title, backwards'],
  ['speaker asc', 'by speaker'], ['speaker desc', 'by speaker, backwards'], ['date asc', 'by date'], ['date desc', 'by date, latest first'],
  ['duration desc', 'longest first'], ['duration asc', 'shortest first']]

const select = (id, choices) => el('select', { id }, choices.map(([value, text]) => el('option', { value }, text)))

export class Filter {
  constructor (onChange) {
    this.onChange = onChange
    this.search = el('input', { id: 'search', type: 'search', placeholder: 'Title, speaker, date\u2026', autocomplete: 'off', spellcheck: 'false' })
    this.state = select('state', [['', 'any'], ...Object.entries(STATES)])
    this.speaker = select('speaker-filter', [['', 'anybody']])
    this.order = select('order-by', ORDERS)
    this.count = el('p', { class: 'muted count-text', role: 'status' })
    this.tables = new TableMenu(isOfDone => isOfDone && !['', 'done'].includes(this.state.value) ? null : this.values)
    const field = (title, node) => el('label', { for: node.id }, title, ' ', node)
    this.node = el('form', { class: 'filters', role: 'search', 'aria-label': 'Recordings', onsubmit: event => event.preventDefault() },
      field('Search', this.search), field('State', this.state), field('Speaker', this.speaker), field('Order', this.order), this.count, this.tables.node)
    this.restore()
    this.listen()
  }

  get values () {
    const [sort, order] = this.order.value.split(' ')
    return { search: this.search.value.trim(), state: this.state.value, speaker: this.speaker.value, sort, order }
  }

  get isOn () {
    const { search, state, speaker } = this.values
    return Boolean(search || state || speaker)
  }

  restore () {
    const given = new URLSearchParams(location.search)
    this.search.value = given.get('search') ?? ''
    this.state.value = given.get('state') ?? ''
    if (given.get('speaker')) this.setSpeakers([given.get('speaker')])
    this.speaker.value = given.get('speaker') ?? ''
    this.order.value = `${given.get('sort')} ${given.get('order')}`
    // What the address does not say, or says wrongly, is as usual.
    if (this.order.selectedIndex < 0) this.order.selectedIndex = 0
    if (this.state.selectedIndex < 0) this.state.selectedIndex = 0
    this.offset = Math.max(0, Number.parseInt(given.get('offset'), 10) || 0)
  }

  listen () {
    let timer
    this.search.addEventListener('input', () => {
      clearTimeout(timer)
      timer = setTimeout(() => this.change(), TYPING)
    })
    for (const choice of [this.state, this.speaker, this.order]) choice.addEventListener('change', () => this.change())
  }

  change (offset = 0) {
    this.offset = offset
    const { sort, order, ...rest } = this.values
    const isUsual = this.order.selectedIndex === 0
    history.replaceState(null, '', `/${query({ ...rest, ...(!isUsual && { sort, order }), offset: offset || '' })}`)
    this.onChange()
  }

  turn (step) {
    this.change(Math.max(0, this.offset + step))
    this.node.scrollIntoView({ block: 'nearest' })
  }

  clear () {
    this.search.value = this.state.value = this.speaker.value = ''
    this.change()
    this.search.focus()
  }

  /** As a column's head is pressed: again turns it round. */
  sortBy (sort) {
    const { sort: before, order } = this.values
    const first = sort === 'duration' ? 'desc' : 'asc'
    const turned = order === 'asc' ? 'desc' : 'asc'
    this.order.value = `${sort} ${sort === before ? turned : first}`
    this.change()
  }

  setSpeakers (speakers) {
    const { value } = this.speaker
    const names = value && !speakers.includes(value) ? [value, ...speakers] : speakers
    this.speaker.replaceChildren(el('option', { value: '' }, 'anybody'), ...names.map(name => el('option', { value: name }, name)))
    this.speaker.value = value
  }

  /** How many there are, and by which column of the table they are sorted. */
  tell (total, table) {
    const text = this.isOn ? `${total} found` : plural(total, 'recording')
    if (this.count.textContent !== text) this.count.textContent = text
    this.tables.node.hidden = total === 0
    const { sort, order } = this.values
    for (const head of table.querySelectorAll('[data-sort]')) {
      if (head.dataset.sort === sort) head.setAttribute('aria-sort', order === 'asc' ? 'ascending' : 'descending')
      else head.removeAttribute('aria-sort')
    }
  }
}
