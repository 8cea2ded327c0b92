// report.js - the report of one recording, a page that holds all it shows
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { fromBase64 } from './base64.js'
import { byId, el } from './dom.js'
import { describe, say, showAnalysis } from './recording-view.js'
import { listenToTheme } from './theme.js'
import { formatDuration } from './time.js'

const readJson = id => JSON.parse(byId(id).textContent)

const isWeb = location => /^https?:\/\//i.test(location)

function describeFile (recording) {
  const track = recording.tracks > 1 ? `track ${recording.track} of ${recording.tracks}` : null
  const file = isWeb(recording.file)
    ? el('a', { href: recording.file, rel: 'noreferrer' }, recording.file)
    : el('span', { title: recording.file }, recording.file.split('/').at(-1))
  describe([recording.date, recording.uploader, formatDuration(recording.duration), recording.language, track, file])
}

function warn (recording, { media, link }) {
  if (media === 'link' && recording.track > 1) {
    say('Browsers play a file\u2019s first track, which is not the one that was heard; --media embed puts the right one into the page.')
  }
  if (media === 'link' && link === null) say('The recording is not a file, and so is not played here.')
}

function start () {
  const analysis = readJson('analysis')
  const sound = readJson('media')
  describeFile(analysis.recording)
  const { player, timeline } = showAnalysis(analysis, sound)
  warn(analysis.recording, sound)
  document.body.classList.toggle('silent', player.isSilent)
  listenToTheme()
  // After the frame that shows it all.
  requestAnimationFrame(() => setTimeout(() => performance.mark('report-painted')))
  // The sound, and with it the peaks, comes last in the page.
  const finish = () => {
    if (!player.isSilent) timeline.addWaveform(fromBase64(byId('peaks').textContent))
    setTimeout(() => player.load().then(() => { document.body.dataset.ready = 'true' }))
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', finish)
  else finish()
}

// The reader sees the head of the page before it is drawn; a page in the background has no frames.
let started = false
function begin () {
  if (started) return
  started = true
  start()
}
requestAnimationFrame(() => setTimeout(begin))
setTimeout(begin, 300)
