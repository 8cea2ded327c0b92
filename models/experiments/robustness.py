#!/usr/bin/env python3
# robustness.py - how right models are when the sound is worse: a table over conditions
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
#
# Takes the models of the folds of a cross-validation, in their order. Each is evaluated on the clips of its own fold, once
# for each condition, and `seremotion crossval` puts the folds together. A single model is evaluated on all clips of the
# splits. Writes NAME.csv and NAME.md:
#
#     models/experiments/robustness.py --data crema-d --noise esc-10 --rir rir --output robustness m-fold*.safetensors
"""Evaluate fold models under worse and worse conditions."""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

CONDITIONS = [
    ("as recorded", None),
    ("8 kHz band", "resample(8000)"),
    ("MP3, 64 kbit/s", "mp3(64)"),
    ("noise at 10 dB", "noise(10)"),
    ("reverberation, RT60 0.5 s", "reverb(rt60=0.5,drr=5,recorded=0)"),
    ("reverberation, recorded room", "reverb(recorded=1)"),
    ("gain of -20 dB", "gain(-20:-20)"),
]


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", help="the folds' models in their order, or one model")
    parser.add_argument("--corpus", default="crema-d")
    parser.add_argument("--data", required=True, help="the corpus's folder")
    parser.add_argument("--split", default="train,valid", help="splits that were divided into folds")
    parser.add_argument("--noise", required=True, help="recordings of noise, as for seremotion evaluate")
    parser.add_argument("--rir", required=True, help="impulse responses of rooms")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--program", default="seremotion")
    parser.add_argument("--output", required=True, help="the table without its .csv and .md")
    return parser.parse_args()


def run(*command):
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        sys.exit(f"robustness.py: `{' '.join(command)}` failed with status {done.returncode}")


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def mean_confidence(tables):
    """Mean of the leading label's probability over the clips of tables of predictions."""
    leading = []
    for path in tables:
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                leading.append(max(float(value) for name, value in row.items() if name.startswith("p_")))
    return sum(leading) / len(leading)


def evaluate(arguments, augment, folder):
    """Figures of all models on their clips, and how confident they are by their own temperatures."""
    tables, figures, folds = [], os.path.join(folder, "figures.json"), len(arguments.models)
    for number, model in enumerate(arguments.models, 1):
        tables.append(os.path.join(folder, f"{number}.csv"))
        command = [arguments.program, "evaluate", "--model", model, "--corpus", arguments.corpus, "--data",
                   arguments.data, "--split", arguments.split, "--csv", tables[-1], "--json", figures]
        if folds > 1:
            command += ["--fold", f"{number}/{folds}"]
        if augment:
            command += ["--augment", augment, "--noise", arguments.noise, "--rir", arguments.rir, "--seed",
                        arguments.seed]
        run(*command)
    if folds > 1:
        run(arguments.program, "crossval", *tables, "--json", figures)
    return load(figures), mean_confidence(tables)


def make_row(condition, augment, figures, confidence):
    mean = figures.get("mean", {}).get("uar", {"value": figures["uar"], "low": None, "high": None})
    return {"condition": condition, "augment": augment or "", "uar": mean["value"], "low": mean["low"],
            "high": mean["high"], "accuracy": figures["accuracy"], "confidence": confidence, "clips": figures["clips"]}


def percent(value):
    return "" if value is None else f"{100 * value:.1f}"


def write_markdown(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("| condition | `--augment` | UAR % | 95 % interval | change | accuracy % | mean confidence % |\n")
        file.write("| --- | --- | --- | --- | --- | --- | --- |\n")
        for row in rows:
            interval = f"{percent(row['low'])} to {percent(row['high'])}" if row["low"] is not None else ""
            file.write(f"| {row['condition']} | {'`' + row['augment'] + '`' if row['augment'] else ''} | "
                       f"{percent(row['uar'])} | {interval} | {100 * (row['uar'] - rows[0]['uar']):+.1f} | "
                       f"{percent(row['accuracy'])} | {percent(row['confidence'])} |\n")


def main():
    arguments = read_arguments()
    rows = []
    for condition, augment in CONDITIONS:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(make_row(condition, augment, *evaluate(arguments, augment, folder)))
        print(f"{condition:30} UAR {percent(rows[-1]['uar'])} %", flush=True)
    with open(arguments.output + ".csv", "w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        table.writeheader()
        for row in rows:
            table.writerow({name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()})
    write_markdown(arguments.output + ".md", rows)


main()
