/* reference.c - features of a whole clip, centred and clipped as torchaudio and librosa do, for comparison only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "reference.h"

#include "dsp/dct.h"
#include "dsp/frame.h"
#include "dsp/logarithm.h"
#include "dsp/mel.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATE 16000
#define N 8000

float *
reference_signal (gsize *n)
{
  float *x = g_new0 (float, N);
  guint32 state = 1;

  for (guint i = 0; i < N * 9 / 10; i++) {
    const double t = (double) i / RATE, phase = 2.0 * G_PI * (120.0 * t + 400.0 * t * t);
    const double swell = sin (G_PI * i / (N * 0.6));
    double tone = 0.0;

    state = state * 1664525u + 1013904223u;
    for (guint k = 1; k <= 12 && i < N * 6 / 10; k++)
      tone += sin (k * phase) / k;
    x[i] = (float) (floor (32768.0 * (0.3 * tone * swell * swell + 0.01 * ((state >> 8) / 8388608.0 - 1.0)) + 0.5)
        / 32768.0);
  }
  *n = N;
  return x;
}

Matrix
reference_golden (const char *name)
{
  char *path = g_test_build_filename (G_TEST_DIST, "..", "golden", "dsp.golden", NULL);
  char *bytes, found[64];
  unsigned long rows = 0, columns = 0;
  gsize size, at = 0;
  int header;
  GError *error = NULL;
  Matrix m = { 0, 0, NULL };

  g_file_get_contents (path, &bytes, &size, &error);
  g_assert_no_error (error);
  while (at < size && m.x == NULL) {
    g_assert_cmpint (sscanf (bytes + at, "%63s %lu %lu%n", found, &rows, &columns, &header), ==, 3);
    at += (gsize) header + 1;
    g_assert_cmpuint (rows * columns * sizeof (float), <=, size - at);
    if (strcmp (found, name) == 0)
      m = (Matrix){ rows, columns, g_memdup2 (bytes + at, rows * columns * sizeof (float)) };
    at += rows * columns * sizeof (float);
  }
  if (m.x == NULL)
    g_error ("%s has no array %s; run make_dsp.py", path, name);
  g_free (bytes);
  g_free (path);
  return m;
}

/* x [n] -> [n + 2 * pad], owned by the caller. */
static float *
pad_ends (Padding padding, const float *x, gsize n, gsize pad)
{
  float *y = g_new0 (float, n + 2 * pad);

  memcpy (y + pad, x, n * sizeof (float));
  for (gsize i = 1; i <= pad && padding == PAD_REFLECT; i++) {
    y[pad - i] = x[i];
    y[pad + n - 1 + i] = x[n - 1 - i];
  }
  return y;
}

Matrix
reference_mel (const SerFeatureSpec *spec, Padding padding, const float *x, gsize n)
{
  SerFrame *frame = ser_frame_new (spec->win, spec->fft);
  SerMel *mel = ser_mel_new (spec->mels, spec->fft, spec->rate, spec->fmin, spec->fmax, spec->scale, spec->mel_norm);
  const gsize T = 1 + n / spec->hop;
  float *padded = pad_ends (padding, x, n, spec->fft / 2), *power = g_new (float, spec->fft / 2 + 1);
  Matrix m = { T, spec->mels, g_new (float, T * spec->mels) };

  for (gsize t = 0; t < T; t++) {
    ser_frame_do (frame, padded + t * spec->hop + (spec->fft - spec->win) / 2, power);
    ser_mel_do (mel, power, m.x + t * spec->mels);
  }
  g_free (padded);
  g_free (power);
  ser_frame_free (frame);
  ser_mel_free (mel);
  return m;
}

void
reference_power_to_db (Matrix *power, double ref, double amin, double top_db)
{
  const gsize n = power->rows * power->columns;
  float *x = power->x, largest = -G_MAXFLOAT;

  ser_log_do (SER_LOG_DB, (float) amin, x, n);
  for (gsize i = 0; i < n; i++) {
    x[i] -= (float) (10.0 * log10 (MAX (ref, amin)));
    largest = MAX (largest, x[i]);
  }
  for (gsize i = 0; i < n && top_db > 0.0; i++)
    x[i] = MAX (x[i], largest - (float) top_db);
}

Matrix
reference_dct (const Matrix *x, guint n)
{
  SerDct *dct = ser_dct_new (n, (guint) x->columns);
  Matrix m = { x->rows, n, g_new (float, x->rows *n) };

  for (gsize t = 0; t < x->rows; t++)
    ser_dct_do (dct, x->x + t * x->columns, m.x + t * n);
  ser_dct_free (dct);
  return m;
}

void
reference_compare (const char *name, const Matrix *found, const Matrix *expected)
{
  const gsize n = expected->rows * expected->columns;
  double worst = 0.0, sum = 0.0;

  g_assert_cmpuint (found->rows, ==, expected->rows);
  g_assert_cmpuint (found->columns, ==, expected->columns);
  for (gsize i = 0; i < n; i++) {
    g_assert_true (isfinite (found->x[i]));
    worst = MAX (worst, fabs ((double) found->x[i] - expected->x[i]));
    sum += (double) expected->x[i] * expected->x[i];
  }
  g_assert_cmpfloat (sum, >, 0.0);
  g_test_message ("%s: largest difference %.2g of the RMS", name, worst / sqrt (sum / n));
  g_assert_cmpfloat (worst, <=, 1e-4 * sqrt (sum / n));
}
