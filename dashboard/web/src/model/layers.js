// layers.js - what a network is made of: its drawing, and its layers as a table
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { address } from '../api.js'
import { el, svg } from '../dom.js'
import { count, figure, fold, makeTable, more } from './parts.js'

const describe = ({ layers = [], parameters }) => `${count(parameters)} trainable parameters: ` +
  layers.map(({ kind, output, parameters }) => `${kind} to ${formatShape(output)}${parameters ? ` with ${count(parameters)}` : ''}`).join(', ')

/** What of mfcc(n=30,mels=64,...) is not as usual. */
export const shortFeatures = features => features.replace(/\(([^)]*)\)/, (_, options) =>
  `(${options.split(',').filter((option, i) => i === 0 || /^delta=[1-9]|^norm=(?!none)/.test(option)).join(', ')})`)

/** [298, 64] as 298 × 64. */
const formatShape = output => [output].flat().map(count).join(' \u00d7 ')

/** How much of the network a layer is. */
const bar = part => svg('svg', { class: 'part', 'aria-hidden': 'true', width: 90, height: 12 },
  svg('rect', { x: 0, y: 0, width: 90, height: 12, rx: 3, class: 'track' }),
  part > 0 && svg('rect', { x: 0, y: 0, width: Math.max(1.5, 90 * part), height: 12, rx: 3, class: 'filled' }))

function makeLayers ({ layers, input, parameters }) {
  const first = input ? [['input', '', formatShape(input), '', '']] : []
  return makeTable(['Layer', 'Name', 'Output', 'Parameters', 'Share'], [...first, ...layers.map(layer => [
    el('code', {}, layer.line ?? layer.kind), layer.name, formatShape(layer.output), layer.parameters ? count(layer.parameters) : '',
    layer.parameters ? bar(layer.parameters / parameters) : ''])])
}

/** Of a model as the API has it. */
export function makeArchitecture (model) {
  const source = address(`/models/${encodeURIComponent(model.name)}/architecture.svg`)
  return figure(model.title,
    el('a', { href: source, class: 'drawing' }, el('img', { src: source, alt: `The network. ${describe(model)}`, loading: 'lazy' })),
    el('p', { class: 'readout muted' }, `${count(model.parameters)} parameters on `, el('code', {}, shortFeatures(model.features))),
    model.layers?.length > 0 && fold('Its layers', () => makeLayers(model)),
    more('The lines that make it', el('p', {}, el('code', { class: 'line' }, model.arch)), el('p', {}, 'on ', el('code', { class: 'line' }, model.features))))
}
