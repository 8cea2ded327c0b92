// palette.js - colour, pattern and line of each emotion: told apart without colour too
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// Colours that people of every colour vision tell apart (Okabe and Ito, "Color universal design", 2008), in the shades
// of report.css.

import { el, svg } from './dom.js'

const KNOWN = {
  anger: 0, disgust: 1, fear: 2, happiness: 3, neutral: 4, sadness: 5,
}
const N_COLOURS = 7

/** Strokes of a pattern's tile of 8 pixels, and the dashes of its line; one a colour. */
const STROKES = ['M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4', 'M2,2 h0.01 M6,6 h0.01', 'M0,0 l8,8 M8,0 l-8,8', '',
  'M0,4 h8', 'M4,0 v8', 'M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4']
const DASHES = [[], [2, 3], [8, 3], [12, 3, 2, 3], [5, 5], [14, 4], [1, 2]]

/** Number of the colour of each label: what is usual for the six, what is free for others. */
function assign (labels) {
  const numbers = new Map()
  const taken = new Set(labels.filter(label => label in KNOWN).map(label => KNOWN[label]))
  let next = 0
  for (const label of labels) {
    if (label in KNOWN) {
      numbers.set(label, KNOWN[label])
      continue
    }
    while (taken.size < N_COLOURS && taken.has(next % N_COLOURS)) next++
    numbers.set(label, next % N_COLOURS)
    taken.add(next++ % N_COLOURS)
  }
  return numbers
}

function makePattern (id, colour, strokes) {
  return svg('pattern', { id: `pattern-${id}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
    svg('rect', { width: 8, height: 8, fill: colour }),
    svg('path', { d: strokes, class: 'pattern-stroke' }))
}

export class Palette {
  constructor (labels) {
    this.labels = labels
    this.numbers = assign(labels)
    document.body.append(svg('svg', { class: 'patterns', 'aria-hidden': 'true', width: 0, height: 0 }, svg('defs', {},
      labels.map(label => makePattern(label, `var(--emotion-${this.numbers.get(label)})`, STROKES[this.numbers.get(label)])),
      makePattern('uncertain', 'var(--uncertain)', 'M1,1 h0.01 M5,5 h0.01'),
      makePattern('none', 'var(--none)', ''))))
  }

  fill (name) {
    return `url(#pattern-${name})`
  }

  /** As a canvas takes it: of the theme that is on. */
  colour (label) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--emotion-${this.numbers.get(label)}`).trim()
  }

  dash (label) {
    return DASHES[this.numbers.get(label)]
  }

  swatch (name) {
    return svg('svg', { class: 'swatch', viewBox: '0 0 16 16', 'aria-hidden': 'true' },
      svg('rect', { width: 16, height: 16, rx: 3, fill: this.fill(name) }))
  }

  /** Swatch and name. */
  tag (name, text = name) {
    return el('span', { class: 'tag' }, this.swatch(name), text)
  }
}
