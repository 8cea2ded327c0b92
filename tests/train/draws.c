/* draws.c - what a training sees: targets, order, crops, masks, mixtures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "trainings.h"

/* Cross entropy of a model against targets of smoothed labels and votes. */
static double
expected_loss (const SerModel *model, const SerTrainSet *set, double smoothing, double votes)
{
  double loss = 0.0;

  for (gsize i = 0; i < set->n_clips; i++) {
    const SerTrainClip *clip = &set->clips[i];
    float p[SER_MAX_LABELS];
    ser_model_score_frames (model, clip->frames, clip->T, NULL, p);
    for (guint j = 0; j < LABELS; j++) {
      double share = clip->votes ? votes : 0.0;
      double target = (1.0 - share) * (j == clip->label) + (clip->votes ? share * clip->votes[j] : 0.0);
      loss -= ((1.0 - smoothing) * target + smoothing / LABELS) * log (p[j]);
    }
  }
  return loss / set->n_clips;
}

/* Without dropout and at a rate that changes nothing, the reported loss is that of the first weights. */
static void
test_targets (void)
{
  static const float votes[] = { 0.5f, 0.125f, 0.375f };
  static const struct {
    double smoothing, votes;
  } cases[] = { { 0.0, 0.0 }, { 0.3, 0.0 }, { 0.0, 1.0 }, { 0.2, 0.4 } };
  Clips *clips = clips_new (9, 24, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (1, 1e-8);
  SerModelParts what = parts;

  what.arch = STILL;
  for (guint i = 0; i < 24; i += 2)
    clips->clips[i].votes = votes;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    History history = { .n = 0 };
    SerTrainer *trainer;
    SerModel *model;
    config.label_smoothing = cases[i].smoothing;
    config.votes = cases[i].votes;
    trainer = train (&what, &config, clips, NULL, &history);
    model = get_model (trainer);
    g_assert_cmpfloat (
        fabs (history.epoch[0].train_loss - expected_loss (model, &clips->set, cases[i].smoothing, cases[i].votes)), <,
        1e-5);
    ser_model_unref (model);
    ser_trainer_free (trainer);
  }
  clips_free (clips);
}

/* Every epoch has batches of its own: with batch norm, whose statistics are the batch's, the loss tells which clips
 * were together. All in one batch, the order is all the same. */
static void
test_shuffle (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (6, 1e-8);
  History small = { .n = 0 }, whole = { .n = 0 };

  config.batch = 4;
  ser_trainer_free (train (&parts, &config, clips, NULL, &small));
  config.batch = 24;
  ser_trainer_free (train (&parts, &config, clips, NULL, &whole));
  for (guint i = 1; i < 6; i++) {
    g_assert_cmpfloat (fabs (small.epoch[i].train_loss - small.epoch[0].train_loss), >, 1e-5);
    g_assert_cmpfloat (fabs (whole.epoch[i].train_loss - whole.epoch[0].train_loss), <, 1e-6);
  }
  clips_free (clips);
}

/* Frames of one clip that a crop ended at, epoch by epoch, found by the loss of a network that sees the last frame
 * alone. */
static void
find_crops (const Clips *clips, guint64 seed, guint *frames)
{
  SerTrainConfig config = plain_config (12, 1e-8);
  SerModelParts what = parts;
  History history = { .n = 0 };
  SerTrainer *trainer;
  SerModel *model;

  what.features = "logmel(n=8,mels=8,norm=none)";
  what.arch = "last linear";
  config.crop_min = 0.3;
  config.crop_max = 0.8;
  config.seed = seed;
  trainer = train (&what, &config, clips, NULL, &history);
  model = get_model (trainer);
  for (guint i = 0; i < 12; i++) {
    double nearest = INFINITY;
    for (gsize t = 0; t < clips->clips[0].T; t++) {
      float p[LABELS];
      ser_model_score_frames (model, clips->clips[0].frames + t * FEATURES, 1, NULL, p);
      double off = fabs (history.epoch[i].train_loss + log (p[clips->clips[0].label]));
      if (off < nearest) {
        nearest = off;
        frames[i] = t;
      }
    }
    g_assert_cmpfloat (nearest, <, 1e-5);
  }
  ser_model_unref (model);
  ser_trainer_free (trainer);
}

/* Crops are drawn anew for each epoch and seed; none ends before the shortest one can. */
static void
test_crops (void)
{
  Clips *clips = clips_new (12, 1, FEATURES, LABELS, 150, 150, 1.0);
  guint frames[2][12], same = 0;

  find_crops (clips, 1, frames[0]);
  find_crops (clips, 2, frames[1]);
  for (guint i = 0; i < 12; i++) {
    g_assert_cmpuint (frames[0][i], >=, 27); /* 0.3 s are 28 frames */
    same += frames[0][i] == frames[1][i];
    same += i > 0 && frames[0][i] == frames[0][i - 1];
  }
  g_assert_cmpuint (same, <, 4);
  clips_free (clips);
}

/* Largest difference of the epochs' losses from the plain ones', when nothing is learnt; and least. */
static void
compare_losses (
    const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, double *least, double *most)
{
  SerTrainConfig plain = plain_config (config->epochs, config->lr);
  History one = { .n = 0 }, two = { .n = 0 };

  ser_trainer_free (train (what, &plain, clips, NULL, &one));
  ser_trainer_free (train (what, config, clips, NULL, &two));
  *least = INFINITY;
  *most = 0.0;
  for (guint i = 0; i < config->epochs; i++) {
    double difference = fabs (one.epoch[i].train_loss - two.epoch[i].train_loss);
    *least = fmin (*least, difference);
    *most = fmax (*most, difference);
  }
}

/* Masks of both kinds are drawn and seen by the network; those of no width are not. */
static void
test_masks (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (3, 1e-8);
  SerModelParts what = parts;
  double least, most;

  what.arch = STILL;
  config.augment = "specaugment(2,0,2,0)";
  compare_losses (&what, &config, clips, &least, &most);
  g_assert_cmpfloat (most, ==, 0.0);
  config.augment = "specaugment(2,20,2,0)";
  compare_losses (&what, &config, clips, &least, &most);
  g_assert_cmpfloat (least, >, 1e-6);
  config.augment = "specaugment(2,0,2,4)";
  compare_losses (&what, &config, clips, &least, &most);
  g_assert_cmpfloat (least, >, 1e-6);
  clips_free (clips);
}

/* Each epoch has dropout of its own: the clips are all the same one, so that their order does not matter. */
static void
test_dropout (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (4, 1e-8);
  SerModelParts what = parts;
  History history = { .n = 0 };

  what.arch = "dropout(0.5) mean linear";
  config.batch = 24;
  for (guint i = 1; i < 24; i++)
    clips->clips[i] = clips->clips[0];
  ser_trainer_free (train (&what, &config, clips, NULL, &history));
  for (guint i = 1; i < 4; i++)
    g_assert_cmpfloat (fabs (history.epoch[i].train_loss - history.epoch[i - 1].train_loss), >, 1e-5);
  clips_free (clips);
}

/* Clips of nothing but zeros have one loss per label, so that the loss shows the target: with one label it is the
 * label's, whatever is mixed with what; with two it lies between theirs. */
static void
test_mixup_targets (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, 2, 20, 60, 1.0);
  SerTrainConfig config = plain_config (3, 1e-8);
  SerModelParts what = parts;
  float p[LABELS];

  what.features = "logmel(n=8,mels=8,norm=none)";
  what.arch = "mean linear";
  config.augment = "mixup(1)";
  for (guint i = 0; i < 24; i++)
    memset (clips->frames[i], 0, clips->clips[i].T * FEATURES * sizeof (float));
  for (guint one = 0; one < 2; one++) {
    History history = { .n = 0 };
    for (guint i = 0; one && i < 24; i++)
      clips->clips[i].label = 1;
    SerTrainer *trainer = train (&what, &config, clips, NULL, &history);
    SerModel *model = get_model (trainer);
    ser_model_score_frames (model, clips->frames[0], clips->clips[0].T, NULL, p);
    double a = -log (p[0]), b = -log (p[1]);
    if (one)
      g_assert_cmpfloat (fabs (history.epoch[0].train_loss - b), <, 1e-5);
    else
      g_assert_cmpfloat (fabs (history.epoch[0].train_loss - (a + b) / 2.0), <, 0.15 * fabs (a - b));
    ser_model_unref (model);
    ser_trainer_free (trainer);
  }
  clips_free (clips);
}

/* Clips of one label have another loss when mixed; in the last sixth of the epochs none are. */
static void
test_mixup_ends (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (12, 1e-8);
  SerModelParts what = parts;
  History plain = { .n = 0 }, mixed = { .n = 0 };

  what.arch = STILL;
  for (guint i = 0; i < 24; i++)
    clips->clips[i].label = 0;
  ser_trainer_free (train (&what, &config, clips, NULL, &plain));
  config.augment = "mixup(1)";
  ser_trainer_free (train (&what, &config, clips, NULL, &mixed));
  for (guint i = 0; i < 12; i++) {
    double difference = fabs (mixed.epoch[i].train_loss - plain.epoch[i].train_loss);
    if (i < 10)
      g_assert_cmpfloat (difference, >, 1e-5);
    else
      g_assert_cmpfloat (difference, <, 1e-6);
  }
  clips_free (clips);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/draws/targets", test_targets);
  g_test_add_func ("/train/draws/masks", test_masks);
  g_test_add_func ("/train/draws/dropout", test_dropout);
  g_test_add_func ("/train/draws/shuffle", test_shuffle);
  g_test_add_func ("/train/draws/crops", test_crops);
  g_test_add_func ("/train/draws/mixup-targets", test_mixup_targets);
  g_test_add_func ("/train/draws/mixup-ends", test_mixup_ends);
  return g_test_run ();
}
