// sign-in.js - the token that this server wants of those who come from other machines
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { getAbout, post, remove } from '../api.js'
import { el } from '../dom.js'
import { makeProblem } from '../problem.js'

/** Where to go then: a page of this server, whatever the address claims. */
function readNext () {
  const next = new URLSearchParams(location.search).get('next') ?? '/'
  try {
    const url = new URL(next, location.origin)
    return url.origin === location.origin ? url.pathname + url.search + url.hash : '/'
  } catch {
    return '/'
  }
}

/** Ends the session, and leads to where another begins. */
async function signOut () {
  await remove('/session').catch(() => {}) // without a session there is nothing to end
  location.replace('/sign-in')
}

/** A button in the head, where a token is in use. Whether it is, only those who are signed in may know. */
export async function offerSignOut (head) {
  const { token } = await getAbout()
  if (token) head.append(el('button', { type: 'button', class: 'plain', id: 'sign-out', onclick: signOut }, 'Sign out'))
}

export function showSignIn (main) {
  const problems = el('div', {})
  const input = el('input', { id: 'token', name: 'token', type: 'password', required: true, autocomplete: 'current-password', spellcheck: 'false' })
  const button = el('button', { type: 'submit', class: 'primary' }, 'Sign in')
  const form = el('form', { class: 'card sign-in', onsubmit: async event => {
    event.preventDefault()
    button.disabled = true
    try {
      await post('/session', { token: input.value.trim() })
      location.replace(readNext())
    } catch (error) {
      problems.replaceChildren(makeProblem(error))
      button.disabled = false
      input.select()
    }
  } }, el('label', { for: 'token' }, 'Token'), input, el('p', { class: 'note' }, 'Whoever started the server has it: it lies in the file that was named at its start.'), problems, button)
  const out = el('button', { type: 'button', class: 'plain', onclick: signOut }, 'Sign out')
  main.append(el('h1', {}, 'Sign in'), form, el('p', { class: 'sign-out' }, 'Signed in already? ', out))
  input.focus()
}
