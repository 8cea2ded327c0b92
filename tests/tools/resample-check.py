#!/usr/bin/env python3
# resample-check.py - permutation tests, as SciPy does them
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Copyright (C) 2026 the seremotion authors
"""resample-check.py FILE: lines of two sizes, the values of two groups and the p to compare. Exit status 77 without
SciPy."""

import csv
import sys

try:
    import numpy
    from scipy import stats
except ImportError:
    print('python3-scipy is not installed')
    sys.exit(77)


def difference(x, y, axis):
    return abs(numpy.mean(x, axis=axis) - numpy.mean(y, axis=axis))


with open(sys.argv[1], newline='', encoding='utf-8') as file:
    rows = list(csv.reader(file))
assert len(rows) >= 10
for row in rows:
    a, b = int(row[0]), int(row[1])
    values = [float(value) for value in row[2:]]
    first, second, p = values[:a], values[a:a + b], values[-1]
    found = stats.permutation_test((first, second), difference, vectorized=True, n_resamples=numpy.inf,
                                   alternative='greater').pvalue
    assert abs(found - p) < 1e-9, f'{a} and {b} units: {p}, SciPy has {found}'
