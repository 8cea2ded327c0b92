/* responses.c - rooms decay as fast as they should, bands end where they should
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/responses.h"

#include <math.h>

#include "fixture.h"

#define RATE 16000
#define N 32768

/* What a response makes of a click at sample `at` of N; frees the response. */
static float *
click (SerResponse *response, gsize at)
{
  SerConvolver *convolver = ser_convolver_new ();
  g_autofree float *x = g_new0 (float, N);
  float *y = g_new (float, N);

  x[at] = 1.0f;
  ser_convolver_do (convolver, response, x, N, y);
  ser_convolver_free (convolver);
  ser_response_free (response);
  return y;
}

static double
energy (const float *x, gsize from, gsize to)
{
  double sum = 0.0;

  for (gsize i = from; i < to; i++)
    sum += (double) x[i] * x[i];
  return sum;
}

/* Time in which the energy that is left (Schroeder's integral) falls from -5 to -35 dB, twice; past the direct
 * sound. */
static double
measure_rt60 (const float *h)
{
  double total = energy (h, 1, N), rest = total;
  gsize from = 0, to = 0;

  for (gsize i = 1; i < N && !to; i++) {
    rest -= (double) h[i] * h[i];
    if (!from && rest < total * pow (10, -0.5))
      from = i;
    if (rest < total * pow (10, -3.5))
      to = i;
  }
  return 2.0 * (to - from) / RATE;
}

static void
test_room (void)
{
  static const double times[] = { 0.2, 0.5, 1.0, 1.8 }, ratios[] = { -5, 0, 10 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ratios); j++) {
      SerRandom random = ser_random_for (i, j, 0, 0);
      g_autofree float *h = click (ser_response_room (times[i], ratios[j], RATE, &random), 0);
      double direct = (double) h[0] * h[0];
      g_assert_cmpfloat (fabs (measure_rt60 (h) / times[i] - 1.0), <, 0.12);
      g_assert_cmpfloat (fabs (10.0 * log10 (direct / energy (h, 1, N)) - ratios[j]), <, 0.05);
      g_assert_cmpfloat (energy (h, 1, 0.002 * RATE - 1), <, 1e-8);
    }
}

/* A recording that starts late and ends in silence: its peak is lag 0, its end is cut off. */
static void
test_recorded (void)
{
  g_autofree gint16 *samples = g_new0 (gint16, 20000);
  g_autofree float *h = NULL;

  samples[995] = -3000;
  samples[1000] = 20000;
  samples[1000 + 4000] = 5000;
  samples[19000] = 8; /* 60 dB under the whole: not heard any more */
  h = click (ser_response_recorded (samples, 20000, RATE), 100);
  g_assert_cmpfloat (fabs (h[95] + 3000 / 32768.0), <, 1e-5);
  g_assert_cmpfloat (fabs (h[100] - 20000 / 32768.0), <, 1e-5);
  g_assert_cmpfloat (fabs (h[4100] - 5000 / 32768.0), <, 1e-5);
  g_assert_cmpfloat (fabs (h[18100]), <, 1e-5);
}

/* Magnitude in dB at f Hz of a response to a click. */
static double
gain_at (const float *h, double f)
{
  double re = 0.0, im = 0.0;

  for (gsize i = 0; i < N; i++) {
    re += h[i] * cos (2.0 * G_PI * f * i / RATE);
    im += h[i] * sin (2.0 * G_PI * f * i / RATE);
  }
  return 10.0 * log10 (re * re + im * im + 1e-30);
}

static void
test_band (void)
{
  static const double lines[] = { 2000, 8000, 11025, 15900 };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree float *h = click (ser_response_band (lines[i], RATE), N / 2);
    for (double f = 10; f < RATE / 2; f += 130) {
      if (f <= 0.9 * lines[i] / 2)
        g_assert_cmpfloat (fabs (gain_at (h, f)), <, 0.01);
      else if (f >= lines[i] / 2)
        g_assert_cmpfloat (gain_at (h, f), <, -75.0);
    }
    for (gsize k = 1; k < 500; k++) /* no delay of any frequency */
      g_assert_cmpfloat (fabs (h[N / 2 + k] - h[N / 2 - k]), <, 1e-6);
  }
}

static void
test_band_all (void)
{
  g_autofree float *h = click (ser_response_band (RATE, RATE), 3);

  g_assert_cmpfloat (fabs (h[3] - 1.0), <, 1e-6);
  g_assert_cmpfloat (energy (h, 0, 3) + energy (h, 4, N), <, 1e-10);
}

/* As uneven as it may be and hardly ever less than half of it, and different each time. */
static void
test_uneven (void)
{
  SerRandom random = ser_random_for (1, 2, 3, 4);
  double last = 0.0;

  for (guint i = 0; i < 5; i++) {
    g_autofree float *h = click (ser_response_uneven (6.0, RATE, &random), N / 2);
    double most = 0.0;
    for (double f = 125; f <= 8000; f *= 2)
      most = fmax (most, fabs (gain_at (h, f)));
    g_assert_cmpfloat (most, <, 6.1);
    g_assert_cmpfloat (most, >, 2.0);
    g_assert_cmpfloat (fabs (most - last), >, 1e-3);
    last = most;
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/responses/room", test_room);
  g_test_add_func ("/train/responses/recorded", test_recorded);
  g_test_add_func ("/train/responses/band", test_band);
  g_test_add_func ("/train/responses/band-all", test_band_all);
  g_test_add_func ("/train/responses/uneven", test_uneven);
  return g_test_run ();
}
