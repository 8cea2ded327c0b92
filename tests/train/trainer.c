/* trainer.c - whole trainings: they learn, repeat themselves, stop when they should, and report what is true
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/adamw.h"
#include "train/random.h"

#define FEATURES 8
#define LABELS 3
#define SMALL "conv1d(8,k=3) bn relu maxpool(2) lstm(8,bidirectional) attention(2) linear"

/* Without batch norm, whose running statistics move also when weights do not. */
#define STILL "lstm(6) attention(1) linear"

static const char *const labels[] = { "anger", "joy", "neutral", NULL };

static const SerModelParts parts = {
  .features = "logmel(n=8,mels=8,norm=model)",
  .arch = SMALL,
  .labels = labels,
  .window = 1.0,
  .temperature = 1.0,
};

/* No augmentation: whole clips of up to a second, bare labels, every step with the same rate. */
static SerTrainConfig
plain_config (guint epochs, double lr)
{
  SerTrainConfig config;

  ser_train_config_init (&config);
  config.epochs = epochs;
  config.batch = 16;
  config.lr = lr;
  config.schedule = SER_SCHEDULE_CONSTANT;
  config.weight_decay = 0.0;
  config.label_smoothing = config.votes = config.mixup = 0.0;
  config.time_masks = config.freq_masks = 0;
  config.crop_min = config.crop_max = 1.0;
  config.threads = 1;
  return config;
}

/* Figures of each epoch, and when to say stop. */
typedef struct {
  SerTrainProgress epoch[64];
  guint n;
  guint stop_after; /* epochs; 0: never */
} History;

static gboolean
record (const SerTrainProgress *progress, gpointer data)
{
  History *history = data;

  g_assert_cmpuint (progress->epoch, ==, history->n + 1);
  if (progress->batch > 0) {
    g_assert_cmpuint (progress->batch, <=, progress->batches);
    return TRUE;
  }
  history->epoch[history->n++] = *progress;
  return history->n != history->stop_after;
}

static SerTrainer *
train (
    const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, const Clips *valid, History *history)
{
  GError *error = NULL;
  SerTrainer *trainer = ser_trainer_new (what, config, &clips->set, valid ? &valid->set : NULL, &error);

  g_assert_no_error (error);
  ser_trainer_run (trainer, record, history);
  return trainer;
}

static SerModel *
get_model (SerTrainer *trainer)
{
  GError *error = NULL;
  SerModel *model = ser_trainer_get_model (trainer, &error);

  g_assert_no_error (error);
  return model;
}

static SerModel *
train_model (const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, const Clips *valid)
{
  History history = { .n = 0 };
  SerTrainer *trainer = train (what, config, clips, valid, &history);
  SerModel *model = get_model (trainer);

  ser_trainer_free (trainer);
  return model;
}

/* Probabilities of a clip as `evaluate` has them: one window up to 5 s, else the mean over windows each second. */
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
  for (gsize start = 0; start + length <= clip->T; start += interval, count++) {
    ser_model_score_frames (model, clip->frames + start * spec->n, length, NULL, scores);
    for (guint i = 0; i < model->n_labels; i++)
      mean[i] += scores[i];
  }
  for (guint i = 0; i < model->n_labels; i++)
    mean[i] /= count;
}

static SerMetrics
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

static void
check_progress (const SerTrainProgress *progress, const SerMetrics *metrics)
{
  g_assert_cmpfloat (fabs (progress->valid_loss - metrics->loss), <, 1e-4);
  g_assert_cmpfloat (progress->valid_accuracy, ==, metrics->accuracy);
  g_assert_cmpfloat (progress->valid_uar, ==, metrics->uar);
}

static gboolean
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

/* ---- learning ---- */

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
  config.mixup = 0.3;
  config.time_masks = config.freq_masks = 1;
  config.time_width = 10;
  config.freq_width = 2;
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

/* ---- the same again ---- */

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

/* ---- when it ends, and with which weights ---- */

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

static double
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

/* ---- what it reports ---- */

typedef struct {
  const char *name, *features, *arch;
  double window;
} Figures;

static const Figures figures[] = {
  { "norm-model", "logmel(n=8,mels=8,norm=model)", SMALL, 1.0 },
  { "norm-window", "logmel(n=8,mels=8,norm=window)", SMALL, 3.0 },
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

/* Every epoch has batches of its own: with batch norm, whose statistics are the batch's, the loss tells which clips were
 * together. All in one batch, the order is all the same. */
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

/* Frames of one clip that a crop ended at, epoch by epoch, found by the loss of a network that sees the last frame alone. */
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
      double distance = fabs (history.epoch[i].train_loss + log (p[clips->clips[0].label]));
      if (distance < nearest) {
        nearest = distance;
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

/* Clips of nothing but zeros have one loss per label, so that the loss shows the target: with one label it is the label's,
 * whatever is mixed with what; with two it lies between theirs. */
static void
test_mixup_targets (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, 2, 20, 60, 1.0);
  SerTrainConfig config = plain_config (3, 1e-8);
  SerModelParts what = parts;
  float p[LABELS];

  what.features = "logmel(n=8,mels=8,norm=none)";
  what.arch = "mean linear";
  config.mixup = 1.0;
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

/* Mixed clips have another loss; in the last sixth of the epochs there are none. */
static void
test_mixup_ends (void)
{
  Clips *clips = clips_new (9, 24, FEATURES, LABELS, 20, 60, 1.0);
  SerTrainConfig config = plain_config (12, 1e-8);
  SerModelParts what = parts;
  History plain = { .n = 0 }, mixed = { .n = 0 };

  what.arch = STILL;
  ser_trainer_free (train (&what, &config, clips, NULL, &plain));
  config.mixup = 1.0;
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
  g_test_add_data_func ("/train/trainer/overfit/lstm", SMALL, test_overfit);
  g_test_add_data_func ("/train/trainer/overfit/conv",
      "conv1d(16,k=5) relu conv1d(16,k=3) bn relu mean linear(16) relu linear", test_overfit);
  g_test_add_func ("/train/trainer/generalise", test_generalise);
  g_test_add_func ("/train/trainer/determinism", test_determinism);
  g_test_add_func ("/train/trainer/patience", test_patience);
  g_test_add_func ("/train/trainer/callback-stops", test_callback_stops);
  g_test_add_func ("/train/trainer/keep-best", test_keep_best);
  g_test_add_func ("/train/trainer/average", test_average);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    char *path = g_strconcat ("/train/trainer/validation/", figures[i].name, NULL);
    g_test_add_data_func (path, &figures[i], test_validation);
    g_free (path);
  }
  g_test_add_func ("/train/trainer/progress", test_progress);
  g_test_add_func ("/train/trainer/targets", test_targets);
  g_test_add_func ("/train/trainer/shuffle", test_shuffle);
  g_test_add_func ("/train/trainer/crops", test_crops);
  g_test_add_func ("/train/trainer/clip-norm", test_clip_norm);
  g_test_add_func ("/train/trainer/mixup-targets", test_mixup_targets);
  g_test_add_func ("/train/trainer/mixup-ends", test_mixup_ends);
  g_test_add_func ("/train/trainer/statistics", test_statistics);
  g_test_add_func ("/train/trainer/extremes", test_extremes);
  return g_test_run ();
}
