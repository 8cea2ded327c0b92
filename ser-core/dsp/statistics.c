/* statistics.c - what the values of a window's frames are like over time, in a few numbers each
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/statistics.h"

#include <math.h>

const double ser_percentiles[SER_N_PERCENTILES] = { 0.05, 0.95 };

/* Mean and standard deviation of a column x [T], `width` apart. */
static void
take_moments (const float *x, gsize T, guint width, float *mean, float *std)
{
  double sum = 0.0, squares = 0.0, m;

  for (gsize t = 0; t < T; t++)
    sum += x[t * width];
  m = sum / T;
  for (gsize t = 0; t < T; t++)
    squares += (x[t * width] - m) * (x[t * width] - m);
  *mean = (float) m;
  *std = (float) sqrt (squares / T);
}

/* Puts the lesser of each pair of values into a, the greater into b. */
static void
exchange (float *restrict a, float *restrict b, guint width)
{
  for (guint c = 0; c < width; c++) {
    float low = a[c] < b[c] ? a[c] : b[c], high = a[c] < b[c] ? b[c] : a[c];

    a[c] = low;
    b[c] = high;
  }
}

/* Sorts all columns at once by Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2, algorithm M):
 * which rows are compared does not depend on their values, so a comparison is one of whole rows, in vectors. */
static void
sort_columns (float *x, gsize T, guint width)
{
  gsize top = 1;

  while (2 * top < T)
    top *= 2;
  for (gsize p = top; p > 0; p /= 2) {
    gsize q = top, r = 0, d = p;

    for (;;) {
      for (gsize i = 0; i + d < T; i++)
        if ((i & p) == r)
          exchange (x + i * width, x + (i + d) * width, width);
      if (q == p)
        break;
      d = q - p;
      q /= 2;
      r = p;
    }
  }
}

void
ser_statistics_do (float *x, gsize T, guint width, float *out)
{
  for (guint c = 0; c < width; c++)
    take_moments (x + c, T, width, &out[c], &out[width + c]);
  sort_columns (x, T, width);
  for (guint i = 0; i < SER_N_PERCENTILES; i++) {
    const double rank = ser_percentiles[i] * (T - 1);
    const gsize below = (gsize) rank, above = MIN (below + 1, T - 1);
    const float share = (float) (rank - below);

    for (guint c = 0; c < width; c++) {
      const float low = x[below * width + c], high = x[above * width + c];

      out[(2 + i) * width + c] = low + share * (high - low);
    }
  }
}
