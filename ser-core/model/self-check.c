/* self-check.c - a generated signal whose scores a model file carries
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/self-check.h"

#include <math.h>

#define HARMONICS 12

/* Amplitudes of the harmonics in 1/64, one row per syllable: louder where an open, a front and a back vowel have
 * their first two formants. */
static const guint8 vowels[3][HARMONICS] = {
  { 20, 24, 32, 48, 56, 48, 36, 40, 32, 16, 10, 8 },
  { 40, 56, 40, 16, 8, 6, 6, 8, 12, 20, 28, 20 },
  { 48, 60, 48, 24, 28, 16, 8, 4, 3, 2, 2, 2 },
};

/* A sine of the phase in turns of 2^32, as two parabolas: 4 u (1 - |u|) for u from -1 to 1. */
static double
parabolic_sine (guint32 phase)
{
  double u = (gint32) phase / 2147483648.0;

  return 4.0 * u * (1.0 - fabs (u));
}

void
ser_self_check_signal (guint rate, float *samples, gsize n)
{
  guint32 phase = 0, seed = 1;
  guint syllable = rate / 4;
  gsize i;

  for (i = 0; i < n; i++) {
    const guint8 *amplitudes = vowels[i / syllable % 3];
    double u = (double) (i % syllable) / syllable, x = 0.0;
    guint64 millihertz = 110000 + (guint64) i * 40000 / rate % 120000; /* 110 Hz, 40 Hz more each second, to 230 Hz */
    guint k;

    phase += (guint32) ((millihertz << 32) / (1000 * (guint64) rate));
    seed = seed * 1664525u + 1013904223u;
    for (k = 0; k < HARMONICS; k++)
      x += amplitudes[k] / 64.0 * parabolic_sine ((k + 1) * phase);
    x = 4.0 * u * (1.0 - u) * 0.1 * x + 0.003 * ((gint32) seed / 2147483648.0);
    samples[i] = (float) x;
  }
}

gboolean
ser_self_check_scores (const SerModel *model, float *scores, GError **error)
{
  gsize n = (gsize) (model->window * model->features.rate), T = ser_feature_spec_frames (&model->features, n);
  float *samples = g_new (float, n), *frames = g_new (float, T * model->features.n), logits[SER_MAX_LABELS];
  SerFrontEnd *front = ser_front_end_new (&model->features);
  gboolean finite = TRUE;
  guint i;

  ser_self_check_signal (model->features.rate, samples, n);
  ser_front_end_clip (front, samples, n, frames);
  ser_model_score_frames (model, frames, T, logits, scores);
  ser_front_end_free (front);
  g_free (samples);
  g_free (frames);
  for (i = 0; i < model->n_labels; i++)
    finite = finite && isfinite (logits[i]);
  if (!finite)
    g_set_error (
        error, SER_ERROR, SER_ERROR_SELF_CHECK, "the self-check's scores are not finite: weights out of bounds");
  return finite;
}

gboolean
ser_self_check_verify (const SerModel *model, const float *expected, GError **error)
{
  float scores[SER_MAX_LABELS];
  guint i, worst = 0;

  if (!ser_self_check_scores (model, scores, error))
    return FALSE;
  for (i = 1; i < model->n_labels; i++)
    if (fabsf (scores[i] - expected[i]) > fabsf (scores[worst] - expected[worst]))
      worst = i;
  if (fabsf (scores[worst] - expected[worst]) <= SER_SELF_CHECK_TOLERANCE)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_SELF_CHECK,
      "the self-check gives %.6f for `%s`, the file says %.6f: the file is "
      "damaged, or was made by a version that computes otherwise",
      (double) scores[worst], model->labels[worst], (double) expected[worst]);
  return FALSE;
}
