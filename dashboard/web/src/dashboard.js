// dashboard.js - the pages of `seremotion serve`: which module shows what
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// Each page is loaded anew, so that none has to be taken down again.

import { showCompare } from './demo/compare.js'
import { showLibrary } from './demo/library.js'
import { showMicrophone } from './demo/microphone.js'
import { showRecording } from './demo/recording.js'
import { offerSignOut, showSignIn } from './demo/sign-in.js'
import { tellUnsent } from './demo/unsent.js'
import { byId, el } from './dom.js'
import { showCard } from './model/card.js'
import { showData } from './model/data.js'
import { showExperiment } from './model/experiment.js'
import { showExperiments } from './model/experiments.js'
import { showModel } from './model/model.js'
import { showModels } from './model/models.js'
import { showProblem } from './problem.js'
import { listenToTheme, restoreTheme } from './theme.js'

/** Path, title, and what shows it in <main>; given what the path's groups hold. A module may set a better title. */
const PAGES = [
  ['/', 'Recordings', showLibrary],
  ['/recordings/([0-9a-f]{16})', 'Recording', showRecording],
  ['/compare', 'Compare speakers', showCompare],
  ['/microphone', 'Microphone', showMicrophone],
  ['/sign-in', 'Sign in', showSignIn],
  ['/data', 'Data', showData],
  ['/models', 'Models', showModels],
  ['/models/([^/]+)', 'Model', showModel],
  ['/experiments', 'Experiments', showExperiments],
  ['/experiments/([^/]+)', 'Experiment', showExperiment],
  ['/model-card', 'Model card', showCard],
]

function findPage (path) {
  for (const [pattern, title, show] of PAGES) {
    const match = new RegExp(`^${pattern}/?$`).exec(path)
    if (match) return { title, show, parameters: match.slice(1).map(decodeURIComponent) }
  }
  return { title: 'Not found', show: showNotFound, parameters: [] }
}

function showNotFound (main) {
  main.append(el('h1', {}, 'There is no such page'),
    el('p', {}, 'The address may be mistyped. ', el('a', { href: '/' }, 'All recordings'), ' are a good place to start.'))
}

/** The part of the navigation that the page belongs to. */
function markNavigation (path) {
  for (const link of document.querySelectorAll('.navigation a')) {
    const target = link.getAttribute('href')
    const isHere = target === '/' ? path === '/' || path.startsWith('/recordings/') : path === target || path.startsWith(`${target}/`)
    if (isHere) link.setAttribute('aria-current', path === target ? 'page' : 'true')
  }
}

async function start () {
  const main = byId('page')
  const path = location.pathname
  const { title, show, parameters } = findPage(path)
  document.title = `${title} \u2013 seremotion`
  markNavigation(path)
  listenToTheme({ keep: true })
  tellUnsent()
  addEventListener('pageshow', event => { if (event.persisted) tellUnsent() })
  // That page has its own, and asks before anybody is known.
  if (show !== showSignIn) offerSignOut(document.querySelector('.top-inside')).catch(() => {}) // the page says what is wrong
  try {
    await show(main, ...parameters)
  } catch (error) {
    showProblem(main, error)
  }
  main.removeAttribute('aria-busy')
  document.body.dataset.ready = 'true'
}

// Before anything is painted, so that nobody is dazzled.
restoreTheme()
document.addEventListener('DOMContentLoaded', start)
