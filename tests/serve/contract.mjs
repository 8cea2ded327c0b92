// contract.mjs - tests of what docs/api.md promises, each answer held to dashboard/openapi.json
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import assert from 'node:assert/strict'
import { catalogue } from './contract/catalogue.mjs'
import { makeSample } from './contract/common.mjs'
import { library } from './contract/library.mjs'
import { live } from './contract/live.mjs'
import { recordings } from './contract/recordings.mjs'
import { refusals } from './contract/refusals.mjs'
import { service } from './contract/service.mjs'
import { missing } from './lib/interface.mjs'
import { newFolder, start, stopAll } from './lib/server.mjs'
import { run } from './lib/tap.mjs'

const folder = newFolder('contract')
const server = await start(folder, '--jobs', '2', '--max-queued', '12', '--max-upload', '2000000')
const world = { server, folder, sample: makeSample(server) }

await run({
  ...service(world),
  ...recordings(world),
  ...refusals(world),
  ...library(world),
  ...catalogue(world),
  ...live(world),

  // A token opens sessions, a WebSocket has no answer: security.mjs and live.mjs see to those.
  'every request of the interface has been seen to succeed' () {
    assert.deepEqual(missing().filter(name => !/^(openSession|closeSession|getEvents|openLive) /.test(name)), [])
  },
}, stopAll)
