/* mel.c - properties of the mel scales and filters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/mel.h"

#include <math.h>

#define MELS 40
#define FFT 1024
#define BINS (FFT / 2 + 1)
#define RATE 16000

/* filters [MELS][BINS], found by giving the bank one bin at a time. */
typedef float Filters[MELS][BINS];

static void
get_filters (SerMelScale scale, SerMelNorm norm, double fmin, double fmax, Filters filters)
{
  SerMel *mel = ser_mel_new (MELS, FFT, RATE, fmin, fmax, scale, norm);
  float power[BINS] = { 0 }, bands[MELS];

  for (guint k = 0; k < BINS; k++) {
    power[k] = 1.0f;
    ser_mel_do (mel, power, bands);
    power[k] = 0.0f;
    for (guint m = 0; m < MELS; m++)
      filters[m][k] = bands[m];
  }
  ser_mel_free (mel);
}

/* Values of the scales' published tables. */
static void
test_known_values (void)
{
  g_assert_cmpfloat_with_epsilon (ser_mel_from_hz (SER_MEL_HTK, 1000.0), 1000.0, 0.02);
  g_assert_cmpfloat_with_epsilon (ser_mel_from_hz (SER_MEL_HTK, 8000.0), 2840.02, 0.02);
  g_assert_cmpfloat_with_epsilon (ser_mel_from_hz (SER_MEL_SLANEY, 500.0), 7.5, 1e-9);
  g_assert_cmpfloat_with_epsilon (ser_mel_from_hz (SER_MEL_SLANEY, 1000.0), 15.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (ser_mel_from_hz (SER_MEL_SLANEY, 6400.0), 42.0, 1e-9);
}

static void
test_scales_invert (void)
{
  for (int scale = SER_MEL_HTK; scale <= SER_MEL_SLANEY; scale++) {
    double before = -1.0;

    for (double hz = 0.0; hz <= 24000.0; hz += 37.0) {
      const double mel = ser_mel_from_hz (scale, hz);

      g_assert_cmpfloat (mel, >, before);
      g_assert_cmpfloat (fabs (ser_mel_to_hz (scale, mel) - hz), <=, 1e-9 * (1.0 + hz));
      before = mel;
    }
  }
}

/* Each filter is a triangle: it rises, then falls, and its weights are at most 1. */
static void
test_triangles (void)
{
  static Filters filters;

  for (int scale = SER_MEL_HTK; scale <= SER_MEL_SLANEY; scale++) {
    get_filters (scale, SER_MEL_NORM_NONE, 0.0, 8000.0, filters);
    for (guint m = 0; m < MELS; m++) {
      gboolean falling = FALSE;
      float peak = 0.0f;

      for (guint k = 1; k < BINS; k++) {
        g_assert_cmpfloat (filters[m][k], >=, 0.0f);
        g_assert_false (falling && filters[m][k] > filters[m][k - 1]);
        falling = falling || filters[m][k] < filters[m][k - 1];
        peak = MAX (peak, filters[m][k]);
      }
      g_assert_cmpfloat (peak, >, 0.25f);
      g_assert_cmpfloat (peak, <=, 1.0f);
    }
  }
}

/* Between the first and the last centre, neighbouring filters add up to 1. */
static void
test_partition (void)
{
  static Filters filters;

  for (int scale = SER_MEL_HTK; scale <= SER_MEL_SLANEY; scale++) {
    const double top = ser_mel_from_hz (scale, 8000.0);
    const double first = ser_mel_to_hz (scale, top / (MELS + 1)), last = ser_mel_to_hz (scale, top * MELS / (MELS + 1));

    get_filters (scale, SER_MEL_NORM_NONE, 0.0, 8000.0, filters);
    for (guint k = 0; k < BINS; k++) {
      const double hz = (double) k * RATE / FFT;
      double sum = 0.0;

      for (guint m = 0; m < MELS; m++)
        sum += filters[m][k];
      if (hz >= first && hz <= last)
        g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-6);
      else
        g_assert_cmpfloat (sum, <, 1.0);
    }
  }
}

/* Slaney's norm makes every area 1 Hz (as far as bins 15.6 Hz apart sample a triangle). */
static void
test_area (void)
{
  static Filters filters;

  get_filters (SER_MEL_SLANEY, SER_MEL_NORM_SLANEY, 0.0, 8000.0, filters);
  for (guint m = 0; m < MELS; m++) {
    double area = 0.0;

    for (guint k = 0; k < BINS; k++)
      area += filters[m][k] * RATE / FFT;
    g_assert_cmpfloat_with_epsilon (area, 1.0, 0.05);
  }
}

static void
test_limits (void)
{
  static Filters filters;

  get_filters (SER_MEL_HTK, SER_MEL_NORM_NONE, 300.0, 3400.0, filters);
  for (guint m = 0; m < MELS; m++)
    for (guint k = 0; k < BINS; k++) {
      const double hz = (double) k * RATE / FFT;

      if (hz <= 300.0 || hz >= 3400.0)
        g_assert_cmpfloat (filters[m][k], ==, 0.0f);
    }
}

/* 256 bands in 33 bins: most hold no bin and give 0, none reads beyond the spectrum. */
static void
test_empty_bands (void)
{
  SerMel *mel = ser_mel_new (256, 64, RATE, 0.0, 8000.0, SER_MEL_HTK, SER_MEL_NORM_NONE);
  float *power = g_new (float, 33), bands[256];
  guint empty = 0;

  for (guint k = 0; k < 33; k++)
    power[k] = 1.0f;
  ser_mel_do (mel, power, bands);
  for (guint m = 0; m < 256; m++) {
    g_assert_true (isfinite (bands[m]));
    empty += bands[m] == 0.0f;
  }
  g_assert_cmpuint (empty, >, 100);
  g_assert_cmpuint (empty, <, 256);
  g_free (power);
  ser_mel_free (mel);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/mel/known-values", test_known_values);
  g_test_add_func ("/dsp/mel/scales-invert", test_scales_invert);
  g_test_add_func ("/dsp/mel/triangles", test_triangles);
  g_test_add_func ("/dsp/mel/partition", test_partition);
  g_test_add_func ("/dsp/mel/area", test_area);
  g_test_add_func ("/dsp/mel/limits", test_limits);
  g_test_add_func ("/dsp/mel/empty-bands", test_empty_bands);
  return g_test_run ();
}
