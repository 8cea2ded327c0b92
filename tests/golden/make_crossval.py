#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""Writes crossval/: the out-of-fold predictions of three folds, and what NumPy says of them.

Run it as  /usr/bin/python3 tests/golden/make_crossval.py  with Debian's python3-numpy. fold1.csv to fold3.csv have the
columns of `seremotion evaluate --csv`; expected.txt has a line "PATH VALUE" for members of what `seremotion crossval
--json` writes, PATH being their names and indices with dots between. Everything is computed from the files, in double
precision.
"""

import csv
import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "crossval"
LABELS = ["neutral", "anger", "joy", "fear"]
FOLDS, SPEAKERS, BINS, RESAMPLES = 3, 5, 15, 2000
T_975_OF_2 = 4.302652729911275  # Student's t, 2 degrees of freedom, 97.5 %
GROUPS = {"female": lambda s, a: s == "f", "male": lambda s, a: s == "m", "under-30": lambda s, a: 1 <= a < 30,
          "30-44": lambda s, a: 30 <= a < 45, "45-59": lambda s, a: 45 <= a < 60, "60-and-over": lambda s, a: a >= 60}
MASK = 2**64 - 1


def write_folds():
    """Logits that are too sure, the more so the higher the fold; nobody in fold 2 is afraid."""
    random = np.random.default_rng(4)
    for fold in range(1, FOLDS + 1):
        rows = []
        for speaker in range(SPEAKERS):
            name = f"{fold}{chr(ord('a') + speaker)}"
            sex, age = ["f", "m", "f", "m", ""][speaker], ["", 20 + fold, 40, 44 + fold, 66][speaker]
            for clip in range(7 + 3 * speaker + fold):
                truth = random.integers(0, 3 if fold == 2 else 4)
                z = random.normal(size=4) + 1.2 * (np.arange(4) == truth)
                scores = np.exp(z) / np.exp(z).sum()
                predicted = LABELS[int(scores.argmax())]
                file = f"{name}, take {clip}.wav" if clip == 3 else f"{name}-{clip}.wav"
                rows.append([file, name, sex, age, "train", LABELS[truth], predicted, *(f"{v:.6g}" for v in scores),
                             *(f"{v:.6g}" for v in (1 + 0.7 * fold) * z)])
        with open(FOLDER / f"fold{fold}.csv", "w", newline="") as f:
            writer = csv.writer(f, lineterminator="\n")
            writer.writerow(["clip", "speaker", "sex", "age", "split", "emotion", "predicted",
                             *(f"p_{label}" for label in LABELS), *(f"logit_{label}" for label in LABELS)])
            writer.writerows(rows)


def softmax(z, temperature):
    e = np.exp((z - z.max(1, keepdims=True)) / temperature)
    return e / e.sum(1, keepdims=True)


def fit(z, truth):
    """The derivative of the cross entropy with respect to 1 / temperature has one zero: bisection"""
    low, high = 0.05, 20.0
    for _ in range(60):
        b = (low + high) / 2
        slope = (softmax(z, 1 / b) * z).sum() - z[np.arange(len(z)), truth].sum()
        low, high = (b, high) if slope < 0 else (low, b)
    return 1 / b


def recalls(truth, predicted):
    return {label: np.mean(predicted[truth == label] == label) for label in np.unique(truth)}


def bins(p, truth):
    """Tuples of clips, least and greatest confidence, mean confidence, accuracy"""
    confidence, right = p.max(1), p.argmax(1) == truth
    order, n = np.argsort(confidence, kind="stable"), len(p)
    parts = [order[n * b // BINS:n * (b + 1) // BINS] for b in range(BINS)]
    return [(len(i), confidence[i].min(), confidence[i].max(), confidence[i].mean(), right[i].mean()) for i in parts]


def figures(out, path, p, truth):
    n, predicted = len(p), p.argmax(1)
    recall = recalls(truth, predicted)
    f1 = [2 * np.sum((truth == i) & (predicted == i)) / (np.sum(truth == i) + np.sum(predicted == i)) for i in recall]
    out[path + "clips"] = n
    out[path + "accuracy"] = np.mean(predicted == truth)
    out[path + "uar"] = np.mean(list(recall.values()))
    out[path + "macro_f1"] = np.mean(f1)
    out[path + "ece"] = sum(c / n * abs(a - m) for c, _, _, m, a in bins(p, truth)) if n >= BINS else np.nan
    out[path + "loss"] = -np.log(p[np.arange(n), truth]).mean()
    for i, label in enumerate(LABELS):
        if i in recall:
            out[f"{path}recalls.{label}"] = recall[i]
        out[f"{path}predicted.{label}"] = np.mean(predicted == i)


def splitmix(state):
    z = (z0 := (state + 0x9E3779B97F4A7C15) & MASK)
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z0, z ^ (z >> 31)


def draws(resample, n):
    """ser-core/train/random.h: the generator for (resample, 0, 0) under the seed 0, n numbers under n"""
    state = 0
    for use in resample * 0xD1342543DE82EF95 & MASK, 0, 0:
        state = splitmix(state)[1] ^ use
    numbers = []
    for _ in range(n):
        state, word = splitmix(state)
        numbers.append(int((word >> 11) * 2.0**-53 * n))
    return numbers


def bootstrap(truth, predicted, speakers):
    names = sorted(set(speakers))
    clips = [np.flatnonzero(speakers == name) for name in names]
    uars = []
    for resample in range(RESAMPLES):
        i = np.concatenate([clips[k] for k in draws(resample, len(names))])
        uars.append(np.mean(list(recalls(truth[i], predicted[i]).values())))
    return np.quantile(uars, [0.025, 0.975])


def state(out, path, p, truth):
    figures(whole := {}, "", p, truth)
    out[path + "ece"], out[path + "loss"] = whole["ece"], whole["loss"]
    out[path + "brier"] = ((p - np.eye(4)[truth]) ** 2).sum(1).mean()
    for i, bin in enumerate(bins(p, truth)):
        for name, value in zip(["clips", "low", "high", "confidence", "accuracy"], bin):
            out[f"{path}bins.{i}.{name}"] = value


def compute():
    out, z, truth, fold, speakers, sexes, ages = {}, [], [], [], [], [], []
    for k in range(FOLDS):
        with open(FOLDER / f"fold{k + 1}.csv", newline="") as f:
            for row in csv.DictReader(f):
                z.append([float(row["logit_" + label]) for label in LABELS])
                truth.append(LABELS.index(row["emotion"]))
                fold.append(k)
                speakers.append(row["speaker"])
                sexes.append(row["sex"])
                ages.append(int(row["age"] or 0))
    z, truth, fold, speakers = np.array(z), np.array(truth), np.array(fold), np.array(speakers)
    p = np.empty_like(z)
    out["speakers"] = len(set(speakers))
    out["temperature"] = fit(z, truth)
    for k in range(FOLDS):
        temperature = fit(z[fold != k], truth[fold != k])
        p[fold == k] = softmax(z[fold == k], temperature)
        out[f"folds.{k}.temperature"] = temperature
        out[f"folds.{k}.speakers"] = SPEAKERS
        figures(out, f"folds.{k}.", p[fold == k], truth[fold == k])
    figures(out, "", p, truth)
    predicted = p.argmax(1)
    for i in range(4):
        for j in range(4):
            out[f"confusion.{i}.{j}"] = np.sum((truth == i) & (predicted == j))
    for name, holds in GROUPS.items():
        inside = np.array([holds(s, a) for s, a in zip(sexes, ages)])
        figures(out, f"by_group.{name}.", p[inside], truth[inside])
    for name in "uar", "accuracy", "macro_f1":
        values = np.array([out[f"folds.{k}.{name}"] for k in range(FOLDS)])
        half = T_975_OF_2 * values.std(ddof=1) / np.sqrt(FOLDS)
        for end, value in ("value", values.mean()), ("low", values.mean() - half), ("high", values.mean() + half):
            out[f"mean.{name}.{end}"] = value
    low, high = bootstrap(truth, predicted, speakers)
    out["bootstrap.uar.value"], out["bootstrap.uar.low"], out["bootstrap.uar.high"] = out["uar"], low, high
    out["bootstrap.units"], out["bootstrap.resamples"], out["bootstrap.seed"] = out["speakers"], RESAMPLES, 0
    state(out, "calibration.before.", softmax(z, 1.0), truth)
    state(out, "calibration.after.", p, truth)
    for i in range(20):
        threshold, kept = i / 20, p.max(1) >= i / 20
        out[f"coverage.{i}.threshold"], out[f"coverage.{i}.answered"] = threshold, kept.sum()
        out[f"coverage.{i}.coverage"] = kept.mean()
        out[f"coverage.{i}.accuracy"] = np.mean(predicted[kept] == truth[kept]) if kept.any() else np.nan
        out[f"coverage.{i}.uar"] = np.mean(list(recalls(truth[kept], predicted[kept]).values())) if kept.any() else np.nan
    return out


if __name__ == "__main__":
    write_folds()
    with open(FOLDER / "expected.txt", "w") as f:
        f.writelines(f"{path} {float(value):.9g}\n" for path, value in compute().items())
