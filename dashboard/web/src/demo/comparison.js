// comparison.js - what `seremotion compare --json` found (docs/compare.md), shown
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el, svg } from '../dom.js'
import { Palette } from '../palette.js'
import { interval, whisker } from '../summary.js'
import { formatTime, isNumber, momentFragment, percent, plural, signed } from '../time.js'
import { makeMenu } from './downloads.js'
import { makeTrajectories } from './trajectories.js'
import { formatMoment } from './words.js'

const LEVEL = 0.05 // of tests
const FEW = 10 // windows with speech, as in tools/comparison.h

/** Percentage points; what rounds to nothing has no sign. */
const points = value => !isNumber(value) ? 'n/a' : Math.round(100 * value) === 0 ? '0' : signed(100 * value, 0)

const formatP = p => !isNumber(p) ? 'not tested' : p < 0.0001 ? '< 0.0001' : p.toFixed(p < 0.01 ? 4 : 3)

// ---- shares ----

const sharePicture = share => svg('svg', { class: 'share-picture', 'aria-hidden': 'true', width: '100%', height: 32 },
  [0, 25, 50, 75, 100].map(at => svg('line', { x1: `${at}%`, x2: `${at}%`, y1: 0, y2: 32, class: 'tick' })),
  whisker(share.plain, 10, 'sampling'), whisker(share.corrected, 24, 'corrected'))

const shareCell = (name, estimate) => el('td', { class: 'number', 'data-name': name }, percent(estimate.value), el('small', {}, interval(estimate)))

function makeShareRows (label, speakers, palette) {
  return el('tbody', {}, speakers.map((speaker, i) => el('tr', {},
    i === 0 && el('th', { scope: 'rowgroup', rowspan: speakers.length, class: 'emotion' }, palette.tag(label)),
    el('th', { scope: 'row' }, speaker.name), el('td', { class: 'picture' }, sharePicture(speaker.shares[label])),
    shareCell('As labelled', speaker.shares[label].plain), shareCell('Corrected', speaker.shares[label].corrected))))
}

const makeShares = ({ labels, speakers }, palette) => el('section', { class: 'card', 'aria-labelledby': 'shares-title' },
  el('h2', { id: 'shares-title' }, 'Shares of the windows with speech'),
  el('p', { class: 'note' }, 'The mean of a speaker\u2019s recordings, each of which weighs the same, with 95 % intervals. ',
    el('b', {}, 'As labelled'), ': had other speeches been drawn, sampling only. ', el('b', {}, 'Corrected'), ': if the model confused labels here as it did in its own tests. Where both disagree, trust neither alone.'),
  el('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Shares by emotion and speaker' }, el('table', { class: 'shares compared by-speaker' },
    el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Emotion'), el('th', { scope: 'col' }, 'Speaker'),
      el('th', { scope: 'col' }, el('span', { class: 'axis' }, el('span', {}, '0'), el('span', {}, '50'), el('span', {}, '100 %'))),
      el('th', { scope: 'col', class: 'number' }, 'As labelled', el('small', {}, '\u25CF sampling only')),
      el('th', { scope: 'col', class: 'number' }, 'Corrected', el('small', {}, '\u25A0 by the model\u2019s confusion')))),
    labels.map(label => makeShareRows(label, speakers, palette)))))

// ---- differences ----

function explainTest ({ tested, equal, p_least: least, p_holm: p, within_gap: isWithin }) {
  if (equal) return 'Not tested: all recordings have the same share.'
  if (!tested) return `Not tested: so few recordings cannot give a p under ${least.toFixed(3)}.`
  if (isWithin) return null
  return p < LEVEL ? 'More than chance would explain.' : 'No more than chance may make.'
}

const explainGap = ({ within_gap: isWithin, group_a: a, group_b: b, gap }) =>
  isWithin && `Smaller than the model\u2019s own gap between ${a} and ${b} (${percent(gap, 1)}): the model alone may have made it.`

const remark = difference => [explainTest(difference), explainGap(difference)].filter(part => part).join(' ')

const differenceCell = (name, { value, low, high }) => el('td', { class: 'number', 'data-name': name }, points(value), el('small', {}, isNumber(low) ? `${points(low)} to ${points(high)}` : ''))

/** On an axis from -100 to 100 points. */
function differencePicture ({ plain, corrected }) {
  const shift = estimate => Object.fromEntries(Object.entries(estimate).map(([name, value]) => [name, isNumber(value) ? (value + 1) / 2 : value]))
  return svg('svg', { class: 'share-picture', 'aria-hidden': 'true', width: '100%', height: 32 },
    svg('line', { x1: '50%', x2: '50%', y1: 0, y2: 32, class: 'zero' }), whisker(shift(plain), 10, 'sampling'), whisker(shift(corrected), 24, 'corrected'))
}

const makeDifferenceRow = (difference, palette) => el('tr', {}, el('th', { scope: 'row' }, palette.tag(difference.emotion)),
  el('td', { class: 'picture' }, differencePicture(difference)), differenceCell('As labelled', difference.plain), differenceCell('Corrected', difference.corrected),
  el('td', { class: 'number', 'data-name': 'p' }, formatP(difference.p)), el('td', { class: 'number', 'data-name': 'p, corrected' }, isNumber(difference.p) ? formatP(difference.p_holm) : ''),
  el('td', { class: 'remark-cell' }, remark(difference)))

function makeDifferences ({ differences }, palette) {
  const pairs = [...new Set(differences.map(({ a, b }) => JSON.stringify([a, b])))]
  const body = el('tbody', {})
  const show = pair => {
    const [a, b] = JSON.parse(pair)
    body.replaceChildren(...differences.filter(difference => difference.a === a && difference.b === b).map(difference => makeDifferenceRow(difference, palette)))
  }
  const name = pair => JSON.parse(pair).join(' \u2212 ')
  const choice = el('select', { id: 'pair', onchange: () => show(choice.value) }, pairs.map(pair => el('option', { value: pair }, name(pair))))
  show(pairs[0])
  return el('section', { class: 'card', 'aria-labelledby': 'differences-title' },
    el('div', { class: 'head' }, el('h2', { id: 'differences-title' }, 'Differences'),
      pairs.length > 1 ? el('label', { for: 'pair' }, 'Of ', choice) : el('p', {}, name(pairs[0]))),
    el('p', { class: 'note' }, 'Of shares, in percentage points. A p tells how often recordings that change speakers at random would differ as much; it is then corrected for all tests of this page (Holm).'),
    el('div', { class: 'scroll', role: 'region', tabindex: 0, 'aria-label': 'Differences by emotion' }, el('table', { class: 'shares compared differences' },
      el('thead', {}, el('tr', {}, el('th', { scope: 'col' }, 'Emotion'), el('th', { scope: 'col' }, el('span', { class: 'axis' }, el('span', {}, '\u2212100'), el('span', {}, '0'), el('span', {}, '+100'))),
        el('th', { scope: 'col', class: 'number' }, 'As labelled'), el('th', { scope: 'col', class: 'number' }, 'Corrected'), el('th', { scope: 'col', class: 'number' }, 'p'),
        el('th', { scope: 'col', class: 'number' }, 'p, corrected'), el('th', { scope: 'col' }, 'What it says'))), body)))
}

// ---- moments ----

/** Where a moment's link leads: to the recording that it names, which is one of ours. The server compares the recordings in
 *  the order in which they were named. */
function makeMoment (moment, recordings, palette) {
  const { id, title } = recordings[moment.recording]
  const time = formatTime(moment.time)
  return el('li', {}, el('a', { class: 'time', href: `/recordings/${id}${momentFragment(moment.time)}`, 'aria-label': `Hear ${time} of ${title}` }, time),
    palette.tag(moment.emotion), el('span', { class: 'muted' }, `${percent(moment.score)}, z ${signed(moment.z)} \u00b7 ${title}`))
}

const makeMoments = ({ speakers }, recordings, palette) => el('section', { class: 'card', 'aria-labelledby': 'moments-title' },
  el('h2', { id: 'moments-title' }, 'Strongest moments'),
  el('p', { class: 'note' }, 'Where a score is furthest from what is usual for the speaker, in standard deviations (z). Places to hear, not findings.'),
  el('div', { class: 'columns even' }, speakers.map(speaker => el('div', {}, el('h3', {}, speaker.name),
    speaker.moments.length ? el('ul', { class: 'moments' }, speaker.moments.map(moment => makeMoment(moment, recordings, palette))) : el('p', { class: 'muted' }, 'No score stands out.')))))

// ---- the page ----

const describeCopy = ({ title, speaker }, other) => other.speaker === speaker
  ? `${title} is left out: it has the same sound as ${other.title}, which counts once.`
  : `${title} is left out: it has the same sound as ${other.title}, which is said to be of ${other.speaker}. Whose it is nobody can tell: correct the speaker of one, or delete it.`

/** Why recordings were left out, in words that help here; the program's own are of those that it could not read. */
function listFaults ({ recordings: heard }, recordings) {
  return heard.flatMap(({ fault, failure, copy_of: other }, i) => {
    if (!fault || fault === 'truncated') return [] // of the latter an offer is made
    if (fault === 'silent') return [`${recordings[i].title} is left out: no speech was found in it.`]
    return [fault === 'copy' ? describeCopy(recordings[i], recordings[other]) : `${recordings[i].title} is left out: ${failure}`]
  })
}

const listTitles = (heard, recordings, isMeant, describe = ({ title }) => title) =>
  heard.flatMap((one, i) => isMeant(one) ? [describe(recordings[i], one)] : []).join(', ')

function listLittle ({ recordings: heard }, recordings) {
  const few = listTitles(heard, recordings, one => one.heard && one.speech_windows < FEW, ({ title }, { speech_windows: n }) => `${title} (${plural(n, 'window')})`)
  const early = listTitles(heard, recordings, one => one.heard && one.truncated)
  return [few && `There is hardly any speech in ${few}. Each weighs as much as a long recording: what is said here of its speaker rests on very little.`,
    early && `The sound ends early, and is compared all the same: ${early}.`].filter(text => text)
}

/** A notice with the remedy. `allow` compares anew. */
export const makeOffer = (text, allow) => el('p', { class: 'notice' }, `${text} `, el('button', { type: 'button', class: 'plain', onclick: allow }, 'Compare what there is of it'))

function offerTruncated ({ recordings: heard }, recordings, allow) {
  const titles = listTitles(heard, recordings, ({ fault }) => fault === 'truncated')
  return titles ? [makeOffer(`Left out, since the sound ends early: ${titles}.`, allow)] : []
}

function listWarnings (comparison, recordings, nGone) {
  const { speakers, tests, p_least: least } = comparison
  const warnings = [...listFaults(comparison, recordings), ...listLittle(comparison, recordings)]
  if (nGone) warnings.push(`${plural(nGone, 'recording')} of those asked for ${nGone === 1 ? 'has' : 'have'} been deleted.`)
  if (speakers.length < 2) warnings.push('There is one speaker, and so nothing to tell apart. Add recordings of another.')
  else if (!tests) warnings.push('No pair of speakers has enough recordings for a test: whatever they sound like, so few cannot show a difference. Six emotions of two speakers need five recordings of each.')
  else if (least > LEVEL) warnings.push(`All tests together cannot give a p under ${least.toFixed(3)}: only with more recordings could a difference show.`)
  return warnings
}

function describeHeard ({ heard, speech_windows: n, truncated }) {
  if (!heard) return 'left out'
  return `${plural(n, 'window')} with speech${truncated ? ', ends early' : ''}`
}

const makeRecordings = (recordings, heard) => el('details', {}, el('summary', {}, `The ${plural(recordings.length, 'recording')}`),
  el('ul', {}, recordings.map(({ id, title, speaker, date, created }, i) => el('li', {}, el('a', { href: `/recordings/${id}` }, title),
    ` \u00b7 ${speaker} \u00b7 ${date || `added ${formatMoment(created)}`} \u00b7 `, el('span', { class: 'muted' }, describeHeard(heard[i]))))))

/** `nGone` recordings of those asked for are there no more; `allow` compares those that end early as well. */
export function showComparison (main, { comparison, exports }, recordings, { nGone, allow }) {
  const { speakers, labels, model, model_id: id, version } = comparison
  const palette = new Palette(labels)
  const title = speakers.map(({ name }) => name).join(', ')
  document.title = `${title} \u2013 seremotion`
  main.replaceChildren(el('p', { class: 'back' }, el('a', { href: '/compare' }, '\u2190 Other speakers')),
    el('div', { class: 'title' }, el('h1', {}, title), el('div', { class: 'title-buttons' }, makeMenu(exports))),
    el('p', { class: 'description' }, speakers.map(speaker => `${speaker.name}: ${plural(speaker.speeches, 'recording')}`).join(' \u00b7 ')),
    ...offerTruncated(comparison, recordings, allow), ...listWarnings(comparison, recordings, nGone).map(text => el('p', { class: 'notice' }, text)),
    el('p', { class: 'caution' }, el('b', {}, 'Rooms, microphones, applause and compression move labels as much as speakers do. '),
      'Compare recordings made alike, and listen to the strongest moments. A difference in labels is one in how voices sound to a model of acted English speech.'),
    makeShares(comparison, palette), ...(comparison.differences.length ? [makeDifferences(comparison, palette)] : []),
    makeTrajectories(comparison), makeMoments(comparison, recordings, palette), makeRecordings(recordings, comparison.recordings),
    el('p', { class: 'note' }, `Made by seremotion ${version} with the model \u201c${model}\u201d (${id}).`))
}
