// theme.js - light or dark: as the system says until the reader does
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { byId } from './dom.js'

const dark = matchMedia('(prefers-color-scheme: dark)')

const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'

/** `repaint` is called when colours have changed. Paper is light. */
export function listenToTheme (repaint) {
  const button = byId('theme')
  let before
  const set = theme => {
    if (theme) document.documentElement.dataset.theme = theme
    else delete document.documentElement.dataset.theme
    button.setAttribute('aria-pressed', String(isDark()))
    repaint()
  }
  button.setAttribute('aria-pressed', String(isDark()))
  button.addEventListener('click', () => set(isDark() ? 'light' : 'dark'))
  dark.addEventListener('change', () => set(document.documentElement.dataset.theme))
  addEventListener('beforeprint', () => { before = document.documentElement.dataset.theme; set('light') })
  addEventListener('afterprint', () => set(before))
}
