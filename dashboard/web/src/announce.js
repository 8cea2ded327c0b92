// announce.js - what happened, told to readers who do not see it
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from './dom.js'

let region

/** Says a sentence when the screen reader has nothing else to say. */
export function announce (text) {
  if (!region) {
    region = el('div', { class: 'hidden-text', role: 'status' })
    document.body.append(region)
  }
  region.append(el('p', {}, text))
  // What was said long ago is not to be found again.
  while (region.childNodes.length > 5) region.firstChild.remove()
}
