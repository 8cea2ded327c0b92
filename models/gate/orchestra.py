# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""orchestra.py - music of sampled instruments: random pieces, written as MIDI and played by FluidSynth

The instruments are those of a General MIDI sound font, effects and voices included; docs/gate.md names the fonts.
"""
import pathlib
import struct
import subprocess
import tempfile

import numpy as np

from sounds import RATE, SCALES

TICKS = 480  # per second: the tempo is one beat per second throughout
TAIL = 1.0   # seconds between two pieces, for the last notes to fade
DRUMS = 9    # the channel of percussion
PERCUSSION = {'low': [35, 36, 41, 43, 64], 'high': [38, 39, 40, 48, 50, 60, 62], 'metal': [42, 44, 46, 49, 51, 54, 70]}
# Chosen more often than their number: bowed strings, voices, brass, reeds, pipes, leads, all of them held like a voice.
HELD = list(range(40, 46)) + list(range(48, 55)) + list(range(56, 80)) + [80, 82, 85, 110]
PARTS = {'melody': (64, 84, [0.5, 0.5, 1, 1, 1.5, 2, 0.25]), 'second': (52, 72, [1, 1, 2, 0.5]),
         'chords': (48, 72, [2, 4, 4, 1]), 'bass': (28, 48, [1, 2, 0.5])}


def variable_length(value):
    out = [value & 127]
    while value := value >> 7:
        out.insert(0, value & 127 | 128)
    return bytes(out)


def midi_file(events):
    """Bytes of a MIDI file of (seconds, message) pairs."""
    track, before = b'', 0
    for seconds, message in sorted(events, key=lambda e: e[0]):
        at = round(seconds * TICKS)
        track += variable_length(at - before) + message
        before = at
    track = b'\x00\xff\x51\x03' + (1000000).to_bytes(3, 'big') + track + b'\x00\xff\x2f\x00'
    return b'MThd' + struct.pack('>IHHH', 6, 0, 1, TICKS) + b'MTrk' + struct.pack('>I', len(track)) + track


def sounding(channel, key, velocity, start, end):
    return [(end, bytes([0x80 | channel, key, 0])), (start, bytes([0x90 | channel, key, velocity]))]


def part(rng, name, channel, start, seconds, beat, scale, root):
    """Notes of one instrument, on a random walk through the scale."""
    low, high, durations = PARTS[name]
    program = int(rng.choice(HELD)) if rng.random() < 0.6 else int(rng.integers(0, 127))
    events = [(start, bytes([0xc0 | channel, program])), (start, bytes([0xb0 | channel, 1, int(rng.integers(0, 90))]))]
    keys = [k for k in range(low, high) if (k - root) % 12 in scale]
    at, place, legato = start, int(rng.integers(len(keys))), rng.uniform(0.5, 1.1)
    while at < start + seconds:
        length = min(float(rng.choice(durations)) * beat, start + seconds - at)
        place = int(np.clip(place + rng.integers(-3, 4), 0, len(keys) - 1))
        if rng.random() > 0.1:
            for step in (0, 2, 4) if name == 'chords' else (0,):
                key = keys[min(place + step, len(keys) - 1)]
                events += sounding(channel, key, int(rng.integers(50, 120)), at, at + length * legato)
        at += length
    return events


def percussion(rng, start, seconds, beat):
    events, kit = [], [int(rng.choice(PERCUSSION[k])) for k in ('low', 'high', 'metal')]
    patterns = [rng.random(8) < p for p in (0.35, 0.3, 0.7)]
    for i in range(int(seconds / beat * 2)):
        for key, pattern in zip(kit, patterns):
            if pattern[i % 8]:
                events += sounding(DRUMS, key, int(rng.integers(50, 110)), start + i * beat / 2, start + (i + 0.9) * beat / 2)
    return events


def piece(rng, start, seconds):
    """One to four instruments, with or without drums; a quarter are solos."""
    beat, scale, root = 60.0 / rng.uniform(50, 170), SCALES[rng.integers(len(SCALES))], int(rng.integers(12))
    names = [n for n, share in zip(PARTS, (0.8, 0.4, 0.5, 0.4)) if rng.random() < share] or ['melody']
    names = names[:1] if rng.random() < 0.25 else names
    events = []
    for channel, name in enumerate(names):
        events += part(rng, name, channel, start, seconds, beat, scale, root)
    return events + (percussion(rng, start, seconds, beat) if len(names) > 1 and rng.random() < 0.5 else [])


def play(rng, font, count, n):
    """`count` pieces of n samples, each with instruments of its own, at RATE, mono."""
    seconds = n / RATE
    events = [e for i in range(count) for e in piece(rng, i * (seconds + TAIL), seconds)]
    with tempfile.TemporaryDirectory() as folder:
        midi, raw = pathlib.Path(folder) / 'pieces.mid', pathlib.Path(folder) / 'pieces.raw'
        midi.write_bytes(midi_file(events + [(count * (seconds + TAIL), bytes([0xb0, 123, 0]))]))
        subprocess.run(['fluidsynth', '-niq', '-r', str(RATE), '-g', '0.4', '-O', 's16', '-E', 'little', '-T', 'raw',
                        '-F', str(raw), str(font), str(midi)], check=True, stdout=subprocess.DEVNULL)
        x = np.fromfile(raw, '<i2').astype(np.float64).reshape(-1, 2).mean(axis=1) / 32768
    step = int(n + TAIL * RATE)
    return [x[i * step:i * step + n] for i in range(count)]
