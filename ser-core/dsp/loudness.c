/* loudness.c - level and clipping of a block of samples
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/loudness.h"

#include <math.h>

/* One below the largest 16-bit sample: converters and limiters that stop just short of full scale clip as well. */
#define CLIPPED (32766.0f / 32768.0f)

SerLevel
ser_level_do (const float *samples, gsize n)
{
  SerLevel level = { 0.0, 0 };

  for (gsize i = 0; i < n; i++) {
    level.energy += (double) samples[i] * samples[i];
    level.clipped += fabsf (samples[i]) >= CLIPPED;
  }
  return level;
}

double
ser_loudness_dbfs (double energy, guint64 n)
{
  if (n == 0 || !(energy > 0.0))
    return SER_LOUDNESS_MIN;
  return MAX (10.0 * log10 (energy / n), SER_LOUDNESS_MIN);
}
