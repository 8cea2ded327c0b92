// dialog.js - questions in front of the page; the browser keeps the focus inside, and gives it back
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from './dom.js'
import { makeProblem } from './problem.js'

let number = 0

/** Opens a form. `act` is called when it is sent, with its fields' values by name, as they are and as they were at first, and
 *  may refuse by throwing; then the dialog stays, with the reason. Resolves with what `act` returned, or undefined when the
 *  reader thought better of it. Blanks around a text are not part of it. */
export function ask ({ title, content, action, isDanger = false, act }) {
  const id = `dialog-title-${++number}`
  const problems = el('div', {})
  const submit = el('button', { type: 'submit', class: isDanger ? 'primary dangerous' : 'primary' }, action)
  const form = el('form', { class: 'dialog-form' }, el('h2', { id }, title), content, problems,
    el('div', { class: 'dialog-buttons' }, el('button', { type: 'button', class: 'plain', onclick: () => dialog.close() }, 'Cancel'), submit))
  const dialog = el('dialog', { 'aria-labelledby': id, class: 'dialog' }, form)
  document.body.append(dialog)
  const read = () => Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]))
  const before = read()
  return new Promise(resolve => {
    let result
    form.addEventListener('submit', async event => {
      event.preventDefault()
      submit.disabled = true
      try {
        result = await act(read(), before)
        dialog.close()
      } catch (error) {
        problems.replaceChildren(makeProblem(error))
      }
      submit.disabled = false
    })
    dialog.addEventListener('close', () => { dialog.remove(); resolve(result) })
    dialog.showModal()
  })
}

/** Whether the reader wants it; `act` does it. `list` is a node that says to what. */
export const confirm = ({ title, text, list = null, action, act }) =>
  ask({ title, content: [list, el('p', {}, text)], action, isDanger: true, act: async () => { await act(); return true } })
