// corpus.js - what a corpus is made of (docs/corpus-json.md)
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el, svg } from '../dom.js'
import { Palette } from '../palette.js'
import { isNumber, number } from '../time.js'
import { makeBoxPlot } from './box-plot.js'
import { shade } from './confusion.js'
import { makeHistogram } from './histogram.js'
import { card, count, fact, figure, fold, groupName, headCell, makeTable, note, scroll, share, sum, uprightCell } from './parts.js'

const LANGUAGES = new Intl.DisplayNames(['en'], { type: 'language' })

function showFacts (corpus) {
  return card(corpus.title,
    el('dl', { class: 'facts narrow' },
      fact('Clips', count(corpus.clips)), fact('Speakers', count(corpus.speakers)), fact('Hours', number(corpus.hours, 2)),
      fact('Emotions', count(corpus.labels.length)), corpus.language && fact('Language', LANGUAGES.of(corpus.language))),
    el('dl', { class: 'terms' },
      el('dt', {}, 'Licence'), el('dd', {}, corpus.licence ?? 'none is known: ask those who made it'),
      el('dt', {}, 'To cite'), el('dd', {}, corpus.citation ?? 'nothing is known')))
}

// ---- balance ----

function drawBalance (counts, labels, palette) {
  const total = sum(counts)
  let at = 0
  return svg('svg', { class: 'balance', 'aria-hidden': 'true', width: '100%', height: 18 }, counts.map((n, i) => {
    const rect = svg('rect', { x: `${100 * at / total}%`, y: 0, width: `${100 * n / total}%`, height: 18, fill: palette.fill(labels[i]) })
    at += n
    return rect
  }))
}

/** Everything, splits, groups: { name, clips, speakers, clips_by_label }. */
const listParts = corpus => [{ ...corpus, name: 'all' },
  ...(corpus.by_split ?? []).map(part => ({ ...part, name: `split ${part.name}` })),
  ...(corpus.by_group ?? []).map(part => ({ ...part, name: groupName(part.name) }))].filter(part => part.clips_by_label && part.clips)

function showBalance (corpus, palette) {
  const parts = listParts(corpus)
  if (!parts.length) return null
  const { labels } = corpus
  return card('Balance of the emotions',
    el('p', { class: 'legend' }, labels.map(label => palette.tag(label))),
    scroll('Balance of the emotions by split and group', el('table', { class: 'balances' },
      el('thead', {}, el('tr', {}, headCell('Part'), headCell('Shares of the emotions', 'picture'), headCell('Clips', 'number'), headCell('Speakers', 'number'))),
      el('tbody', {}, parts.map(part => el('tr', {},
        el('th', { scope: 'row' }, part.name),
        el('td', { class: 'picture' }, drawBalance(part.clips_by_label, labels, palette)),
        el('td', { class: 'number' }, count(part.clips)),
        el('td', { class: 'number' }, count(part.speakers))))))),
    fold('Clips of each emotion', () => makeTable(['Part', ...labels], parts.map(part => [part.name, ...part.clips_by_label.map(count)]))))
}

// ---- sound ----

const rowsOf = (corpus, palette, listBoxes) => (corpus.by_label ?? []).map(part =>
  ({ head: palette.tag(part.name), fill: palette.fill(part.name), boxes: listBoxes(part) }))

const sideways = (histogram, boxes) => el('div', { class: 'split' }, histogram, boxes)

function showDurations (corpus, palette) {
  const boxes = makeBoxPlot('Duration by emotion', 's', rowsOf(corpus, palette, part => [{ distribution: part.duration }]), 2)
  const histogram = makeHistogram('Duration', 's', corpus.duration)
  return (boxes || histogram) && card('Durations', sideways(histogram, boxes))
}

function showLoudness (corpus, palette) {
  const boxes = makeBoxPlot('Loudness by emotion', 'dBFS', rowsOf(corpus, palette, part => [{ distribution: part.loudness }]), 1)
  const histogram = makeHistogram('Loudness', 'dBFS', corpus.loudness)
  return (boxes || histogram) && card('Loudness', sideways(histogram, boxes),
    note('The level of a whole clip (RMS). It says as much about a corpus\u2019s microphones as about its emotions: compare levels within one corpus only.'))
}

function showPitch (corpus, palette) {
  const listBoxes = part => Object.keys(part.pitch_by_sex ?? {}).length
    ? Object.entries(part.pitch_by_sex).map(([name, distribution]) => ({ name, distribution }))
    : [{ distribution: part.pitch }]
  const boxes = makeBoxPlot('Pitch by emotion', 'Hz', rowsOf(corpus, palette, listBoxes), 0)
  const histogram = makeHistogram('Pitch', 'Hz', corpus.pitch)
  return (boxes || histogram) && card('Pitch', sideways(histogram, boxes),
    note('The median fundamental frequency of a clip\u2019s voiced frames; clips with few of them have none.'))
}

// ---- votes ----

function makeVotes ({ labels, clips_by_label: clips = [], shares }) {
  const title = 'What listeners heard, by what the actors intended'
  const tell = (value, r, c) => `intended ${labels[r]}: ${share(value)} of the votes are for ${labels[c]}`
  return figure(title, scroll(title, el('table', { class: 'matrix' },
    el('thead', {}, el('tr', {}, headCell('intended \u2193 heard \u2192'), [...labels, 'clips'].map(uprightCell))),
    el('tbody', {}, shares.map((row, r) => row.length > 0 && el('tr', {}, el('th', { scope: 'row' }, labels[r]),
      row.map((value, c) => shade(value, 1, { class: c === r ? 'right' : '', title: tell(value, r, c) })),
      el('td', { class: 'number' }, count(clips[r]))))))))
}

function showVotes ({ votes }) {
  if (!votes?.shares) {
    return card('Votes against intention', el('p', { class: 'muted' }, 'No listeners were asked, or their votes are not published.'))
  }
  return card('Votes against intention', makeVotes(votes),
    isNumber(votes.agreement) && el('p', {}, `${share(votes.agreement)} of the votes are for what was intended` +
      (isNumber(votes.plurality) ? `; in ${share(votes.plurality)} of the clips more listeners heard that than anything else.` : '.')),
    note(`Listeners heard the voice alone, in ${count(votes.clips)} clips. Each row is the mean over its clips of the shares of their votes. ` +
      'A model that is trained on intentions is asked for more than most listeners hear.'))
}

/** `x` in a message of the program is code. */
const makeMessage = text => text.split('`').map((part, i) => i % 2 ? el('code', {}, part) : part)

function showLeftOut ({ left_out: names }) {
  if (!names) return null
  return card('What is left out', names.length
    ? el('ul', {}, names.map(name => el('li', {}, makeMessage(name))))
    : el('p', {}, 'Nothing: every clip is whole.'))
}

/** Cards about a corpus; what its document has not is left out. */
export function showCorpus (corpus) {
  const palette = new Palette(corpus.labels)
  return [showFacts(corpus), showBalance(corpus, palette),
    showDurations(corpus, palette), showLoudness(corpus, palette), showPitch(corpus, palette),
    el('div', { class: 'pairs' }, showVotes(corpus), showLeftOut(corpus))].filter(Boolean)
}
