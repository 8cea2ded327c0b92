/* trainer.c - whole trainings: they learn, repeat themselves, and stop when they should
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "trainings.h"

/* Clips of noise with labels in turn: all that can be learnt is which is which. */
static void
test_overfit (gconstpointer arch)
{
  Clips *clips = clips_new (1, 32, FEATURES, 1, 40, 60, 1.0);
  SerTrainConfig config = plain_config (30, 2e-2);
  SerModelParts what = parts;
  History history = { .n = 0 };
  SerTrainer *trainer;
  SerModel *model;

  for (guint i = 0; i < 32; i++)
    clips->clips[i].label = i % LABELS;
  what.arch = arch;
  config.schedule = SER_SCHEDULE_ONE_CYCLE;
  trainer = train (&what, &config, clips, NULL, &history);
  g_test_message ("loss %.3f, accuracy %.3f", history.epoch[29].train_loss, history.epoch[29].train_accuracy);
  g_assert_cmpfloat (history.epoch[0].train_accuracy, <, 0.7);
  g_assert_cmpfloat (history.epoch[29].train_accuracy, >=, 31.0 / 32.0);
  model = get_model (trainer);
  g_assert_cmpfloat (evaluate (model, &clips->set).accuracy, >=, 31.0 / 32.0);
  ser_model_unref (model);
  ser_trainer_free (trainer);
  clips_free (clips);
}

/* With everything that a real training uses: clips not seen before are told apart. */
static void
test_generalise (void)
{
  Clips *clips = clips_new (1, 96, FEATURES, LABELS, 60, 220, 1.0),
        *other = clips_new (2, 60, FEATURES, LABELS, 60, 220, 1.0);
  SerTrainConfig config = plain_config (12, 1e-2);
  SerModel *model;
  SerMetrics metrics;

  config.schedule = SER_SCHEDULE_ONE_CYCLE;
  config.label_smoothing = 0.1;
  config.augment = "specaugment(1,10,1,2) mixup(0.3)";
  config.crop_min = 0.5;
  config.average = 0.9;
  config.threads = 2;
  model = train_model (&parts, &config, clips, other);
  metrics = evaluate (model, &other->set);
  g_test_message ("UAR %.3f", metrics.uar);
  g_assert_cmpfloat (metrics.uar, >, 0.9);
  ser_model_unref (model);
  clips_free (clips);
  clips_free (other);
}

static void
test_determinism (void)
{
  Clips *clips = clips_new (3, 75, FEATURES, LABELS, 20, 150, 1.0),
        *valid = clips_new (4, 9, FEATURES, LABELS, 30, 90, 1.0);
  SerModelParts what = parts;
  SerModel *models[6];
  SerTrainConfig config;

  what.arch =
      "conv1d(6,k=3) bn relu maxpool(2) dropout(0.2) lstm(5,layers=2,bidirectional,dropout=0.3) attention(2) linear";
  ser_train_config_init (&config);
  config.epochs = 3;
  config.batch = 70; /* two shards, and a rest of five clips */
  config.average = 0.95;
  for (guint i = 0; i < G_N_ELEMENTS (models); i++) {
    config.threads = i < 4 ? (const guint[]){ 1, 1, 2, 3 }[i] : 2;
    config.seed = i == 4 ? 2 : 1;
    models[i] = train_model (&what, &config, clips, i == 5 ? NULL : valid);
  }
  g_assert_true (same_models (models[0], models[1]));
  g_assert_true (same_models (models[0], models[2]));
  g_assert_true (same_models (models[0], models[3]));
  g_assert_false (same_models (models[0], models[4]));
  g_assert_true (same_models (models[0], models[5])); /* validation only looks */
  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    ser_model_unref (models[i]);
  clips_free (clips);
  clips_free (valid);
}

/* The seed decides on the first weights, too. */
static void
test_seed (void)
{
  Clips *clips = clips_new (9, 6, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (1, 1e-3);
  SerModel *models[3];

  for (guint i = 0; i < 3; i++) {
    GError *error = NULL;
    SerTrainer *trainer;
    config.seed = i / 2;
    trainer = ser_trainer_new (&parts, &config, &clips->set, NULL, &error);
    g_assert_no_error (error);
    models[i] = get_model (trainer);
    ser_trainer_free (trainer);
  }
  g_assert_true (same_models (models[0], models[1]));
  g_assert_false (same_models (models[0], models[2]));
  for (guint i = 0; i < 3; i++)
    ser_model_unref (models[i]);
  clips_free (clips);
}

/* At a rate that changes nothing the first epoch stays the best. */
static void
test_patience (void)
{
  Clips *clips = clips_new (1, 12, FEATURES, LABELS, 20, 40, 1.0);
  SerTrainConfig config = plain_config (20, 1e-8);
  SerModelParts what = parts;

  what.arch = STILL;
  for (config.patience = 0; config.patience < 6; config.patience += 2) {
    History history = { .n = 0 }, blind = { .n = 0 };
    ser_trainer_free (train (&what, &config, clips, clips, &history));
    g_assert_cmpuint (history.n, ==, config.patience ? 1 + config.patience : 20);
    ser_trainer_free (train (&what, &config, clips, NULL, &blind));
    g_assert_cmpuint (blind.n, ==, 20); /* nothing to lose patience with */
  }
  clips_free (clips);
}

static void
test_callback_stops (void)
{
  Clips *clips = clips_new (1, 12, FEATURES, LABELS, 20, 40, 1.0);
  SerTrainConfig config = plain_config (20, 1e-2);
  History history = { .n = 0, .stop_after = 3 };
  SerTrainer *trainer = train (&parts, &config, clips, clips, &history);

  g_assert_cmpuint (history.n, ==, 3);
  g_assert_cmpuint (ser_trainer_get_epoch (trainer), ==, 3);
  ser_trainer_free (trainer);
  clips_free (clips);
}

/* Few clips, much noise, a high rate: the best epoch is not the last. */
static void
test_keep_best (void)
{
  Clips *clips = clips_new (5, 24, FEATURES, LABELS, 20, 60, 4.0),
        *valid = clips_new (6, 30, FEATURES, LABELS, 20, 60, 4.0);
  SerTrainConfig config = plain_config (12, 3e-2);
  SerMetrics metrics;

  for (guint keep = 0; keep < 2; keep++) {
    History history = { .n = 0 };
    guint best = 0;
    SerTrainer *trainer;
    SerModel *model;
    config.keep_best = keep;
    trainer = train (&parts, &config, clips, valid, &history);
    for (guint i = 1; i < history.n; i++)
      if (history.epoch[i].valid_uar > history.epoch[best].valid_uar)
        best = i;
    g_assert_cmpuint (history.n, ==, 12);
    g_assert_cmpuint (best, <, 11);
    g_assert_cmpuint (ser_trainer_get_epoch (trainer), ==, keep ? best + 1 : 12);
    model = get_model (trainer);
    metrics = evaluate (model, &valid->set);
    check_progress (&history.epoch[keep ? best : 11], &metrics);
    ser_model_unref (model);
    ser_trainer_free (trainer);
  }
  clips_free (clips);
  clips_free (valid);
}

/* An average that forgets at once is the last weights; a long one is not; and neither changes the training. */
static void
test_average (void)
{
  static const double decays[] = { 0.0, 1e-9, 0.999 };
  Clips *clips = clips_new (5, 48, FEATURES, LABELS, 20, 60, 2.0),
        *valid = clips_new (6, 12, FEATURES, LABELS, 20, 60, 2.0);
  SerTrainConfig config = plain_config (4, 1e-2);
  SerModel *models[3];
  History histories[3] = { { .n = 0 } };

  for (guint i = 0; i < 3; i++) {
    SerTrainer *trainer;
    SerMetrics metrics;
    config.average = decays[i];
    trainer = train (&parts, &config, clips, valid, &histories[i]);
    models[i] = get_model (trainer);
    metrics = evaluate (models[i], &valid->set);
    check_progress (&histories[i].epoch[3], &metrics);
    g_assert_cmpfloat (histories[i].epoch[3].train_loss, ==, histories[0].epoch[3].train_loss);
    ser_trainer_free (trainer);
  }
  g_assert_cmpfloat (distance (models[0], models[1]), <, 1e-5);
  g_assert_cmpfloat (distance (models[0], models[2]), >, 1e-3);
  for (guint i = 0; i < 3; i++)
    ser_model_unref (models[i]);
  clips_free (clips);
  clips_free (valid);
}

/* AdamW forgets the gradients' scale, unless it is under its epsilon. */
static void
test_clip_norm (void)
{
  static const double norms[] = { 0.0, 1e-14, 1e6 };
  Clips *clips = clips_new (5, 32, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (1, 1e-2);
  SerModel *models[3];
  SerModelParts what = parts;
  GError *error = NULL;
  SerTrainer *fresh;
  SerModel *first;

  what.arch = STILL;
  fresh = ser_trainer_new (&what, &config, &clips->set, NULL, &error);
  g_assert_no_error (error);
  first = get_model (fresh);
  for (guint i = 0; i < 3; i++) {
    config.clip_norm = norms[i];
    models[i] = train_model (&what, &config, clips, NULL);
  }
  g_assert_cmpfloat (distance (models[0], first), >, 1e-2);
  g_assert_cmpfloat (distance (models[1], first), <, 1e-6);
  g_assert_true (same_models (models[0], models[2]));
  for (guint i = 0; i < 3; i++)
    ser_model_unref (models[i]);
  ser_model_unref (first);
  ser_trainer_free (fresh);
  clips_free (clips);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/train/trainer/overfit/lstm", SMALL, test_overfit);
  g_test_add_data_func ("/train/trainer/overfit/conv",
      "conv1d(16,k=5) relu conv1d(16,k=3) bn relu mean linear(16) relu linear", test_overfit);
  g_test_add_func ("/train/trainer/generalise", test_generalise);
  g_test_add_func ("/train/trainer/determinism", test_determinism);
  g_test_add_func ("/train/trainer/patience", test_patience);
  g_test_add_func ("/train/trainer/callback-stops", test_callback_stops);
  g_test_add_func ("/train/trainer/keep-best", test_keep_best);
  g_test_add_func ("/train/trainer/average", test_average);
  g_test_add_func ("/train/trainer/seed", test_seed);
  g_test_add_func ("/train/trainer/clip-norm", test_clip_norm);
  return g_test_run ();
}
