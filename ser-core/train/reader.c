/* reader.c - samples read at another speed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/reader.h"

#include <math.h>

/* Four values at once, in what gcc and clang make vector instructions of on any processor. */
typedef float Vector __attribute__ ((vector_size (16), aligned (4), may_alias));

#define TAPS (2 * SER_READER_MARGIN)

/* Positions between two samples for which there are coefficients; those between them are interpolated. */
#define LOG2_PHASES 5
#define PHASES (1u << LOG2_PHASES)

#define CUTOFF 0.9

/* Positions are in 1 / 2^FRACTION samples. */
#define FRACTION 32

/* table [PHASES + 1][TAPS]: tap k of a phase weighs the sample k - MARGIN + 1 places from the one before the
 * position. */
static void
fill_table (float table[PHASES + 1][TAPS], double cutoff)
{
  for (guint phase = 0; phase <= PHASES; phase++) {
    double sum = 0.0, h[TAPS];
    for (guint k = 0; k < TAPS; k++) {
      double t = (double) k - (SER_READER_MARGIN - 1) - phase / (double) PHASES, u = t / SER_READER_MARGIN;
      double sinc = t == 0.0 ? 1.0 : sin (G_PI * cutoff * t) / (G_PI * cutoff * t);
      h[k] = fabs (u) < 1.0 ? sinc * (0.5 + 0.5 * cos (G_PI * u)) : 0.0;
      sum += h[k];
    }
    for (guint k = 0; k < TAPS; k++)
      table[phase][k] = h[k] / sum;
  }
}

/* x [TAPS] weighed by the coefficients `share` of the way from a to b, [TAPS] each. */
static inline float
weigh (const float *x, const float *a, const float *b, float share)
{
  const Vector *from = (const Vector *) a, *to = (const Vector *) b, *at = (const Vector *) x;
  Vector sum = { 0.0f };

  for (guint k = 0; k < TAPS / 4; k++)
    sum += (from[k] + share * (to[k] - from[k])) * at[k];
  return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

void
ser_reader_do (const float *x, double speed, float *out, gsize n_out)
{
  float table[PHASES + 1][TAPS];
  guint64 step;

  g_return_if_fail (speed >= 0.25 && speed <= 4.0);

  fill_table (table, CUTOFF * fmin (1.0, 1.0 / speed));
  step = speed * ((guint64) 1 << FRACTION) + 0.5;
  for (gsize i = 0; i < n_out; i++) {
    guint64 position = i * step;
    guint32 fraction = (guint32) position, phase = fraction >> (FRACTION - LOG2_PHASES);
    const float *at = x + (gssize) (position >> FRACTION) - (SER_READER_MARGIN - 1);

    out[i] = weigh (at, table[phase], table[phase + 1], (fraction << LOG2_PHASES) * 0x1p-32f);
  }
}
