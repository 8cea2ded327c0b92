/* train.c - times epochs of training on generated clips
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * train MODEL DIR N BATCH: takes architecture and features from MODEL; writes N clips to DIR/inputs.f32
 * [N, T, channels] and their labels to DIR/labels.i32, then serves one epoch of a training from scratch per call,
 * appending its mean loss to DIR/ours.txt; `ready` is followed by T, channels, the number of labels and the
 * architecture line.
 */

#include "bench.h"
#include "train/train.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct {
  SerModel *model;
  guint n;
  gsize T, size;
  float *frames; /* [n, T, width] */
  gint32 *labels;
  SerTrainClip *clips;
  GMutex lock;
  GCond cond;
  guint batch;
  guint wanted, done; /* epochs */
  char *losses;
} Train;

/* Each label has its own tilt of the spectrum and its own rhythm, under noise: a task that can be learnt. */
static void
make_clips (Train *train)
{
  GRand *random = g_rand_new_with_seed (1);
  const guint n_features = train->model->features.n;

  for (guint i = 0; i < train->n; i++) {
    const guint label = i % train->model->n_labels;
    float *frames = train->frames + i * train->size;

    for (gsize t = 0; t < train->T; t++)
      for (guint c = 0; c < n_features; c++)
        frames[t * n_features + c] = (float) (g_rand_double_range (random, -2, 2) + 0.3 * label * c / n_features
            + ((t / (5 + label)) % 2 ? 0.3 : 0));
    train->labels[i] = (gint32) label;
    train->clips[i] = (SerTrainClip){ .frames = frames, .T = train->T, .label = label };
  }
  g_rand_free (random);
}

/* At the end of each epoch the trainer waits here for the next call. */
static gboolean
epoch_over (const SerTrainProgress *progress, gpointer data)
{
  Train *train = data;
  FILE *file;

  if (progress->batch > 0)
    return TRUE;
  file = bench_check (fopen (train->losses, "a"), NULL);
  fprintf (file, "%.6f\n", progress->train_loss);
  fclose (file);
  g_mutex_lock (&train->lock);
  train->done++;
  g_cond_broadcast (&train->cond);
  while (train->done >= train->wanted)
    g_cond_wait (&train->cond, &train->lock);
  g_mutex_unlock (&train->lock);
  return TRUE;
}

static gpointer
train_thread (gpointer data)
{
  Train *train = data;
  SerTrainConfig config;
  SerFeatureSpec plain = train->model->features; /* both sides get the numbers as they are */
  plain.norm = SER_NORM_NONE;
  plain.range = 0;
  g_autofree char *features = ser_features_to_string (&plain);
  SerModelParts parts = { .features = features,
    .arch = ser_model_get_metadata (train->model, "architecture"),
    .labels = (const char *const *) train->model->labels,
    .window = train->model->window,
    .temperature = 1 };
  SerTrainSet set = { train->clips, train->n };
  GError *error = NULL;
  SerTrainer *trainer;

  ser_train_config_init (&config);
  config.epochs = 10000;
  config.batch = train->batch;
  config.lr = 1e-3;
  config.schedule = SER_SCHEDULE_CONSTANT;
  config.weight_decay = 0.01;
  config.clip_norm = 5;
  config.label_smoothing = 0.1;
  config.votes = config.average = 0;
  config.augment = "";
  config.patience = 0;
  config.keep_best = FALSE;
  config.crop_min = config.crop_max = train->model->window;
  config.threads = 2;
  trainer = bench_check (ser_trainer_new (&parts, &config, &set, NULL, &error), error);
  g_mutex_lock (&train->lock);
  while (train->wanted == 0)
    g_cond_wait (&train->cond, &train->lock);
  g_mutex_unlock (&train->lock);
  ser_trainer_run (trainer, epoch_over, train);
  return NULL;
}

static void
run (gpointer data, guint i)
{
  Train *train = data;

  g_mutex_lock (&train->lock);
  train->wanted = i + 1;
  g_cond_broadcast (&train->cond);
  while (train->done < train->wanted)
    g_cond_wait (&train->cond, &train->lock);
  g_mutex_unlock (&train->lock);
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  Train train = { 0 };

  if (argc != 5)
    return 2;
  train.model = bench_check (ser_model_load (argv[1], &error), error);
  const SerFeatureSpec *spec = &train.model->features;
  train.n = (guint) atoi (argv[3]);
  train.T = ser_feature_spec_frames (spec, (gsize) (train.model->window * spec->rate));
  train.size = train.T * spec->n;
  train.frames = g_malloc_n (train.n, train.size * sizeof (float));
  train.labels = g_new (gint32, train.n);
  train.clips = g_new (SerTrainClip, train.n);
  train.losses = g_build_filename (argv[2], "ours.txt", NULL);
  train.batch = (guint) atoi (argv[4]);
  make_clips (&train);
  bench_write (argv[2], "inputs.f32", train.frames, train.n * train.size * sizeof (float));
  bench_write (argv[2], "labels.i32", train.labels, train.n * sizeof (gint32));
  g_thread_new ("train", train_thread, &train);
  g_autofree char *more = g_strdup_printf ("%" G_GSIZE_FORMAT " %u %u %s", train.T, spec->n, train.model->n_labels,
      ser_model_get_metadata (train.model, "architecture"));
  bench_serve (run, &train, more);
  /* The trainer still waits for an epoch that nobody wants. */
  exit (0);
}
