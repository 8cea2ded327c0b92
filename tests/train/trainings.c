/* trainings.c - small trainings for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "trainings.h"

#include <math.h>
#include <string.h>

static const char *const labels[] = { "anger", "joy", "neutral", NULL };

const SerModelParts parts = {
  .features = "logmel(n=8,mels=8,norm=model)",
  .arch = SMALL,
  .labels = labels,
  .window = 1.0,
  .temperature = 1.0,
};

SerTrainConfig
plain_config (guint epochs, double lr)
{
  SerTrainConfig config;

  ser_train_config_init (&config);
  config.epochs = epochs;
  config.batch = 16;
  config.lr = lr;
  config.schedule = SER_SCHEDULE_CONSTANT;
  config.weight_decay = 0.0;
  config.label_smoothing = config.votes = 0.0;
  config.augment = "";
  config.crop_min = config.crop_max = 1.0;
  config.threads = 1;
  return config;
}

static gboolean
record (const SerTrainProgress *progress, gpointer data)
{
  History *history = data;

  if (progress->epoch == 0) {
    g_assert_cmpuint (progress->batch, ==, progress->batch > 0 ? ++history->encoder_epochs : 0);
    return TRUE;
  }
  g_assert_cmpuint (progress->epoch, ==, history->n + 1);
  if (progress->batch > 0) {
    g_assert_cmpuint (progress->batch, <=, progress->batches);
    return TRUE;
  }
  history->epoch[history->n++] = *progress;
  return history->n != history->stop_after;
}

void
train_on (SerTrainer *trainer, History *history)
{
  ser_trainer_run (trainer, record, history);
}

SerTrainer *
train (
    const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, const Clips *valid, History *history)
{
  GError *error = NULL;
  SerTrainer *trainer = ser_trainer_new (what, config, &clips->set, valid ? &valid->set : NULL, &error);

  g_assert_no_error (error);
  train_on (trainer, history);
  return trainer;
}

SerModel *
get_model (SerTrainer *trainer)
{
  GError *error = NULL;
  SerModel *model = ser_trainer_get_model (trainer, &error);

  g_assert_no_error (error);
  return model;
}

SerModel *
train_model (const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, const Clips *valid)
{
  History history = { .n = 0 };
  SerTrainer *trainer = train (what, config, clips, valid, &history);
  SerModel *model = get_model (trainer);

  ser_trainer_free (trainer);
  return model;
}

/* Probabilities of a clip as `evaluate` has them: one window up to 5 s, else the mean over windows each second, the
 * last one partial where it has half a second of its own. */
static void
score_clip (const SerModel *model, const SerTrainClip *clip, float *mean)
{
  const SerFeatureSpec *spec = &model->features;
  gsize whole = ser_feature_spec_frames (spec, 5 * spec->rate), count = 0;
  gsize length = ser_feature_spec_frames (spec, (gsize) (model->window * spec->rate)),
        interval = spec->rate / spec->hop;
  float scores[SER_MAX_LABELS];

  if (clip->T <= whole || clip->T <= length) {
    g_assert_true (ser_model_score_frames (model, clip->frames, clip->T, NULL, mean));
    return;
  }
  memset (mean, 0, model->n_labels * sizeof (float));
  for (gsize start = 0, rest; start < clip->T; start += interval, count++) {
    rest = clip->T - start;
    if (rest < length && (rest - 1) * spec->hop + spec->win < (model->window - 0.5) * spec->rate)
      break;
    ser_model_score_frames (model, clip->frames + start * spec->n, MIN (length, rest), NULL, scores);
    for (guint i = 0; i < model->n_labels; i++)
      mean[i] += scores[i];
  }
  for (guint i = 0; i < model->n_labels; i++)
    mean[i] /= count;
}

SerMetrics
evaluate (const SerModel *model, const SerTrainSet *set)
{
  float *scores = g_new (float, set->n_clips * model->n_labels);
  guint *truth = g_new (guint, set->n_clips);
  SerMetrics metrics;

  for (gsize i = 0; i < set->n_clips; i++) {
    score_clip (model, &set->clips[i], scores + i * model->n_labels);
    truth[i] = set->clips[i].label;
  }
  ser_metrics_compute (&metrics, scores, truth, set->n_clips, model->n_labels);
  g_free (scores);
  g_free (truth);
  return metrics;
}

void
check_progress (const SerTrainProgress *progress, const SerMetrics *metrics)
{
  g_assert_cmpfloat (fabs (progress->valid_loss - metrics->loss), <, 1e-4);
  g_assert_cmpfloat (progress->valid_accuracy, ==, metrics->accuracy);
  g_assert_cmpfloat (progress->valid_uar, ==, metrics->uar);
}

gboolean
same_models (const SerModel *a, const SerModel *b)
{
  guint width = ser_feature_spec_width (&a->features);

  if (memcmp (a->mean, b->mean, width * sizeof (float)) || memcmp (a->std, b->std, width * sizeof (float)))
    return FALSE;
  for (guint i = 0; i < ser_tensors_get_n (a->tensors); i++) {
    const SerTensor *x = ser_tensors_get (a->tensors, i), *y = ser_tensors_get (b->tensors, i);
    if (memcmp (x->data, y->data, x->n * sizeof (float)))
      return FALSE;
  }
  return TRUE;
}

double
distance (const SerModel *a, const SerModel *b)
{
  double worst = 0.0;

  for (guint i = 0; i < ser_tensors_get_n (a->tensors); i++) {
    const SerTensor *x = ser_tensors_get (a->tensors, i), *y = ser_tensors_get (b->tensors, i);
    for (gsize j = 0; j < x->n; j++)
      worst = fmax (worst, fabs (x->data[j] - y->data[j]));
  }
  return worst;
}
