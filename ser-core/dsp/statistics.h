/* statistics.h - what the values of a window's frames are like over time, in a few numbers each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The functionals of an utterance that classifiers without a sense of time take (Schuller, Steidl and Batliner, "The
 * Interspeech 2009 emotion challenge", 2009), few enough that each is worth its place: docs/autoencoder.md has the
 * figures.
 */

#ifndef SER_STATISTICS_H
#define SER_STATISTICS_H

#include <glib.h>

/* Per value, in this order: mean, standard deviation (of T, not T - 1), 5th and 95th percentile. */
#define SER_N_STATISTICS 4

/* The percentiles: their ranks. Between two values that are next to each other in size they are interpolated linearly,
 * the rank of the least being 0 and that of the greatest 1 (type 7 of Hyndman and Fan 1996). */
#define SER_N_PERCENTILES 2
extern const double ser_percentiles[SER_N_PERCENTILES];

/* x [T, width] -> out [SER_N_STATISTICS, width]: all means, then all standard deviations, and so on. T >= 1. x is left
 * with each column in rising order. Allocates nothing. */
void ser_statistics_do (float *x, gsize T, guint width, float *out);

#endif /* SER_STATISTICS_H */
