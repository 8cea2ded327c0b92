// server.mjs - a server under test: started in a data folder of its own, asked over HTTP, and always ended
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { check } from './interface.mjs'
import { until } from './tap.mjs'

export const PROGRAM = process.env.SEREMOTION_PROGRAM
export const SAMPLE = readFileSync(process.env.SEREMOTION_SAMPLE)
export const OTHER = readFileSync(join(dirname(process.env.SEREMOTION_SAMPLE), 'recordings/report.opus'))
export const ENDED = ['done', 'failed', 'cancelled']

const running = new Set()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

/** A new, empty folder for a server's data, or for something else. */
export function newFolder (name) {
  const folder = resolve('data', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** All files below a folder. */
export function * walk (at) {
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    if (entry.isDirectory()) yield * walk(`${at}/${entry.name}`)
    else yield `${at}/${entry.name}`
  }
}

/** Starts the program and gives it as soon as it has said where it listens, or has ended: then `code` is its status. */
export async function launch (folder, ...options) {
  const began = performance.now()
  const child = spawn(PROGRAM, ['serve', '--port', '0', '--data', folder, ...options], { stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(child)
  const server = new Server(child, folder)
  child.stdout.on('data', text => { server.output += text })
  child.stderr.on('data', text => { server.errors += text })
  server.ended = new Promise(resolve => child.on('close', (code, signal) => {
    running.delete(child)
    server.code = code ?? signal
    resolve(server.code)
  }))
  await until('line that says where the server is', () => server.code !== undefined || /^seremotion serve: (\S+)\n/m.test(server.output), 30)
  server.startup = performance.now() - began
  const line = /^seremotion serve: (https?:\/\/(.+):(\d+)\/)$/m.exec(server.output)
  if (line) [server.url, server.host, server.port] = [line[1], line[2].replace(/^\[|\]$/g, ''), Number(line[3])]
  return server
}

/** A server that has to start, without the recordings that come with it. */
export async function start (folder, ...options) {
  const server = await launch(folder, '--no-preload', ...options)
  assert.ok(server.url, `the server did not start: ${server.code}\n${server.errors}`)
  return server
}

export class Server {
  constructor (child, folder) {
    Object.assign(this, { child, folder, pid: child.pid, output: '', errors: '', headers: {} })
  }

  /** Sends a request as it is: nothing of `path` is put right. Answers are held to the interface unless `loose`. */
  async request (method, path, { headers = {}, body, loose = false, seconds = 20, agent = false } = {}) {
    const module = this.url.startsWith('https') ? https : http
    const answer = await new Promise((resolve, reject) => {
      const request = module.request({ host: this.host, port: this.port, method, path, agent, rejectUnauthorized: false, headers: { ...this.headers, ...headers } })
      request.setTimeout(1000 * seconds, () => request.destroy(new Error(`no answer to ${method} ${path} within ${seconds} s`)))
      request.on('error', reject)
      request.on('response', response => collect(response).then(resolve, reject))
      request.end(body)
    })
    if (!loose) check(method, path, answer)
    return answer
  }

  /** An API request whose answer has to be of `status`; gives the JSON, or the answer where it is none. */
  async api (method, path, options = {}, status = method === 'POST' && /^recordings(\?|$)|^comparisons$/.test(path) ? 201 : 200) {
    const answer = await this.request(method, `/api/v1/${path}`, withJson(options))
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text.slice(0, 500)}`)
    return answer.json ?? answer
  }

  get (path, status) { return this.api('GET', path, {}, status) }

  /** What is refused, and with which status; gives what it says for people. */
  async refuses (status, method, path, options) {
    const { detail, status: told } = await this.api(method, path, options, status)
    assert.equal(told, status)
    return detail
  }

  upload (body, name = 'sample.opus', labels = {}) {
    return this.api('POST', `recordings?${new URLSearchParams({ name, ...labels })}`, { body })
  }

  /** The recording as soon as it is in one of these states. */
  reaches (id, states = ENDED, seconds = 60) {
    return until(`state ${states} of ${id}`, async () => {
      const recording = await this.get(`recordings/${id}`)
      return states.includes(recording.state) && recording
    }, seconds)
  }

  /** A socket, once it is connected. */
  connect () {
    return new Promise((resolve, reject) => {
      const socket = net.connect(this.port, this.host, () => resolve(socket))
      socket.on('error', reject)
    })
  }

  /** Sends bytes as they are, and gives what comes until the server closes or `seconds` are over. */
  async raw (text, { seconds = 5, end = false } = {}) {
    const socket = await this.connect()
    socket.removeAllListeners('error').on('error', () => {})
    socket.write(text)
    if (end) socket.end()
    let answer = ''
    socket.on('data', data => { answer += data.toString('latin1') })
    const timer = setTimeout(() => socket.destroy(), 1000 * seconds)
    await new Promise(resolve => socket.on('close', resolve))
    clearTimeout(timer)
    return answer
  }

  /** The events from now on; see Events. */
  events (headers = {}) { return Events.open(this, headers) }

  /** A figure of /proc/PID/status in bytes, or null where there is no such thing. */
  memory (name) {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))
    return line ? 1024 * Number(line[1]) : null
  }

  /** Ends it, and gives its exit status or the signal that did. */
  async stop (signal = 'SIGTERM') {
    this.child.kill(signal)
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15000)
    const code = await this.ended
    clearTimeout(timer)
    return code
  }
}

/** Ends all that is still running, and fails if any had died by itself or does not end when it is told. */
export async function stopAll () {
  const codes = await Promise.all([...running].map(async child => {
    const closed = new Promise(resolve => child.on('close', (code, signal) => resolve(code ?? signal)))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 15000)
    const code = await closed
    clearTimeout(timer)
    return code
  }))
  assert.deepEqual(codes, codes.map(() => 0), 'exit status after SIGTERM')
}

async function collect (response) {
  const chunks = []
  for await (const chunk of response) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const text = body.toString('utf8')
  const type = response.headers['content-type'] ?? ''
  const json = /[/+]json\b/.test(type) && text !== '' ? JSON.parse(text) : undefined
  return { status: response.statusCode, headers: response.headers, type, body, text, json }
}

/** `json` in the options becomes a body. */
function withJson ({ json, headers, ...options }) {
  if (json === undefined) return { ...options, headers }
  return { ...options, body: JSON.stringify(json), headers: { 'Content-Type': 'application/json', ...headers } }
}

/** A reader of GET /api/v1/events. `list` holds all that came, each with `type` and `data`. */
export class Events {
  static open (server, headers) {
    return new Promise((resolve, reject) => {
      const request = http.get({ host: server.host, port: server.port, path: '/api/v1/events', agent: false, headers: { ...server.headers, ...headers } })
      request.on('error', reject)
      request.on('response', response => {
        if (response.statusCode !== 200) reject(new Error(`events: ${response.statusCode}`))
        else resolve(new Events(request, response))
      })
    })
  }

  constructor (request, response) {
    Object.assign(this, { request, headers: response.headers, list: [], comments: 0, isClosed: false })
    let text = ''
    response.setEncoding('utf8')
    response.on('data', chunk => {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop()
      blocks.forEach(block => this.take(block))
    })
    response.on('error', () => {})
    response.on('close', () => { this.isClosed = true })
    request.removeAllListeners('error').on('error', () => {})
  }

  take (block) {
    const fields = { event: 'message', data: [] }
    for (const line of block.split('\n')) {
      const [, name, value] = /^([a-z]*):? ?(.*)$/.exec(line) ?? []
      if (line.startsWith(':')) this.comments++
      else if (name === 'data') fields.data.push(value)
      else if (name === 'event') fields.event = value
    }
    if (fields.data.length) this.list.push({ type: fields.event, data: JSON.parse(fields.data.join('\n')) })
  }

  /** States of a recording in the order in which they were told, each once in a row. */
  states (id) {
    const all = this.list.filter(event => event.type === 'recording' && event.data.id === id).map(event => event.data.state)
    return all.filter((state, i) => state !== all[i - 1])
  }

  waitFor (what, test, seconds = 30) { return until(what, () => this.list.find(test), seconds) }

  close () { this.request.destroy() }
}
