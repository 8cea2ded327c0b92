#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""make-sounds.py - the sounds that the speech gate is trained, validated and tested on

    ./make-sounds.py DATA OUTPUT --part train|valid|test|rest [--speech N] [--other N] [--seed N]

DATA is the folder that holds crema-d/ emodb/ ravdess/ non-speech/ speeches/. Into OUTPUT/PART go WAV files and into
OUTPUT/PART.csv their manifest: windows of `speech` and `non-speech` for train and valid, for `seremotion train`; for test
whole recordings labelled by kind, for `seremotion gate`. These three share no recording, speaker or synthesised piece, and
test has a sound font of its own; RAVDESS and the speeches are in test alone. rest is windows of the recordings that test is
made of, less those, for the gate that ships: it learns from train and rest.
"""
import argparse
import csv
import multiprocessing
import os
import pathlib
import subprocess
import wave

import numpy as np

import orchestra
import sounds as s
from sounds import RATE

PARTS = ('train', 'valid', 'test', 'rest')
WINDOW = 3 * RATE
WINDOWS_PER_FILE = 200
EMOTIONS = {'ANG': 'anger', 'DIS': 'disgust', 'FEA': 'fear', 'HAP': 'happiness', 'NEU': 'neutral', 'SAD': 'sadness'}
RAVDESS = dict(zip('12345678', 'neutral calm happiness sadness anger fear disgust surprise'.split()))
EMODB = dict(zip('WLEAFTN', 'anger boredom disgust fear happiness sadness neutral'.split()))
EMODB_PARTS = {'03': 'test', '08': 'test', '09': 'valid'}
# What is read aloud of CREMA-D for training: this many clips of each actor.
CLIPS_PER_ACTOR = 24
# Kinds of esc-10 that voices make, and so are hardest to tell from speech.
VOCAL = ('baby-cry', 'dog-bark', 'person-sneeze', 'rooster')
FONT, TEST_FONT = 'FluidR3_GM.sf2', 'TimGM6mb.sf2'


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

    def __init__(self, data, keep, part, rng):
        self.part, self.rng = part, rng
        own = 'test' if part == 'rest' else part
        self.voices = []
        for speakers, parts in (crema_d(data), emodb(data)):
            for name, paths in sorted(speakers.items()):
                if parts[name] == own:
                    chosen = rng.permutation(len(paths))[:CLIPS_PER_ACTOR]
                    self.voices.append([paths[i] for i in chosen])
        decoded = decode([p for voice in self.voices for p in voice], keep)
        self.voices = [[decoded[p] for p in voice if len(decoded[p]) > RATE // 2] for voice in self.voices]
        esc = [p for p in sorted((data / 'non-speech/esc-10').glob('*.ogg')) if esc_part(p) == own]
        self.esc = {p.stem: x for p, x in decode(esc, keep).items()}
        self.vocal = [name for name in self.esc if name.startswith(VOCAL)]
        self.other = [name for name in self.esc if not name.startswith(VOCAL)]
        music = decode(sorted((data / 'non-speech/music').glob('*.ogg')), keep)
        start, end = MUSIC_CUTS[own]
        self.music = {p.stem: x[int(start * len(x)):int(end * len(x))] for p, x in music.items()}
        self.floors = [quietest(x) for voice in self.voices[::2] for x in voice[:3]]

    def synthesise(self, seed, font, n, counts):
        """Pieces of n samples of each kind."""
        self.pieces = {kind: in_parallel(self, piece, [(kind, n)] * counts[kind], seed + i)
                       for i, kind in enumerate(('music', 'applause', 'crowd', 'cheers'))}
        self.pieces['orchestra'] = orchestra.play(self.rng, font, counts['orchestra'], n)

    def talk(self, rng, n, gap=0.15, whole=False):
        """n samples of one speaker, utterance after utterance, with pauses of `gap` seconds on average; `whole` leaves
        the clips as they are."""
        voice = self.voices[rng.integers(len(self.voices))]
        parts, length = [], 0
        speed = rng.uniform(0.9, 1.12)
        while length < n + RATE:
            x = voice[rng.integers(len(voice))]
            x = x if whole else s.resample(trimmed(x, rng), speed)
            parts += [s.normalised(x) if rng.random() < 0.5 else x / 0.05, np.zeros(int(rng.exponential(gap) * RATE))]
            length += len(parts[-2]) + len(parts[-1])
        return s.cut(rng, np.concatenate(parts), n)


# ---- work in parallel ----

job = None  # (sources, function): what the workers inherit


def call_job(task):
    sources, function = job
    seed, arguments = task
    return function(sources, np.random.default_rng(seed), *arguments)


def in_parallel(sources, function, arguments, seed):
    """function (sources, rng, *arguments[i]) for each i, each with a generator of its own: the number of processes does
    not matter."""
    global job
    job = sources, function
    tasks = [((seed, i), a) for i, a in enumerate(arguments)]
    with multiprocessing.get_context('fork').Pool(len(os.sched_getaffinity(0))) as pool:
        return pool.map(call_job, tasks, chunksize=1)


def piece(sources, rng, kind, n):
    if kind == 'crowd':
        return s.babble(rng, n, sources.talk).astype(np.float32)
    return {'music': s.music, 'applause': s.applause, 'cheers': s.cheers}[kind](rng, n).astype(np.float32)


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
    kinds = [('esc', 0.26), ('real-music', 0.07), ('music', 0.10), ('orchestra', 0.12), ('applause', 0.10),
             ('crowd', 0.20), ('cheers', 0.03), ('noise', 0.10), ('room', 0.02)]
    kind = kind or rng.choice([k for k, _ in kinds], p=[p for _, p in kinds])
    if kind == 'esc':
        x = environmental(sources, rng)
    elif kind == 'real-music':
        pieces = list(sources.music.values())
        x = s.cut(rng, pieces[rng.integers(len(pieces))], 3 * n)
        x = s.resample(x, s.log_uniform(rng, 0.7, 1.45))
    elif kind == 'noise':
        x = s.noise(rng, n)
    elif kind == 'room':
        x = room_tone(sources, rng, n)
    else:
        pieces = sources.pieces[kind]
        x = pieces[rng.integers(len(pieces))]
        if rng.random() < 0.5:
            x = s.resample(x, s.log_uniform(rng, 0.85, 1.2) if kind == 'crowd' else s.log_uniform(rng, 0.75, 1.3))
    x = s.cut(rng, x, n)
    return kind, x if s.rms(x) > 1e-7 else s.coloured(rng, n, 3)


def environmental(sources, rng):
    """A recording of esc-10 at another speed, backwards, or as one event among pauses."""
    names = sources.vocal if rng.random() < 0.55 else sources.other
    x = sources.esc[names[rng.integers(len(names))]]
    x = np.trim_zeros(x) if rng.random() < 0.6 else x
    if s.rms(x) < 1e-7:
        return x
    x = s.resample(x, s.log_uniform(rng, 0.55, 1.7)) if rng.random() < 0.6 and len(x) > 100 else x
    x = x[::-1] if rng.random() < 0.25 else x
    if rng.random() < 0.25:
        x = s.cut(rng, trimmed(x, rng), int(rng.uniform(0.3, 2.0) * RATE))
        x = np.concatenate([x, np.zeros(int(rng.uniform(0.2, 2.5) * RATE))])
    return x


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
    fade = np.clip((np.arange(len(x)) - at) / s.log_uniform(rng, 16, 6000) + 0.5, 0, 1)
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
    if rng.random() < 0.35:
        x = s.normalised(s.convolve(x, s.room(rng)))
    if kind < 0.5:
        name, y = background(sources, rng, n, 'crowd' if rng.random() < 0.3 else None)
        lowest = 3 if name == 'crowd' else 0
        x = x + s.normalised(y) * s.db(-rng.uniform(lowest, 16))
    elif kind < 0.65 and n > 2 * RATE:  # speech for a part of the window only
        keep = int(rng.uniform(0.7, 2.0) * RATE)
        quiet = rng.random() < 0.4
        y = room_tone(sources, rng, n) * s.db(-30) if quiet else background(sources, rng, n)[1]
        y = y / s.rms(y) * s.db(rng.uniform(-50, -25) if quiet else rng.uniform(-12, 6))
        first = rng.random() < 0.5
        heard = x[:keep] if first else x[-keep:]
        if seconds_of_voice(heard) > 0.4 and s.rms(heard) > 0.5:
            x = followed_by(rng, x, y, keep) if first else followed_by(rng, y, x, n - keep)
    elif kind < 0.75:
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
    """A WAV file, and the rows of its stretches."""

    def __init__(self, path, split):
        self.path, self.split, self.rows, self.parts, self.length = path, split, [], [], 0

    def add(self, x, label, speaker):
        start, self.length = self.length, self.length + len(x)
        self.parts.append(np.clip(np.round(x * 32768), -32768, 32767).astype('<i2'))
        self.rows.append([f'{self.path.parent.name}/{self.path.name}', repr(start / RATE), repr(self.length / RATE), label,
                          speaker, self.split])

    def point(self, path, label, speaker):
        """A recording that is used where it lies."""
        self.rows.append([str(path), '', '', label, speaker, self.split])

    def close(self):
        with wave.open(str(self.path), 'wb') as f:
            f.setnchannels(1)
            f.setsampwidth(2)
            f.setframerate(RATE)
            f.writeframes(np.concatenate(self.parts).tobytes())
        return self.rows


def write_manifest(path, rows):
    with open(path, 'w', newline='') as f:
        out = csv.writer(f)
        out.writerow(['path', 'start', 'end', 'emotion', 'speaker', 'split'])
        out.writerows(rows)


def write_windows(sources, rng, path, n_speech, n_other):
    writer = Writer(path, 'valid' if sources.part == 'valid' else 'train')
    for i in range(max(n_speech, n_other)):
        if i < n_speech:
            writer.add(finish(rng, *speech_window(sources, rng)), 'speech', sources.part + '/speech')
        if i < n_other:
            writer.add(finish(rng, *other_window(sources, rng)), 'non-speech', sources.part + '/non-speech')
    return writer.close()


def shares(total, count):
    """`total` divided into `count` whole numbers."""
    return [total * (i + 1) // count - total * i // count for i in range(count)]


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
    for kind in ('real-music', 'music', 'orchestra', 'applause', 'crowd', 'esc'):
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
            for whole in (False, True):
                x = sum(s.normalised(sources.talk(rng, 10 * RATE, whole=whole)) for _ in range(count))
                label = f'babble-of-{count}' + whole * '-as-published'
                writer.add(s.normalised(x) * 0.05, label, f'test/babble{count}-{i}')
    for i in range(60):
        writer.add(limited(s.normalised(s.noise(rng, 6 * RATE)) * s.db(rng.uniform(-45, -12))), 'synth-noise', f'test/noise{i}')
    for slope, name in ((0, 'white'), (3, 'pink'), (6, 'brown')):
        for level in (-50, -30, -15):
            writer.add(s.normalised(s.coloured(rng, 6 * RATE, slope)) * s.db(level), name + '-noise', 'test/' + name)
    for i in range(10):
        writer.add(s.normalised(room_tone(sources, rng, 6 * RATE)) * s.db(rng.uniform(-58, -45)), 'room-tone', f'test/room{i}')


def write_tests(data, output, keep, sources, rng):
    """One file of everything, at the most 31 bits of bytes long."""
    writer = Writer(output / 'test/sounds.wav', 'test')
    write_speech_tests(data, writer, keep, sources, rng)
    write_other_tests(writer, sources, rng)
    return writer.close()


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('output', type=pathlib.Path)
    parser.add_argument('--part', choices=PARTS, required=True)
    parser.add_argument('--speech', type=int, default=10000, help='windows of speech, but for test')
    parser.add_argument('--other', type=int, default=11000, help='windows of other sound')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--fonts', type=pathlib.Path, default='/usr/share/sounds/sf2', help='folder of the sound fonts')
    args = parser.parse_args()
    font = args.fonts / (TEST_FONT if args.part == 'test' else FONT)
    if not font.exists():
        parser.error(f'no {font}: install fluid-soundfont-gm, timgm6mb-soundfont and fluidsynth, or name their --fonts')
    return args, font


def main():
    args, font = parse_arguments()
    seed = PARTS.index(args.part) + len(PARTS) * args.seed
    rng = np.random.default_rng(seed)
    data, output = args.data.resolve(), args.output.resolve()
    (output / args.part).mkdir(parents=True, exist_ok=True)
    sources = Sources(data, output / 'decoded', args.part, rng)
    share = {'train': 1.0, 'rest': 0.4}.get(args.part, 0.2)
    counts = {'music': 150, 'orchestra': 300, 'applause': 120, 'crowd': 300, 'cheers': 40}
    sources.synthesise(1000 * seed, font, 10 * RATE, {kind: int(count * share) for kind, count in counts.items()})
    if args.part == 'test':
        rows = write_tests(data, output, output / 'decoded', sources, rng)
    else:
        files = max(1, (args.speech + args.other) // WINDOWS_PER_FILE)
        tasks = [(output / args.part / f'{i:03d}.wav', n, m)
                 for i, (n, m) in enumerate(zip(shares(args.speech, files), shares(args.other, files)))]
        rows = [row for chunk in in_parallel(sources, write_windows, tasks, 1000 * seed + 999) for row in chunk]
    write_manifest(output / (args.part + '.csv'), rows)
    print(f'{args.output}/{args.part}.csv: {len(rows)} sounds')


if __name__ == '__main__':
    main()
