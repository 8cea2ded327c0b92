/* front-end.c - properties of log-mel and cepstral frames
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/features.h"

#include <math.h>
#include <string.h>

#define RATE 16000

static float *
noise (gsize n, double amplitude)
{
  float *x = g_new (float, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (float) g_test_rand_double_range (-amplitude, amplitude);
  return x;
}

/* Frames of x [n], newly allocated; *T of them. */
static float *
analyse (const SerFeatureSpec *spec, const float *x, gsize n, gsize *T)
{
  SerFrontEnd *front = ser_front_end_new (spec);
  float *frames;

  *T = ser_feature_spec_frames (spec, n);
  frames = g_new (float, *T * spec->n);
  ser_front_end_clip (front, x, n, frames);
  ser_front_end_free (front);
  return frames;
}

/* A clip is its frames, bit for bit, wherever in memory the samples lie. */
static void
test_clip_is_frames (void)
{
  for (int kind = SER_FEATURES_LOGMEL; kind <= SER_FEATURES_MFCC; kind++) {
    SerFeatureSpec spec;
    SerFrontEnd *front;
    gsize T;
    float *x = noise (RATE + 1, 1.0), *clip, *frame, *copy;

    ser_feature_spec_init (&spec, kind);
    front = ser_front_end_new (&spec);
    clip = analyse (&spec, x, RATE, &T);
    frame = g_new (float, spec.n);
    copy = g_new (float, spec.win + 1);
    for (gsize t = T; t-- > 0;) {
      memcpy (copy + t % 2, x + t * spec.hop, spec.win * sizeof (float));
      ser_front_end_do (front, copy + t % 2, frame);
      g_assert_cmpmem (frame, spec.n * sizeof (float), clip + t * spec.n, spec.n * sizeof (float));
    }
    g_free (x), g_free (clip), g_free (frame), g_free (copy);
    ser_front_end_free (front);
  }
}

/* A gain g adds ln g^2 to every band well above the floor; to an MFCC it adds sqrt (mels) ln g^2 to the first. */
static void
check_gain (SerFeatureKind kind)
{
  const double gain = 0.25;
  SerFeatureSpec spec;
  gsize T;
  float *x = noise (RATE, 1.0), *loud, *soft;

  ser_feature_spec_init (&spec, kind);
  spec.floor = 1e-12;
  loud = analyse (&spec, x, RATE, &T);
  for (gsize i = 0; i < RATE; i++)
    x[i] *= (float) gain;
  soft = analyse (&spec, x, RATE, &T);
  for (gsize i = 0; i < T * spec.n; i++) {
    const double added = kind == SER_FEATURES_LOGMEL ? log (gain * gain)
        : i % spec.n == 0                            ? sqrt (spec.mels) * log (gain * gain)
                                                     : 0.0;

    g_assert_cmpfloat (fabs (soft[i] - loud[i] - added), <=, 2e-5);
  }
  g_free (x), g_free (loud), g_free (soft);
}

static void
test_gain (void)
{
  check_gain (SER_FEATURES_LOGMEL);
  check_gain (SER_FEATURES_MFCC);
}

/* A sine is loudest in the band around it. */
static void
test_sine (void)
{
  SerFeatureSpec spec;
  float x[400], bands[64];
  SerFrontEnd *front;

  ser_feature_spec_init (&spec, SER_FEATURES_LOGMEL);
  front = ser_front_end_new (&spec);
  for (double hz = 400.0; hz < 7000.0; hz *= 1.1) {
    const double mel = 2595.0 * log10 (1.0 + hz / 700.0), step = 2595.0 * log10 (1.0 + 8000.0 / 700.0) / 65.0;
    guint loudest = 0;

    for (guint i = 0; i < 400; i++)
      x[i] = (float) (0.5 * sin (2.0 * G_PI * hz * i / RATE));
    ser_front_end_do (front, x, bands);
    for (guint m = 1; m < 64; m++)
      if (bands[m] > bands[loudest])
        loudest = m;
    g_assert_cmpfloat (fabs (loudest + 1.0 - mel / step), <=, 1.2);
  }
  ser_front_end_free (front);
}

/* Digital silence gives the floor in every band, for both logarithms. */
static void
test_silence (void)
{
  SerFeatureSpec spec;
  float x[400] = { 0 }, bands[64];

  ser_feature_spec_init (&spec, SER_FEATURES_LOGMEL);
  for (int kind = SER_LOG_LN; kind <= SER_LOG_DB; kind++) {
    SerFrontEnd *front;

    spec.log = kind;
    front = ser_front_end_new (&spec);
    ser_front_end_do (front, x, bands);
    for (guint m = 0; m < 64; m++)
      g_assert_cmpfloat_with_epsilon (bands[m], kind == SER_LOG_LN ? log (1e-6) : -60.0, 1e-5);
    ser_front_end_free (front);
  }
}

/* Rounding to 16 bit puts less than a fifth of the floor into any band, so it hardly shows even in digital silence. */
static void
test_floor_covers_quantisation (void)
{
  SerFeatureSpec spec;
  gsize T;
  float *x = noise (10 * RATE, 0.5 / 32768.0), *frames;

  ser_feature_spec_init (&spec, SER_FEATURES_LOGMEL);
  frames = analyse (&spec, x, 10 * RATE, &T);
  for (guint m = 0; m < 64; m++) {
    double mean = 0.0;

    for (gsize t = 0; t < T; t++)
      mean += (exp (frames[t * 64 + m]) - 1e-6) / T;
    g_assert_cmpfloat (mean, <, 0.2e-6);
  }
  g_free (x), g_free (frames);
}

/* Full scale at every limit of the features line stays finite. */
static void
test_extremes (void)
{
  static const guint rates[] = { 8000, 48000 }, ffts[] = { 64, 8192 }, mels[] = { 8, 256 };

  for (guint i = 0; i < 8; i++) {
    SerFeatureSpec spec;
    gsize T;
    float *x = noise (RATE, 1.0), *frames;

    ser_feature_spec_init (&spec, SER_FEATURES_LOGMEL);
    spec.rate = rates[i & 1];
    spec.fft = ffts[i >> 1 & 1];
    spec.n = spec.mels = mels[i >> 2];
    spec.win = spec.hop = spec.fft;
    spec.fmax = spec.rate / 2.0;
    frames = analyse (&spec, x, RATE, &T);
    g_assert_cmpuint (T, >=, 1);
    for (gsize k = 0; k < T * spec.n; k++)
      g_assert_true (isfinite (frames[k]));
    g_free (x), g_free (frames);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/front-end/clip-is-frames", test_clip_is_frames);
  g_test_add_func ("/dsp/front-end/gain", test_gain);
  g_test_add_func ("/dsp/front-end/sine", test_sine);
  g_test_add_func ("/dsp/front-end/silence", test_silence);
  g_test_add_func ("/dsp/front-end/floor-covers-quantisation", test_floor_covers_quantisation);
  g_test_add_func ("/dsp/front-end/extremes", test_extremes);
  return g_test_run ();
}
