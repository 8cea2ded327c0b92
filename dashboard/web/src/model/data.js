// data.js - the page "Data"
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

export function showData (main) {
  main.append(el('h1', {}, 'Data'))
}
