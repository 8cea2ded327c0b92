/* validation.c - the figures that a training reports, and the statistics that it stores
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "train/adamw.h"
#include "trainings.h"

typedef struct {
  const char *name, *features, *arch;
  double window;
} Figures;

static const Figures figures[] = {
  { "norm-model", "logmel(n=8,mels=8,norm=model)", SMALL, 1.0 },
  { "norm-window", "logmel(n=8,mels=8,norm=window)", SMALL, 3.0 },
  { "norm-cmn", "logmel(n=8,mels=8,norm=cmn)", SMALL, 2.0 },
  { "deltas", "mfcc(n=8,mels=16,norm=model,delta=2)", SMALL, 1.5 },
  { "mean", "mfcc(n=8,mels=16,norm=model) mean", "conv1d(6,k=3) relu maxpool(2) dropout(0.3) lstm(5) last linear",
      2.0 },
  { "mean-none", "mfcc(n=8,mels=16,norm=none) mean", "flatten linear(6) bn relu linear", 2.0 },
  { "long-window", "logmel(n=8,mels=8,norm=none)", "conv1d(6,k=3) bn relu mean linear", 8.0 },
};

/* Validation during the training equals the finished model on the same clips: short, up to 5 s, and longer ones. */
static void
test_validation (gconstpointer data)
{
  const Figures *test = data;
  SerModelParts what = parts;
  Clips *clips = clips_new (7, 33, FEATURES, LABELS, 30, 120, 2.0),
        *valid = clips_new (8, 66, FEATURES, LABELS, 30, 900, 2.0);
  SerTrainConfig config = plain_config (3, 1e-2);
  History history = { .n = 0 };
  SerTrainer *trainer;
  SerModel *model;
  SerMetrics metrics;

  what.features = test->features;
  what.arch = test->arch;
  what.window = test->window;
  trainer = train (&what, &config, clips, valid, &history);
  model = get_model (trainer);
  metrics = evaluate (model, &valid->set);
  check_progress (&history.epoch[2], &metrics);
  g_assert_true (isfinite (metrics.loss));
  g_assert_cmpuint (history.epoch[2].batches, ==, 3);
  ser_model_unref (model);
  ser_trainer_free (trainer);
  clips_free (clips);
  clips_free (valid);
}

static void
test_progress (void)
{
  Clips *clips = clips_new (1, 33, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (4, 1e-2);
  History history = { .n = 0 };

  config.schedule = SER_SCHEDULE_COSINE;
  ser_trainer_free (train (&parts, &config, clips, NULL, &history));
  g_assert_cmpuint (history.n, ==, 4);
  for (guint i = 0; i < 4; i++) {
    const SerTrainProgress *progress = &history.epoch[i];
    double lr, beta1;
    ser_schedule_get (SER_SCHEDULE_COSINE, 1e-2, 3 * i + 2, 12, &lr, &beta1);
    g_assert_cmpuint (progress->epochs, ==, 4);
    g_assert_cmpuint (progress->batches, ==, 3);
    g_assert_cmpfloat (progress->lr, ==, lr);
    g_assert_true (isnan (progress->valid_loss) && isnan (progress->valid_accuracy) && isnan (progress->valid_uar));
    g_assert_cmpfloat (progress->seconds, >, 0.0);
  }
  g_assert_cmpfloat (history.epoch[3].train_loss, <, history.epoch[0].train_loss);
  clips_free (clips);
}

/* The statistics in the model are those of the training clips' frames, deltas included. */
static void
test_statistics (void)
{
  Clips *clips = clips_new (10, 20, FEATURES, LABELS, 20, 60, 1.0);
  SerModelParts what = parts;
  SerTrainConfig config = plain_config (1, 1e-3);
  SerModel *model;
  SerFeatureSpec raw;
  double sum[2 * FEATURES] = { 0 }, squares[2 * FEATURES] = { 0 }, n = 0.0;

  what.features = "logmel(n=8,mels=8,norm=model,delta=1)";
  model = train_model (&what, &config, clips, NULL);
  raw = model->features;
  raw.norm = SER_NORM_NONE;
  for (guint i = 0; i < 20; i++) {
    const SerTrainClip *clip = &clips->clips[i];
    float *x = g_new (float, clip->T * 2 * FEATURES);
    ser_features_window (&raw, clip->frames, clip->T, NULL, NULL, x);
    for (gsize j = 0; j < clip->T * 2 * FEATURES; j++) {
      sum[j % (2 * FEATURES)] += x[j];
      squares[j % (2 * FEATURES)] += (double) x[j] * x[j];
    }
    n += clip->T;
    g_free (x);
  }
  for (guint c = 0; c < 2 * FEATURES; c++) {
    double mean = sum[c] / n, std = sqrt (squares[c] / n - mean * mean);
    g_assert_cmpfloat (fabs (model->mean[c] - mean), <, 1e-5);
    g_assert_cmpfloat (fabs (model->std[c] / std - 1.0), <, 1e-5);
  }
  ser_model_unref (model);
  clips_free (clips);
}

/* Shortest possible clips, a last batch of one, batch norm on vectors: all stays finite. */
static void
test_extremes (void)
{
  static const char *const archs[] = { "maxpool(4) lstm(3) last bn relu linear",
    "bn conv1d(4,k=9) bn relu maxpool(4) mean bn linear" };
  Clips *clips = clips_new (11, 33, FEATURES, LABELS, 4, 9, 1.0);
  SerTrainConfig config;
  SerModelParts what = parts;

  ser_train_config_init (&config);
  config.epochs = 2;
  config.batch = 32;
  for (guint i = 0; i < G_N_ELEMENTS (archs); i++) {
    History history = { .n = 0 };
    what.arch = archs[i];
    ser_trainer_free (train (&what, &config, clips, clips, &history));
    g_assert_true (isfinite (history.epoch[1].train_loss) && isfinite (history.epoch[1].valid_loss));
  }
  clips_free (clips);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    char *path = g_strconcat ("/train/validation/equals-inference/", figures[i].name, NULL);
    g_test_add_data_func (path, &figures[i], test_validation);
    g_free (path);
  }
  g_test_add_func ("/train/validation/progress", test_progress);
  g_test_add_func ("/train/validation/statistics", test_statistics);
  g_test_add_func ("/train/validation/extremes", test_extremes);
  return g_test_run ();
}
