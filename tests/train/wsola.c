/* wsola.c - stretched sound is as long as it should be and sounds as high as before
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/wsola.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

#define RATE 16000

static float *
stretch (const float *x, gsize n, double factor)
{
  SerWsola *wsola = ser_wsola_new (RATE);
  float *out = g_new (float, ser_wsola_length (n, factor));

  ser_wsola_do (wsola, x, n, factor, out);
  ser_wsola_free (wsola);
  return out;
}

static float *
tone (double f, gsize n)
{
  float *x = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    x[i] = sin (2.0 * G_PI * f * i / RATE);
  return x;
}

static void
test_length (void)
{
  g_assert_cmpuint (ser_wsola_length (1000, 1.1), ==, 1100);
  g_assert_cmpuint (ser_wsola_length (1000, 0.5), ==, 500);
  g_assert_cmpuint (ser_wsola_length (1001, 0.9999), ==, 1001);
  g_assert_cmpuint (ser_wsola_length (1, 0.5), ==, 1);
}

/* A factor of 1 leaves noise, whose every window has but one continuation, as it is. */
static void
test_identity (void)
{
  g_autofree float *x = golden_numbers (1, 20000), *y = stretch (x, 20000, 1.0);

  golden_compare ("factor 1", y, x, 20000, 1e-6);
}

/* A tone stays that tone, without a beat where windows overlap: its frequency, by the phase of its analytic signal over
 * the middle, and its amplitude in every period. */
static void
test_tones (void)
{
  static const double factors[] = { 0.5, 0.8, 0.91, 1.1, 1.3, 2.0 }, pitches[] = { 80, 130, 217, 400, 1000 };

  for (guint i = 0; i < G_N_ELEMENTS (factors); i++)
    for (guint j = 0; j < G_N_ELEMENTS (pitches); j++) {
      const gsize n = 24000, n_out = ser_wsola_length (n, factors[i]);
      g_autofree float *x = tone (pitches[j], n), *y = stretch (x, n, factors[i]);
      gsize period = RATE / pitches[j] + 1, crossings = 0, first = 0, last = 0;
      for (gsize t = n_out / 8; t < n_out * 7 / 8; t++)
        if (y[t] < 0.0f && y[t + 1] >= 0.0f) {
          first = first ? first : t;
          last = t;
          crossings++;
        }
      g_assert_cmpfloat (fabs ((crossings - 1.0) * RATE / (last - first) / pitches[j] - 1.0), <, 0.01);
      for (gsize t = n_out / 8; t + period < n_out * 7 / 8; t += period)
        g_assert_cmpfloat (golden_peak (y + t, period), >, 0.8);
    }
}

/* Things stay in their place: of three bursts, each begins where it should, within the tolerance of the search. */
static void
test_places (void)
{
  static const double factors[] = { 0.8, 1.25 };
  g_autofree float *noise = golden_numbers (2, 4000), *x = g_new0 (float, 32000);

  for (guint b = 0; b < 3; b++)
    memcpy (x + 4000 + b * 9000, noise, 4000 * sizeof (float));
  for (guint i = 0; i < G_N_ELEMENTS (factors); i++) {
    g_autofree float *y = stretch (x, 32000, factors[i]);
    for (guint b = 0; b < 3; b++) {
      gsize onset = factors[i] * (4000 + b * 9000), slack = 0.024 * RATE;
      g_assert_cmpfloat (golden_peak (y + onset + slack, 400), >, 0.3);
      g_assert_cmpfloat (golden_peak (y + onset - slack - 400, 400), <, 0.01);
    }
  }
}

/* Sounds far shorter than a window, silence, and many in a row from one object. */
static void
test_short (void)
{
  static const gsize lengths[] = { 1, 2, 17, 255, 256, 257, 700 };
  SerWsola *wsola = ser_wsola_new (RATE);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (double factor = 0.5; factor <= 2.0; factor += 0.25) {
      gsize n = lengths[i], n_out = ser_wsola_length (n, factor);
      g_autofree float *x = golden_numbers (i, n), *y = g_new (float, n_out + 1), *again = stretch (x, n, factor);
      y[n_out] = 77.0f;
      ser_wsola_do (wsola, x, n, factor, y);
      g_assert_cmpfloat (y[n_out], ==, 77.0f);
      g_assert_cmpmem (y, n_out * sizeof (float), again, n_out * sizeof (float));
      memset (x, 0, n * sizeof (float));
      ser_wsola_do (wsola, x, n, factor, y);
      g_assert_cmpfloat (golden_peak (y, n_out), ==, 0.0);
    }
  ser_wsola_free (wsola);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/wsola/length", test_length);
  g_test_add_func ("/train/wsola/identity", test_identity);
  g_test_add_func ("/train/wsola/tones", test_tones);
  g_test_add_func ("/train/wsola/places", test_places);
  g_test_add_func ("/train/wsola/short", test_short);
  return g_test_run ();
}
