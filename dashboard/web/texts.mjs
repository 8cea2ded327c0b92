// texts.mjs - what the project's documents say, as the pages show it
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// Markdown becomes a tree that pages make elements of without any text being taken for markup: a string, or [tag, attributes,
// ...children]. Only what is listed here becomes an element. Pictures are ["picture", { name, alt }], for a page to draw.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { marked } from 'marked'

/** Documents that are pages; links to others are but text. */
const PAGES = { 'experiments.md': '/experiments', 'default-model.md': '/model-card#how', 'README.md': '/model-card' }

/** What they are called where only their paths stand. */
const TITLES = { 'docs/experiments.md': 'Experiments', 'docs/default-model.md': 'How it was made', 'models/README.md': 'Model card' }

const findLink = href => /^https?:\/\//.test(href) ? href : PAGES[href.replace(/#.*/, '').split('/').at(-1)]

const inside = token => makeNodes(token.tokens ?? [])

function makeLink (token) {
  const href = findLink(token.href)
  return href ? ['a', { href }, ...inside(token)] : ['span', {}, ...inside(token)]
}

const makeCode = ({ text }) => TITLES[text] ? ['a', { href: findLink(text) }, TITLES[text]] : ['code', {}, text]

const makeCell = (tag, { align }, cell, attributes = {}) => [tag, { ...attributes, class: align === 'right' ? 'number' : undefined }, ...makeNodes(cell.tokens)]

/** The first column names the rows, and does so alone where the head is empty. */
function makeTable ({ header, align, rows }) {
  const head = header.some(cell => cell.text)
    ? [['thead', {}, ['tr', {}, ...header.map((cell, i) => makeCell(cell.text ? 'th' : 'td', { align: align[i] }, cell, cell.text ? { scope: 'col' } : {}))]]]
    : []
  const body = rows.map(row => ['tr', {}, ...row.map((cell, i) => makeCell(i ? 'td' : 'th', { align: align[i] }, cell, i ? {} : { scope: 'row' }))])
  return ['table', { class: 'plain-table' }, ...head, ['tbody', {}, ...body]]
}

const makeList = token => [token.ordered ? 'ol' : 'ul', {}, ...token.items.map(item => ['li', {}, ...inside(item)])]

/** A picture alone in its paragraph stands for itself. */
const makeParagraph = token => token.tokens.length === 1 && token.tokens[0].type === 'image' ? makeNodes(token.tokens)[0] : ['p', {}, ...inside(token)]

const MAKERS = {
  paragraph: makeParagraph,
  heading: token => ['h3', {}, ...inside(token)],
  list: makeList,
  table: makeTable,
  code: token => ['pre', {}, ['code', {}, token.text]],
  text: token => token.tokens ? ['span', {}, ...inside(token)] : token.text,
  escape: token => token.text,
  html: token => token.text,
  strong: token => ['strong', {}, ...inside(token)],
  em: token => ['em', {}, ...inside(token)],
  codespan: makeCode,
  link: makeLink,
  image: token => ['picture', { name: token.href.split('/').at(-1).replace(/\.\w+$/, ''), alt: token.text }],
  br: () => ['br', {}],
}

function makeNodes (tokens) {
  return tokens.filter(token => token.type !== 'space').map(token => {
    const make = MAKERS[token.type]
    if (!make) throw new Error(`texts.mjs knows no Markdown of the kind ${token.type}: ${token.raw}`)
    return make(token)
  })
}

/** Of a document, what stands before its first section, and its sections: { title, tokens }. */
function readSections (file) {
  const sections = [{ title: '', tokens: [] }]
  for (const token of marked.lexer(readFileSync(file, 'utf8'))) {
    if (token.type === 'heading' && token.depth <= 2) sections.push({ title: token.depth === 1 ? '' : token.text, tokens: [] })
    else sections.at(-1).tokens.push(token)
  }
  return sections.filter(({ tokens }) => tokens.some(token => token.type !== 'space'))
}

const makeSections = sections => sections.map(({ title, tokens }) => ({ title, body: makeNodes(tokens) }))

function find (list, test, what) {
  const found = list.find(test)
  if (!found) throw new Error(`docs/experiments.md has no ${what}, which the page about models shows`)
  return found
}

/** What docs/experiments.md says of the report's claims: the list of them, and what stands below the table of five folds. */
function readClaims (sections) {
  const five = find(sections, ({ title }) => title === 'Five models', 'section "Five models"').tokens
  const at = five.indexOf(find(five, token => token.raw.startsWith('What the report claims'), 'list of what the report claims'))
  const folds = find(sections, ({ title }) => title === 'The presets over five folds', 'section "The presets over five folds"').tokens
  const table = folds.indexOf(find(folds, token => token.type === 'table', 'table of five folds'))
  return makeNodes([find(five.slice(at), token => token.type === 'list', 'list of what the report claims'), ...folds.slice(table + 1)])
}

/** Paragraphs about a table of trainings, by its name in parentheses. */
function readNotes (sections) {
  const { tokens } = find(sections, ({ title }) => title === 'The report\'s tables', 'section "The report\'s tables"')
  const told = tokens.filter(token => token.type === 'paragraph').map(token => [/\(`([a-z-]+)`\)/.exec(token.raw)?.[1], makeNodes([token])])
  return Object.fromEntries(told.filter(([name]) => name))
}

/** `folder` is the project's. */
export function readTexts (folder) {
  const experiments = readSections(join(folder, 'docs/experiments.md'))
  return {
    modelSections: makeSections(readSections(join(folder, 'models/README.md'))),
    makingSections: makeSections(readSections(join(folder, 'docs/default-model.md'))),
    claims: readClaims(experiments),
    experimentNotes: readNotes(experiments),
  }
}

/** For esbuild: `import { claims } from 'project-texts'`. */
export const textsPlugin = folder => ({
  name: 'project-texts',
  setup (build) {
    build.onResolve({ filter: /^project-texts$/ }, ({ path }) => ({ path, namespace: 'project-texts' }))
    build.onLoad({ filter: /.*/, namespace: 'project-texts' }, () => ({ contents: JSON.stringify(readTexts(folder)), loader: 'json' }))
  },
})
