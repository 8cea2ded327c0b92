#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""make-foreign.py - sounds of other makers than those that the speech gate was trained on, to test it with

    ./make-foreign.py DATA OUTPUT [--seed N]

Speech of espeak-ng's voices and flite's, by itself and under other sounds; tones, noises, machines and music of SoX; an
applause of plain noise bursts at random times; babble of espeak-ng and of RAVDESS, which trains nothing. DATA holds
ravdess/. Into OUTPUT go WAV files and OUTPUT/foreign.csv, their manifest for `seremotion gate`. Needs the packages sox,
espeak-ng and flite. No function of sounds.py is used.
"""
import argparse
import csv
import pathlib
import subprocess
import wave

import numpy as np

RATE = 16000
TEXTS = {
    'en': 'The station is closed tonight, so the last train to the coast leaves from the other side of the river at nine.',
    'de': 'Der Bahnhof ist heute Abend geschlossen, der letzte Zug ans Meer fährt um neun vom anderen Ufer des Flusses.',
    'fr': "La gare est fermée ce soir, le dernier train pour la côte part à neuf heures de l'autre côté de la rivière.",
    'es': 'La estación está cerrada esta noche, el último tren a la costa sale a las nueve del otro lado del río.',
    'it': "La stazione è chiusa stasera, l'ultimo treno per la costa parte alle nove dall'altra parte del fiume.",
    'pl': 'Dworzec jest dziś wieczorem zamknięty, ostatni pociąg nad morze odjeżdża o dziewiątej z drugiego brzegu rzeki.',
    'ru': 'Вокзал сегодня вечером закрыт, последний поезд к морю уходит в девять с другого берега реки.',
    'hi': 'स्टेशन आज रात बंद है, समुद्र तट की आखिरी ट्रेन नौ बजे नदी के दूसरी ओर से जाएगी।',
    'cmn': '车站今晚关闭，最后一班去海边的火车九点从河的另一边出发。',
    'sw': 'Kituo kimefungwa usiku huu, treni ya mwisho kwenda pwani inaondoka saa tatu kutoka upande wa pili wa mto.',
}
VARIANTS = ('', '+m3', '+m7', '+f1', '+f2', '+f4', '+croak')
FLITE = ('kal', 'awb', 'rms', 'slt')
# What follows `sox -n`: effects that make eight seconds of each kind.
SOX = {
    'sine': ['synth 8 sine 220', 'synth 8 sine 1000', 'synth 8 sine 3150'],
    'square-saw': ['synth 8 square 180', 'synth 8 sawtooth 130', 'synth 8 triangle 523', 'synth 8 trapezium 240', 'synth 8 exp 150'],
    'sweep': ['synth 8 sine 100:6000', 'synth 8 square 80/2500', 'synth 8 sawtooth 90:900', 'synth 8 sine 5000-200'],
    'siren': ['synth 8 sine 900 synth 8 sine fmod 0.5 tremolo 0.4 60', 'synth 4 sine 600:1400 repeat 1',
              'synth 0.5 sine 650 pad 0 0 synth 0.5 sine create 0 repeat 15', 'synth 1 square 500:1200 lowpass 2500 repeat 7'],
    'hum': ['synth 8 square 50 lowpass 600', 'synth 8 sawtooth 60 lowpass 1500', 'synth 8 sine 120 synth 8 sine mix 240'],
    'wind': ['synth 8 brownnoise tremolo 0.25 80', 'synth 8 pinknoise lowpass 700 tremolo 0.4 90',
             'synth 8 brownnoise bandpass 500 1.2o tremolo 0.15 60 gain -n -9'],
    'rain': ['synth 8 whitenoise highpass 1500', 'synth 8 pinknoise highpass 800 tremolo 11 30', 'synth 8 tpdfnoise'],
    'engine': ['synth 8 sawtooth 35 overdrive 20 lowpass 900', 'synth 8 square 27:60 lowpass 500 tremolo 13 50',
               'synth 8 brownnoise tremolo 24 90 bandpass 300 2o gain -n -6'],
    'clicks': ['synth 0.01 whitenoise pad 0 0.49 repeat 15', 'synth 0.004 square 1000 pad 0 0.121 repeat 63',
               'synth 0.03 pinknoise fade p 0 0.03 0.03 pad 0 0.97 repeat 7'],
    'beeps': ['synth 0.1 sine 2000 pad 0 0.1 repeat 39', 'synth 0.4 sine 440 pad 0 0.4 repeat 9',
              'synth 0.2 sine 697 synth 0.2 sine mix 1336 pad 0 0.1 repeat 26'],
    'pulsed-noise': ['synth 8 pinknoise tremolo 4 90', 'synth 8 whitenoise tremolo 3 70 lowpass 3000',
                     'synth 8 brownnoise tremolo 6 95 highpass 200'],
}
SCALE = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16)
# A note of SoX: what follows `sox -n` for a frequency and a length.
INSTRUMENTS = {
    'pluck': 'synth {l} pluck {f} fade t 0 {l} 0.05',
    'organ': 'synth {l} sine {f} synth {l} sine mix {f2} fade t 0.02 {l} 0.05',
    'trumpet-like': 'synth {l} sawtooth {f} bandpass 1200 2.5o tremolo 5.5 12 overdrive 6 fade t 0.04 {l} 0.06',
    'fiddle-like': 'synth {l} sawtooth {f} tremolo 6 20 equalizer 2700 1o 8 lowpass 5000 fade t 0.09 {l} 0.08',
    'chiptune': 'synth {l} square {f} fade t 0 {l} 0.01',
    'bell': 'synth {l} sine {f} synth {l} sine mix {f276} fade l 0 {l} {l}',
    'pad': 'synth {l} triangle {f} chorus 0.6 0.9 50 0.4 0.25 2 -t 60 0.32 0.4 1.3 -s fade t 0.12 {l} 0.12',
}


def run(line):
    return subprocess.run(line, check=True, capture_output=True).stdout


def from_sox(effects, source=('-n',)):
    x = run(['sox', '-R', '-V1', *source, '-r', str(RATE), '-c', '1', '-b', '16', '-e', 'signed', '-t', 'raw', '-',
             *effects.split()])
    return np.frombuffer(x, '<i2').astype(float) / 32768


def spoken(command, folder):
    path = folder / 'spoken.wav'
    run([*command[:1], *[str(path) if c == 'FILE' else c for c in command[1:]]])
    return from_sox('rate 16000', (str(path),))


def decoded(path, folder):
    raw = folder / 'decoded.raw'
    run(f'gst-launch-1.0 -q filesrc location={path} ! decodebin ! audioconvert ! audioresample ! '
        f'audio/x-raw,format=S16LE,rate={RATE},channels=1 ! filesink location={raw}'.split())
    x = np.fromfile(raw, '<i2') / 32768
    raw.unlink()
    return x


def level(x, dbfs):
    x = x * 10 ** (dbfs / 20) / np.sqrt(np.mean(x * x) + 1e-20)
    return x * min(1.0, 0.97 / (np.abs(x).max() + 1e-9))


def mixed(x, y, snr):
    """x over y, `snr` dB louder; y repeated as long as x."""
    y = np.tile(y, len(x) // len(y) + 1)[:len(x)]
    return x / np.sqrt(np.mean(x * x)) + y / np.sqrt(np.mean(y * y)) * 10 ** (-snr / 20)


def summed(rng, voices, count, n):
    """`count` voices at once, each from a random place on and all as loud."""
    x = np.zeros(n)
    for _ in range(count):
        y = voices[rng.integers(len(voices))]
        y = np.roll(np.tile(y, n // len(y) + 1), rng.integers(n))[:n]
        x += y / np.sqrt(np.mean(y * y))
    return x


def applause(rng, claps_per_second, n):
    """Bursts of white noise that die away, at random times."""
    x = np.zeros(n + RATE)
    decay = np.exp(-np.arange(800) / rng.uniform(60, 200))
    for _ in range(int(claps_per_second * n / RATE)):
        at = rng.integers(n)
        x[at:at + 800] += rng.standard_normal(800) * decay * rng.uniform(0.3, 1)
    return x[:n]


def tune(rng, kind, n):
    """A melody of one instrument, in thirds half of the time."""
    x, at, thirds = np.zeros(n + 4 * RATE), 0, rng.random() < 0.5
    while at < n:
        length, step = float(rng.choice([0.25, 0.5, 0.5, 1.0])), int(rng.integers(0, 8))
        for k in (step, step + 2) if thirds else (step,):
            f = 220 * 2 ** (SCALE[k] / 12)
            y = from_sox(INSTRUMENTS[kind].format(l=length, f=round(f, 2), f2=round(2 * f, 2), f276=round(2.76 * f, 2)))
            x[at:at + len(y)] += y[:len(x) - at]
        at += int(length * RATE)
    return x[:n]


class Output:
    def __init__(self, folder):
        self.folder, self.rows = folder, []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, label, x, dbfs=-26.0):
        name = f'{label}-{len(self.rows):04d}.wav'
        with wave.open(str(self.folder / name), 'wb') as f:
            f.setnchannels(1)
            f.setsampwidth(2)
            f.setframerate(RATE)
            f.writeframes((level(x, dbfs) * 32767).astype('<i2').tobytes())
        self.rows.append([name, label, label])

    def close(self):
        with open(self.folder / 'foreign.csv', 'w', newline='') as f:
            out = csv.writer(f)
            out.writerow(['path', 'emotion', 'speaker'])
            out.writerows(self.rows)


def write_speech(out):
    """Returns what was said."""
    voices = []
    for language, text in TEXTS.items():
        for variant in VARIANTS:
            x = spoken(['espeak-ng', '-v', language + variant, '-w', 'FILE', text], out.folder)
            voices.append(x)
            out.add('speech-espeak', x, -40.0 if variant == '+f1' else -20.0)
    for voice in FLITE:
        out.add('speech-flite', spoken(['flite', '-voice', voice, '-t', TEXTS['en'], '-o', 'FILE'], out.folder))
    (out.folder / 'spoken.wav').unlink()
    return voices


def write_crowds(out, rng, espeak, ravdess):
    crowds = []
    for count in (8, 12, 16, 24, 40):
        for name, voices in (('espeak', espeak), ('ravdess', ravdess)):
            for _ in range(4):
                crowds.append(summed(rng, voices, count, 10 * RATE))
                out.add(f'babble-{name}-{count}', crowds[-1])
    return [c for i, c in enumerate(crowds) if i >= 8]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('data', type=pathlib.Path)
    parser.add_argument('output', type=pathlib.Path)
    parser.add_argument('--seed', type=int, default=1)
    args = parser.parse_args()
    rng, out = np.random.default_rng(args.seed), Output(args.output)
    espeak = write_speech(out)
    ravdess = [decoded(p, out.folder) for p in sorted((args.data / 'ravdess/audio').glob('*.opus'))[::9]]
    for kind, lines in SOX.items():
        for line in lines:
            for dbfs in (-50.0, -20.0):
                out.add('sox-' + kind, from_sox(line), dbfs)
    tunes = []
    for kind in INSTRUMENTS:
        for _ in range(3):
            tunes.append(tune(rng, kind, 8 * RATE))
            out.add('tune-' + kind, tunes[-1])
    claps = [applause(rng, rate, 8 * RATE) for rate in (10, 30, 100, 300, 1000) for _ in range(3)]
    for x in claps:
        out.add('applause-bursts', x)
    crowds = write_crowds(out, rng, espeak, ravdess)
    for name, sounds in (('music', tunes), ('applause', claps), ('crowd', crowds)):
        for snr in (10, 5):
            for x in espeak + ravdess:
                out.add(f'speech-under-{name}-{snr}db', mixed(x, sounds[rng.integers(len(sounds))], snr))
    out.close()
    print(f'{args.output}/foreign.csv: {len(out.rows)} sounds')


if __name__ == '__main__':
    main()
