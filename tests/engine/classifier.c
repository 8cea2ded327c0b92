/* classifier.c - from scores to labels: gate, threshold, smoothing, changes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "signals.h"
#include "tiny-model.h"

static SerModel *model, *open_gate; /* the latter takes all sound for speech, so that levels alone decide */

/* Windows of 1 s, one after another. */
static GArray *
run (double threshold, double smoothing, gboolean gate, const float *x, gsize n)
{
  const SerStreamConfig config = { 1.0, 1.0, threshold, smoothing, gate, open_gate };

  return run_model (model, &config, x, n, n);
}

static guint
leading (const SerResult *result)
{
  guint i, best = 0;

  for (i = 1; i < result->n_labels; i++)
    if (result->scores[i] > result->scores[best])
      best = i;
  return best;
}

/* Eight seconds, of which those of `silent` bits hold nothing. */
static float *
make_gaps (guint silent, gsize *n)
{
  float *x = make_speech (8.0, n);
  guint i;

  for (i = 0; i < 8; i++)
    if (silent >> i & 1)
      memset (x + i * RATE, 0, RATE * sizeof (float));
  return x;
}

static void
assert_gate (const float *x, SerGate gate, double loudness)
{
  GArray *results = run (0.0, 0.0, TRUE, x, RATE), *open = run (0.0, 0.0, FALSE, x, RATE);
  const SerResult *result = &RESULT (results, 0);
  double sum = 0.0;
  guint i;

  g_assert_cmpint (result->gate, ==, gate);
  g_assert_cmpfloat_with_epsilon (result->speech, gate == SER_GATE_SPEECH ? 0.9 : 0.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (result->loudness, loudness, 0.01);
  if (gate != SER_GATE_SPEECH) {
    g_assert_cmpint (result->label, ==, SER_LABEL_NONE);
    g_assert_cmpstr (result->emotion, ==, "none");
  }
  for (i = 0; i < result->n_labels; i++)
    sum += result->scores[i];
  g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-6);

  /* Without the gate every window is speech, of the same scores. */
  g_assert_cmpint (RESULT (open, 0).gate, ==, SER_GATE_SPEECH);
  g_assert_cmpfloat (RESULT (open, 0).speech, ==, 1.0);
  g_assert_cmpint (RESULT (open, 0).label, >=, 0);
  g_assert_cmpmem (RESULT (open, 0).scores, sizeof result->scores, result->scores, sizeof result->scores);
  g_array_unref (results);
  g_array_unref (open);
}

static void
test_gate (void)
{
  float x[RATE];
  guint i;

  memset (x, 0, sizeof x);
  assert_gate (x, SER_GATE_SILENCE, -120.0);
  for (i = 0; i < RATE; i++)
    x[i] = i % 2 ? 0.000313f : -0.000313f;
  assert_gate (x, SER_GATE_SILENCE, -70.09);
  for (i = 0; i < RATE; i++)
    x[i] = i % 2 ? 0.00032f : -0.00032f;
  assert_gate (x, SER_GATE_SPEECH, -69.90);

  /* A tenth of the samples at full scale is not yet clipped, one more is. */
  for (i = 0; i < RATE; i++)
    x[i] = i % 10 ? 0.0f : i % 20 ? 1.0f : -1.0f;
  assert_gate (x, SER_GATE_SPEECH, -10.0);
  x[1] = 1.0f;
  assert_gate (x, SER_GATE_CLIPPED, -10.0);
  for (i = 0; i < RATE; i++)
    x[i] = i / 50 % 2 ? 1.0f : -1.0f;
  assert_gate (x, SER_GATE_CLIPPED, 0.0);

  g_assert_cmpstr (ser_gate_to_string (SER_GATE_SPEECH), ==, "speech");
  g_assert_cmpstr (ser_gate_to_string (SER_GATE_SILENCE), ==, "silence");
  g_assert_cmpstr (ser_gate_to_string (SER_GATE_CLIPPED), ==, "clipped");
  g_assert_cmpstr (ser_gate_to_string (SER_GATE_NON_SPEECH), ==, "non-speech");
}

static void
test_threshold (void)
{
  gsize n;
  float *x = make_gaps (1 << 3, &n);
  GArray *plain = run (0.0, 0.0, TRUE, x, n);
  guint i, j;

  for (i = 0; i < plain->len; i++) {
    double confidence = RESULT (plain, i).confidence;
    const double thresholds[] = { confidence - 1e-4, confidence + 1e-4 };

    g_assert_cmpfloat (confidence, ==, RESULT (plain, i).scores[leading (&RESULT (plain, i))]);
    for (j = 0; j < 2; j++) {
      GArray *results = run (thresholds[j], 0.0, TRUE, x, n);
      const SerResult *result = &RESULT (results, i);
      int expected = i == 3 ? SER_LABEL_NONE : j == 0 ? (int) leading (result) : SER_LABEL_UNCERTAIN;

      g_assert_cmpint (result->label, ==, expected);
      g_assert_cmpstr (result->emotion, ==,
          expected == SER_LABEL_NONE ? "none"
              : expected >= 0        ? tiny_labels[expected]
                                     : "uncertain");
      g_assert_cmpfloat (result->confidence, ==, confidence);
      g_array_unref (results);
    }
  }
  g_array_unref (plain);
  g_free (x);
}

/* s <- w s + (1 - w) scores over windows of speech; the gate's others are neither fed nor smoothed. */
static void
test_smoothing (void)
{
  static const double weights[] = { 0.0, 0.3, 0.9, 0.99 };
  const guint silent = 1 << 2 | 1 << 5;
  gsize n;
  float *x = make_gaps (silent, &n);
  GArray *plain = run (0.0, 0.0, TRUE, x, n);
  guint w, i, j;

  g_assert_cmpuint (plain->len, ==, 8);
  for (w = 0; w < G_N_ELEMENTS (weights); w++) {
    GArray *results = run (0.0, weights[w], TRUE, x, n);
    double average[4] = { 0.0 };
    gboolean started = FALSE;

    for (i = 0; i < plain->len; i++) {
      const SerResult *result = &RESULT (results, i);
      double sum = 0.0;

      for (j = 0; j < 4; j++) {
        double score = RESULT (plain, i).scores[j];

        if (!(silent >> i & 1))
          average[j] = started ? weights[w] * average[j] + (1.0 - weights[w]) * score : score;
        g_assert_cmpfloat_with_epsilon (result->scores[j], silent >> i & 1 ? score : average[j], 1e-6);
        sum += result->scores[j];
      }
      started = TRUE;
      g_assert_cmpfloat_with_epsilon (sum, 1.0, 1e-6);
      g_assert_cmpfloat (result->confidence, ==, result->scores[leading (result)]);
      g_assert_cmpint (result->label, ==, silent >> i & 1 ? SER_LABEL_NONE : (int) leading (result));
    }
    g_array_unref (results);
  }
  g_array_unref (plain);
  g_free (x);
}

static void
test_changed (void)
{
  const guint silent = 1 << 0 | 1 << 3 | 1 << 4;
  gsize n;
  float *x = make_gaps (silent, &n);
  GArray *results = run (0.0, 0.0, TRUE, x, n), *quiet = run (1.0, 0.0, TRUE, x, n);
  guint i;

  for (i = 0; i < results->len; i++) {
    g_assert_cmpint (
        RESULT (results, i).changed, ==, i == 0 || RESULT (results, i).label != RESULT (results, i - 1).label);
    /* none, uncertain twice, none twice, uncertain: */
    g_assert_cmpint (RESULT (quiet, i).changed, ==, i == 0 || i == 1 || i == 3 || i == 5);
  }
  g_array_unref (results);
  g_array_unref (quiet);
  g_free (x);
}

/* Settings hold from the next window on, and are clamped, NaN to 0. */
static void
test_settings (void)
{
  const SerStreamConfig config = { 1.0, 1.0, 0.0, 0.0, TRUE, open_gate };
  SerStream *stream = ser_stream_new (model, &config, NULL);
  gsize n;
  float *x = make_speech (5.0, &n);
  GArray *plain = run (0.0, 0.0, TRUE, x, n), *results = g_array_new (FALSE, FALSE, sizeof (SerResult));
  guint j;

  push_all (stream, x, RATE, RATE, results);
  g_assert_cmpint (RESULT (results, 0).label, >=, 0);
  ser_stream_set_threshold (stream, 7.0); /* 1 */
  push_all (stream, x + RATE, RATE, RATE, results);
  g_assert_cmpint (RESULT (results, 1).label, ==, SER_LABEL_UNCERTAIN);
  ser_stream_set_threshold (stream, -7.0); /* 0 */
  ser_stream_set_smoothing (stream, 7.0);  /* 0.99 */
  push_all (stream, x + 2 * RATE, RATE, RATE, results);
  g_assert_cmpint (RESULT (results, 2).label, >=, 0);
  for (j = 0; j < 4; j++)
    g_assert_cmpfloat_with_epsilon (
        RESULT (results, 2).scores[j], 0.99 * RESULT (plain, 1).scores[j] + 0.01 * RESULT (plain, 2).scores[j], 1e-6);
  ser_stream_set_smoothing (stream, -7.0); /* 0 */
  push_all (stream, x + 3 * RATE, RATE, RATE, results);
  for (j = 0; j < 4; j++)
    g_assert_cmpfloat (RESULT (results, 3).scores[j], ==, RESULT (plain, 3).scores[j]);
  ser_stream_set_threshold (stream, 1.0);
  ser_stream_set_threshold (stream, NAN); /* 0 */
  ser_stream_set_smoothing (stream, 0.9);
  ser_stream_set_smoothing (stream, NAN); /* 0 */
  push_all (stream, x + 4 * RATE, RATE, RATE, results);
  g_assert_cmpint (RESULT (results, 4).label, >=, 0);
  for (j = 0; j < 4; j++)
    g_assert_cmpfloat (RESULT (results, 4).scores[j], ==, RESULT (plain, 4).scores[j]);
  g_array_unref (plain);
  g_array_unref (results);
  ser_stream_free (stream);
  g_free (x);
}

/* A window taken before a reset and classified after it, or left out, does not disturb what follows. */
static void
test_generations (void)
{
  const SerStreamConfig config = { 1.0, 1.0, 0.0, 0.9, TRUE, open_gate };
  SerStream *stream = ser_stream_new (model, &config, NULL);
  gsize n;
  float *x = make_speech (5.0, &n);
  GArray *plain = run (0.0, 0.0, TRUE, x, n);
  SerWindow *old, *first;
  SerResult result;

  ser_stream_push (stream, x, RATE);
  g_assert_true (ser_stream_next (stream, &result));
  ser_stream_push (stream, x + RATE, RATE);
  old = ser_stream_take_window (stream);
  ser_stream_reset (stream);
  ser_stream_push (stream, x + 2 * RATE, RATE);
  first = ser_stream_take_window (stream);
  ser_stream_push (stream, x + 3 * RATE, RATE);

  ser_stream_classify (stream, old, &result);
  g_assert_cmpfloat_with_epsilon (
      result.scores[0], 0.9 * RESULT (plain, 0).scores[0] + 0.1 * RESULT (plain, 1).scores[0], 1e-6);
  ser_window_free (first); /* the first after the reset is left out, so the second counts as such */
  g_assert_true (ser_stream_next (stream, &result));
  g_assert_true (result.changed);
  g_assert_cmpuint (result.start, ==, RATE);
  g_assert_cmpmem (result.scores, sizeof result.scores, RESULT (plain, 3).scores, sizeof result.scores);
  ser_window_free (old);
  g_array_unref (plain);
  ser_stream_free (stream);
  g_free (x);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  model = tiny_model_usual ();
  open_gate = tiny_model_gate (0.9);
  g_test_add_func ("/engine/classifier/gate", test_gate);
  g_test_add_func ("/engine/classifier/threshold", test_threshold);
  g_test_add_func ("/engine/classifier/smoothing", test_smoothing);
  g_test_add_func ("/engine/classifier/changed", test_changed);
  g_test_add_func ("/engine/classifier/settings", test_settings);
  g_test_add_func ("/engine/classifier/generations", test_generations);
  status = g_test_run ();
  ser_model_unref (model);
  ser_model_unref (open_gate);
  return status;
}
