// hostile.mjs - media that lie, that name other files, or that never end
//
// SPDX-License-Identifier: GPL-2.0-or-later
// Copyright (C) 2026 the seremotion authors

import { gzipSync } from 'node:zlib'
import { box, flacOfSilence, gzipBomb, hugeBox, referenceMovie, wav, wavHeader, zipBomb } from './media.mjs'

const latin = text => Buffer.from(text, 'latin1')
const ftyp = box('ftyp', latin('isom\0\0\0\0isom'))

/** What is no medium, or one that is cut short. */
export const broken = sample => ({
  'half.opus': sample.subarray(0, sample.length / 2),
  'head.opus': sample.subarray(0, 60),
  'tail.opus': sample.subarray(sample.length / 2),
  'damaged.opus': damage(sample),
  'one-byte.wav': Buffer.from([82]),
  'text.mp4': latin('This is a text, and no film at all.\n'.repeat(1000)),
  'zeros.mp3': Buffer.alloc(200000),
  'noise.mp3': noise(300000),
  'header-only.wav': wavHeader({ bytes: 0 }),
  'cut.wav': wav(10).subarray(0, 100000),
  'picture.png': latin('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0\0\0\0\0'),
  'picture.gif': latin('GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;'),
  'bomb.zip': zipBomb(20e6, 20),
  'bomb.wav.gz': gzipBomb(200e6),
  'sound.wav.gz': gzipSync(wav(2)),
  'script.sh': latin('#!/bin/sh\ntouch escaped\n'),
  'program': latin('\x7fELF\x02\x01\x01\0'.padEnd(4096, '\0')),
  'database.db': latin('SQLite format 3\0'.padEnd(4096, '\0')),
})

/** Headers of what there cannot be. */
export const absurd = () => ({
  'rate.wav': lying({ rate: 0xffffffff }),
  'no-rate.wav': lying({ rate: 0 }),
  'channels.wav': lying({ channels: 65535 }),
  'no-channels.wav': lying({ channels: 0 }),
  'bits.wav': lying({ bits: 65528 }),
  'no-bits.wav': lying({ bits: 0 }),
  'length.wav': lying({ bytes: 0xffffffff }),
  'both.wav': lying({ rate: 0x7fffffff, channels: 1024, bytes: 0x7ffffff0 }),
  'huge-box.mp4': Buffer.concat([ftyp, hugeBox('moov', 0x7fffffffffffffffn, Buffer.alloc(1000))]),
  'negative-box.mp4': Buffer.concat([ftyp, hugeBox('mdat', 0xffffffffffffffffn, Buffer.alloc(1000)), box('moov', Buffer.alloc(8))]),
  'tiny-box.mp4': Buffer.concat([ftyp, box('moov', Buffer.alloc(1000), 3)]),
  'endless-box.mp4': Buffer.concat([ftyp, box('free', Buffer.alloc(0), 0), box('moov')]),
  'deep.mp4': Buffer.concat([ftyp, nest(20000)]),
  'samples.mp4': Buffer.concat([ftyp, tableOf(0xffffffff)]),
  'matroska.mkv': latin('\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xfe\x42\x82\x88matroska\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff\x16\x54\xae\x6b\x01\0\0\xff\xff\xff\xff\xff'),
  'ogg.ogg': latin(`OggS\0\x02${'\xff'.repeat(8)}\x01\0\0\0\0\0\0\0\0\0\0\0\xff${'\xff'.repeat(255)}`),
  'flv.flv': latin('FLV\x01\x05\xff\xff\xff\xff\0\0\0\0\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'),
  'aiff.aiff': latin('FORM\xff\xff\xff\xffAIFFCOMM\0\0\0\x12\xff\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xffSSND\xff\xff\xff\xff'),
  'avi.avi': latin('RIFF\xff\xff\xff\xffAVI LIST\xff\xff\xff\xffhdrlavih\xff\xff\xff\xff'.padEnd(2000, '\xff')),
  'asf.wma': latin('\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c\xff\xff\xff\xff\xff\xff\xff\x7f\xff\xff\xff\xff\x01\x02'.padEnd(2000, '\xff')),
  'id3.mp3': latin('ID3\x04\0\0\x7f\x7f\x7f\x7fTIT2\x7f\xff\xff\xff\0\0'.padEnd(5000, 'A')),
  'deep.xml': latin(`<?xml version="1.0"?>${'<a>'.repeat(200000)}`),
})

/** What names other files and hosts: `file` is the path of a medium that nobody uploaded, `url` of a server that must not
 *  be asked. */
export const referring = (file, url) => {
  const uri = `file://${file}`
  return {
    'file.m3u8': latin(`#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\n${uri}\n#EXT-X-ENDLIST\n`),
    'http.m3u8': latin(`#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\n${url}/x.ts\n#EXT-X-ENDLIST\n`),
    'variant.m3u8': latin(`#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n${url}/x.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\n${uri}\n`),
    'key.m3u8': latin(`#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${uri}"\n#EXT-X-MAP:URI="${url}/map"\n#EXTINF:9,\n${uri}\n`),
    'plain.m3u': latin(`${file}\n${uri}\n/etc/passwd\n../../library.db\nmedium\n`),
    'list.pls': latin(`[playlist]\nNumberOfEntries=2\nFile1=${uri}\nFile2=${url}/x.mp3\n`),
    'list.xspf': latin(`<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track><location>${uri}</location></track></trackList></playlist>`),
    'list.asx': latin(`<asx version="3.0"><entry><ref href="${url}/x.asf"/></entry></asx>`),
    'list.ram': latin(`${uri}\n${url}/x.ra\n`),
    'list.uris': latin(`${uri}\n${url}/x.wav\n`),
    'rtsp.rtsp': latin(`RTSPtext\n${url.replace('http', 'rtsp')}/x\n`),
    'concat.ffconcat': latin(`ffconcat version 1.0\nfile '${file}'\nfile /etc/passwd\n`),
    'list.edl': latin(`# mpv EDL v0\n${file}\n/etc/passwd,0,1\n`),
    'film.smil': latin(`<smil><body><audio src="${uri}"/><audio src="${url}/x"/></body></smil>`),
    'film.mpd': latin(`<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT9S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><BaseURL>${url}/</BaseURL><Period><AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1"><BaseURL>${uri}</BaseURL></Representation></AdaptationSet></Period></MPD>`),
    'film.ism': latin(`<?xml version="1.0"?><SmoothStreamingMedia MajorVersion="2" MinorVersion="0" Duration="90000000"><StreamIndex Type="audio" Url="${url}/{bitrate}"><QualityLevel Bitrate="1"/></StreamIndex></SmoothStreamingMedia>`),
    'session.sdp': latin('v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n'),
    'project.xges': latin(`<ges version='0.7'><project><ressources><asset id='${uri}' extractable-type-name='GESUriClip'/></ressources><timeline><track caps='audio/x-raw(ANY)' track-type='2' track-id='0'/><layer priority='0'><clip id='0' asset-id='${uri}' type-name='GESUriClip' layer-priority='0' track-types='2' start='0' duration='9000000000' inpoint='0'/></layer></timeline></project></ges>`),
    'reference.mov': referenceMovie(uri),
    'reference-http.mov': referenceMovie(`${url}/x.mov`),
    'data-reference.mov': dataReference(uri),
    'entity.svg': latin(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y SYSTEM "${url}/y">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;&y;</text><image href="${uri}"/></svg>`),
    'laughs.svg': latin(`<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">${Array.from({ length: 30 }, (_, i) => `<!ENTITY a${i + 1} "&a${i};&a${i};">`).join('')}]><svg>&a30;</svg>`),
    'subtitles.srt': latin(`1\n00:00:00,000 --> 00:00:09,000\n<img src="${uri}">\n`),
    'page.html': latin(`<html><meta http-equiv="refresh" content="0;url=${url}"><audio src="${uri}"></html>`),
  }
}

/** Small files that are long. */
export const endless = () => ({
  'day.flac': flacOfSilence(24),
  'month.flac': flacOfSilence(720),
  'midi.mid': latin('MThd\0\0\0\x06\0\x01\xff\xff\x7f\xffMTrk\xff\xff\xff\xff'),
})

// ---- making them ----

function damage (bytes) {
  const copy = Buffer.from(bytes)
  for (let i = 500; i < copy.length; i += 97) copy[i] ^= 0xff
  return copy
}

/** The same at each run. */
function noise (length) {
  const bytes = Buffer.alloc(length)
  let state = 12345
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    bytes[i] = state >>> 16
  }
  return bytes
}

const lying = lie => Buffer.concat([wavHeader({ bytes: 32000, ...lie }), wav(1).subarray(44)])

function nest (depth) {
  const inner = box('trak')
  const sizes = Buffer.alloc(8 * depth)
  for (let i = 0; i < depth; i++) {
    sizes.writeUInt32BE(8 * (depth - i) + inner.length, 8 * i)
    sizes.write(i % 2 ? 'trak' : 'moov', 8 * i + 4, 'latin1')
  }
  return Buffer.concat([sizes, inner])
}

/** The boxes of a sound track; `entries` says how many samples there are, `reference` where they lie. */
function track (entries, reference) {
  const full = (type, ...content) => box(type, Buffer.concat([Buffer.alloc(4), ...content]))
  const number = (...values) => Buffer.concat(values.map(value => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(value >>> 0); return bytes }))
  const entry = box('sowt', Buffer.concat([number(0), latin('\0\0\0\x01'), number(0, 0), latin('\0\x01\0\x10\0\0\0\0'), number(8000 << 16)]))
  const stbl = box('stbl', Buffer.concat([full('stsd', number(1), entry), full('stts', number(1, entries, 1)), full('stsc', number(1, 1, entries, 1)),
    full('stsz', number(2, entries)), full('stco', number(1, 44))]))
  const dref = full('dref', number(1), reference)
  const minf = box('minf', Buffer.concat([full('smhd', number(0)), box('dinf', dref), stbl]))
  const mdhd = full('mdhd', number(0, 0, 8000, entries, 0))
  const mdia = box('mdia', Buffer.concat([mdhd, full('hdlr', number(0), latin('soun'), Buffer.alloc(13)), minf]))
  const tkhd = box('tkhd', Buffer.concat([latin('\0\0\0\x07'), number(0, 0, 1, 0, entries), Buffer.alloc(60)]))
  const mvhd = full('mvhd', number(0, 0, 8000, entries, 0x10000), latin('\x01\0'), Buffer.alloc(70), number(2))
  return box('moov', Buffer.concat([mvhd, box('trak', Buffer.concat([tkhd, mdia]))]))
}

const tableOf = entries => track(entries, box('url ', latin('\0\0\0\x01')))

/** A track whose samples lie in another file. */
const dataReference = uri => Buffer.concat([box('ftyp', latin('qt  \0\0\0\0qt  ')), track(40000, box('url ', latin(`\0\0\0\0${uri}\0`)))])
