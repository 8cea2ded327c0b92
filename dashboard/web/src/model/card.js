// card.js - the page "Model card"
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

export function showCard (main) {
  main.append(el('h1', {}, 'Model card'))
}
