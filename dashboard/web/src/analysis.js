// analysis.js - the document that the program wrote (docs/analysis-json.md), as the page reads it
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

export const UNCERTAIN = -1
export const NONE = -2

export const emotionName = (labels, emotion) =>
  emotion === NONE ? 'none' : emotion === UNCERTAIN ? 'uncertain' : labels[emotion]

/** What an emotion's name is to a reader. */
export const emotionText = name => name === 'none' ? 'no speech' : name

function makeSegments (columns, labels, speakers) {
  return columns['stream-time'].map((start, i) => ({
    index: i,
    start,
    end: start + columns.duration[i],
    duration: columns.duration[i],
    emotion: emotionName(labels, columns.emotion[i]),
    confidence: columns.confidence[i],
    pitch: columns.pitch[i],
    loudness: columns.loudness[i],
    pitchZ: columns.pitch_z[i],
    loudnessZ: columns.loudness_z[i],
    speaker: columns.speaker[i] < 0 ? null : speakers[columns.speaker[i]].name,
  }))
}

/** The document with segments as objects and the middles of windows; `sound` is added as it is. */
export function readAnalysis (document, sound) {
  const { recording, windows } = document
  const segments = makeSegments(document.segments, recording.labels, document.speakers)
  const middles = windows['stream-time'].map((start, i) => start + windows.duration[i] / 2)
  return { ...document, segments, middles, ...sound }
}

/** The segment at a time, or null. Segments are in order and do not overlap. */
export function findSegment (segments, time) {
  let low = 0
  let high = segments.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (segments[middle].start <= time) low = middle
    else high = middle - 1
  }
  const found = segments[low]
  return found && time >= found.start && time < found.end ? found : null
}
