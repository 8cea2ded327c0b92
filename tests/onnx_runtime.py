# onnx_runtime.py - ONNX Runtime for Node.js, installed by npm for the tests and benchmarks that compare with it
#
# SPDX-License-Identifier: GPL-2.0-or-later
# Copyright (C) 2026 the seremotion authors
"""Its version is what tests/bench/package-lock.json says."""

import pathlib
import shutil
import subprocess

LOCKED = pathlib.Path(__file__).resolve().parent / 'bench'


class Absent(Exception):
    """Why it cannot be had."""


def install(where):
    """Makes sure that node_modules in the folder `where` holds onnxruntime-node. Its package brings the library for the
    CPU, and its install script, which would fetch others, is not run. True when it had to be installed."""
    if not shutil.which('node') or not shutil.which('npm'):
        raise Absent('node and npm are not installed')
    lock = (LOCKED / 'package-lock.json').read_text()
    stamp = where / 'installed-lock.json'
    if stamp.exists() and stamp.read_text() == lock:
        return False
    where.mkdir(parents=True, exist_ok=True)
    for name in ('package.json', 'package-lock.json', '.npmrc'):
        shutil.copy(LOCKED / name, where)
    try:
        done = subprocess.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd=where,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired as error:
        raise Absent('npm did not install onnxruntime-node within 300 s') from error
    if done.returncode:
        raise Absent('npm could not install onnxruntime-node: '
                     + ' '.join(done.stderr.splitlines()[-3:] or ['no message']))
    stamp.write_text(lock)
    return True
