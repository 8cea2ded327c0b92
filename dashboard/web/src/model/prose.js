// prose.js - what a document of the project says (texts.mjs), as elements
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { el } from '../dom.js'
import { scroll } from './parts.js'

let tables = 0

function makeNode (node, drawPicture) {
  if (typeof node === 'string') return node
  const [tag, attributes, ...children] = node
  if (tag === 'picture') return drawPicture(attributes)
  const made = el(tag, attributes, children.map(child => makeNode(child, drawPicture)))
  if (tag === 'pre') made.tabIndex = 0 // it scrolls
  return tag === 'table' ? scroll(`Table ${++tables}`, made) : made
}

/** A picture that no page draws is what it would have shown, in words. */
const describePicture = ({ alt }) => el('p', { class: 'muted' }, `[${alt}]`)

/** `drawPicture` makes an element of { name, alt }. */
export const makeProse = (nodes, drawPicture = describePicture) => el('div', { class: 'prose' }, nodes.map(node => makeNode(node, drawPicture)))
