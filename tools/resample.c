/* resample.c - intervals and tests that take their numbers from the data: bootstrap, permutation, Holm
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Differences that only rounding tells apart count as equal. */
#define ROUNDING 1e-12

#define NORMAL_95 1.959963984540054 /* what a normal variable stays under in magnitude in 95 % */

/* ---- bootstrap ---- */

double
ser_resample_stretch (guint n)
{
  return ser_student_95 (n - 1) / NORMAL_95 * sqrt (n / (n - 1.0));
}

void
ser_resample_draw (SerRandom *random, guint n, guint *counts)
{
  memset (counts, 0, n * sizeof *counts);
  for (guint i = 0; i < n; i++)
    counts[ser_random_below (random, n)]++;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

void
ser_resample_interval (double *resamples, guint n, double *low, double *high)
{
  guint out = 0.025 * n;

  qsort (resamples, n, sizeof *resamples, compare_doubles);
  *low = resamples[out];
  *high = resamples[n - 1 - out];
}

SerInterval
ser_resample_mean (const double *values, guint n, guint64 seed)
{
  g_autofree double *resamples = g_new (double, SER_RESAMPLES);
  g_autofree guint *counts = g_new (guint, n + 1);
  SerInterval interval = { n > 0 ? 0 : NAN, NAN, NAN };
  SerRandom random = { seed };

  for (guint i = 0; i < n; i++)
    interval.value += values[i] / n;
  if (n < 2)
    return interval;
  for (guint r = 0; r < SER_RESAMPLES; r++) {
    double mean = 0;

    ser_resample_draw (&random, n, counts);
    for (guint i = 0; i < n; i++)
      mean += values[i] * counts[i] / n;
    resamples[r] = mean - interval.value;
  }
  ser_resample_interval (resamples, SER_RESAMPLES, &interval.low, &interval.high);
  if (interval.low == interval.high) {
    interval.low = interval.high = NAN;
    return interval;
  }
  interval.low = interval.value + ser_resample_stretch (n) * interval.low;
  interval.high = interval.value + ser_resample_stretch (n) * interval.high;
  return interval;
}

/* ---- permutation ---- */

guint
ser_permutation_count (guint a, guint b)
{
  guint64 count = 1;

  /* After each step it is the number of ways for a + i units, so that the division has no remainder. */
  for (guint i = 1; i <= MIN (a, b); i++) {
    count = count * (MAX (a, b) + i) / i;
    if (count > SER_PERMUTATIONS)
      return SER_PERMUTATIONS + 1;
  }
  return count;
}

double
ser_permutation_least (guint a, guint b)
{
  guint count = ser_permutation_count (a, b);

  if (a == 0 || b == 0)
    return 1;
  if (count > SER_PERMUTATIONS)
    return 1.0 / (SER_PERMUTATIONS + 1);
  /* Groups of one size can change places, which leaves the absolute difference as it is. */
  return (a == b ? 2.0 : 1.0) / count;
}

typedef struct {
  const double *values; /* [n][k] */
  double *totals;       /* [k] over all units */
  double *found;        /* [k] absolute differences */
  guint *hits;          /* [k] */
  guint a, n, k;
} Test;

/* The absolute difference of means of figure j when `units` [a] are the first group. */
static double
get_difference (const Test *test, const guint *units, guint j)
{
  double sum = 0;

  for (guint i = 0; i < test->a; i++)
    sum += test->values[units[i] * test->k + j];
  return fabs (sum / test->a - (test->totals[j] - sum) / (test->n - test->a));
}

static void
count_hits (Test *test, const guint *units)
{
  for (guint j = 0; j < test->k; j++)
    test->hits[j] += get_difference (test, units, j) >= test->found[j] - ROUNDING;
}

/* The next of the a-subsets of 0 .. n - 1 in lexicographic order; FALSE after the last. */
static gboolean
next_subset (guint *units, guint a, guint n)
{
  guint i = a;

  while (i > 0 && units[i - 1] == n - a + i - 1)
    i--;
  if (i == 0)
    return FALSE;
  units[i - 1]++;
  for (; i < a; i++)
    units[i] = units[i - 1] + 1;
  return TRUE;
}

static void
go_through (Test *test, guint *units)
{
  do
    count_hits (test, units);
  while (next_subset (units, test->a, test->n));
}

static void
draw (Test *test, guint *units, guint64 seed)
{
  g_autofree gsize *order = g_new (gsize, test->n);
  SerRandom random = { seed };

  count_hits (test, units);
  for (guint r = 0; r < SER_PERMUTATIONS; r++) {
    ser_random_order (&random, order, test->n);
    for (guint i = 0; i < test->a; i++)
      units[i] = order[i];
    count_hits (test, units);
  }
}

void
ser_permutation_test (const double *values, guint a, guint b, guint k, guint64 seed, double *p)
{
  guint n = a + b, count = ser_permutation_count (a, b);
  g_autofree double *totals = g_new0 (double, k), *found = g_new (double, k);
  g_autofree guint *hits = g_new0 (guint, k), *units = g_new (guint, a);
  Test test = { values, totals, found, hits, a, n, k };

  for (guint i = 0; i < a; i++)
    units[i] = i;
  for (guint i = 0; i < n * k; i++)
    totals[i % k] += values[i];
  for (guint j = 0; j < k; j++)
    found[j] = get_difference (&test, units, j);
  if (count <= SER_PERMUTATIONS)
    go_through (&test, units);
  else
    draw (&test, units, seed);
  for (guint j = 0; j < k; j++)
    p[j] = (double) hits[j] / (count <= SER_PERMUTATIONS ? count : SER_PERMUTATIONS + 1);
}

/* ---- Holm ---- */

static int
compare_targets (gconstpointer a, gconstpointer b)
{
  return compare_doubles (*(const double *const *) a, *(const double *const *) b);
}

void
ser_holm (double *p, guint n)
{
  g_autofree double **order = g_new (double *, n + 1);
  double least = 0;

  for (guint i = 0; i < n; i++)
    order[i] = &p[i];
  qsort (order, n, sizeof *order, compare_targets);
  for (guint i = 0; i < n; i++) {
    least = MAX (least, MIN (1, (n - i) * *order[i]));
    *order[i] = least;
  }
}
