// tap.mjs - runs named tests one after the other and tells of them as TAP
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'

/** Thrown by a test that cannot be run here; the message says why. */
export class Skip extends Error {}

export const note = text => console.log(`# ${text}`)

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

/** What `poll` gives as soon as that is neither null, undefined nor false. */
export async function until (what, poll, seconds = 20) {
  const end = performance.now() + 1000 * seconds
  for (;;) {
    const found = await poll()
    if (found !== null && found !== undefined && found !== false) return found
    assert.ok(performance.now() < end, `no ${what} within ${seconds} s`)
    await sleep(25)
  }
}

async function limited (run, seconds) {
  let timer
  const end = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`still running after ${seconds} s`)), 1000 * seconds)
  })
  try {
    await Promise.race([run(), end])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs `tests`, an object of name to function, then `finish`, whose failing is one more. */
export async function run (tests, finish = () => {}, seconds = 60) {
  const names = Object.keys(tests)
  console.log(`1..${names.length + 1}`)
  const all = [...names.map(name => [name, tests[name]]), ['everything that was started has ended', finish]]
  for (const [i, [name, test]] of all.entries()) {
    const began = performance.now()
    try {
      await limited(test, seconds)
      console.log(`ok ${i + 1} - ${name}`)
    } catch (error) {
      if (error instanceof Skip) {
        console.log(`ok ${i + 1} - ${name} # SKIP ${error.message}`)
      } else {
        process.exitCode = 1
        console.log(`not ok ${i + 1} - ${name}`)
        note(String(error.stack).replace(/\n/g, '\n# '))
      }
    }
    const took = (performance.now() - began) / 1000
    if (took > 2) note(`took ${took.toFixed(1)} s`)
  }
}
