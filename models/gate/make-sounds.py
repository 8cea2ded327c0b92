#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""make-sounds.py - the sounds that the speech gate is trained, validated and tested on

    ./make-sounds.py DATA OUTPUT [--part train|valid|test] [--speech N] [--other N] [--seed N] [--all]

DATA is the folder that holds crema-d/ emodb/ ravdess/ non-speech/ speeches/. Into OUTPUT/PART go WAV files and into
OUTPUT/PART.csv their manifest: windows of `speech` and `non-speech` for train and valid, for `seremotion train`; for test
whole recordings labelled by kind, for `seremotion gate`. No recording, speaker or synthesised piece is in two parts;
RAVDESS and the speeches are in test alone. --all trains on the sounds of all parts but RAVDESS.
"""
import argparse
import csv
import pathlib
import subprocess
import wave

import numpy as np

import sounds as s
from sounds import RATE

WINDOW = 3 * RATE
EMOTIONS = {'ANG': 'anger', 'DIS': 'disgust', 'FEA': 'fear', 'HAP': 'happiness', 'NEU': 'neutral', 'SAD': 'sadness'}
RAVDESS = dict(zip('12345678', 'neutral calm happiness sadness anger fear disgust surprise'.split()))
EMODB = dict(zip('WLEAFTN', 'anger boredom disgust fear happiness sadness neutral'.split()))
EMODB_PARTS = {'03': 'test', '08': 'test', '09': 'valid'}
# What is read aloud of CREMA-D for training: this many clips of each actor.
CLIPS_PER_ACTOR = 24


# ---- recordings ----

def decode(paths, keep):
    """Samples of media files at 16 kHz, mono; kept in the folder `keep`."""
    keep.mkdir(parents=True, exist_ok=True)
    raw = {p: keep / (p.stem + '.raw') for p in paths}
    missing = [p for p in paths if not raw[p].exists()]
    for i in range(0, len(missing), 50):
        line = ['gst-launch-1.0', '-q']
        for p in missing[i:i + 50]:
            line += f'filesrc location={p} ! decodebin ! audioconvert ! audioresample ! ' \
                    f'audio/x-raw,format=S16LE,rate={RATE},channels=1 ! filesink location={raw[p]}'.split()
        subprocess.run(line, check=True)
    return {p: np.fromfile(raw[p], '<i2').astype(np.float64) / 32768 for p in paths}


def crema_d(data):
    """Actor -> clips, and the part of each actor: EVAR's validation actors are the test, every seventh other is for
    validation."""
    rows = list(csv.DictReader(open(data / 'crema-d/clips.csv')))
    actors, parts = {}, {}
    for row in rows:
        if row['clip'] != '1076_MTI_SAD_XX':
            actors.setdefault(row['actor'], []).append(data / 'crema-d/audio' / (row['clip'] + '.opus'))
            parts[row['actor']] = 'test' if row['split'] == 'valid' else 'train'
    for actor in sorted(a for a in parts if parts[a] == 'train')[3::7]:
        parts[actor] = 'valid'
    return actors, parts


def emodb(data):
    speakers = {}
    for p in sorted((data / 'emodb/audio').glob('*.opus')):
        speakers.setdefault(p.stem[:2], []).append(p)
    return speakers, {k: EMODB_PARTS.get(k, 'train') for k in speakers}


def esc_part(path):
    """Numbers follow the names of ESC-50, in which takes of one recording stand side by side; one number between the
    parts is left out so that none spans two."""
    number = int(path.stem[-2:])
    return {16: None, 19: None}.get(number, 'train' if number < 16 else 'valid' if number < 19 else 'test')


MUSIC_CUTS = {'train': (0.0, 0.6), 'valid': (0.62, 0.74), 'test': (0.76, 1.0)}


class Sources:
    """The recordings of one part, and synthesised pieces of its own."""

    def __init__(self, data, keep, part, rng, everything):
        self.part, self.rng = part, rng
        own = ('train', 'valid', 'test') if everything and part == 'train' else (part,)
        self.voices = []
        for speakers, parts in (crema_d(data), emodb(data)):
            for name, paths in sorted(speakers.items()):
                if parts[name] in own:
                    chosen = rng.permutation(len(paths))[:CLIPS_PER_ACTOR]
                    self.voices.append([paths[i] for i in chosen])
        decoded = decode([p for voice in self.voices for p in voice], keep)
        self.voices = [[decoded[p] for p in voice if len(decoded[p]) > RATE // 2] for voice in self.voices]
        esc = [p for p in sorted((data / 'non-speech/esc-10').glob('*.ogg')) if esc_part(p) in own]
        self.esc = {p.stem: x for p, x in decode(esc, keep).items()}
        music = decode(sorted((data / 'non-speech/music').glob('*.ogg')), keep)
        cuts = (0.0, 1.0) if len(own) > 1 else MUSIC_CUTS[part]
        self.music = {p.stem: x[int(cuts[0] * len(x)):int(cuts[1] * len(x))] for p, x in music.items()}
        self.floors = [quietest(x) for voice in self.voices[::2] for x in voice[:3]]

    def synthesise(self, seconds, music, applause, crowds, cheers):
        n = seconds * RATE
        self.pieces = {
            'music': [s.music(self.rng, n) for _ in range(music)],
            'applause': [s.applause(self.rng, n) for _ in range(applause)],
            'crowd': [s.babble(self.rng, n, self.talk) for _ in range(crowds)],
            'cheers': [s.cheers(self.rng, n) for _ in range(cheers)],
        }

    def talk(self, rng, n, voice=None):
        """n samples of one speaker, utterance after utterance."""
        voice = voice if voice is not None else self.voices[rng.integers(len(self.voices))]
        parts, length = [], 0
        speed = rng.uniform(0.9, 1.12)
        while length < n + RATE:
            x = s.resample(trimmed(voice[rng.integers(len(voice))], rng), speed)
            parts += [s.normalised(x) if rng.random() < 0.5 else x / 0.05, np.zeros(int(rng.exponential(0.15) * RATE))]
            length += len(parts[-2]) + len(parts[-1])
        return s.cut(rng, np.concatenate(parts), n)


def trimmed(x, rng):
    """Without most of the silence at both ends."""
    loud = np.flatnonzero(np.abs(x) > 0.08 * np.abs(x).max())
    if len(loud) == 0:
        return x
    margin = int(rng.uniform(0.02, 0.15) * RATE)
    return x[max(0, loud[0] - margin):loud[-1] + margin]


def frame_levels(x, length=320):
    frames = x[:len(x) // length * length].reshape(-1, length)
    return 10 * np.log10(np.mean(frames * frames, axis=1) + 1e-12)


def quietest(x):
    """Spectrum of the quietest 0.3 s: the room and the microphone."""
    n = int(0.3 * RATE)
    at = min(range(0, len(x) - n, n // 4), key=lambda i: np.mean(x[i:i + n] ** 2))
    return np.abs(np.fft.rfft(x[at:at + n]))


def seconds_of_voice(x):
    levels = frame_levels(x)
    return 0.02 * float(np.sum(levels > levels.max() - 28))


# ---- windows ----

def room_tone(sources, rng, n):
    """Noise with the spectrum of a recording's pauses."""
    spectrum = sources.floors[rng.integers(len(sources.floors))]
    f = np.linspace(0, RATE / 2, len(spectrum))
    return s.shape(rng.standard_normal(n), lambda g: np.interp(g, f, spectrum))


def background(sources, rng, n, kind=None):
    """Sound without speech of one kind."""
    kinds = [('esc', 0.28), ('real-music', 0.08), ('music', 0.17), ('applause', 0.11), ('crowd', 0.19), ('cheers', 0.03),
             ('noise', 0.11), ('room', 0.03)]
    kind = kind or rng.choice([k for k, _ in kinds], p=[p for _, p in kinds])
    if kind == 'esc':
        names = list(sources.esc)
        x = sources.esc[names[rng.integers(len(names))]]
        x = np.trim_zeros(x) if rng.random() < 0.7 else x
        x = s.resample(x, log_speed(rng, 0.55, 1.7)) if rng.random() < 0.6 and len(x) > 100 else x
    elif kind == 'real-music':
        pieces = list(sources.music.values())
        x = s.cut(rng, pieces[rng.integers(len(pieces))], 3 * n)
        x = s.resample(x, log_speed(rng, 0.7, 1.45))
    elif kind == 'noise':
        x = s.noise(rng, n)
    elif kind == 'room':
        x = room_tone(sources, rng, n)
    else:
        pieces = sources.pieces[kind]
        x = pieces[rng.integers(len(pieces))]
        if rng.random() < 0.5:
            x = s.resample(x, log_speed(rng, 0.85, 1.2) if kind == 'crowd' else log_speed(rng, 0.75, 1.3))
    x = s.cut(rng, x, n)
    return kind, x if s.rms(x) > 1e-7 else s.coloured(rng, n, 3)


def log_speed(rng, low, high):
    return s.log_uniform(rng, low, high)


def other_window(sources, rng):
    n = WINDOW if rng.random() < 0.8 else int(rng.uniform(0.6, 3.0) * RATE)
    kind, x = background(sources, rng, n)
    if rng.random() < 0.2:
        _, y = background(sources, rng, n)
        if rng.random() < 0.5:
            x = s.normalised(x) + s.normalised(y) * s.db(rng.uniform(-20, 0))
        else:
            x = followed_by(rng, s.normalised(x), s.normalised(y) * s.db(rng.uniform(-15, 15)), rng.integers(n))
    return x, rng.uniform(-68, -5)


def followed_by(rng, x, y, at):
    """x up to sample `at`, y from there on, crossed over."""
    fade = np.clip((np.arange(len(x)) - at) / log_speed(rng, 16, 6000) + 0.5, 0, 1)
    return x * (1 - fade) + y * fade


def whispered(rng, x):
    """Noise in place of the voice: each 20 ms keep their smoothed spectrum and lose their phase."""
    n, hop = 512, 128
    window = np.hanning(n)
    out = np.zeros(len(x) + n)
    for at in range(0, len(x) - n, hop):
        cepstrum = np.fft.irfft(np.log(np.abs(np.fft.rfft(x[at:at + n] * window)) + 1e-5))
        cepstrum[24:-24] = 0
        envelope = np.exp(np.fft.rfft(cepstrum).real)
        out[at:at + n] += np.fft.irfft(envelope * np.exp(2j * np.pi * rng.random(n // 2 + 1))) * window
    return s.shape(out[:len(x)], lambda f: np.minimum(1, f / 700))


def clean_speech(sources, rng):
    """Speech that is surely heard: a clip as it was published, running speech, or a dialogue."""
    kind = rng.random()
    if kind < 0.4:
        voice = sources.voices[rng.integers(len(sources.voices))]
        x = voice[rng.integers(len(voice))]
        x = s.resample(x, rng.uniform(0.88, 1.14)) if rng.random() < 0.5 else x
        if len(x) > WINDOW:
            x = s.cut(rng, x, WINDOW)
        elif rng.random() < 0.3:
            x = s.cut(rng, x, int(rng.uniform(0.7, 1.0) * len(x)))
    else:
        n = WINDOW if rng.random() < 0.8 else int(rng.uniform(0.8, 3.0) * RATE)
        x = sources.talk(rng, n)
        if kind > 0.88:
            for _ in range(rng.integers(1, 3)):
                y = sources.talk(rng, n)
                x = x + y * s.db(rng.uniform(-12, 0)) if rng.random() < 0.5 else followed_by(rng, x, y, rng.integers(n))
    if kind < 0.88 and rng.random() < 0.04:
        x = whispered(rng, x)
    return x if seconds_of_voice(x) > 0.45 else clean_speech(sources, rng)


def speech_window(sources, rng):
    x = s.normalised(clean_speech(sources, rng))
    n = len(x)
    kind = rng.random()
    if rng.random() < 0.3:
        x = s.normalised(s.convolve(x, s.room(rng)))
    if kind < 0.42:
        name, y = background(sources, rng, n)
        lowest = 3 if name == 'crowd' else 0
        x = x + s.normalised(y) * s.db(-rng.uniform(lowest, 18))
    elif kind < 0.58 and n > 2 * RATE:  # speech for a part of the window only
        keep = int(rng.uniform(0.7, 2.0) * RATE)
        quiet = rng.random() < 0.4
        y = room_tone(sources, rng, n) * s.db(-30) if quiet else background(sources, rng, n)[1]
        y = y / s.rms(y) * s.db(rng.uniform(-50, -25) if quiet else rng.uniform(-12, 6))
        first = rng.random() < 0.5
        heard = x[:keep] if first else x[-keep:]
        if seconds_of_voice(heard) > 0.4 and s.rms(heard) > 0.5:
            x = followed_by(rng, x, y, keep) if first else followed_by(rng, y, x, n - keep)
    elif kind < 0.7:
        x = x + s.normalised(room_tone(sources, rng, n)) * s.db(-rng.uniform(10, 45))
    return x, rng.uniform(-68, -5)


def finish(rng, x, level):
    """What happens to any sound on its way: room, response, band, noise, level."""
    x = s.normalised(x)
    if rng.random() < 0.12:
        x = s.convolve(x, s.room(rng))
    if rng.random() < 0.45:
        x = s.shape(x, s.equaliser(rng, rng.uniform(3, 14)))
    if rng.random() < 0.25:
        x = s.shape(x, s.band_limit(rng))
    x = s.normalised(x)
    if rng.random() < 0.3:
        x = x + s.coloured(rng, len(x), rng.uniform(0, 6)) * s.db(-rng.uniform(18, 50))
    x = x / s.rms(x) * s.db(level)
    return np.tanh(x / 0.9) * 0.9 if np.abs(x).max() > 0.9 else x


# ---- writing ----

class Writer:
    """WAV files of at most ten minutes, and the rows of their stretches."""

    def __init__(self, folder, part):
        self.folder, self.part, self.rows, self.count = folder / part, part, [], 0
        self.folder.mkdir(parents=True, exist_ok=True)
        self.parts, self.length, self.pending = [], 0, []

    def add(self, x, label, speaker):
        self.pending.append((self.length, self.length + len(x), label, speaker))
        self.parts.append(np.clip(np.round(x * 32768), -32768, 32767).astype('<i2'))
        self.length += len(x)
        if self.length > 600 * RATE:
            self.flush()

    def flush(self):
        if not self.parts:
            return
        path = self.folder / f'{self.count:03d}.wav'
        with wave.open(str(path), 'wb') as f:
            f.setnchannels(1)
            f.setsampwidth(2)
            f.setframerate(RATE)
            f.writeframes(np.concatenate(self.parts).tobytes())
        for start, end, label, speaker in self.pending:
            self.rows.append([f'{self.part}/{path.name}', repr(start / RATE), repr(end / RATE), label, speaker, self.part])
        self.count, self.parts, self.length, self.pending = self.count + 1, [], 0, []

    def point(self, path, label, speaker):
        """A recording that is used where it lies."""
        self.rows.append([str(path), '', '', label, speaker, self.part])

    def close(self):
        self.flush()
        with open(self.folder.parent / (self.part + '.csv'), 'w', newline='') as f:
            out = csv.writer(f)
            out.writerow(['path', 'start', 'end', 'emotion', 'speaker', 'split'])
            out.writerows(self.rows)


def write_windows(sources, writer, rng, n_speech, n_other):
    for i in range(max(n_speech, n_other)):
        if i < n_speech:
            writer.add(finish(rng, *speech_window(sources, rng)), 'speech', sources.part + '/speech')
        if i < n_other:
            writer.add(finish(rng, *other_window(sources, rng)), 'non-speech', sources.part + '/non-speech')


# ---- test ----

def write_speech_tests(data, writer, keep, sources, rng):
    """Speech as published, then the same actors under other sounds and in other conditions."""
    actors, parts = crema_d(data)
    chosen = []
    for actor in sorted(a for a in actors if parts[a] == 'test'):
        for p in actors[actor]:
            writer.point(p, 'crema-d-' + EMOTIONS[p.stem.split('_')[2]], 'crema-d/' + actor)
        chosen += actors[actor][::3]
    for p in sorted((data / 'ravdess/audio').glob('*.opus')):
        writer.point(p, 'ravdess-' + RAVDESS[p.stem.split('-')[2][1]], 'ravdess/' + p.stem[-2:])
    speakers, parts = emodb(data)
    for speaker in (k for k in speakers if parts[k] == 'test'):
        for p in speakers[speaker]:
            writer.point(p, 'emodb-' + EMODB[p.stem[5]], 'emodb/' + speaker)
    for p in sorted((data / 'speeches').iterdir()):
        writer.point(p, 'public-speech', 'speeches/' + p.stem)
    clips = decode(chosen, keep)
    ravdess = decode(sorted((data / 'ravdess/audio').glob('*.opus'))[::6], keep)
    for name, group in (('crema-d', clips), ('ravdess', ravdess)):
        for p, x in group.items():
            write_conditions(writer, name, x, 'test/' + name, sources, rng)


def write_conditions(writer, name, x, speaker, sources, rng):
    level = s.rms(x)
    for kind in ('real-music', 'music', 'applause', 'crowd', 'esc'):
        for snr in (10, 5):
            y = s.normalised(background(sources, rng, len(x), kind)[1]) * level * s.db(-snr)
            writer.add(limited(x + y), f'{name}-under-{kind}-{snr}db', speaker)
    heard = trimmed(x, rng)[:RATE]
    for kind in ('applause', 'real-music'):
        y = s.normalised(background(sources, rng, WINDOW - len(heard), kind)[1]) * s.rms(heard)
        writer.add(limited(np.concatenate([heard, y])), f'{name}-1s-then-{kind}', speaker)
    writer.add(x * 0.1, f'{name}-20db-softer', speaker)
    writer.add(limited(x / level * 0.2), f'{name}-loud', speaker)
    writer.add(s.shape(x, lambda f: f < 3900), f'{name}-8khz', speaker)
    writer.add(limited(s.convolve(x, s.room(rng, 0.8, 1.0))), f'{name}-reverberant', speaker)
    writer.add(limited(whispered(rng, x)), f'{name}-whispered', speaker)


def limited(x):
    return x * min(1.0, 0.95 / (np.abs(x).max() + 1e-9))


def write_other_tests(writer, sources, rng):
    for name, x in sources.esc.items():
        writer.add(x, 'esc-' + name[:-3], 'esc/' + name)
    for name, x in sources.music.items():
        writer.add(x, 'real-music', 'music/' + name)
    for kind, pieces in sources.pieces.items():
        for i, x in enumerate(pieces):
            writer.add(s.normalised(x) * s.db(rng.uniform(-40, -16)), 'synth-' + kind, f'test/{kind}{i}')
    for count in (12, 20, 40):
        for i in range(6):
            x = sum(s.normalised(sources.talk(rng, 10 * RATE)) for _ in range(count))
            writer.add(s.normalised(x) * 0.05, f'babble-of-{count}', f'test/babble{count}-{i}')
    for i in range(60):
        writer.add(limited(s.normalised(s.noise(rng, 6 * RATE)) * s.db(rng.uniform(-45, -12))), 'synth-noise', f'test/noise{i}')
    for slope, name in ((0, 'white'), (3, 'pink'), (6, 'brown')):
        for level in (-50, -30, -15):
            writer.add(s.normalised(s.coloured(rng, 6 * RATE, slope)) * s.db(level), name + '-noise', 'test/' + name)
    for i in range(10):
        writer.add(s.normalised(room_tone(sources, rng, 6 * RATE)) * s.db(rng.uniform(-58, -45)), 'room-tone', f'test/room{i}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('output', type=pathlib.Path)
    parser.add_argument('--part', choices=['train', 'valid', 'test'], required=True)
    parser.add_argument('--speech', type=int, default=14000, help='windows of speech (train, valid)')
    parser.add_argument('--other', type=int, default=16000, help='windows of other sound')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--all', action='store_true', help='train on the recordings of all parts')
    args = parser.parse_args()
    seed = {'train': 0, 'valid': 1, 'test': 2}[args.part] + 3 * args.seed
    rng = np.random.default_rng(seed)
    data, keep = args.data.resolve(), args.output.resolve() / 'decoded'
    sources = Sources(data, keep, args.part, rng, args.all)
    writer = Writer(args.output.resolve(), args.part)
    share = 1.0 if args.part == 'train' else 0.2
    sources.synthesise(10, int(300 * share), int(150 * share), int(300 * share), int(50 * share))
    if args.part == 'test':
        write_speech_tests(data, writer, keep, sources, rng)
        write_other_tests(writer, sources, rng)
    else:
        write_windows(sources, writer, rng, args.speech, args.other)
    writer.close()
    print(f'{args.output}/{args.part}.csv: {len(writer.rows)} sounds')


if __name__ == '__main__':
    main()
