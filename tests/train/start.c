/* start.c - tests of what a training starts from and aims at: another model's weights, soft labels
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "trainings.h"

static SerTrainer *
new_trainer (const SerModelParts *what, const SerTrainConfig *config, const Clips *clips)
{
  GError *error = NULL;
  SerTrainer *trainer = ser_trainer_new (what, config, &clips->set, NULL, &error);

  g_assert_no_error (error);
  return trainer;
}

/* All weights and running statistics of a model of the same architecture. */
static void
test_same_architecture (void)
{
  Clips *clips = clips_new (11, 24, FEATURES, LABELS, 40, 60, 1.0);
  SerTrainConfig config = plain_config (2, 1e-2), other = plain_config (1, 1e-2);
  SerModel *trained = train_model (&parts, &config, clips, NULL), *started;
  SerTrainer *trainer;
  gsize n = 0;

  other.seed = 99;
  trainer = new_trainer (&parts, &other, clips);
  for (guint i = 0; i < ser_tensors_get_n (trained->tensors); i++)
    n += ser_tensors_get (trained->tensors, i)->n;
  g_assert_cmpuint (ser_trainer_start_from (trainer, trained), ==, n);
  started = get_model (trainer);
  g_assert_true (same_models (trained, started));
  ser_model_unref (started);
  ser_model_unref (trained);
  ser_trainer_free (trainer);
  clips_free (clips);
}

/* Of a model of other labels, all but the last layer, which stays as it was drawn. */
static void
test_other_labels (void)
{
  static const char *const two[] = { "calm", "joy", NULL };
  Clips *clips = clips_new (12, 24, FEATURES, 2, 40, 60, 1.0);
  SerTrainConfig config = plain_config (1, 1e-2);
  SerModelParts what = parts;
  SerModel *three, *drawn, *started;
  SerTrainer *trainer;

  three = train_model (&parts, &config, clips, NULL);
  what.labels = two;
  trainer = new_trainer (&what, &config, clips);
  drawn = get_model (trainer);
  g_assert_cmpuint (ser_trainer_start_from (trainer, three), >, 0);
  started = get_model (trainer);
  for (guint i = 0; i < ser_tensors_get_n (started->tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (started->tensors, i);
    gboolean last = g_str_has_prefix (tensor->name, "fc.");
    const SerTensor *expected = ser_tensors_find ((last ? drawn : three)->tensors, tensor->name);

    g_assert_cmpmem (tensor->data, tensor->n * sizeof (float), expected->data, expected->n * sizeof (float));
  }
  ser_model_unref (three);
  ser_model_unref (drawn);
  ser_model_unref (started);
  ser_trainer_free (trainer);
  clips_free (clips);
}

/* Soft labels that say another label than the clip's own: with a share of 1 that one is learnt, with 0 the clip's. */
static void
test_soft_labels (void)
{
  Clips *clips = clips_new (13, 48, FEATURES, LABELS, 60, 90, 0.5);
  float soft[LABELS][LABELS] = { { 0 } };

  for (guint i = 0; i < LABELS; i++)
    soft[i][(i + 1) % LABELS] = 1.0f;
  for (guint i = 0; i < clips->set.n_clips; i++)
    clips->clips[i].soft = soft[clips->clips[i].label];
  for (guint share = 0; share <= 1; share++) {
    SerTrainConfig config = plain_config (12, 1e-2);
    SerModel *model;

    config.soft = share;
    model = train_model (&parts, &config, clips, NULL);
    for (guint i = 0; i < clips->set.n_clips && share; i++)
      clips->clips[i].label = (clips->clips[i].label + 1) % LABELS;
    g_assert_cmpfloat (evaluate (model, &clips->set).accuracy, >, 0.9);
    ser_model_unref (model);
  }
  clips_free (clips);
}

/* What cannot be a target is refused. */
static void
test_refused (void)
{
  Clips *clips = clips_new (14, 6, FEATURES, LABELS, 40, 60, 1.0);
  SerTrainConfig config = plain_config (1, 1e-2);
  const float no_distribution[LABELS] = { 0.5f, 0.2f, 0.1f };
  GError *error = NULL;

  config.votes = 0.4;
  config.soft = 0.7;
  g_assert_null (ser_trainer_new (&parts, &config, &clips->set, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, "soft labels=0.7"));
  g_clear_error (&error);
  config.soft = 0.5;
  clips->clips[3].soft = no_distribution;
  g_assert_null (ser_trainer_new (&parts, &config, &clips->set, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
  g_assert_nonnull (strstr (error->message, "clip 3 has soft labels"));
  g_clear_error (&error);
  clips_free (clips);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/start/same-architecture", test_same_architecture);
  g_test_add_func ("/train/start/other-labels", test_other_labels);
  g_test_add_func ("/train/start/soft-labels", test_soft_labels);
  g_test_add_func ("/train/start/refused", test_refused);
  return g_test_run ();
}
