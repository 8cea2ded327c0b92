/* mel.c - mel filterbank
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dsp/mel.h"

#include <math.h>

/* Slaney's scale: linear below the corner, logarithmic above. */
#define SLANEY_HZ_PER_MEL (200.0 / 3.0)
#define SLANEY_CORNER_HZ 1000.0
#define SLANEY_CORNER_MEL (SLANEY_CORNER_HZ / SLANEY_HZ_PER_MEL)
#define SLANEY_LOG_STEP (log (6.4) / 27.0)

/* A filter's weights are zero outside bins [start, start + length), and stored for those only. */
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

/* Appends the weights of the triangle left-centre-right (Hz) over bins `step` Hz apart. */
static Band
append_band (GArray *weights, guint n_bins, double step, const double corner[3], SerMelNorm norm)
{
  const double left = corner[0], centre = corner[1], right = corner[2];
  const double scale = norm == SER_MEL_NORM_SLANEY ? 2.0 / (right - left) : 1.0;
  Band band = { 0, 0, weights->len };

  for (guint k = 0; k < n_bins; k++) {
    const double hz = k * step;
    const float weight = (float) (scale * MIN ((hz - left) / (centre - left), (right - hz) / (right - centre)));

    if (weight > 0.0f) {
      if (band.length++ == 0)
        band.start = k;
      g_array_append_val (weights, weight);
    }
  }
  return band;
}

SerMel *
ser_mel_new (guint mels, guint fft, guint rate, double fmin, double fmax, SerMelScale scale, SerMelNorm norm)
{
  const double low = ser_mel_from_hz (scale, fmin), high = ser_mel_from_hz (scale, fmax);
  GArray *weights = g_array_new (FALSE, FALSE, sizeof (float));
  SerMel *mel = g_new0 (SerMel, 1);

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

void
ser_mel_do (const SerMel *mel, const float *power, float *bands)
{
  for (guint m = 0; m < mel->mels; m++) {
    const Band *band = &mel->bands[m];
    const float *x = power + band->start, *w = mel->weights + band->offset;
    float sum = 0.0f;

    for (guint k = 0; k < band->length; k++)
      sum += x[k] * w[k];
    bands[m] = sum;
  }
}
