/* autoencoder.c - tests of a feature stage trained without labels
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/autoencoder.h"

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "train/random.h"
#include "trainings.h"

/* ---- vectors of which the best linear code is known ---- */

#define T 12
#define CODE 3
#define N 512
#define NOISE 0.3

/* Standard deviations along the axes that the vectors vary along; the noise is along all T. */
static const double spreads[CODE] = { 3.0, 2.0, 1.0 };

/* The axes are waves of whole periods, which are orthonormal. A principal component analysis of CODE values finds
 * them. */
static double
axis (guint k, guint i)
{
  return sqrt (2.0 / T) * cos (2.0 * G_PI * (k + 1) * (i + 0.5) / T);
}

static void
draw_vectors (guint64 seed, float *x)
{
  SerRandom random = ser_random_for (seed, 0, 0, 0);

  for (guint n = 0; n < N; n++) {
    double z[CODE];

    for (guint k = 0; k < CODE; k++)
      z[k] = spreads[k] * ser_random_normal (&random);
    for (guint i = 0; i < T; i++) {
      double sum = 0.5 + NOISE * ser_random_normal (&random);

      for (guint k = 0; k < CODE; k++)
        sum += z[k] * axis (k, i);
      x[n * T + i] = sum;
    }
  }
}

/* Share of the variance of x that is left in the coordinates along the axes. */
static double
explained_by_axes (const float *x)
{
  double mean[T] = { 0.0 }, total = 0.0, kept = 0.0;

  for (guint n = 0; n < N * T; n++)
    mean[n % T] += x[n] / N;
  for (guint n = 0; n < N; n++) {
    for (guint i = 0; i < T; i++)
      total += (x[n * T + i] - mean[i]) * (x[n * T + i] - mean[i]);
    for (guint k = 0; k < CODE; k++) {
      double z = 0.0;

      for (guint i = 0; i < T; i++)
        z += axis (k, i) * (x[n * T + i] - mean[i]);
      kept += z * z;
    }
  }
  return kept / total;
}

static SerAutoencoder *
new_autoencoder (SerWorkers *workers, guint64 seed)
{
  const SerLayer layer = { .kind = SER_LAYER_ENCODER, .in = T, .hidden = 16, .out = CODE };

  return ser_autoencoder_new (&layer, workers, seed);
}

/* As good as principal components of vectors that it has seen and of others; far better than as many of the values
 * themselves, which keep CODE / T. */
static void
test_linear (void)
{
  SerWorkers *workers = ser_workers_new (1);
  SerAutoencoder *autoencoder = new_autoencoder (workers, 1);
  float *x = new_floats (N, T), *others = new_floats (N, T);
  double untrained, seen, unseen;

  draw_vectors (1, x);
  draw_vectors (2, others);
  untrained = ser_autoencoder_explained (autoencoder, x, N);
  ser_autoencoder_train (autoencoder, x, N, 150, 32, NULL, NULL);
  seen = ser_autoencoder_explained (autoencoder, x, N);
  unseen = ser_autoencoder_explained (autoencoder, others, N);
  g_test_message ("before %.3f, then %.4f of %.4f, and %.4f of %.4f", untrained, seen, explained_by_axes (x), unseen,
      explained_by_axes (others));
  g_assert_cmpfloat (untrained, <, 0.1);
  g_assert_cmpfloat (seen, >, 0.98 * explained_by_axes (x));
  g_assert_cmpfloat (unseen, >, 0.98 * explained_by_axes (others));
  g_assert_cmpfloat (unseen, >, 2.0 * CODE / T);
  g_assert_cmpfloat (seen, <, 1.0);
  ser_autoencoder_free (autoencoder);
  ser_workers_free (workers);
  g_free (x);
  g_free (others);
}

/* ---- seeds and threads ---- */

/* Copies the encoder of a short training. */
static float *
train_encoder (guint64 seed, guint threads, const float *x, gsize *n)
{
  SerWorkers *workers = ser_workers_new (threads);
  SerAutoencoder *autoencoder = new_autoencoder (workers, seed);
  const float *trained;
  float *encoder;

  ser_autoencoder_train (autoencoder, x, N, 2, 100, NULL, NULL);
  trained = ser_autoencoder_get_encoder (autoencoder, n);
  encoder = g_memdup2 (trained, *n * sizeof (float));
  ser_autoencoder_free (autoencoder);
  ser_workers_free (workers);
  return encoder;
}

static void
test_seed (void)
{
  float *x = new_floats (N, T), *encoders[3];
  gsize n;

  draw_vectors (1, x);
  encoders[0] = train_encoder (7, 1, x, &n);
  encoders[1] = train_encoder (7, 3, x, &n);
  encoders[2] = train_encoder (8, 1, x, &n);
  g_assert_cmpuint (n, ==, 16 * (T + 1) + CODE * 17);
  g_assert_true (memcmp (encoders[0], encoders[1], n * sizeof (float)) == 0);
  g_assert_false (memcmp (encoders[0], encoders[2], n * sizeof (float)) == 0);
  for (guint i = 0; i < 3; i++)
    g_free (encoders[i]);
  g_free (x);
}

static gboolean
stop_at_third (guint epoch, gpointer data)
{
  guint *epochs = data;

  g_assert_cmpuint (epoch, ==, ++*epochs);
  return epoch < 3;
}

/* Ends when it is told to; vectors that are all the same have no variance to explain. */
static void
test_ends (void)
{
  SerWorkers *workers = ser_workers_new (1);
  SerAutoencoder *autoencoder = new_autoencoder (workers, 1);
  float *x = new_floats (N, T);
  guint epochs = 0;

  for (guint i = 0; i < N * T; i++)
    x[i] = 0.25f * (i % T);
  ser_autoencoder_train (autoencoder, x, N, 10, 64, stop_at_third, &epochs);
  g_assert_cmpuint (epochs, ==, 3);
  g_assert_true (isnan (ser_autoencoder_explained (autoencoder, x, N)));
  ser_autoencoder_free (autoencoder);
  ser_workers_free (workers);
  g_free (x);
}

/* The widest encoder and decoder on the longest summary, of 256 bands, two orders of deltas and four statistics, are a
 * network that may be. */
static void
test_largest (void)
{
  SerFeatureSpec spec;
  SerArchitecture *arch;
  GError *error = NULL;

  ser_features_parse ("logmel(mels=256,delta=2) stats", &spec, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ser_feature_spec_width (&spec), ==, 3072);
  arch = ser_architecture_parse (
      "flatten linear(4096) relu linear(4096) linear(4096) relu linear(3072)", 1, 3072, 3072, &error);
  g_assert_no_error (error);
  ser_architecture_free (arch);
}

/* ---- in a training ---- */

static const char *const labels[] = { "anger", "joy", "neutral", NULL };

static const SerModelParts with_encoder = {
  .features = "logmel(n=8,mels=8,delta=1) stats", /* a label is a speed */
  .arch = "encoder(16,6) flatten linear(12) bn relu dropout(0.2) linear",
  .labels = labels,
  .window = 1.0,
  .temperature = 1.0,
};

/* Everything that moves weights. */
static SerTrainConfig
config_of (guint epochs)
{
  SerTrainConfig config = plain_config (epochs, 0.05);

  config.weight_decay = 0.5;
  config.average = 0.9;
  config.augment = "mixup(0.3)";
  config.encoder_epochs = 20;
  return config;
}

static gboolean
same_encoders (const SerModel *a, const SerModel *b)
{
  for (guint i = 0; i < 4; i++) {
    const SerTensor *x = ser_tensors_get (a->tensors, i), *y = ser_tensors_get (b->tensors, i);

    g_assert_true (g_str_has_prefix (x->name, "encoder."));
    if (memcmp (x->data, y->data, x->n * sizeof (float)) != 0)
      return FALSE;
  }
  return TRUE;
}

/* However long the rest is trained, and on whatever labels, the encoder is what the autoencoder made it, bit by bit. */
static void
test_frozen (void)
{
  Clips *clips = clips_new (21, 40, 8, 3, 60, 98, 1.0);
  SerTrainConfig one = config_of (1), five = config_of (5), other = config_of (1);
  SerModel *models[4];

  other.seed = 2;
  models[0] = train_model (&with_encoder, &one, clips, NULL);
  models[1] = train_model (&with_encoder, &five, clips, NULL);
  models[3] = train_model (&with_encoder, &other, clips, NULL);
  for (guint i = 0; i < 40; i++)
    clips->clips[i].label = (i / 2) % 3;
  models[2] = train_model (&with_encoder, &one, clips, NULL);
  g_assert_true (same_encoders (models[0], models[1]));
  g_assert_true (same_encoders (models[0], models[2]));
  g_assert_false (same_encoders (models[0], models[3]));
  g_assert_cmpfloat (distance (models[0], models[1]), >, 1e-3);
  for (guint i = 0; i < 4; i++)
    ser_model_unref (models[i]);
  clips_free (clips);
}

/* The file holds the encoder: what is loaded again gives the same figures. */
static void
check_file (const SerModel *model, const SerTrainSet *set)
{
  char *path = g_strdup_printf ("%s/ser-autoencoder-%u.safetensors", g_get_tmp_dir (), g_random_int ());
  GError *error = NULL;
  SerModel *loaded;

  ser_model_save (model, path, FALSE, &error);
  g_assert_no_error (error);
  loaded = ser_model_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (same_models (model, loaded));
  g_assert_cmpfloat (evaluate (model, set).loss, ==, evaluate (loaded, set).loss);
  ser_model_unref (loaded);
  g_unlink (path);
  g_free (path);
}

/* The shares are reported with every epoch, figures are those of inference, and the code is good for something. */
static void
test_training (void)
{
  Clips *clips = clips_new (22, 60, 8, 3, 60, 98, 0.5), *valid = clips_new (23, 30, 8, 3, 60, 98, 0.5);
  SerTrainConfig config = plain_config (30, 0.01);
  History history = { .n = 0 };
  SerTrainer *trainer = train (&with_encoder, &config, clips, valid, &history);
  const SerTrainProgress *first = &history.epoch[0], *last = &history.epoch[history.n - 1];
  SerModel *model = get_model (trainer);
  SerMetrics metrics = evaluate (model, &valid->set);

  g_assert_cmpuint (history.encoder_epochs, ==, config.encoder_epochs);
  g_test_message ("explained %.3f and %.3f, UAR %.3f", first->train_explained, first->valid_explained, metrics.uar);
  g_assert_cmpfloat (first->train_explained, >, 0.35);
  g_assert_cmpfloat (first->valid_explained, >, 0.15);
  g_assert_cmpfloat (first->train_explained, ==, last->train_explained);
  g_assert_cmpfloat (first->valid_explained, ==, last->valid_explained);
  check_progress (last, &metrics);
  g_assert_cmpfloat (metrics.uar, >, 0.7);
  check_file (model, &valid->set);
  ser_model_unref (model);
  ser_trainer_free (trainer);
  clips_free (clips);
  clips_free (valid);
}

/* Without an encoder, and where another model's is taken, there is nothing to report; the latter stays as it was. */
static void
test_without (void)
{
  Clips *clips = clips_new (24, 24, 8, 3, 60, 98, 1.0), *others = clips_new (25, 24, 8, 3, 60, 98, 1.0);
  SerTrainConfig config = config_of (2);
  SerModel *taken = train_model (&with_encoder, &config, others, NULL), *model;
  History history = { .n = 0 }, plain = { .n = 0 };
  SerTrainer *trainer;
  GError *error = NULL;

  ser_trainer_free (train (&parts, &config, clips, NULL, &plain));
  g_assert_true (isnan (plain.epoch[0].train_explained) && plain.encoder_epochs == 0);

  trainer = ser_trainer_new (&with_encoder, &config, &clips->set, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ser_trainer_start_from (trainer, taken), >, 0);
  train_on (trainer, &history);
  model = get_model (trainer);
  g_assert_true (isnan (history.epoch[0].train_explained) && history.encoder_epochs == 0);
  g_assert_true (same_encoders (model, taken));
  g_assert_cmpfloat (distance (model, taken), >, 1e-3);
  ser_model_unref (model);
  ser_model_unref (taken);
  ser_trainer_free (trainer);
  clips_free (clips);
  clips_free (others);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/autoencoder/linear", test_linear);
  g_test_add_func ("/train/autoencoder/seed", test_seed);
  g_test_add_func ("/train/autoencoder/ends", test_ends);
  g_test_add_func ("/train/autoencoder/largest", test_largest);
  g_test_add_func ("/train/autoencoder/frozen", test_frozen);
  g_test_add_func ("/train/autoencoder/training", test_training);
  g_test_add_func ("/train/autoencoder/without", test_without);
  return g_test_run ();
}
