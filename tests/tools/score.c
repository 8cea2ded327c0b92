/* score.c - tests of a model's opinion of whole clips
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "score.h"

#include <math.h>

#include "dataset.h"
#include "fixture.h"
#include "tiny-model.h"

/* The mean of a stream's scores, the gate off: what a long clip must give. */
static guint
mean_of_stream (SerModel *model, const gint16 *samples, gsize n, double *mean)
{
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;
  SerStream *stream;
  SerResult result;
  guint windows = 0;

  config.gate = FALSE;
  stream = ser_stream_new (model, &config, NULL);
  for (gboolean finished = FALSE; !finished;) {
    gsize used = ser_stream_push_s16 (stream, samples, n);
    samples += used;
    n -= used;
    finished = n == 0;
    if (finished)
      ser_stream_finish (stream);
    while (ser_stream_next (stream, &result)) {
      for (guint i = 0; i < result.n_labels; i++)
        mean[i] += result.scores[i];
      windows++;
    }
  }
  for (guint i = 0; i < model->n_labels; i++)
    mean[i] /= windows;
  ser_stream_free (stream);
  return windows;
}

static void
score (SerModel *model, const gint16 *samples, gsize n, float *logits, float *scores)
{
  SerFrontEnd *front = ser_front_end_new (&model->features);
  gsize T;
  g_autofree float *x = ser_dataset_to_float (samples, n);
  g_autofree float *frames = ser_dataset_features (front, &model->features, x, n, &T);

  ser_score_clip (model, frames, n, logits, scores);
  ser_front_end_free (front);
}

/* Lengths in samples around the places where a stream's last window appears. */
static void
test_long_clip (void)
{
  static const gsize lengths[] = { 80001, 87999, 88000, 96000, 103999, 104000, 151999, 152000 };
  static const guint windows[] = { 3, 3, 4, 4, 4, 5, 7, 8 };
  SerModel *model = tiny_model_usual ();
  g_autofree gint16 *noise = fixture_noise (11, 152000);

  for (gsize i = 0; i < 152000; i++) /* so that windows differ */
    noise[i] *= sin (i / 30000.0);
  for (guint k = 0; k < G_N_ELEMENTS (lengths); k++) {
    float logits[SER_MAX_LABELS], scores[SER_MAX_LABELS], again[SER_MAX_LABELS];
    double mean[SER_MAX_LABELS] = { 0 };

    g_assert_cmpuint (mean_of_stream (model, noise, lengths[k], mean), ==, windows[k]);
    score (model, noise, lengths[k], logits, scores);
    ser_score_softmax (logits, model->n_labels, 1.0, again);
    for (guint i = 0; i < model->n_labels; i++) {
      g_assert_cmpfloat_with_epsilon (scores[i], mean[i], 1e-5);
      g_assert_cmpfloat_with_epsilon (scores[i], again[i], 1e-5); /* the model's temperature is 1 */
    }
  }
  ser_model_unref (model);
}

/* Up to 5 s a clip is one window. */
static void
test_short_clip (void)
{
  SerModel *model = tiny_model_usual ();
  g_autofree gint16 *noise = fixture_noise (12, 80000);
  float logits[SER_MAX_LABELS], scores[SER_MAX_LABELS], whole[SER_MAX_LABELS], whole_logits[SER_MAX_LABELS];
  SerFrontEnd *front = ser_front_end_new (&model->features);
  gsize T;
  g_autofree float *x = ser_dataset_to_float (noise, 80000);
  g_autofree float *frames = ser_dataset_features (front, &model->features, x, 80000, &T);

  g_assert_true (ser_score_clip (model, frames, 80000, logits, scores));
  g_assert_true (ser_model_score_frames (model, frames, T, whole_logits, whole));
  g_assert_cmpmem (scores, model->n_labels * sizeof (float), whole, model->n_labels * sizeof (float));

  /* Too short for the network: uniform. */
  g_assert_false (ser_score_clip (model, frames, 100, logits, scores));
  for (guint i = 0; i < model->n_labels; i++)
    g_assert_cmpfloat_with_epsilon (scores[i], 1.0 / model->n_labels, 1e-6);
  ser_front_end_free (front);
  ser_model_unref (model);
}

static void
test_softmax (void)
{
  const float logits[] = { 1000.0f, 1000.0f + (float) log (3.0), -1000.0f };
  float scores[3];

  ser_score_softmax (logits, 3, 1.0, scores);
  g_assert_cmpfloat_with_epsilon (scores[0], 0.25, 1e-4);
  g_assert_cmpfloat_with_epsilon (scores[1], 0.75, 1e-4);
  g_assert_cmpfloat (scores[2], ==, 0);
  ser_score_softmax (logits, 3, 1e6, scores);
  g_assert_cmpfloat_with_epsilon (scores[2], 1 / 3.0, 1e-3);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/score/long-clip", test_long_clip);
  g_test_add_func ("/tools/score/short-clip", test_short_clip);
  g_test_add_func ("/tools/score/softmax", test_softmax);
  return fixture_run ();
}
