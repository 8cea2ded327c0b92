// models.js - the page "Models"
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'

export function showModels (main) {
  main.append(el('h1', {}, 'Models'))
}
