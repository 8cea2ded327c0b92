/* effects.c - gain, noise and shift do exactly what they say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/effects.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

static double
plain_energy (const float *x, gsize n)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += (double) x[i] * x[i];
  return sum;
}

static void
test_energy (void)
{
  static const gsize lengths[] = { 0, 1, 7, 8, 9, 511, 512, 520, 5003 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree float *x = golden_numbers (i, lengths[i]);
    double energy = plain_energy (x, lengths[i]);
    g_assert_cmpfloat (fabs (ser_energy (x, lengths[i]) - energy), <=, 1e-6 * energy);
    ser_set_energy (x, lengths[i], 3.0);
    if (lengths[i] > 0)
      g_assert_cmpfloat (fabs (plain_energy (x, lengths[i]) - 3.0), <, 1e-5);
  }
}

static void
test_gain (void)
{
  g_autofree float *x = golden_numbers (1, 100), *y = g_memdup2 (x, 100 * sizeof (float));

  ser_effect_gain (y, 100, -20.0);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpfloat (fabs (y[i] - 0.1 * x[i]), <, 1e-7);
  memcpy (y, x, 100 * sizeof (float));
  ser_effect_gain (y, 100, 0.0);
  g_assert_cmpmem (x, 100 * sizeof (float), y, 100 * sizeof (float));
}

/* ---- noise ---- */

#define N 5000

/* A sound of n samples with `gap` zeros in its middle. */
static SerSounds *
sound_new (gsize n, gsize gap)
{
  SerSounds *sounds = ser_sounds_new ();
  g_autofree float *x = golden_numbers (n, n);
  g_autofree gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++)
    samples[i] = i >= (n - gap) / 2 && i < (n + gap) / 2 ? 0 : lrint (900 * x[i]) + 1000;
  g_assert_true (ser_sounds_add (sounds->noise, "noise", samples, n));
  return sounds;
}

/* Longer and shorter recordings, drawn anywhere, silent stretches among them: the ratio is met. */
static void
test_noise_ratio (void)
{
  static const gsize lengths[] = { 1, 30, N - 1, N, N + 1, 40000 };
  static const double ratios[] = { -10, 0, 12.5, 60 };
  g_autofree float *scratch = g_new (float, N);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint j = 0; j < 4 * G_N_ELEMENTS (ratios); j++) {
      g_autoptr (SerSounds) sounds = sound_new (lengths[i], lengths[i] > N ? lengths[i] - 10 : 0);
      g_autofree float *x = golden_numbers (3, N), *y = g_memdup2 (x, N * sizeof (float));
      double snr = ratios[j % 4];
      ser_effect_noise (y, N, sounds->noise->pdata[0], 0.25 * (j / 4), snr, scratch);
      for (gsize k = 0; k < N; k++)
        scratch[k] = y[k] - x[k];
      g_assert_cmpfloat (fabs (10.0 * log10 (plain_energy (x, N) / plain_energy (scratch, N)) - snr), <, 0.05);
    }
}

/* What is added is the recording, from the place that was drawn, again and again. */
static void
test_noise_place (void)
{
  g_autoptr (SerSounds) sounds = sound_new (3000, 0);
  g_autoptr (SerSounds) longer = sound_new (9000, 0);
  const SerSound *sound = sounds->noise->pdata[0], *other = longer->noise->pdata[0];
  g_autofree float *x = golden_numbers (3, N), *y = g_memdup2 (x, N * sizeof (float)), *scratch = g_new (float, N);
  double factor;

  ser_effect_noise (y, N, sound, 0.5, 0.0, scratch);
  factor = (y[0] - x[0]) / sound->samples[1500];
  for (gsize i = 0; i < N; i++)
    g_assert_cmpfloat (fabs (y[i] - x[i] - factor * sound->samples[(1500 + i) % 3000]), <, 1e-5);
  memcpy (y, x, N * sizeof (float));
  ser_effect_noise (y, N, other, 0.9999999, 0.0, scratch);
  factor = (y[0] - x[0]) / other->samples[4000];
  for (gsize i = 0; i < N; i++)
    g_assert_cmpfloat (fabs (y[i] - x[i] - factor * other->samples[4000 + i]), <, 1e-5);
}

/* There is no ratio to silence. */
static void
test_noise_silence (void)
{
  g_autoptr (SerSounds) sounds = sound_new (100, 0);
  float x[50] = { 0 }, scratch[50];

  ser_effect_noise (x, 50, sounds->noise->pdata[0], 0.0, 10.0, scratch);
  for (guint i = 0; i < 50; i++)
    g_assert_cmpfloat (x[i], ==, 0.0);
}

/* ---- shift ---- */

static void
test_shift (void)
{
  static const gssize shifts[] = { 0, 1, -1, 40, -99, 100, 250, -250 };
  float scratch[100];

  for (guint i = 0; i < G_N_ELEMENTS (shifts); i++) {
    g_autofree float *x = golden_numbers (1, 100), *y = g_memdup2 (x, 100 * sizeof (float));
    ser_effect_shift (y, 100, shifts[i], scratch);
    for (gssize k = 0; k < 100; k++)
      g_assert_cmpfloat (y[(k + shifts[i] + 300) % 100], ==, x[k]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/effects/energy", test_energy);
  g_test_add_func ("/train/effects/gain", test_gain);
  g_test_add_func ("/train/effects/noise/ratio", test_noise_ratio);
  g_test_add_func ("/train/effects/noise/place", test_noise_place);
  g_test_add_func ("/train/effects/noise/silence", test_noise_silence);
  g_test_add_func ("/train/effects/shift", test_shift);
  return g_test_run ();
}
