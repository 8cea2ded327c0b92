// add.js - where recordings are added: files, dropped or chosen, and addresses
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { Problem, post } from '../api.js'
import { el } from '../dom.js'
import { makeProblem } from '../problem.js'
import { NewLabels } from './new-labels.js'
import { tellSpellings } from './speakers.js'
import { Uploads } from './uploads.js'
import { formatBytes } from './words.js'

/** Files of a drop, and names of folders, which browsers hand over as files that cannot be read. */
function readDrop (transfer) {
  const entries = [...transfer.items].filter(item => item.kind === 'file')
    .map(item => ({ file: item.getAsFile(), isFolder: item.webkitGetAsEntry?.()?.isDirectory ?? false }))
  return {
    files: entries.filter(({ isFolder, file }) => file && !isFolder).map(({ file }) => file),
    folders: entries.filter(({ isFolder }) => isFolder).map(({ file }) => file?.name ?? 'a folder'),
  }
}

/** The whole page takes files; a veil says so while they are over it. */
function listenToDrops (onDrop) {
  const veil = el('div', { class: 'veil', hidden: true }, el('p', {}, 'Drop to analyse'))
  document.body.append(veil)
  let depth = 0
  const hasFiles = event => event.dataTransfer?.types.includes('Files')
  const show = change => {
    depth = Math.max(0, depth + change)
    veil.hidden = depth === 0
  }
  addEventListener('dragenter', event => { if (hasFiles(event)) { event.preventDefault(); show(1) } })
  addEventListener('dragleave', event => { if (hasFiles(event)) show(-1) })
  addEventListener('dragover', event => { if (hasFiles(event)) { event.preventDefault(); event.dataTransfer.dropEffect = 'copy' } })
  addEventListener('drop', event => {
    if (!hasFiles(event)) return
    event.preventDefault()
    show(-depth)
    onDrop(readDrop(event.dataTransfer))
  })
}

function makeAddressForm (readLabels, onAdded) {
  const input = el('input', { id: 'url', name: 'url', type: 'url', required: true, placeholder: 'https://\u2026', autocomplete: 'off', spellcheck: 'false', oninput: () => problems.replaceChildren() })
  const button = el('button', { type: 'submit', class: 'plain' }, 'Fetch')
  const problems = el('div', {})
  const send = async event => {
    event.preventDefault()
    problems.replaceChildren()
    const labels = readLabels()
    if (!labels) return problems.append(makeProblem(new Problem(0, 'Not added', 'Nothing is fetched yet: the date below has to be mended first.')))
    button.disabled = true
    try {
      onAdded(await post('/recordings', { url: input.value.trim(), ...labels }))
      input.value = ''
    } catch (error) {
      problems.append(makeProblem(error))
    }
    button.disabled = false
  }
  return el('form', { class: 'address', onsubmit: send }, el('label', { for: 'url' }, 'Or the address of a file, not of a page that plays it'),
    el('div', { class: 'address-row' }, input, button), problems)
}

const describeLimits = ({ limits, sandbox }) =>
  `Files of up to ${formatBytes(limits.upload_bytes)}, of nearly any format. ` +
  'They stay on this server, and are decoded' + (sandbox ? ' in a sandbox, without a network.' : '.')

/** The card; without uploads it says why. `onAdded` is told each recording that comes to be. */
export function makeAddCard (about, onAdded) {
  if (!about.uploads && !about.urls) {
    return el('section', { class: 'card add', 'aria-label': 'Add recordings' },
      el('p', {}, el('b', {}, 'Nothing can be added here. '), about.uploads_reason ?? 'The server does not allow it.'))
  }
  const remarks = el('div', { role: 'status' })
  const tellAdded = recording => {
    onAdded(recording)
    tellSpellings(recording.speaker)
  }
  const uploads = new Uploads(about.limits, tellAdded)
  const labels = new NewLabels(given => uploads.release(given))
  const add = (files, folders = []) => {
    remarks.replaceChildren(...folders.map(name => el('p', { class: 'error' }, `\u201c${name}\u201d is a folder: drop the files in it.`)))
    if (files.length) uploads.add(files, labels.read())
  }
  const input = el('input', { type: 'file', id: 'files', multiple: true, accept: 'audio/*,video/*,.mkv,.opus,.flac,.ogg', class: 'hidden-text', tabindex: -1, 'aria-label': 'Files', onchange: () => { add([...input.files]); input.value = '' } })
  if (about.uploads) listenToDrops(({ files, folders }) => add(files, folders))
  return el('section', { class: 'card add', 'aria-label': 'Add recordings' },
    el('div', { class: 'add-ways' },
      about.uploads && el('div', { class: 'drop' },
        el('p', {}, 'Drop audio or video anywhere on this page, or'),
        el('button', { type: 'button', class: 'primary', id: 'choose', onclick: () => input.click() }, 'Choose files'), input),
      about.urls && makeAddressForm(() => labels.read(), tellAdded)),
    el('p', { class: 'note' }, describeLimits(about)),
    labels.node, remarks, uploads.node)
}
