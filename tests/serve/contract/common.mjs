// common.mjs - what the tests of the contract share
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { flacOfSilence } from '../lib/media.mjs'
import { SAMPLE } from '../lib/server.mjs'

/** An ID that no recording has. */
export const NOBODY = '0000000000000000'

/** A medium that takes minutes to hear. */
export const SLOW = flacOfSilence(12)

/** A function that gives a recording of the sample that is done, made once. */
export function makeSample (server) {
  let ready
  return () => (ready ??= (async () => {
    const { id } = await server.upload(SAMPLE, 'sample.opus', { title: 'A sample', speaker: 'Nobody', date: '2026-01', place: 'Here', party: 'None', sex: 'f' })
    return server.reaches(id)
  })())
}
