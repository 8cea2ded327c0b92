// library.js - the page "Recordings"
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

export function showLibrary (main) {
  main.append(el('h1', {}, 'Recordings'))
}
