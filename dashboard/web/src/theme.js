// theme.js - light or dark: as the system says until the reader does
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { byId } from './dom.js'

const KEY = 'theme'

const dark = matchMedia('(prefers-color-scheme: dark)')
const root = document.documentElement
const repainters = []

const isDark = () => (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'

/** `repaint` is called when colours have changed: a canvas does not notice. */
export function whenThemeChanges (repaint) {
  repainters.push(repaint)
}

/** What the reader chose on another page. */
export function restoreTheme () {
  const theme = localStorage.getItem(KEY)
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
}

/** The button, the system, and paper, which is light. With `keep` the choice holds for all pages. */
export function listenToTheme ({ keep = false } = {}) {
  const button = byId('theme')
  let before
  const set = theme => {
    if (theme) root.dataset.theme = theme
    else delete root.dataset.theme
    button.setAttribute('aria-pressed', String(isDark()))
    for (const repaint of repainters) repaint()
  }
  button.setAttribute('aria-pressed', String(isDark()))
  button.addEventListener('click', () => {
    set(isDark() ? 'light' : 'dark')
    if (keep) localStorage.setItem(KEY, root.dataset.theme)
  })
  dark.addEventListener('change', () => set(root.dataset.theme))
  addEventListener('beforeprint', () => { before = root.dataset.theme; set('light') })
  addEventListener('afterprint', () => set(before))
}
