// layers.js - what a network is made of: its drawing, and its layers as a table
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { address } from '../api.js'
import { el, svg } from '../dom.js'
import { count, figure, fold, makeTable } from './parts.js'

const describe = ({ layers = [], parameters }) => `${count(parameters)} trainable parameters: ` +
  layers.map(({ kind, output, parameters }) => `${kind} to ${formatShape(output)}${parameters ? ` with ${count(parameters)}` : ''}`).join(', ')

/** [298, 64] as 298 × 64. */
const formatShape = output => [output].flat().map(count).join(' \u00d7 ')

/** How much of the network a layer is. */
const bar = part => svg('svg', { class: 'part', 'aria-hidden': 'true', width: 90, height: 12 },
  svg('rect', { x: 0, y: 0, width: 90, height: 12, rx: 3, class: 'track' }),
  part > 0 && svg('rect', { x: 0, y: 0, width: Math.max(1.5, 90 * part), height: 12, rx: 3, class: 'filled' }))

function makeLayers ({ layers, parameters }) {
  return makeTable(['Layer', 'Kind', 'Output', 'Parameters', 'Share'], layers.map(layer => [
    layer.name || layer.kind, layer.kind, formatShape(layer.output), count(layer.parameters ?? 0), parameters ? bar((layer.parameters ?? 0) / parameters) : '']))
}

/** Of a model as the API has it. */
export function makeArchitecture (model) {
  const source = address(`/models/${encodeURIComponent(model.name)}/architecture.svg`)
  return figure(model.title,
    el('a', { href: source, class: 'drawing' }, el('img', { src: source, alt: `The network. ${describe(model)}`, loading: 'lazy' })),
    el('p', { class: 'readout muted' }, `${count(model.parameters)} parameters on `, el('code', {}, model.features)),
    model.layers?.length > 0 && fold('Its layers', () => makeLayers(model)),
    el('details', { class: 'fold' }, el('summary', {}, 'The line that makes it'), el('p', {}, el('code', { class: 'line' }, model.arch))))
}
