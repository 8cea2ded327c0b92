// prober.mjs - asks for the health of a server again and again, in a thread that does nothing else
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors
//
// A server that does nothing, in a thread of its own, is asked in turn: how long it takes is what the machine is short of.

import http from 'node:http'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const PAUSE = 10 // ms

const spawn = data => new Worker(fileURLToPath(import.meta.url), { workerData: data })

/** Begins; the function that it gives ends it, and gives how long the answers of both took, in ms and in order of length:
 *  `health` and `idle`. */
export async function probe (server) {
  const idle = spawn({ role: 'idle' })
  const port = await new Promise((resolve, reject) => { idle.on('message', resolve); idle.on('error', reject) })
  const prober = spawn({ role: 'prober', servers: { health: { host: server.host, port: server.port }, idle: { host: '127.0.0.1', port } } })
  const failure = new Promise((resolve, reject) => prober.on('error', reject))
  failure.catch(() => {})
  return async () => {
    const times = new Promise(resolve => prober.on('message', resolve))
    prober.postMessage('stop')
    const found = await Promise.race([times, failure])
    await Promise.all([prober.terminate(), idle.terminate()])
    for (const list of Object.values(found)) list.sort((a, b) => a - b)
    return found
  }
}

export const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]

function ask (place) {
  const began = performance.now()
  return new Promise((resolve, reject) => {
    const request = http.get({ ...place, path: '/api/v1/health', agent: false, timeout: 20000 }, response => {
      if (response.statusCode !== 200) reject(new Error(`health: ${response.statusCode}`))
      response.resume().on('end', () => resolve(performance.now() - began))
    })
    request.on('timeout', () => request.destroy(new Error('health: no answer within 20 s')))
    request.on('error', reject)
  })
}

async function askAll (servers) {
  let isStopped = false
  parentPort.on('message', () => { isStopped = true })
  const times = { health: [], idle: [] }
  while (!isStopped) {
    for (const [name, place] of Object.entries(servers)) times[name].push(await ask(place))
    await new Promise(resolve => setTimeout(resolve, PAUSE))
  }
  parentPort.postMessage(times)
}

if (!isMainThread && workerData.role === 'idle') {
  const server = http.createServer((request, response) => response.writeHead(200, { Connection: 'close' }).end('{}'))
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
} else if (!isMainThread) {
  await askAll(workerData.servers)
}
