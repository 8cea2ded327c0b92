/* resample.h - intervals and tests that take their numbers from the data: bootstrap, permutation, Holm
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Units are speeches here: what is drawn is a whole one, so that nothing is assumed of what goes on within.
 */

#ifndef SER_RESAMPLE_H
#define SER_RESAMPLE_H

#include <glib.h>

#include "train/intervals.h"
#include "train/random.h"

#define SER_RESAMPLES 2000

/* ---- bootstrap ---- */

/* How much further than it does a resampled mean of n > 1 units should be from the mean: percentiles alone make an
 * interval too narrow for few units, whose spread a resample understates by sqrt (1 - 1 / n), and whose t is wider than
 * the normal's (Hesterberg, The American Statistician 69(4), 2015). Stretched by this, the middle 95 % of them are as
 * wide as the interval of Student's t, and keep the skew of the data. Nearly 1 for many. */
double ser_resample_stretch (guint n);

/* Draws n of the units 0 .. n - 1 with replacement: how often each was, counts [n]. */
void ser_resample_draw (SerRandom *random, guint n, guint *counts);

/* The middle 95 % of the resamples [n]; they are sorted by it. */
void ser_resample_interval (double *resamples, guint n, double *low, double *high);

/* The mean of n units and its interval by SER_RESAMPLES stretched resamples. NAN for no units; no interval for one, nor
 * where all are the same, which tells nothing of how others would differ. */
SerInterval ser_resample_mean (const double *values, guint n, guint64 seed);

/* ---- permutation ---- */

/* Up to so many ways to divide the units are gone through, else as many are drawn. */
#define SER_PERMUTATIONS 10000

/* Ways to divide a + b units into a and b: at most SER_PERMUTATIONS + 1, which stands for more. */
guint ser_permutation_count (guint a, guint b);

/* The smallest p that ser_permutation_test() can give of a and b units, whatever the values; 1 where one is 0. */
double ser_permutation_least (guint a, guint b);

/* The two-sided permutation test of whether the means of two groups differ: the share of all ways to divide the units
 * among which the absolute difference of the means is at least the one found. Of values [a + b][k], a unit's k figures
 * next to each other and the first group's units first, gives p [k]. With more than SER_PERMUTATIONS ways a seeded
 * sample of so many, the division that was found counted as one more (Phipson and Smyth, Statistical Applications in
 * Genetics and Molecular Biology 9(1), 2010). */
void ser_permutation_test (const double *values, guint a, guint b, guint k, guint64 seed, double *p);

/* Corrects p [n] of n tests so that the chance of any false alarm among them all stays under what each is compared with
 * (Holm, Scandinavian Journal of Statistics 6(2), 1979). */
void ser_holm (double *p, guint n);

#endif /* SER_RESAMPLE_H */
