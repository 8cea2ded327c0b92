/* window.c - deltas, normalisation and mean of a window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/features.h"

#include <math.h>
#include <string.h>

#define N 3

static SerFeatureSpec
spec_of (guint delta, SerNormKind norm, SerSummary summary)
{
  SerFeatureSpec spec;

  ser_feature_spec_init (&spec, SER_FEATURES_MFCC);
  spec.n = N;
  spec.delta = delta;
  spec.norm = norm;
  spec.summary = summary;
  return spec;
}

static float *
random_frames (gsize T)
{
  float *frames = g_new (float, T *N);

  for (gsize i = 0; i < T * N; i++)
    frames[i] = (float) g_test_rand_double_range (-30.0, 10.0);
  return frames;
}

/* With nothing asked for the window is its frames, bit for bit. */
static void
test_plain (void)
{
  SerFeatureSpec spec = spec_of (0, SER_NORM_NONE, SER_SUMMARY_NONE);
  float *frames = random_frames (20), out[20 * N];

  ser_features_window (&spec, frames, 20, NULL, NULL, out);
  g_assert_cmpmem (frames, sizeof out, out, sizeof out);
  g_free (frames);
}

/* The delta of a ramp is its slope away from the edges, and the delta of that 0. */
static void
test_ramp (void)
{
  SerFeatureSpec spec = spec_of (2, SER_NORM_NONE, SER_SUMMARY_NONE);
  float frames[20 * N], out[20 * 3 * N];

  for (guint i = 0; i < 20 * N; i++)
    frames[i] = (i / N) * (i % N + 1.0f);
  ser_features_window (&spec, frames, 20, NULL, NULL, out);
  for (guint t = 0; t < 20; t++)
    for (guint c = 0; c < N; c++) {
      const float *row = out + t * 3 * N;

      g_assert_cmpfloat (row[c], ==, frames[t * N + c]);
      if (t >= 2 && t < 18)
        g_assert_cmpfloat_with_epsilon (row[N + c], c + 1.0, 1e-6);
      if (t >= 4 && t < 16)
        g_assert_cmpfloat_with_epsilon (row[2 * N + c], 0.0, 1e-6);
    }
}

/* Windows of 1 to 4 frames are shorter than the regression: constant in time means no delta. */
static void
test_short (void)
{
  SerFeatureSpec spec = spec_of (2, SER_NORM_NONE, SER_SUMMARY_NONE);

  for (gsize T = 1; T <= 4; T++) {
    float frames[4 * N], out[4 * 3 * N];

    for (guint i = 0; i < T * N; i++)
      frames[i] = (float) (i % N) - 7.0f;
    ser_features_window (&spec, frames, T, NULL, NULL, out);
    for (guint i = 0; i < T * 3 * N; i++)
      g_assert_cmpfloat (out[i], ==, i % (3 * N) < N ? (float) (i % N) - 7.0f : 0.0f);
  }
}

static void
test_window_norm (void)
{
  enum { T = 50 };
  SerFeatureSpec spec = spec_of (1, SER_NORM_WINDOW, SER_SUMMARY_NONE);
  float *frames = random_frames (T), out[T * 2 * N];

  for (guint t = 0; t < T; t++)
    frames[t * N + 1] = 4.0f; /* constant */
  ser_features_window (&spec, frames, T, NULL, NULL, out);
  for (guint c = 0; c < 2 * N; c++) {
    double sum = 0.0, squares = 0.0;

    for (guint t = 0; t < T; t++) {
      sum += out[t * 2 * N + c];
      squares += (double) out[t * 2 * N + c] * out[t * 2 * N + c];
    }
    g_assert_cmpfloat_with_epsilon (sum / T, 0.0, 1e-5);
    g_assert_cmpfloat_with_epsilon (squares / T, c % N == 1 ? 0.0 : 1.0, 1e-4);
  }
  g_free (frames);
}

/* The model's statistics undo a linear map of the frames. */
static void
test_model_norm (void)
{
  enum { T = 10 };
  const float mean[N] = { 1.0f, -2.0f, 8.0f }, std[N] = { 2.0f, 0.5f, 4.0f };
  SerFeatureSpec spec = spec_of (0, SER_NORM_MODEL, SER_SUMMARY_NONE);
  float *frames = random_frames (T), out[T * N];

  ser_features_window (&spec, frames, T, mean, std, out);
  for (guint i = 0; i < T * N; i++)
    g_assert_cmpfloat_with_epsilon (out[i] * std[i % N] + mean[i % N], frames[i], 1e-5);
  g_free (frames);
}

/* Nothing lies more than the range under the greatest value, and what lies within it stays. */
static void
test_range (void)
{
  enum { T = 50 };
  SerFeatureSpec spec = spec_of (0, SER_NORM_NONE, SER_SUMMARY_NONE);
  float *frames = random_frames (T), out[T * N], greatest = -G_MAXFLOAT, least;
  guint raised = 0;

  spec.kind = SER_FEATURES_LOGMEL;
  spec.log = SER_LOG_LN;
  spec.range = 10.0;
  for (guint i = 0; i < T * N; i++) {
    frames[i] *= 2.0f;
    greatest = MAX (greatest, frames[i]);
  }
  least = greatest - (float) G_LN10;
  ser_features_window (&spec, frames, T, NULL, NULL, out);
  for (guint i = 0; i < T * N; i++) {
    g_assert_cmpfloat_with_epsilon (out[i], MAX (frames[i], least), 1e-5);
    raised += frames[i] < least;
  }
  g_assert_cmpuint (raised, >, 0);
  g_assert_cmpuint (raised, <, T * N);
  g_free (frames);
}

/* What is added to a channel throughout, as gain and microphones do, makes no difference; differences over time stay.
 * */
static void
test_cmn (void)
{
  enum { T = 20 };
  const float mean[N] = { 1.0f, -2.0f, 8.0f }, std[N] = { 2.0f, 0.5f, 4.0f }, response[N] = { 3.5f, -1.0f, 0.25f };
  SerFeatureSpec spec = spec_of (0, SER_NORM_CMN, SER_SUMMARY_NONE);
  float *frames = random_frames (T), coloured[T * N], a[T * N], b[T * N];

  for (guint i = 0; i < T * N; i++)
    coloured[i] = frames[i] + response[i % N];
  ser_features_window (&spec, frames, T, mean, std, a);
  ser_features_window (&spec, coloured, T, mean, std, b);
  for (guint i = 0; i < T * N; i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-4);
  for (guint c = 0; c < N; c++) {
    double sum = 0.0;

    for (guint t = 0; t < T; t++)
      sum += a[t * N + c] * std[c] + mean[c];
    g_assert_cmpfloat_with_epsilon (sum / T, 0.0, 1e-4);
    g_assert_cmpfloat_with_epsilon ((a[c] - a[N + c]) * std[c], frames[c] - frames[N + c], 1e-4);
  }
  g_free (frames);
}

/* The mean does not depend on the order of frames, and statistics apply to it. */
static void
test_mean (void)
{
  enum { T = 300 };
  const float mean[N] = { 1.0f, -2.0f, 8.0f }, std[N] = { 2.0f, 0.5f, 4.0f };
  SerFeatureSpec plain = spec_of (0, SER_NORM_NONE, SER_SUMMARY_MEAN),
                 model = spec_of (0, SER_NORM_MODEL, SER_SUMMARY_MEAN);
  float *frames = random_frames (T), backwards[T * N], a[N], b[N], normalised[N];

  for (guint t = 0; t < T; t++)
    memcpy (backwards + (T - 1 - t) * N, frames + t * N, N * sizeof (float));
  ser_features_window (&plain, frames, T, NULL, NULL, a);
  ser_features_window (&plain, backwards, T, NULL, NULL, b);
  ser_features_window (&model, frames, T, mean, std, normalised);
  for (guint c = 0; c < N; c++) {
    double sum = 0.0;

    for (guint t = 0; t < T; t++)
      sum += frames[t * N + c];
    g_assert_cmpfloat_with_epsilon (a[c], sum / T, 1e-5);
    g_assert_cmpfloat_with_epsilon (a[c], b[c], 1e-5);
    g_assert_cmpfloat_with_epsilon (normalised[c], (sum / T - mean[c]) / std[c], 1e-5);
  }
  g_free (frames);
}

/* The mean of deltas is that of the window's rows, also where edges are most or all of them. */
static void
test_mean_deltas (void)
{
  static const gsize lengths[] = { 1, 2, 3, 4, 5, 6, 7, 50 };
  SerFeatureSpec rows = spec_of (2, SER_NORM_NONE, SER_SUMMARY_NONE),
                 mean = spec_of (2, SER_NORM_NONE, SER_SUMMARY_MEAN);

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    const gsize T = lengths[i];
    float *frames = random_frames (T), all[50 * 3 * N], out[3 * N];

    ser_features_window (&rows, frames, T, NULL, NULL, all);
    ser_features_window (&mean, frames, T, NULL, NULL, out);
    for (guint c = 0; c < 3 * N; c++) {
      double sum = 0.0;

      for (gsize t = 0; t < T; t++)
        sum += all[t * 3 * N + c];
      g_assert_cmpfloat_with_epsilon (out[c], sum / T, 1e-5);
    }
    g_free (frames);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/window/plain", test_plain);
  g_test_add_func ("/dsp/window/ramp", test_ramp);
  g_test_add_func ("/dsp/window/short", test_short);
  g_test_add_func ("/dsp/window/window-norm", test_window_norm);
  g_test_add_func ("/dsp/window/model-norm", test_model_norm);
  g_test_add_func ("/dsp/window/range", test_range);
  g_test_add_func ("/dsp/window/cmn", test_cmn);
  g_test_add_func ("/dsp/window/mean", test_mean);
  g_test_add_func ("/dsp/window/mean-deltas", test_mean_deltas);
  return g_test_run ();
}
