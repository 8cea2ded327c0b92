/* loudness.c - level and clipping
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/loudness.h"

#include <math.h>

#define N 16000

static void
fill_sine (float *x, double amplitude)
{
  for (guint i = 0; i < N; i++)
    x[i] = (float) (amplitude * sin (2.0 * G_PI * 440.0 * i / N));
}

static void
fill_square (float *x, double amplitude)
{
  for (guint i = 0; i < N; i++)
    x[i] = (float) (i / 50 % 2 == 0 ? amplitude : -amplitude);
}

static double
loudness (const float *x)
{
  return ser_loudness_dbfs (ser_level_do (x, N).energy, N);
}

static void
test_level (void)
{
  static float x[N];

  fill_square (x, 1.0);
  g_assert_cmpfloat_with_epsilon (loudness (x), 0.0, 1e-6);
  fill_sine (x, 1.0);
  g_assert_cmpfloat_with_epsilon (loudness (x), -3.0103, 1e-3);
  fill_sine (x, 0.1);
  g_assert_cmpfloat_with_epsilon (loudness (x), -23.0103, 1e-3);
}

static void
test_silence (void)
{
  static float x[N];

  g_assert_cmpfloat (loudness (x), ==, SER_LOUDNESS_MIN);
  g_assert_cmpfloat (ser_loudness_dbfs (0.0, 0), ==, SER_LOUDNESS_MIN);
  g_assert_cmpfloat (ser_loudness_dbfs (1e-30, N), ==, SER_LOUDNESS_MIN);
  g_assert_cmpuint (ser_level_do (x, 0).clipped, ==, 0);
}

/* Blocks add up to the whole. */
static void
test_blocks (void)
{
  static float x[N];
  double energy = 0.0;
  guint clipped = 0;

  for (guint i = 0; i < N; i++)
    x[i] = (float) g_test_rand_double_range (-1.1, 1.1);
  for (guint i = 0; i < N; i += 160) {
    const SerLevel level = ser_level_do (x + i, 160);

    energy += level.energy;
    clipped += level.clipped;
  }
  g_assert_cmpfloat_with_epsilon (ser_loudness_dbfs (energy, N), loudness (x), 1e-9);
  g_assert_cmpuint (clipped, ==, ser_level_do (x, N).clipped);
}

/* Full scale counts on both sides and for both ways to make 16 bit a float; just below does not. */
static void
test_clipping (void)
{
  const float x[] = { 1.0f, -1.0f, 32767.0f / 32768.0f, -32766.0f / 32768.0f, 1.5f, 32765.0f / 32768.0f, 0.0f, -0.5f };
  static float sine[N];

  g_assert_cmpuint (ser_level_do (x, G_N_ELEMENTS (x)).clipped, ==, 5);
  fill_sine (sine, 0.99);
  g_assert_cmpuint (ser_level_do (sine, N).clipped, ==, 0);
  fill_sine (sine, 2.0); /* clipped where |sin| > 1/2: two thirds of the time */
  for (guint i = 0; i < N; i++)
    sine[i] = CLAMP (sine[i], -1.0f, 1.0f);
  g_assert_cmpfloat_with_epsilon (ser_level_do (sine, N).clipped / (double) N, 2.0 / 3.0, 0.01);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/loudness/level", test_level);
  g_test_add_func ("/dsp/loudness/silence", test_silence);
  g_test_add_func ("/dsp/loudness/blocks", test_blocks);
  g_test_add_func ("/dsp/loudness/clipping", test_clipping);
  return g_test_run ();
}
