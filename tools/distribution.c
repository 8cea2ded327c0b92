/* distribution.c - how values are spread: quartiles and a histogram
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "distribution.h"

#include <math.h>
#include <stdlib.h>

/* ---- bins ---- */

/* Number of the bin of `step` that holds the value, the one from 0 being 0. */
static double
find_bin (double value, double step)
{
  return floor (value / step + 1e-9);
}

static guint
count_bins (double low, double high, double step)
{
  double n = find_bin (high, step) - find_bin (low, step) + 1;

  return n <= SER_MAX_BINS ? (guint) n : SER_MAX_BINS + 1;
}

SerBins
ser_bins_choose (const double *values, gsize n)
{
  static const double mantissas[] = { 1, 2, 5 };
  double low = n > 0 ? values[0] : 0, high = low;

  for (gsize i = 0; i < n; i++) {
    low = MIN (low, values[i]);
    high = MAX (high, values[i]);
  }
  for (int i = -9; n > 0 && i < 60; i++) {
    double step = mantissas[(i + 9) % 3] * pow (10, (i + 9) / 3 - 3);
    guint bins = count_bins (low, high, step);

    if (bins <= SER_MAX_BINS)
      return (SerBins){ find_bin (low, step) * step, step, bins };
  }
  return (SerBins){ 0, 1, 0 };
}

/* ---- distributions ---- */

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Of sorted values [n > 0]. */
static double
get_quantile (const double *values, gsize n, double share)
{
  double place = share * (n - 1);
  gsize below = (gsize) place;

  return below + 1 < n ? values[below] + (place - below) * (values[below + 1] - values[below]) : values[n - 1];
}

static guint
place_in_bins (const SerBins *bins, double value)
{
  double bin = find_bin (value, bins->step) - find_bin (bins->from, bins->step);

  return CLAMP (bin, 0, bins->n - 1.0);
}

void
ser_distribution_compute (SerDistribution *distribution, double *values, gsize n, const SerBins *bins)
{
  double sum = 0;

  *distribution = (SerDistribution){
    .n = n, .minimum = NAN, .maximum = NAN, .mean = NAN, .quartiles = { NAN, NAN, NAN }, .bins = *bins
  };
  if (n == 0)
    return;
  qsort (values, n, sizeof *values, compare_doubles);
  for (gsize i = 0; i < n; i++) {
    sum += values[i];
    if (bins->n > 0)
      distribution->counts[place_in_bins (bins, values[i])]++;
  }
  distribution->minimum = values[0];
  distribution->maximum = values[n - 1];
  distribution->mean = sum / n;
  for (guint i = 0; i < G_N_ELEMENTS (distribution->quartiles); i++)
    distribution->quartiles[i] = get_quantile (values, n, (i + 1) / 4.0);
}
