// media.mjs - media for tests, made byte by byte: sound ones, and ones that lie
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { deflateRawSync, gzipSync } from 'node:zlib'

// ---- WAV ----

/** The 44 bytes before the samples; each field may lie. */
export function wavHeader ({ rate = 16000, channels = 1, bits = 16, bytes = 0 }) {
  const header = Buffer.alloc(44)
  const align = channels * bits / 8
  header.write('RIFF', 0)
  header.writeUInt32LE((36 + bytes) >>> 0, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE((rate * align) >>> 0, 28)
  header.writeUInt16LE(align & 0xffff, 32)
  header.writeUInt16LE(bits, 34)
  header.write('data', 36)
  header.writeUInt32LE(bytes >>> 0, 40)
  return header
}

/** A hum at 110 Hz with overtones, which swells twice a second: loud enough for the gate to have something to judge. */
export function wav (seconds, rate = 16000) {
  const samples = new Int16Array(Math.round(seconds * rate))
  for (let i = 0; i < samples.length; i++) {
    const t = i / rate
    const swell = 0.5 + 0.5 * Math.sin(4 * Math.PI * t)
    samples[i] = 8000 * swell * (Math.sin(220 * Math.PI * t) + 0.5 * Math.sin(440 * Math.PI * t) + 0.3 * Math.sin(1540 * Math.PI * t))
  }
  return Buffer.concat([wavHeader({ rate, bytes: samples.byteLength }), Buffer.from(samples.buffer)])
}

// ---- FLAC: silence costs 11 bytes for each 32768 samples ----

function crc (bits, polynomial, bytes) {
  let value = 0
  for (const byte of bytes) {
    value ^= byte << (bits - 8)
    for (let k = 0; k < 8; k++) value = (value & (1 << (bits - 1)) ? (value << 1) ^ polynomial : value << 1) & ((1 << bits) - 1)
  }
  return value
}

/** FLAC's way of writing a number, that of UTF-8 up to 31 bits. */
function encodeNumber (number) {
  if (number < 0x80) return [number]
  let tail = 1
  while (number >= 2 ** (6 * tail + 6 - tail)) tail++
  const bytes = []
  for (let k = 0; k < tail; k++) {
    bytes.unshift(0x80 | (number & 0x3f))
    number = Math.floor(number / 64)
  }
  return [((0xff << (7 - tail)) & 0xff) | number, ...bytes]
}

/** Hours of silence at 8 kHz, mono, 16 bits, in a file of 10 kB an hour. */
export function flacOfSilence (hours) {
  const block = 32768
  const frames = Math.ceil(hours * 3600 * 8000 / block)
  const info = Buffer.alloc(42)
  info.write('fLaC')
  info.writeUInt32BE(0x80000022, 4)
  info.writeUInt16BE(block, 8)
  info.writeUInt16BE(block, 10)
  const total = BigInt(frames * block)
  info.writeBigUInt64BE((8000n << 44n) | (0n << 41n) | (15n << 36n) | total, 18)
  const parts = [info]
  for (let i = 0; i < frames; i++) {
    // Blocks of 32768, at 8 kHz, mono, 16 bits.
    const header = [0xff, 0xf8, 0xf4, 0x08, ...encodeNumber(i)]
    const frame = [...header, crc(8, 0x07, header), 0x00, 0x00, 0x00]
    const sum = crc(16, 0x8005, frame)
    parts.push(Buffer.from([...frame, sum >> 8, sum & 0xff]))
  }
  return Buffer.concat(parts)
}

// ---- archives ----

/** Zeros, which take a thousandth of their size. */
export const gzipBomb = bytes => gzipSync(Buffer.alloc(bytes), { level: 9 })

/** A zip file of `copies` members, all of `bytes` zeros. */
export function zipBomb (bytes, copies) {
  const packed = deflateRawSync(Buffer.alloc(bytes), { level: 9 })
  const sum = crc32OfZeros(bytes)
  const members = []
  const directory = []
  let offset = 0
  for (let i = 0; i < copies; i++) {
    const name = Buffer.from(`../../member-${i}.wav`)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(sum, 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(bytes, 18)
    fields.writeUInt16LE(name.length, 22)
    members.push(Buffer.from('PK\x03\x04', 'latin1'), fields, name, packed)
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(offset, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, entry, name)
    offset += 30 + name.length + packed.length
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(copies, 8)
  end.writeUInt16LE(copies, 10)
  end.writeUInt32LE(index.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...members, index, end])
}

function crc32OfZeros (count) {
  let value = 0xffffffff
  for (let i = 0; i < count; i++) for (let k = 0; k < 8; k++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return ~value >>> 0
}

// ---- MP4 and QuickTime ----

/** A box; `size` may lie. */
export function box (type, content = Buffer.alloc(0), size = 8 + content.length) {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(size >>> 0, 0)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, content])
}

/** A box whose size is in 64 bits. */
export function hugeBox (type, size, content = Buffer.alloc(0)) {
  const header = Buffer.alloc(16)
  header.writeUInt32BE(1, 0)
  header.write(type, 4, 'latin1')
  header.writeBigUInt64BE(size, 8)
  return Buffer.concat([header, content])
}

/** A QuickTime movie that is only the address of another. */
export function referenceMovie (url) {
  const text = Buffer.from(url + '\0')
  const reference = Buffer.alloc(12 + text.length)
  reference.write('url ', 4, 'latin1')
  reference.writeUInt32BE(text.length, 8)
  text.copy(reference, 12)
  return Buffer.concat([box('ftyp', Buffer.from('qt  \0\0\0\0qt  ', 'latin1')), box('moov', box('rmra', box('rmda', box('rdrf', reference))))])
}
