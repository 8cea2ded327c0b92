/* intervals.h - 95 % intervals of figures over folds and over speakers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_INTERVALS_H
#define SER_INTERVALS_H

#include <glib.h>

typedef struct {
  double value;     /* the figure itself */
  double low, high; /* NAN where there is no interval */
} SerInterval;

/* The number t that a Student variable of `freedom` > 0 degrees of freedom stays under in magnitude with probability
 * 95 %. */
double ser_student_95 (guint freedom);

/* Mean of n figures and its interval by Student's t with n - 1 degrees of freedom: none for n < 2. The folds of a
 * cross-validation share most of their training clips, so the interval is somewhat too narrow. */
SerInterval ser_interval_of_mean (const double *values, guint n);

/* UAR of n predictions, over the labels that occur, and its percentile bootstrap interval over units: each resample
 * takes n_units whole units, with replacement. `unit` [n] is under n_units, truth and predicted [n] are under n_labels.
 * Percentiles are interpolated linearly between resamples. */
SerInterval ser_interval_of_uar (const guint *truth, const guint *predicted, const guint *unit, gsize n, guint n_labels,
    guint n_units, guint resamples, guint64 seed);

#endif /* SER_INTERVALS_H */
