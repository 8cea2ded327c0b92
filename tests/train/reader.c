/* reader.c - a tone read faster is a higher tone, and no other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/reader.h"

#include <math.h>

#include "fixture.h"

#define N 4000

/* Reads a tone of f cycles a sample; margins go on as the tone does. */
static float *
read_tone (double f, double speed)
{
  gsize n = N * speed + 2;
  g_autofree float *x = g_new (float, n + 2 * SER_READER_MARGIN);
  float *out = g_new (float, N);

  for (gsize i = 0; i < n + 2 * SER_READER_MARGIN; i++)
    x[i] = cos (2.0 * G_PI * f * ((double) i - SER_READER_MARGIN));
  ser_reader_do (x + SER_READER_MARGIN, speed, out, N);
  return out;
}

static void
test_tones (void)
{
  static const double speeds[] = { 0.5, 0.8909, 1.0, 1.1225, 2.0 }, tones[] = { 0.0, 0.01, 0.1, 0.2 };

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tones); j++) {
      double f = tones[j] / fmax (speeds[i], 1.0);
      g_autofree float *y = read_tone (f, speeds[i]);
      for (gsize t = 0; t < N; t++)
        g_assert_cmpfloat (fabs (y[t] - cos (2.0 * G_PI * f * speeds[i] * t)), <, 4e-3);
    }
}

/* What would fold back from above half the rate is 40 dB down. */
static void
test_folding (void)
{
  static const double speeds[] = { 1.1225, 1.5, 2.0 };

  for (guint i = 0; i < G_N_ELEMENTS (speeds); i++) {
    g_autofree float *y = read_tone (MIN (0.5, 0.62 / speeds[i]), speeds[i]);
    g_assert_cmpfloat (golden_peak (y, N), <, 0.01);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/reader/tones", test_tones);
  g_test_add_func ("/train/reader/folding", test_folding);
  return g_test_run ();
}
