/* stream.c - windows of a stream: which there are, and that they do not depend on how samples come
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <malloc.h>
#include <math.h>
#include <string.h>

#include "signals.h"
#include "tiny-model.h"

static SerModel *model; /* shared by all tests */

/* One in this many of a test's cases is run: all of them, but few where each instruction is watched. */
static guint stride = 1;

/* ---- portions ---- */

static GArray *
run_s16 (const SerStreamConfig *config, const float *x, gsize n, gsize chunk)
{
  SerStream *stream = ser_stream_new (model, config, NULL);
  GArray *results = g_array_new (FALSE, FALSE, sizeof (SerResult));
  gint16 *samples = g_new (gint16, n);
  SerResult result;
  gsize i, at = 0;

  for (i = 0; i < n; i++)
    samples[i] = (gint16) lrintf (x[i] * 32768.0f);
  while (at < n) {
    at += ser_stream_push_s16 (stream, samples + at, MIN (chunk, n - at));
    while (ser_stream_next (stream, &result))
      g_array_append_val (results, result);
  }
  ser_stream_finish (stream);
  while (ser_stream_next (stream, &result))
    g_array_append_val (results, result);
  g_free (samples);
  ser_stream_free (stream);
  return results;
}

static void
test_chunks (void)
{
  static const gsize chunks[] = { 1, 7, 159, 160, 161, 1000, 16000, 48000, 100000 };
  const SerStreamConfig configs[] = {
    SER_STREAM_CONFIG_INIT,
    { 1.0, 0.1, 0.3, 0.5, TRUE },
    { 2.37, 0.55, 0.0, 0.9, FALSE },
  };
  gsize n;
  float *x = make_speech (12.345, &n);
  guint c, i;

  for (c = 0; c < G_N_ELEMENTS (configs); c += stride) {
    GArray *whole = run_model (model, &configs[c], x, n, n);

    g_assert_cmpuint (whole->len, >, 9);
    for (i = 0; i < G_N_ELEMENTS (chunks); i += stride) {
      GArray *results = run_model (model, &configs[c], x, n, chunks[i]), *s16 = run_s16 (&configs[c], x, n, chunks[i]);

      assert_same_results (whole, results);
      assert_same_results (whole, s16);
      g_array_unref (results);
      g_array_unref (s16);
    }
    g_array_unref (whole);
  }
  g_free (x);
}

/* A window's scores are the network's on the frames that lie in it, and its level that of its samples. */
static void
test_window_alone (void)
{
  const SerStreamConfig config = { 2.0, 0.7, 0.0, 0.0, TRUE };
  SerFrontEnd *front = ser_front_end_new (&model->features);
  gsize n;
  float *x = make_speech (9.6123, &n);
  GArray *results = run_model (model, &config, x, n, 777);
  guint i, j;

  g_assert_true (RESULT (results, results->len - 1).partial);
  for (i = 0; i < results->len; i++) {
    const SerResult *result = &RESULT (results, i);
    gsize T = ser_feature_spec_frames (&model->features, result->length), k;
    float *frames = g_new (float, T * model->features.n), scores[SER_MAX_LABELS];
    double energy = 0.0;

    ser_front_end_clip (front, x + result->start, result->length, frames);
    g_assert_true (ser_model_score_frames (model, frames, T, NULL, scores));
    for (j = 0; j < result->n_labels; j++)
      g_assert_cmpfloat (result->scores[j], ==, scores[j]);
    for (k = 0; k < result->length; k++)
      energy += (double) x[result->start + k] * x[result->start + k];
    g_assert_cmpfloat_with_epsilon (result->loudness, 10.0 * log10 (energy / result->length), 1e-9);
    g_free (frames);
  }
  g_array_unref (results);
  ser_front_end_free (front);
  g_free (x);
}

/* ---- which windows there are ---- */

static const struct {
  double seconds;
  guint windows;                  /* the partial one included */
  double last_start, last_length; /* s */
  gboolean partial;
} lengths[] = {
  { 0.0, 0, 0, 0, FALSE },
  { 0.0001, 1, 0, 0.0001, TRUE },
  { 0.1, 1, 0, 0.1, TRUE },
  { 0.99, 1, 0, 0.99, TRUE },
  { 1.0, 1, 0, 1.0, TRUE },
  { 1.49, 1, 0, 1.49, TRUE },
  { 2.9, 1, 0, 2.9, TRUE },
  { 2.99995, 1, 0, 2.99995, TRUE },
  { 3.0, 1, 0, 3.0, FALSE },
  { 3.4, 1, 0, 3.0, FALSE },
  { 3.49995, 1, 0, 3.0, FALSE },
  { 3.5, 2, 1, 2.5, TRUE },
  { 3.999, 2, 1, 2.999, TRUE },
  { 4.0, 2, 1, 3.0, FALSE },
  { 4.5, 3, 2, 2.5, TRUE },
  { 10.0, 8, 7, 3.0, FALSE },
  { 10.25, 8, 7, 3.0, FALSE },
  { 10.75, 9, 8, 2.75, TRUE },
};

static void
test_lengths (void)
{
  const SerStreamConfig open = { 0.0, 1.0, 0.0, 0.0, FALSE };
  guint i, j;

  for (i = 0; i<G_N_ELEMENTS (lengths); i += stride> 1 ? 2 : 1) {
    gsize n;
    float *x = make_speech (lengths[i].seconds, &n);
    GArray *results = run_model (model, &open, x, n, 4096);

    g_assert_cmpuint (results->len, ==, lengths[i].windows);
    for (j = 0; j < results->len; j++) {
      const SerResult *result = &RESULT (results, j);
      gboolean last = j + 1 == results->len;

      g_assert_cmpuint (result->start, ==, j * RATE);
      g_assert_cmpuint (result->length, ==, last ? (guint64) llround (lengths[i].last_length * RATE) : 3 * RATE);
      g_assert_cmpint (result->partial, ==, last && lengths[i].partial);
      g_assert_cmpint (result->label == SER_LABEL_UNCERTAIN, ==, n < RATE);
    }
    if (results->len > 0)
      g_assert_cmpuint (RESULT (results, results->len - 1).start, ==, (guint64) (lengths[i].last_start * RATE));
    g_array_unref (results);
    g_free (x);
  }
}

/* Starts are multiples of the interval and every full window is there, for any window and interval. */
static void
test_grid (void)
{
  static const double windows[] = { 1.0, 1.004, 1.5, 2.996, 5.0 }, intervals[] = { 0.1, 0.137, 0.5, 0.996, 1.0 };
  gsize n, W, I;
  float *x = make_speech (7.777, &n);
  guint w, i, k;

  for (w = 0; w < G_N_ELEMENTS (windows); w += stride)
    for (i = w % 2; i < G_N_ELEMENTS (intervals); i += stride) {
      const SerStreamConfig config = { windows[w], intervals[i], 0.0, 0.0, TRUE };
      SerStream *stream = ser_stream_new (model, &config, NULL);
      GArray *results = run_stream (stream, x, n, 5000);
      guint full;

      W = ser_stream_get_window (stream);
      I = ser_stream_get_interval (stream);
      g_assert_cmpuint (W, ==, 160 * (gsize) lround (windows[w] * 100.0));
      g_assert_cmpuint (I, ==, 160 * (gsize) lround (intervals[i] * 100.0));
      full = (guint) ((n - W) / I + 1);
      g_assert_cmpuint (results->len, ==, full + (n - ((full - 1) * I + W) >= RATE / 2));
      for (k = 0; k < results->len; k++) {
        g_assert_cmpuint (RESULT (results, k).start, ==, k * I);
        g_assert_cmpuint (RESULT (results, k).length, ==, k < full ? W : n - k * I);
        g_assert_cmpint (RESULT (results, k).partial, ==, k >= full);
      }
      g_array_unref (results);
      ser_stream_free (stream);
    }
  g_free (x);
}

/* With window and interval the same, windows follow each other, and a partial one may be too short for the network. */
static void
test_short_partial (void)
{
  SerModel *slow = tiny_model (TINY_FEATURES, "maxpool(60) mean linear", 3.0);
  const SerStreamConfig config = { 1.0, 1.0, 0.0, 0.0, FALSE };
  gsize n;
  float *x = make_speech (1.55, &n);
  GArray *results = run_model (slow, &config, x, n, n);
  guint i;

  g_assert_cmpuint (results->len, ==, 2);
  g_assert_cmpuint (RESULT (results, 1).length, ==, RATE * 55 / 100);
  for (i = 0; i < 4; i++)
    g_assert_cmpfloat (RESULT (results, 1).scores[i], ==, 0.25f);
  g_assert_cmpfloat (RESULT (results, 0).scores[0], !=, 0.25f);
  g_array_unref (results);
  g_free (x);
  ser_model_unref (slow);
}

/* A window in whole hops may be a little under a second: full ones are not too little to tell. */
static void
test_short_window (void)
{
  SerModel *model_399 = tiny_model ("logmel(n=8,mels=8,hop=399,norm=window)", TINY_ARCH, 1.0);
  const SerStreamConfig open = { 0.0, 1.0, 0.0, 0.0, FALSE };
  gsize n;
  float *x = make_speech (1.0, &n);
  GArray *results = run_model (model_399, &open, x, n, n);

  g_assert_cmpuint (results->len, ==, 1);
  g_assert_cmpuint (RESULT (results, 0).length, ==, 40 * 399);
  g_assert_false (RESULT (results, 0).partial);
  g_assert_cmpint (RESULT (results, 0).label, >=, 0);
  g_array_unref (results);
  g_free (x);
  ser_model_unref (model_399);
}

/* Any rate and hop: 44.1 kHz with hops of 10 ms, and windows to the nearest hop. */
static void
test_other_rate (void)
{
  SerModel *other = tiny_model ("logmel(n=8,rate=44100,fft=2048,win=1102,hop=441,norm=window)", TINY_ARCH, 3.0);
  const SerStreamConfig config = { 1.502, 0.75, 0.0, 0.0, TRUE };
  SerStream *stream = ser_stream_new (other, &config, NULL);
  gsize n;
  float *x = make_speech (10.0, &n);
  GArray *results = run_stream (stream, x, n, 333);

  g_assert_cmpuint (ser_stream_get_window (stream), ==, 150 * 441);
  g_assert_cmpuint (ser_stream_get_interval (stream), ==, 75 * 441);
  g_assert_cmpuint (results->len, ==, (n - 150 * 441) / (75 * 441) + 1 + 1); /* 0.6 s more make a partial one */
  g_array_unref (results);
  g_free (x);
  ser_stream_free (stream);
  ser_model_unref (other);
}

/* ---- order of calls ---- */

static void
test_back_pressure (void)
{
  SerStream *stream = ser_stream_new (model, NULL, NULL);
  gsize n;
  float *x = make_speech (5.0, &n);
  SerWindow *window;
  SerResult result;

  g_assert_false (ser_stream_next (stream, &result));
  g_assert_cmpuint (ser_stream_push (stream, x, 0), ==, 0);
  g_assert_cmpuint (ser_stream_push (stream, x, n), ==, 3 * RATE);
  g_assert_cmpuint (ser_stream_push (stream, x, n), ==, 0);
  g_assert_cmpuint (ser_stream_push_s16 (stream, (const gint16 *) x, 1), ==, 0);
  window = ser_stream_take_window (stream);
  g_assert_cmpuint (ser_window_get_start (window), ==, 0);
  g_assert_cmpuint (ser_window_get_length (window), ==, 3 * RATE);
  g_assert_null (ser_stream_take_window (stream));
  g_assert_cmpuint (ser_stream_push (stream, x + 3 * RATE, n - 3 * RATE), ==, RATE);
  ser_window_free (window);
  ser_stream_free (stream);
  g_free (x);
}

/* finish() with a window ready: that one first, then the partial one if there is any. */
static void
test_finish (void)
{
  SerStream *stream = ser_stream_new (model, NULL, NULL);
  gsize n;
  float *x = make_speech (5.0, &n);
  SerResult result;

  ser_stream_finish (stream);
  g_assert_false (ser_stream_next (stream, &result));

  ser_stream_reset (stream);
  g_assert_cmpuint (ser_stream_push (stream, x, n), ==, 3 * RATE);
  ser_stream_finish (stream);
  ser_stream_finish (stream);
  g_assert_true (ser_stream_next (stream, &result));
  g_assert_false (result.partial);
  g_assert_false (ser_stream_next (stream, &result));

  ser_stream_reset (stream);
  g_assert_cmpuint (ser_stream_push (stream, x, 10), ==, 10);
  ser_stream_finish (stream);
  g_assert_true (ser_stream_next (stream, &result));
  g_assert_cmpuint (result.length, ==, 10);
  g_assert_true (result.partial);
  g_assert_cmpint (result.label, ==, SER_LABEL_UNCERTAIN);
  g_assert_cmpfloat_with_epsilon (result.confidence, 0.25, 1e-7);
  g_assert_false (ser_stream_next (stream, &result));
  ser_stream_free (stream);
  g_free (x);
}

/* Whatever came before it, a reset makes the stream as new. */
static void
test_reset (gconstpointer gate)
{
  static const double before[] = { 0.0, 0.01, 0.3, 2.9999, 3.0, 3.2, 7.7 };
  const SerStreamConfig config = { 3.0, 1.0, 0.3, 0.8, gate != NULL };
  gsize n, m;
  float *x = make_speech (6.6, &n), *y = make_noise (0.5, 8.0, &m);
  GArray *fresh = run_model (model, &config, x, n, 1000);
  SerStream *stream = ser_stream_new (model, &config, NULL);
  guint i, finish;

  g_assert_true (RESULT (fresh, 0).changed);
  for (i = 0; i < G_N_ELEMENTS (before); i += stride)
    for (finish = 0; finish < 2; finish++) {
      GArray *ignored = g_array_new (FALSE, FALSE, sizeof (SerResult)), *results;

      push_all (stream, y, (gsize) (before[i] * RATE), 1234, ignored);
      if (finish)
        ser_stream_finish (stream);
      ser_stream_reset (stream);
      results = run_stream (stream, x, n, 4321);
      assert_same_results (fresh, results);
      ser_stream_reset (stream);
      g_array_unref (results);
      g_array_unref (ignored);
    }
  /* With a window ready and not fetched. */
  ser_stream_push (stream, y, m);
  ser_stream_reset (stream);
  {
    GArray *results = run_stream (stream, x, n, n);

    assert_same_results (fresh, results);
    g_array_unref (results);
  }
  ser_stream_free (stream);
  g_array_unref (fresh);
  g_free (x);
  g_free (y);
}

/* ---- samples that are none ---- */

static void
test_not_finite (void)
{
  static const float bad[] = { NAN, INFINITY, -INFINITY };
  gsize n, i;
  float *x = make_speech (4.0, &n), *zeroed = g_memdup2 (x, n * sizeof (float));
  GArray *a, *b;

  for (i = 0; i < n; i += 37) {
    x[i] = bad[i % 3];
    zeroed[i] = 0.0f;
  }
  a = run_model (model, NULL, x, n, 555);
  b = run_model (model, NULL, zeroed, n, 555);
  assert_same_results (a, b);
  g_array_unref (a);
  g_array_unref (b);

  for (i = 0; i < n; i++)
    x[i] = i % 2 ? 3e38f : -3e38f;
  a = run_model (model, NULL, x, n, 555);
  for (i = 0; i < 4; i++)
    g_assert_true (isfinite (RESULT (a, 0).scores[i]));
  g_assert_true (isfinite (RESULT (a, 0).loudness));
  g_array_unref (a);
  g_free (x);
  g_free (zeroed);
}

/* ---- pitch and level ---- */

static double
pitch_of (const float *x, gsize n)
{
  GArray *results = run_model (model, NULL, x, n, n);
  double pitch = RESULT (results, 0).pitch;

  g_array_unref (results);
  return pitch;
}

static void
test_pitch (void)
{
  static const double tones[] = { 80.0, 120.0, 200.0, 350.0 };
  gsize n, m;
  float *x, *y;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (tones); i++) {
    x = make_tone (tones[i], 3.0, &n);
    g_assert_cmpfloat_with_epsilon (pitch_of (x, n), tones[i], 0.03 * tones[i]);
    g_free (x);
  }
  /* The median, not the mean, of what is voiced: 0.8 s at 300 Hz, 1.2 s at 100 Hz, 1 s of noise. */
  x = make_noise (0.1, 3.0, &n);
  y = make_tone (300.0, 0.8, &m);
  memcpy (x, y, m * sizeof (float));
  g_free (y);
  y = make_tone (100.0, 1.2, &m);
  memcpy (x + 8 * RATE / 10, y, m * sizeof (float));
  g_free (y);
  g_assert_cmpfloat_with_epsilon (pitch_of (x, n), 100.0, 3.0);
  g_free (x);
  /* Less than a tenth of it voiced. */
  x = make_noise (0.1, 3.0, &n);
  y = make_tone (150.0, 0.2, &m);
  memcpy (x + RATE, y, m * sizeof (float));
  g_assert_cmpfloat (pitch_of (x, n), ==, 0.0);
  memset (x, 0, n * sizeof (float));
  g_assert_cmpfloat (pitch_of (x, n), ==, 0.0);
  g_free (x);
  g_free (y);
}

/* ---- configuration ---- */

static const struct {
  SerStreamConfig config;
  const char *message;
} config_faults[] = {
  { { 0.9, 0.5, 0, 0, TRUE }, "window is 0.9 s; 1 to 30 s is expected" },
  { { 31, 1, 0, 0, TRUE }, "window is 31 s; 1 to 30 s is expected" },
  { { NAN, 1, 0, 0, TRUE }, "window is nan" },
  { { -1, 1, 0, 0, TRUE }, "window is -1" },
  { { 0, 0.09, 0, 0, TRUE }, "interval is 0.09 s; 0.1 to 30 s is expected" },
  { { 0, 0, 0, 0, TRUE }, "interval is 0 s;" },
  { { 0, 3.5, 0, 0, TRUE }, "interval is 3.5 s; at most the window, 3 s, is expected" },
  { { 2, 2.01, 0, 0, TRUE }, "interval is 2.01 s; at most the window, 2 s," },
  { { 0, 1, -0.1, 0, TRUE }, "threshold is -0.1; 0 to 1 is expected" },
  { { 0, 1, 1.1, 0, TRUE }, "threshold is 1.1" },
  { { 0, 1, NAN, 0, TRUE }, "threshold is nan" },
  { { 0, 1, 0, 1, TRUE }, "smoothing is 1; 0 to 0.99 is expected" },
  { { 0, 1, 0, -1, TRUE }, "smoothing is -1" },
};

static void
test_config (void)
{
  SerModel *slow = tiny_model (TINY_FEATURES, "maxpool(250) mean linear", 3.0);
  const SerStreamConfig short_window = { 2.0, 1.0, 0.0, 0.0, TRUE };
  GError *error = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (config_faults); i++) {
    g_assert_null (ser_stream_new (model, &config_faults[i].config, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
    if (strstr (error->message, config_faults[i].message) == NULL)
      g_error ("expected \"%s\" in \"%s\"", config_faults[i].message, error->message);
    g_clear_error (&error);
  }
  g_assert_null (ser_stream_new (slow, &short_window, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_assert_cmpstr (error->message, ==, "window is 2 s, 198 frames; the model needs more");
  g_clear_error (&error);
  ser_model_unref (slow);
}

/* ---- length ---- */

/* What a stream holds does not grow: the heap after ten rounds of a minute is the heap after one. */
static void
test_memory (void)
{
  SerStream *stream = ser_stream_new (model, NULL, NULL);
  guint rounds = stride > 1 ? 3 : 10, seconds = stride > 1 ? 10 : 60, round;
  gsize n, i, after_one = 0, n_windows = 0;
  float *x = make_speech (seconds, &n);

  if (mallinfo2 ().uordblks == 0)
    g_test_skip ("this allocator does not count what it gives");
  for (round = 0; round < rounds; round++) {
    for (i = 0; i < n;) {
      SerResult result;

      i += ser_stream_push (stream, x + i, MIN (1000, n - i));
      while (ser_stream_next (stream, &result))
        g_assert_cmpuint (result.start, ==, RATE * n_windows++);
    }
    if (round == 0)
      after_one = mallinfo2 ().uordblks;
  }
  g_assert_cmpuint (n_windows, ==, seconds * rounds - 2);
  g_test_message ("%" G_GSIZE_FORMAT " bytes after one round, %" G_GSIZE_FORMAT " after %u", after_one,
      mallinfo2 ().uordblks, rounds);
  g_assert_cmpuint (mallinfo2 ().uordblks, <=, after_one + 1024);
  ser_stream_free (stream);
  g_free (x);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  model = tiny_model_usual ();
  if (g_getenv ("SEREMOTION_TEST_QUICK") != NULL)
    stride = 4;
  g_test_add_func ("/engine/stream/chunks", test_chunks);
  g_test_add_func ("/engine/stream/window-alone", test_window_alone);
  g_test_add_func ("/engine/stream/lengths", test_lengths);
  g_test_add_func ("/engine/stream/grid", test_grid);
  g_test_add_func ("/engine/stream/short-partial", test_short_partial);
  g_test_add_func ("/engine/stream/short-window", test_short_window);
  g_test_add_func ("/engine/stream/other-rate", test_other_rate);
  g_test_add_func ("/engine/stream/back-pressure", test_back_pressure);
  g_test_add_func ("/engine/stream/finish", test_finish);
  g_test_add_data_func ("/engine/stream/reset/gate", "gate", test_reset);
  g_test_add_data_func ("/engine/stream/reset/no-gate", NULL, test_reset);
  g_test_add_func ("/engine/stream/not-finite", test_not_finite);
  g_test_add_func ("/engine/stream/pitch", test_pitch);
  g_test_add_func ("/engine/stream/config", test_config);
  g_test_add_func ("/engine/stream/memory", test_memory);
  status = g_test_run ();
  ser_model_unref (model);
  return status;
}
