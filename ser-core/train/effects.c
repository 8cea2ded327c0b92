/* effects.c - the plain operations of augmentation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/effects.h"

#include <math.h>
#include <string.h>

/* Values whose squares are summed in single precision, in LANES sums. */
#define BLOCK 512
#define LANES 8

double
ser_energy (const float *x, gsize n)
{
  double energy = 0.0;
  gsize at = 0;

  while (n - at >= LANES) {
    gsize end = at + MIN (BLOCK, (n - at) / LANES * LANES);
    float sum[LANES] = { 0 };
    for (; at < end; at += LANES)
      for (guint k = 0; k < LANES; k++)
        sum[k] += x[at + k] * x[at + k];
    for (guint k = 0; k < LANES; k++)
      energy += sum[k];
  }
  for (; at < n; at++)
    energy += (double) x[at] * x[at];
  return energy;
}

static void
scale (float *x, gsize n, float factor)
{
  for (gsize i = 0; i < n; i++)
    x[i] *= factor;
}

void
ser_set_energy (float *x, gsize n, double energy)
{
  double found = ser_energy (x, n);

  if (found > 0.0)
    scale (x, n, sqrt (energy / found));
}

void
ser_effect_gain (float *x, gsize n, double db)
{
  scale (x, n, pow (10.0, db / 20.0));
}

/* out [n]: a recording from `start` on, again and again. */
static void
read_sound (const SerSound *sound, gsize start, float *out, gsize n)
{
  while (n > 0) {
    gsize count = MIN (n, sound->n - start);
    for (gsize i = 0; i < count; i++)
      out[i] = sound->samples[start + i] / 32768.0f;
    out += count;
    n -= count;
    start = 0;
  }
}

void
ser_effect_noise (float *x, gsize n, const SerSound *noise, double place, double snr, float *scratch)
{
  double energy = ser_energy (x, n), added;
  float factor;

  read_sound (noise, place * (noise->n > n ? noise->n - n + 1 : noise->n), scratch, n);
  added = ser_energy (scratch, n);
  if (added == 0.0) {
    read_sound (noise, noise->loudest, scratch, n);
    added = ser_energy (scratch, n);
  }
  factor = sqrt (energy / added * pow (10.0, -snr / 10.0));
  for (gsize i = 0; i < n; i++)
    x[i] += factor * scratch[i];
}

void
ser_effect_shift (float *x, gsize n, gssize by, float *scratch)
{
  gsize later = ((by % (gssize) n) + (gssize) n) % (gssize) n;

  memcpy (scratch, x, n * sizeof (float));
  memcpy (x + later, scratch, (n - later) * sizeof (float));
  memcpy (x, scratch + n - later, later * sizeof (float));
}
