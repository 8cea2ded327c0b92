// library.js - all recordings: added, found, labelled, compared, deleted
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { announce } from '../announce.js'
import { get, getAbout, post, query, remove, visit } from '../api.js'
import { confirm } from '../dialog.js'
import { el } from '../dom.js'
import { listen } from '../events.js'
import { Palette } from '../palette.js'
import { makeProblem } from '../problem.js'
import { plural } from '../time.js'
import { makeAddCard } from './add.js'
import { TableMenu } from './downloads.js'
import { Filter } from './filter.js'
import { editRecording, labelRecordings } from './labelling.js'
import { Row } from './rows.js'
import { getSpeakers, tellSpellings } from './speakers.js'
import { makeTitles } from './titles.js'
import { describeShares, isUnderWay } from './words.js'

const PAGE = 50 // recordings
const SOON = 250 // ms: changes that come together are shown together

/** Filters and pages hide what stays selected. */
function describeUnseen (n, nShown) {
  if (nShown === n) return ''
  return nShown ? `, ${n - nShown} of them not shown` : ', none of them shown'
}

class Library {
  constructor (main, about) {
    this.about = about
    this.labels = new Set(about.model.labels)
    this.palette = new Palette([...this.labels])
    this.rows = new Map()
    this.states = new Map()
    this.selected = new Map()
    this.filter = new Filter(() => this.load())
    this.makeTable()
    this.makeSelection()
    this.more = el('nav', { class: 'paging', 'aria-label': 'Pages of the list' })
    this.lost = el('p', { class: 'notice', role: 'status', hidden: true }, 'The server is out of reach: what stands here may be old. It is tried again.')
    this.problems = el('div', {})
    main.append(el('h1', {}, 'Recordings'),
      el('p', { class: 'lead' }, 'How voices sound in recordings of speech: which acted emotions they resemble, and when.'),
      makeAddCard(about, recording => this.receive(recording)), this.lost,
      el('section', { class: 'card library', 'aria-label': 'List of recordings' }, this.filter.node, this.problems, this.empty, this.scroll, this.more), this.selection)
  }

  makeTable () {
    this.body = el('tbody', {})
    this.all = el('input', { type: 'checkbox', 'aria-label': 'Select all that are shown', onchange: () => this.selectAll() })
    const column = (title, sort, name) => el('th', { scope: 'col', class: name, ...(sort && { 'data-sort': sort }) },
      sort ? el('button', { type: 'button', class: 'sort', onclick: () => this.filter.sortBy(sort) }, title) : title)
    this.table = el('table', { class: 'recordings' }, el('thead', {}, el('tr', {}, el('td', { class: 'check' }, el('label', {}, this.all, el('span', {}, ' Select all'))),
      column('Recording', 'title'), column('Shares of emotions, or state', null, 'result'), column('Length', 'duration', 'number'), column('Speaker', 'speaker'), column('Date', 'date'),
      el('th', { scope: 'col' }, el('span', { class: 'hidden-text' }, 'What to do')))), this.body)
    this.scroll = el('div', { class: 'scroll', hidden: true }, this.table)
    this.empty = el('div', { class: 'empty', hidden: true })
  }

  makeSelection () {
    const button = (text, act) => el('button', { type: 'button', class: 'plain', onclick: act }, text)
    this.count = el('b', {})
    this.compare = el('a', { class: 'primary', onclick: event => this.visitComparison(event) }, 'Compare speakers')
    this.tables = new TableMenu(isOfDone => {
      const ids = [...this.selected.values()].filter(({ state }) => !isOfDone || state === 'done').map(({ id }) => id)
      return ids.length ? { ids: ids.join(',') } : null
    })
    this.selection = el('div', { class: 'selection', role: 'region', 'aria-label': 'Selected recordings', hidden: true }, this.count, this.compare,
      this.tables.node, button('Label\u2026', () => this.labelSelected()), button('Delete\u2026', () => this.removeSelected()), button('Clear', () => this.clearSelection()))
  }

  // ---- the list ----

  async load () {
    const asked = this.asked = Symbol('asked')
    try {
      const { recordings, total } = await get(`/recordings${query({ ...this.filter.values, offset: this.filter.offset, limit: PAGE })}`)
      if (asked !== this.asked) return // a later question is under way
      // The last page may have gone.
      if (!recordings.length && total && this.filter.offset) return this.filter.turn(-PAGE)
      this.problems.replaceChildren()
      this.show(recordings, total)
    } catch (error) {
      if (asked === this.asked) this.problems.replaceChildren(makeProblem(error, () => this.load()))
    }
  }

  /** Rows that were shown before stay the same. */
  show (recordings, total) {
    this.learnLabels(recordings)
    const rows = recordings.map(recording => {
      const row = this.rows.get(recording.id) ?? new Row(recording, this.palette, this.actions(), this.selected.has(recording.id))
      this.follow(recording)
      row.update(recording)
      return row
    })
    this.rows = new Map(rows.map(row => [row.recording.id, row]))
    const focused = document.activeElement
    const nodes = rows.map(row => row.node)
    if (nodes.length !== this.body.children.length || nodes.some((node, i) => node !== this.body.children[i])) this.body.replaceChildren(...nodes)
    if (this.body.contains(focused)) focused.focus()
    this.total = total
    this.tell()
  }

  tell () {
    const { filter, total } = this
    const shown = this.rows.size
    this.scroll.hidden = shown === 0
    this.empty.hidden = shown > 0
    if (!shown) this.showEmpty()
    filter.tell(total, this.table)
    this.more.replaceChildren()
    if (total > PAGE) {
      const turn = (text, step, isOff) => el('button', { type: 'button', class: 'plain', disabled: isOff, onclick: () => filter.turn(step) }, text)
      this.more.append(turn('Before', -PAGE, filter.offset === 0), el('span', {}, `${filter.offset + 1} to ${filter.offset + shown} of ${total}`),
        turn('After', PAGE, filter.offset + shown >= total))
    }
    this.tellSelection()
  }

  showEmpty () {
    if (this.filter.isOn) {
      this.empty.replaceChildren(el('p', {}, 'No recording is like that.'), el('button', { type: 'button', class: 'plain', onclick: () => this.filter.clear() }, 'Show all'))
      return
    }
    this.empty.replaceChildren(el('h2', {}, 'Nothing here yet'), el('p', {}, this.about.uploads
      ? 'Drop a recording of somebody who speaks onto this page: a speech, an interview, a video. It is analysed in a fraction of its length, and then shown with its emotions over time.'
      : 'Recordings that are added to this server stand here.'))
  }

  /** Another model's labels want colours, too. */
  learnLabels (recordings) {
    const unknown = recordings.flatMap(({ summary }) => Object.keys(summary?.shares ?? {})).filter(label => !this.labels.has(label))
    if (!unknown.length) return
    for (const label of unknown) this.labels.add(label)
    document.querySelector('.patterns').remove()
    this.palette = new Palette([...this.labels])
    this.rows.clear()
  }

  /** What the server says of a recording, new or known. */
  receive (recording) {
    const row = this.rows.get(recording.id)
    this.follow(recording)
    row?.update(recording)
    if (!row || (this.filter.values.state && this.filter.values.state !== recording.state)) this.loadSoon()
  }

  /** Tells of an analysis that has come to its end while this page was open. */
  follow (recording) {
    if (this.selected.has(recording.id)) this.selected.set(recording.id, recording)
    const before = this.states.get(recording.id)
    this.states.set(recording.id, recording.state)
    if (!before || !isUnderWay({ state: before })) return
    if (recording.state === 'done') announce(`${recording.title} is analysed: ${recording.summary.speech_windows ? describeShares(recording.summary, 2) : 'no speech'}`)
    if (recording.state === 'failed') announce(`${recording.title} failed: ${recording.error}`)
  }

  forget (id) {
    this.selected.delete(id)
    this.tellSelection()
    if (this.rows.has(id)) this.loadSoon()
  }

  loadSoon () {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.load(), SOON)
  }

  // ---- what is done with recordings ----

  actions () {
    this.bound ??= {
      edit: row => this.edit(row),
      cancel: row => this.act(row, () => post(`/recordings/${row.recording.id}/cancel`)),
      retry: row => this.act(row, () => post(`/recordings/${row.recording.id}/retry`)),
      remove: row => this.remove(row),
      select: row => this.select(row),
    }
    return this.bound
  }

  async act (row, send) {
    try {
      row.update(await send())
      this.problems.replaceChildren()
    } catch (error) {
      this.problems.replaceChildren(makeProblem(error))
    }
  }

  async edit (row) {
    const recording = await editRecording(row.recording)
    if (!recording) return
    row.update(recording)
    this.loadSpeakers()
    tellSpellings(recording.speaker)
  }

  async remove (row) {
    const { id, title } = row.recording
    const next = row.node.nextElementSibling ?? row.node.previousElementSibling
    const isDone = await confirm({
      title: 'Delete this recording?',
      text: `\u201c${title}\u201d, its sound and all that was found in it are removed from this server. There is no way back.`,
      action: 'Delete',
      act: () => remove(`/recordings/${id}`),
    })
    if (!isDone) return
    next?.querySelector('a')?.focus()
    this.forget(id)
    announce(`${title} is deleted`)
  }

  // ---- the selection, which outlives pages of the list ----

  mark ({ recording, checkbox }) {
    if (checkbox.checked) this.selected.set(recording.id, recording)
    else this.selected.delete(recording.id)
  }

  select (row) {
    this.mark(row)
    this.tellSelection()
  }

  selectAll () {
    const isWanted = this.all.checked
    for (const row of this.rows.values()) {
      row.checkbox.checked = isWanted
      this.mark(row)
    }
    this.tellSelection()
  }

  clearSelection () {
    this.selected.clear()
    for (const row of this.rows.values()) row.checkbox.checked = false
    this.tellSelection()
    this.all.focus()
  }

  tellSelection () {
    const n = this.selected.size
    const shown = [...this.rows.values()]
    this.selection.hidden = n === 0
    this.count.textContent = `${plural(n, 'recording')} selected${describeUnseen(n, shown.filter(row => this.selected.has(row.recording.id)).length)}`
    this.compare.href = `/compare?ids=${[...this.selected.keys()].join(',')}`
    this.all.checked = shown.length > 0 && shown.every(row => row.checkbox.checked)
    this.all.indeterminate = !this.all.checked && shown.some(row => row.checkbox.checked)
  }

  visitComparison (event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || this.compare.target) return // a page of its own
    event.preventDefault()
    visit(this.compare.getAttribute('href')).catch(error => this.problems.replaceChildren(makeProblem(error)))
  }

  async labelSelected () {
    const recordings = [...this.selected.values()]
    const changes = await labelRecordings(recordings)
    if (!changes) return
    announce(`${plural(recordings.length, 'recording')} labelled`)
    this.load()
    this.loadSpeakers()
    tellSpellings(changes.speaker)
  }

  async removeSelected () {
    const recordings = [...this.selected.values()]
    const isDone = await confirm({
      title: `Delete ${plural(recordings.length, 'recording')}?`,
      list: makeTitles(recordings),
      text: 'Their sound and all that was found in them are removed from this server. There is no way back.',
      action: 'Delete',
      act: async () => { for (const { id } of recordings) await remove(`/recordings/${id}`).catch(error => { if (error.status !== 404) throw error }) },
    })
    if (!isDone) return
    this.clearSelection()
    this.load()
  }

  /** Names of those who speak, to choose from. */
  async loadSpeakers () {
    this.filter.setSpeakers(await getSpeakers().catch(() => []))
  }
}

export async function showLibrary (main) {
  const library = new Library(main, await getAbout())
  await library.load()
  listen({
    onRecording: recording => library.receive(recording),
    onRemoved: id => library.forget(id),
    onGap: () => library.load(),
    onLost: isLost => { library.lost.hidden = !isLost },
  })
  library.loadSpeakers()
}
