// api.js - requests to the server (docs/api.md): all that the dashboard knows comes from here
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

const ROOT = '/api/v1'

/** A refusal. The message is for people; `status` is 0 where there was no answer. */
export class Problem extends Error {
  constructor (status, title, detail) {
    super(detail || title)
    Object.assign(this, { status, title })
  }
}

const noAnswer = () => new Problem(0, 'No answer', 'The server does not answer. Is it still running, and are you connected?')

/** What an answer of 400 and above says; something between us and the server may have written it, and not as JSON. */
function readProblem (status, text) {
  try {
    const { title, detail } = JSON.parse(text)
    return new Problem(status, title ?? `Error ${status}`, detail)
  } catch {
    return new Problem(status, `Error ${status}`, `The server answers with error ${status}.`)
  }
}

/** Where a token is wanted, the page to give it on, which leads back. */
function signIn () {
  if (location.pathname === '/sign-in') return
  const here = location.pathname + location.search + location.hash
  location.assign(`/sign-in?next=${encodeURIComponent(here)}`)
}

function refuse (status, text) {
  if (status === 401) signIn()
  return readProblem(status, text)
}

async function ask (method, path, { body, signal, headers = {} } = {}) {
  const options = { method, signal, headers: { Accept: 'application/json', ...headers } }
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json'
    options.body = JSON.stringify(body)
  }
  let response
  try {
    response = await fetch(ROOT + path, options)
  } catch (error) {
    throw error.name === 'AbortError' ? error : noAnswer()
  }
  if (!response.ok) throw refuse(response.status, await response.text())
  return response
}

async function readAnswer (response) {
  const text = await response.text()
  return text ? JSON.parse(text) : null
}

/** Paths are from /api/v1: get('/recordings'). `options` may hold `signal`, of an AbortController. */
export const get = async (path, options) => readAnswer(await ask('GET', path, options))

export const post = async (path, body, options) => readAnswer(await ask('POST', path, { ...options, body }))

export const patch = async (path, body, options) => readAnswer(await ask('PATCH', path, { ...options, body }))

export const remove = async (path, options) => readAnswer(await ask('DELETE', path, options))

export const getBytes = async (path, options) =>
  new Uint8Array(await (await ask('GET', path, { ...options, headers: { Accept: '*/*' } })).arrayBuffer())

/** Address of something that the browser itself loads: sound, pictures, downloads. */
export const address = path => ROOT + path

/** Query of what is neither empty nor absent: "?search=town+hall", or "". */
export function query (values) {
  const given = Object.entries(values).filter(([, value]) => value !== '' && value !== null && value !== undefined)
  return given.length ? `?${new URLSearchParams(given)}` : ''
}

/** Leads to another page of this server, once it answers: else the browser would show its own page, and what was chosen
 *  here would be lost. */
export async function visit (path) {
  await get('/health')
  location.assign(path)
}

/** Sends a file, and returns what the server makes of it. `onProgress` is told a share from 0 to 1; fetch() could not
 *  tell. */
export function upload (path, file, { onProgress, signal } = {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', ROOT + path)
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.addEventListener('progress', event => {
      if (event.lengthComputable && event.total) onProgress?.(event.loaded / event.total)
    })
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText))
      else reject(refuse(request.status, request.responseText))
    })
    // A server that refuses may close while we still send; browsers then hide its answer.
    request.addEventListener('error', () => reject(new Problem(0, 'Broken off', 'The connection broke while sending. Try again.')))
    request.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

let about

/** What this server is and takes; asked once a page. */
export function getAbout () {
  about ??= get('/about')
  return about
}
