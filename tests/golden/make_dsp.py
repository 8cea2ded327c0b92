#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""Writes dsp.golden: features of one signal as torchaudio has them, and as librosa defines them, written out in NumPy.

Run it as  /usr/bin/python3 tests/golden/make_dsp.py  with Debian's python3-torchaudio. The file is a sequence of
arrays, each a line "name rows columns" and then rows x columns little-endian 32-bit floats. Rows are frames.
"""

import pathlib

import numpy as np
import torch
import torchaudio

RATE = 16000
N = 8000


def signal():
    """Half a second: a chirp with harmonics, then noise, then digital silence. tests/dsp/reference.c makes the same."""
    x = np.zeros(N)
    state = 1
    for i in range(N * 9 // 10):
        state = (state * 1664525 + 1013904223) % 2**32
        noise = (state >> 8) / 2.0**23 - 1
        t = i / RATE
        phase = 2 * np.pi * (120 * t + 400 * t * t)
        tone = sum(np.sin(k * phase) / k for k in range(1, 13)) if i < N * 6 // 10 else 0.0
        x[i] = np.floor(32768 * (0.3 * tone * np.sin(np.pi * i / (N * 0.6)) ** 2 + 0.01 * noise) + 0.5) / 32768
    return x


def torchaudio_mel(x, scale, norm, n_fft=512, win=400, hop=160, mels=64, centre=True):
    """[T, mels] power"""
    mel = torchaudio.transforms.MelSpectrogram(
        RATE, n_fft=n_fft, win_length=win, hop_length=hop, n_mels=mels, norm=norm, mel_scale=scale, center=centre)
    return mel(x).T


def torchaudio_mfcc(x, n, log_mels, scale="htk", norm=None, **sizes):
    """[T, n]"""
    keys = dict(n_fft=512, win_length=400, hop_length=160, n_mels=64) | sizes
    keys |= dict(norm=norm, mel_scale=scale)
    return torchaudio.transforms.MFCC(RATE, n_mfcc=n, log_mels=log_mels, melkwargs=keys)(x).T


def slaney_hz(mel):
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))


def librosa_mel_filters(n_fft, mels):
    """librosa.filters.mel (htk=False, norm="slaney"), [mels, bins]"""
    top = 15 + np.log(RATE / 2 / 1000) * 27 / np.log(6.4)
    corner = slaney_hz(np.linspace(0, top, mels + 2))
    ramps = corner[:, None] - np.arange(n_fft // 2 + 1) * RATE / n_fft
    width = np.diff(corner)[:, None]
    filters = np.maximum(0, np.minimum(-ramps[:-2] / width[:-1], ramps[2:] / width[1:]))
    return filters * (2 / (corner[2:] - corner[:-2]))[:, None]


def librosa_mel(x, n_fft, hop, mels):
    """librosa.feature.melspectrogram, whose edges are padded with zeros, [T, mels]"""
    x = np.pad(x, n_fft // 2)
    frames = np.stack([x[i:i + n_fft] for i in range(0, len(x) - n_fft + 1, hop)])
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(n_fft) / n_fft)
    power = np.abs(np.fft.rfft(frames * hann)) ** 2
    return power @ librosa_mel_filters(n_fft, mels).T


def power_to_db(power, ref, amin=1e-10, top_db=80.0):
    """librosa.power_to_db"""
    db = 10 * np.log10(np.maximum(power, amin)) - 10 * np.log10(max(ref, amin))
    return db if top_db is None else np.maximum(db, db.max() - top_db)


def dct(x, n):
    """scipy.fft.dct (type=2, norm="ortho"), the first n coefficients"""
    N = x.shape[1]
    basis = np.sqrt(2 / N) * np.cos(np.pi * np.outer(np.arange(N) + 0.5, np.arange(n)) / N)
    basis[:, 0] /= np.sqrt(2)
    return x @ basis


def main():
    x64 = signal()
    x = torch.tensor(x64, dtype=torch.float32)
    arrays = {}

    arrays["torchaudio-mel-htk"] = torchaudio_mel(x, "htk", None)
    arrays["torchaudio-mel-slaney"] = torchaudio_mel(x, "slaney", "slaney")
    for n in 13, 20, 40:
        arrays[f"torchaudio-mfcc{n}-db-htk"] = torchaudio_mfcc(x, n, False)
        arrays[f"torchaudio-mfcc{n}-ln-slaney"] = torchaudio_mfcc(x, n, True, "slaney", "slaney")
    arrays["torchaudio-mfcc40-ln-htk"] = torchaudio_mfcc(x, 40, True)
    arrays["torchaudio-mfcc40-defaults"] = torchaudio_mfcc(x, 40, False, n_fft=400, hop_length=200, n_mels=128)

    power = librosa_mel(x64, 2048, 512, 128)
    arrays["librosa-mel"] = power
    arrays["librosa-db-ref1"] = power_to_db(power, 1.0)
    arrays["librosa-db-refmax"] = power_to_db(power, power.max())
    arrays["librosa-db-amin"] = power_to_db(power, 1.0, amin=1e-5, top_db=None)
    arrays["librosa-mfcc20"] = dct(power_to_db(power, 1.0), 20)

    # What the element computes: nothing centred. The window stands in the middle of torch's longer frame, hence the
    # zeros in front, and those behind for the last frame.
    padded = torch.nn.functional.pad(x, (56, 56))
    htk = torchaudio_mel(padded, "htk", None, centre=False)
    slaney = torchaudio_mel(padded, "slaney", "slaney", centre=False)
    logmel = torch.log(htk + 1e-6)
    mfcc = logmel @ torchaudio.functional.create_dct(40, 64, "ortho")
    arrays["logmel"] = logmel
    arrays["mfcc"] = mfcc
    arrays["logmel-db-slaney"] = 10 * torch.log10(torch.clamp(slaney, min=1e-6))

    delta = torchaudio.functional.compute_deltas(mfcc.T).T
    delta2 = torchaudio.functional.compute_deltas(delta.T).T
    both = torch.cat([mfcc, delta, delta2], dim=1)
    arrays["mfcc-delta2"] = both
    arrays["mfcc-delta2-window"] = (both - both.mean(0)) / (both.std(0, unbiased=False) + 1e-5)
    channel = torch.arange(120, dtype=torch.float32)
    arrays["mfcc-delta2-model"] = (both - channel / 10) / (1 + channel / 50)
    arrays["mfcc-delta2-mean"] = both.mean(0)[None]
    statistics = [both.mean(0), both.std(0, unbiased=False), *np.percentile(both, [5, 95], axis=0)]
    arrays["mfcc-delta2-stats"] = np.concatenate(statistics)[None]

    with open(pathlib.Path(__file__).parent / "dsp.golden", "wb") as f:
        for name, array in arrays.items():
            array = np.asarray(array, dtype="<f4")
            f.write(f"{name} {array.shape[0]} {array.shape[1]}\n".encode() + array.tobytes())


if __name__ == "__main__":
    main()
