/* intervals.c - 95 % intervals of figures over folds and over speakers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/intervals.h"

#include <math.h>
#include <stdlib.h>

#include "train/random.h"

/* P(|t| < tan (theta) * sqrt (freedom)), the finite sums of Abramowitz and Stegun 26.7.3 and 26.7.4. */
static double
student_inside (double theta, guint freedom)
{
  gboolean odd = freedom % 2;
  double c2 = cos (theta) * cos (theta), term = odd ? cos (theta) : 1.0, sum = freedom == 1 ? 0.0 : term;

  for (guint k = odd ? 3 : 2; k + 1 < freedom; k += 2) {
    term *= c2 * (k - 1.0) / k;
    sum += term;
  }
  return odd ? 2.0 / G_PI * (theta + sin (theta) * sum) : sin (theta) * sum;
}

double
ser_student_95 (guint freedom)
{
  double low = 0.0, high = G_PI_2;

  for (guint i = 0; i < 100; i++) {
    double middle = (low + high) / 2.0;
    if (student_inside (middle, freedom) < 0.95)
      low = middle;
    else
      high = middle;
  }
  return tan (low) * sqrt (freedom);
}

SerInterval
ser_interval_of_mean (const double *values, guint n)
{
  double mean = 0.0, squares = 0.0, half;

  for (guint i = 0; i < n; i++)
    mean += values[i] / n;
  for (guint i = 0; i < n; i++)
    squares += (values[i] - mean) * (values[i] - mean);
  half = n > 1 ? ser_student_95 (n - 1) * sqrt (squares / (n - 1.0) / n) : NAN;
  return (SerInterval){ n ? mean : NAN, mean - half, mean + half };
}

/* Counts of a unit: right [n_labels] and all [n_labels] by true label. */
typedef struct {
  guint n_labels;
  guint *right, *all; /* [n_units, n_labels] */
} Counts;

/* UAR of `n` units; drawn from `random`, or each once when it is NULL. */
static double
measure_uar (const Counts *counts, guint n, SerRandom *random, gsize *right, gsize *all)
{
  guint L = counts->n_labels, occurring = 0;
  double sum = 0.0;

  for (guint j = 0; j < L; j++)
    right[j] = all[j] = 0;
  for (guint i = 0; i < n; i++) {
    gsize unit = random ? ser_random_below (random, n) : i;
    for (guint j = 0; j < L; j++) {
      right[j] += counts->right[unit * L + j];
      all[j] += counts->all[unit * L + j];
    }
  }
  for (guint j = 0; j < L; j++) {
    occurring += all[j] > 0;
    sum += all[j] > 0 ? right[j] / (double) all[j] : 0.0;
  }
  return occurring ? sum / occurring : NAN;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
percentile (const double *sorted, guint n, double share)
{
  double at = share * (n - 1);
  guint below = floor (at);

  return below + 1 < n ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

SerInterval
ser_interval_of_uar (const guint *truth, const guint *predicted, const guint *unit, gsize n, guint n_labels,
    guint n_units, guint resamples, guint64 seed)
{
  g_autofree guint *right = g_new0 (guint, (gsize) n_units * n_labels),
                   *all = g_new0 (guint, (gsize) n_units * n_labels);
  g_autofree gsize *sums = g_new (gsize, 2 * (gsize) n_labels);
  g_autofree double *uars = g_new (double, resamples + 1);
  Counts counts = { n_labels, right, all };
  SerInterval interval = { .low = NAN, .high = NAN };

  for (gsize i = 0; i < n; i++) {
    gsize at = (gsize) unit[i] * n_labels + truth[i];
    all[at]++;
    right[at] += predicted[i] == truth[i];
  }
  interval.value = measure_uar (&counts, n_units, NULL, sums, sums + n_labels);
  if (n == 0 || n_units < 2 || resamples == 0)
    return interval;
  for (guint r = 0; r < resamples; r++) {
    SerRandom random = ser_random_for (seed, r, 0, 0);
    uars[r] = measure_uar (&counts, n_units, &random, sums, sums + n_labels);
  }
  qsort (uars, resamples, sizeof (double), compare_doubles);
  interval.low = percentile (uars, resamples, 0.025);
  interval.high = percentile (uars, resamples, 0.975);
  return interval;
}
