/* mel.c - mel filterbank
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/mel.h"

#include <math.h>

/* Slaney's scale: linear below the corner, logarithmic above. */
#define SLANEY_HZ_PER_MEL (200.0 / 3.0)
#define SLANEY_CORNER_HZ 1000.0
#define SLANEY_CORNER_MEL (SLANEY_CORNER_HZ / SLANEY_HZ_PER_MEL)
#define SLANEY_LOG_STEP (log (6.4) / 27.0)

/* Sums run in this many lanes, which compilers turn into vector instructions without being allowed to reorder sums. */
#define LANES 8

/* A filter's weights are zero outside bins [start, start + length), and stored for those only; length is a multiple of
 * LANES. */
typedef struct {
  guint start, length;
  guint offset; /* of its first weight */
} Band;

struct _SerMel {
  guint mels;
  Band *bands;    /* [mels] */
  float *weights; /* all bands' one after the other */
};

double
ser_mel_from_hz (SerMelScale scale, double hz)
{
  if (scale == SER_MEL_HTK)
    return 2595.0 * log10 (1.0 + hz / 700.0);
  if (hz < SLANEY_CORNER_HZ)
    return hz / SLANEY_HZ_PER_MEL;
  return SLANEY_CORNER_MEL + log (hz / SLANEY_CORNER_HZ) / SLANEY_LOG_STEP;
}

double
ser_mel_to_hz (SerMelScale scale, double mel)
{
  if (scale == SER_MEL_HTK)
    return 700.0 * (pow (10.0, mel / 2595.0) - 1.0);
  if (mel < SLANEY_CORNER_MEL)
    return mel * SLANEY_HZ_PER_MEL;
  return SLANEY_CORNER_HZ * exp ((mel - SLANEY_CORNER_MEL) * SLANEY_LOG_STEP);
}

/* The weight at `hz` of the triangle left-centre-right (Hz). */
static float
triangle (const double corner[3], SerMelNorm norm, double hz)
{
  const double left = corner[0], centre = corner[1], right = corner[2];
  const double scale = norm == SER_MEL_NORM_SLANEY ? 2.0 / (right - left) : 1.0;

  return (float) (scale * MAX (0.0, MIN ((hz - left) / (centre - left), (right - hz) / (right - centre))));
}

/* Appends the weights of a filter over n_bins bins, `step` Hz apart, that are not 0, and as many of its zeros as fill
 * the lanes: behind, or in front where the spectrum ends. */
static Band
append_band (GArray *weights, guint n_bins, double step, const double corner[3], SerMelNorm norm)
{
  Band band = { 0, 0, weights->len };
  guint first = 0, end;

  while (first < n_bins && triangle (corner, norm, first * step) == 0.0f)
    first++;
  for (end = first; end < n_bins && triangle (corner, norm, end * step) != 0.0f; end++)
    ;
  band.length = (end - first + LANES - 1) / LANES * LANES;
  band.start = MIN (first, n_bins - band.length);
  for (guint k = band.start; k < band.start + band.length; k++) {
    const float weight = triangle (corner, norm, k * step);

    g_array_append_val (weights, weight);
  }
  return band;
}

SerMel *
ser_mel_new (guint mels, guint fft, guint rate, double fmin, double fmax, SerMelScale scale, SerMelNorm norm)
{
  const double low = ser_mel_from_hz (scale, fmin), high = ser_mel_from_hz (scale, fmax);
  GArray *weights;
  SerMel *mel;

  g_return_val_if_fail (fft % (2 * LANES) == 0 && fmin >= 0.0 && fmin < fmax && fmax <= rate / 2.0, NULL);

  weights = g_array_new (FALSE, FALSE, sizeof (float));
  mel = g_new0 (SerMel, 1);
  mel->mels = mels;
  mel->bands = g_new (Band, mels);
  for (guint m = 0; m < mels; m++) {
    double corner[3];

    for (guint i = 0; i < 3; i++)
      corner[i] = ser_mel_to_hz (scale, low + (high - low) * (m + i) / (mels + 1));
    mel->bands[m] = append_band (weights, fft / 2 + 1, (double) rate / fft, corner, norm);
  }
  mel->weights = (float *) g_array_free (weights, FALSE);
  return mel;
}

void
ser_mel_free (SerMel *mel)
{
  if (mel == NULL)
    return;
  g_free (mel->bands);
  g_free (mel->weights);
  g_free (mel);
}

/* x . w, of n values, a multiple of LANES. */
static float
dot (const float *x, const float *w, guint n)
{
  float sum[LANES] = { 0.0f };

  for (; n > 0; n -= LANES, x += LANES, w += LANES)
    for (guint i = 0; i < LANES; i++)
      sum[i] += x[i] * w[i];
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

void
ser_mel_do (const SerMel *mel, const float *power, float *bands)
{
  for (guint m = 0; m < mel->mels; m++) {
    const Band *band = &mel->bands[m];

    bands[m] = dot (power + band->start, mel->weights + band->offset, band->length);
  }
}
