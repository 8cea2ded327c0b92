// shares.js - the shares of a recording's emotions as one bar
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { svg } from '../dom.js'
import { nameShares, sortShares } from './words.js'

const HEIGHT = 16

/** Colours and patterns of the palette, the largest share first; whoever does not see it hears all shares. */
export function makeShareBar (shares, palette) {
  let at = 0
  const parts = sortShares(shares).filter(([, share]) => share > 0).map(([label, share]) => {
    const part = svg('rect', { x: `${100 * at}%`, y: 0, width: `${100 * share}%`, height: HEIGHT, fill: palette.fill(label), class: 'share' })
    at += share
    return part
  })
  return svg('svg', { class: 'share-bar', role: 'img', 'aria-label': `Shares: ${nameShares(shares, parts.length)}`, width: '100%', height: HEIGHT }, parts)
}
