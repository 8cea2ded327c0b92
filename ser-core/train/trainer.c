/* trainer.c - epochs over a training set: draw, augment, forward, backward, step
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "nn/softmax.h"
#include "train/adamw.h"
#include "train/autoencoder.h"
#include "train/batch.h"
#include "train/graph.h"
#include "train/random.h"
#include "train/validation.h"
#include "train/vectors.h"

#define MAX_THREADS 256

/* An encoder's, which come first. */
#define ENCODER_TENSORS 4

/* Microseconds between two reports within an epoch. */
#define REPORT_INTERVAL 200000

struct _SerTrainer {
  SerTrainConfig config;
  SerFeatureSpec spec;
  SerArchitecture *arch;
  char *features_line, *arch_line, **labels;
  guint n_labels;
  double window;
  float *mean, *std;
  const SerTrainSet *train, *valid;
  gboolean has_encoder; /* in the graph, trained here or elsewhere */
  SerChain *chain;
  SerWorkers *workers;
  SerGraph *graph;
  SerAdamW adamw;
  SerValidation *validation; /* NULL without a validation set */
  gsize n_state;             /* parameters and running statistics */
  float *average, *best;     /* [n_state] or NULL; `best` is what the model is made of */
  guint best_epoch;
  double best_uar;
  guint64 step, steps;
  gsize *order;
  SerBatch *batch;
};

void
ser_train_config_init (SerTrainConfig *config)
{
  *config = (SerTrainConfig){
    .epochs = 36,
    .batch = 64,
    .lr = 2.5e-3,
    .schedule = SER_SCHEDULE_ONE_CYCLE,
    .weight_decay = 0.01,
    .clip_norm = 5.0,
    .label_smoothing = 0.1,
    .votes = 0.15,
    .augment = "specaugment(2,25,2,10) mixup(0.3)",
    .average = 0.0,
    .patience = 0,
    .encoder_epochs = 100,
    .keep_best = FALSE,
    .crop_min = 1.0,
    .crop_max = 3.0,
    .seed = 1,
    .threads = 0,
  };
}

/* ---- construction ---- */

static gboolean
in_range (const char *name, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (
      error, SER_ERROR, SER_ERROR_CONFIG, "training: %s=%g is out of range, expected %g to %g", name, value, low, high);
  return FALSE;
}

static gboolean
check_config (const SerTrainConfig *c, GError **error)
{
  if (c->crop_min > c->crop_max) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG,
        "training: the shortest crop (%g s) is longer than the longest (%g s)", c->crop_min, c->crop_max);
    return FALSE;
  }
  return in_range ("epochs", c->epochs, 1, 10000, error)
      && in_range ("encoder epochs", c->encoder_epochs, 1, 10000, error) && in_range ("batch", c->batch, 1, 4096, error)
      && in_range ("learning rate", c->lr, 1e-8, 10.0, error)
      && in_range ("weight decay", c->weight_decay, 0.0, 10.0, error)
      && in_range ("clip norm", c->clip_norm, 0.0, 1e6, error)
      && in_range ("label smoothing", c->label_smoothing, 0.0, 0.9, error)
      && in_range ("votes", c->votes, 0.0, 1.0, error) && in_range ("soft labels", c->soft, 0.0, 1.0 - c->votes, error)
      && in_range ("average", c->average, 0.0, 0.99999, error) && in_range ("crop", c->crop_min, 0.1, 30.0, error)
      && in_range ("crop", c->crop_max, 0.1, 30.0, error) && in_range ("threads", c->threads, 0, MAX_THREADS, error);
}

static gboolean
all_finite (const float *x, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (x[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_distribution (const float *p, guint n)
{
  double sum = 0.0;

  for (guint i = 0; i < n; i++) {
    if (!(p[i] >= 0.0f))
      return FALSE;
    sum += p[i];
  }
  return fabs (sum - 1.0) < 1e-3;
}

static gboolean
check_set (const SerTrainer *trainer, const SerTrainSet *set, gboolean training, GError **error)
{
  const char *name = training ? "training" : "validation";
  gsize min = ser_architecture_min_frames (trainer->arch);

  if (set->n_clips == 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "the %s set has no clips", name);
    return FALSE;
  }
  for (gsize i = 0; i < set->n_clips; i++) {
    const SerTrainClip *clip = &set->clips[i];
    if (clip->T < min || clip->label >= trainer->n_labels) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA,
          "the %s set's clip %" G_GSIZE_FORMAT " has %" G_GSIZE_FORMAT
          " frames and label %u, expected at least %" G_GSIZE_FORMAT " frames and a label under %u",
          name, i, clip->T, clip->label, min, trainer->n_labels);
      return FALSE;
    }
    if (!all_finite (clip->frames, clip->T * trainer->spec.n)) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA,
          "the %s set's clip %" G_GSIZE_FORMAT " has features that are not finite", name, i);
      return FALSE;
    }
    if (training && ser_chain_has_wave (trainer->chain) && !clip->samples) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA,
          "the %s set's clip %" G_GSIZE_FORMAT " has no samples, which the augmentation acts on", name, i);
      return FALSE;
    }
    if (clip->votes && !is_distribution (clip->votes, trainer->n_labels)) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA,
          "the %s set's clip %" G_GSIZE_FORMAT " has votes that are no distribution, expected shares that sum to 1",
          name, i);
      return FALSE;
    }
    if (clip->soft && !is_distribution (clip->soft, trainer->n_labels)) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA,
          "the %s set's clip %" G_GSIZE_FORMAT
          " has soft labels that are no distribution, expected shares that sum to 1",
          name, i);
      return FALSE;
    }
  }
  return TRUE;
}

/* Mean and standard deviation of each channel (of each element of a summary) over the training clips. */
static void
take_statistics (SerTrainer *trainer)
{
  const SerFeatureSpec *spec = &trainer->spec;
  guint W = ser_feature_spec_width (spec);
  double *sum = g_new0 (double, 2 * W), n = 0.0;

  trainer->mean = g_new0 (float, W);
  trainer->std = g_new (float, W);
  for (guint c = 0; c < W; c++)
    trainer->std[c] = 1.0f; /* for now, so that features come as they are */
  for (gsize i = 0; i < trainer->train->n_clips; i++) {
    const SerTrainClip *clip = &trainer->train->clips[i];
    gsize T = spec->summary != SER_SUMMARY_NONE ? 1 : clip->T;
    float *x = g_new (float, T *W);
    ser_features_window (spec, clip->frames, clip->T, trainer->mean, trainer->std, x);
    for (gsize t = 0; t < T; t++)
      for (guint c = 0; c < W; c++) {
        sum[c] += x[t * W + c];
        sum[W + c] += (double) x[t * W + c] * x[t * W + c];
      }
    n += T;
    g_free (x);
  }
  for (guint c = 0; c < W; c++) {
    double mean = sum[c] / n;
    trainer->mean[c] = mean;
    trainer->std[c] = sqrt (MAX (sum[W + c] / n - mean * mean, 1e-10));
  }
  g_free (sum);
}

static gboolean
read_parts (SerTrainer *trainer, const SerModelParts *parts, GError **error)
{
  trainer->features_line = g_strdup (parts->features);
  trainer->arch_line = g_strdup (parts->arch);
  trainer->labels = g_strdupv ((char **) parts->labels);
  trainer->n_labels = g_strv_length (trainer->labels);
  trainer->window = parts->window;
  if (!ser_features_parse (parts->features, &trainer->spec, error))
    return FALSE;
  trainer->arch = ser_architecture_parse (parts->arch, ser_feature_spec_channels (&trainer->spec),
      ser_feature_spec_fixed_length (&trainer->spec), trainer->n_labels, error);
  return trainer->arch != NULL;
}

static gboolean
read_chain (SerTrainer *trainer, GError **error)
{
  const SerTrainConfig *config = &trainer->config;

  trainer->chain = ser_chain_new (config->augment, error);
  return trainer->chain && ser_chain_check_trainable (trainer->chain, error)
      && ser_chain_prepare (trainer->chain, trainer->spec.rate, config->sounds, config->seed, error);
}

/* Whether labels and window are what a model may have, asked before the training and not after it. */
static gboolean
makes_a_model (SerTrainer *trainer, GError **error)
{
  SerModel *model = ser_trainer_get_model (trainer, error);

  if (!model)
    return FALSE;
  ser_model_unref (model);
  return TRUE;
}

SerTrainer *
ser_trainer_new (const SerModelParts *parts, const SerTrainConfig *config, const SerTrainSet *train,
    const SerTrainSet *valid, GError **error)
{
  SerTrainer *trainer = g_new0 (SerTrainer, 1);
  gsize n_statistics;

  trainer->config = *config;
  trainer->train = train;
  trainer->valid = valid;
  if (!check_config (config, error) || !read_parts (trainer, parts, error) || !read_chain (trainer, error)
      || !check_set (trainer, train, TRUE, error) || (valid && !check_set (trainer, valid, FALSE, error))) {
    ser_trainer_free (trainer);
    return NULL;
  }
  if (ser_norm_has_statistics (trainer->spec.norm))
    take_statistics (trainer);
  trainer->workers = ser_workers_new (config->threads);
  trainer->graph = ser_graph_new (trainer->arch, trainer->workers);
  ser_graph_initialise (trainer->graph, config->seed);
  ser_adamw_init (&trainer->adamw, ser_graph_get_n_parameters (trainer->graph));
  ser_graph_get_statistics (trainer->graph, &n_statistics);
  trainer->n_state = trainer->adamw.n + n_statistics;
  trainer->best = g_new0 (float, trainer->n_state);
  trainer->best_uar = -1.0;
  trainer->order = g_new (gsize, train->n_clips);
  trainer->batch = ser_batch_new (&trainer->config, &trainer->spec, trainer->mean, trainer->std, trainer->arch,
      trainer->n_labels, train, trainer->chain, trainer->workers);
  if (valid)
    trainer->validation = ser_validation_new (&trainer->spec, trainer->mean, trainer->std, trainer->n_labels, valid,
        trainer->window, ser_architecture_min_frames (trainer->arch), trainer->workers);
  if (!makes_a_model (trainer, error)) {
    ser_trainer_free (trainer);
    return NULL;
  }
  return trainer;
}

void
ser_trainer_free (SerTrainer *trainer)
{
  if (!trainer)
    return;
  ser_batch_free (trainer->batch);
  ser_chain_free (trainer->chain);
  ser_validation_free (trainer->validation);
  ser_graph_free (trainer->graph);
  ser_workers_free (trainer->workers);
  ser_adamw_clear (&trainer->adamw);
  ser_architecture_free (trainer->arch);
  g_strfreev (trainer->labels);
  g_free (trainer->features_line);
  g_free (trainer->arch_line);
  g_free (trainer->mean);
  g_free (trainer->std);
  g_free (trainer->average);
  g_free (trainer->best);
  g_free (trainer->order);
  g_free (trainer);
}

gsize
ser_trainer_start_from (SerTrainer *trainer, const SerModel *model)
{
  SerTensors *tensors = ser_tensors_new ();
  guint n_first = 0;
  gsize n = 0;

  ser_architecture_add_tensors (trainer->arch, tensors);
  ser_graph_store (trainer->graph, tensors);
  for (guint i = 0; i < ser_tensors_get_n (tensors); i++) {
    SerTensor *own = ser_tensors_get (tensors, i);
    const SerTensor *theirs = ser_tensors_find (model->tensors, own->name);

    if (!theirs || theirs->n_dims != own->n_dims
        || memcmp (theirs->dims, own->dims, own->n_dims * sizeof own->dims[0]) != 0)
      continue;
    memcpy (own->data, theirs->data, own->n * sizeof (float));
    n += own->n;
    n_first += i < ENCODER_TENSORS;
  }
  trainer->has_encoder = trainer->arch->layers[0].kind == SER_LAYER_ENCODER && n_first == ENCODER_TENSORS;
  ser_graph_load (trainer->graph, tensors);
  ser_tensors_free (tensors);
  return n;
}

/* ---- a batch ---- */

static guint
count_right (const SerTrainer *trainer, guint n)
{
  guint right = 0;

  for (guint b = 0; b < n; b++) {
    const float *z = ser_graph_get_logits (trainer->graph, b);
    right += ser_arg_max (z, trainer->n_labels) == ser_batch_get_label (trainer->batch, b);
  }
  return right;
}

static void
take_step (SerTrainer *trainer, double *lr)
{
  const SerTrainConfig *config = &trainer->config;
  const float *grads = ser_graph_get_gradients (trainer->graph);
  float *params = ser_graph_get_parameters (trainer->graph);
  double beta1, norm = ser_gradient_norm (grads, trainer->adamw.n);
  double scale = config->clip_norm > 0.0 && norm > config->clip_norm ? config->clip_norm / norm : 1.0;

  ser_schedule_get (config->schedule, config->lr, trainer->step, trainer->steps, lr, &beta1);
  if (isfinite (norm)) /* a batch whose loss overflowed teaches nothing */
    ser_adamw_step (&trainer->adamw, params, grads, ser_graph_get_decayed (trainer->graph), *lr, beta1,
        config->weight_decay, scale);
  if (trainer->average) {
    gsize n_statistics;
    float *statistics = ser_graph_get_statistics (trainer->graph, &n_statistics);
    ser_average_step (trainer->average, params, trainer->adamw.n, config->average, trainer->step);
    ser_average_step (trainer->average + trainer->adamw.n, statistics, n_statistics, config->average, trainer->step);
  }
  trainer->step++;
}

/* Trains on clips order[at] .. order[at + n - 1]; returns the loss. */
static double
train_batch (SerTrainer *trainer, guint epoch, gsize at, guint n, double *lr)
{
  SerRandom random = ser_random_for (trainer->config.seed, SER_FOR_DROPOUT, epoch, at);
  double loss;

  ser_batch_fill (trainer->batch, trainer->graph, epoch, trainer->order, at, n);
  ser_graph_forward (trainer->graph, TRUE, ser_random_next (&random));
  loss = ser_graph_loss (trainer->graph, ser_batch_get_targets (trainer->batch));
  ser_graph_backward (trainer->graph);
  take_step (trainer, lr);
  return loss;
}

/* ---- the encoder ---- */

typedef struct {
  SerTrainProgress *progress;
  SerTrainCallback callback;
  gpointer data;
} Listener;

static gboolean
on_encoder_epoch (guint epoch, gpointer data)
{
  Listener *listener = data;

  listener->progress->batch = epoch;
  return !listener->callback || listener->callback (listener->progress, listener->data);
}

static double
explained (const SerTrainer *trainer, SerAutoencoder *autoencoder, const SerTrainSet *set)
{
  gsize n;
  float *x = ser_vectors_new (&trainer->spec, trainer->mean, trainer->std, set, trainer->window, &n);
  double share = ser_autoencoder_explained (autoencoder, x, n);

  g_free (x);
  return share;
}

/* Trains the encoder at the front of the network on what the clips sound like, and puts it into the graph. */
static void
train_encoder (SerTrainer *trainer, SerTrainProgress *progress, SerTrainCallback callback, gpointer data)
{
  const SerTrainConfig *config = &trainer->config;
  SerRandom random = ser_random_for (config->seed, SER_FOR_ENCODER, 0, 0);
  SerAutoencoder *autoencoder =
      ser_autoencoder_new (&trainer->arch->layers[0], trainer->workers, ser_random_next (&random));
  Listener listener = { progress, callback, data };
  gint64 start = g_get_monotonic_time ();
  const float *encoder;
  gsize n;
  float *x = ser_vectors_new (&trainer->spec, trainer->mean, trainer->std, trainer->train, trainer->window, &n);

  progress->batches = config->encoder_epochs;
  ser_autoencoder_train (autoencoder, x, n, config->encoder_epochs, config->batch, on_encoder_epoch, &listener);
  progress->train_explained = ser_autoencoder_explained (autoencoder, x, n);
  g_free (x);
  if (trainer->valid)
    progress->valid_explained = explained (trainer, autoencoder, trainer->valid);
  encoder = ser_autoencoder_get_encoder (autoencoder, &n);
  memcpy (ser_graph_get_parameters (trainer->graph), encoder, n * sizeof (float));
  trainer->has_encoder = TRUE;
  ser_autoencoder_free (autoencoder);
  progress->batch = 0;
  progress->seconds = (g_get_monotonic_time () - start) / 1e6;
  if (callback)
    callback (progress, data);
}

/* ---- epochs ---- */

static void
shuffle (SerTrainer *trainer, guint epoch)
{
  SerRandom random = ser_random_for (trainer->config.seed, SER_FOR_SHUFFLE, epoch, 0);

  ser_random_order (&random, trainer->order, trainer->train->n_clips);
}

/* Parameters and running statistics out of, or into, the graph. */
static void
copy_state (SerTrainer *trainer, float *state, gboolean into_graph)
{
  gsize n_statistics, n = trainer->adamw.n;
  float *params = ser_graph_get_parameters (trainer->graph);
  float *statistics = ser_graph_get_statistics (trainer->graph, &n_statistics);

  memcpy (into_graph ? params : state, into_graph ? state : params, n * sizeof (float));
  memcpy (into_graph ? statistics : state + n, into_graph ? state + n : statistics, n_statistics * sizeof (float));
}

/* Validates the (averaged) weights, keeps them if they are to be kept; TRUE if they are the best so far. */
static gboolean
finish_epoch (SerTrainer *trainer, SerTrainProgress *progress)
{
  float *running = g_new (float, trainer->n_state);
  SerMetrics metrics = { .loss = NAN, .accuracy = NAN, .uar = NAN };
  gboolean better;

  copy_state (trainer, running, FALSE);
  if (trainer->average)
    copy_state (trainer, trainer->average, TRUE);
  if (trainer->validation)
    ser_validation_run (trainer->validation, trainer->graph, &metrics);
  better = !trainer->validation || metrics.uar > trainer->best_uar;
  if (better)
    trainer->best_uar = metrics.uar;
  if (better || !trainer->config.keep_best) {
    copy_state (trainer, trainer->best, FALSE);
    trainer->best_epoch = progress->epoch;
  }
  copy_state (trainer, running, TRUE);
  g_free (running);
  progress->valid_loss = metrics.loss;
  progress->valid_accuracy = metrics.accuracy;
  progress->valid_uar = metrics.uar;
  return better;
}

/* One epoch; FALSE when the callback asks for the end. */
static gboolean
run_epoch (SerTrainer *trainer, SerTrainProgress *progress, SerTrainCallback callback, gpointer data)
{
  gsize n_clips = trainer->train->n_clips, right = 0;
  gint64 start = g_get_monotonic_time (), reported = start;
  gboolean go_on = TRUE;

  progress->train_loss = 0.0;
  shuffle (trainer, progress->epoch);
  for (gsize at = 0; at < n_clips; at += trainer->config.batch) {
    guint n = MIN (trainer->config.batch, n_clips - at);
    progress->train_loss += n * train_batch (trainer, progress->epoch, at, n, &progress->lr);
    right += count_right (trainer, n);
    progress->batch = at / trainer->config.batch + 1;
    progress->seconds = (g_get_monotonic_time () - start) / 1e6;
    if (callback && g_get_monotonic_time () - reported > REPORT_INTERVAL) {
      reported = g_get_monotonic_time ();
      go_on = callback (progress, data) && go_on;
    }
  }
  progress->train_loss /= n_clips;
  progress->train_accuracy = (double) right / n_clips;
  return go_on;
}

void
ser_trainer_run (SerTrainer *trainer, SerTrainCallback callback, gpointer data)
{
  const SerTrainConfig *config = &trainer->config;
  guint batches = (trainer->train->n_clips + config->batch - 1) / config->batch, last_better = 0;
  SerTrainProgress progress = { .epochs = config->epochs, .train_explained = NAN, .valid_explained = NAN };

  if (trainer->arch->layers[0].kind == SER_LAYER_ENCODER && !trainer->has_encoder)
    train_encoder (trainer, &progress, callback, data);
  progress.batches = batches;
  trainer->steps = (guint64) batches * config->epochs;
  trainer->step = 0;
  if (config->average > 0.0 && !trainer->average) {
    trainer->average = g_new (float, trainer->n_state);
    copy_state (trainer, trainer->average, FALSE);
  }
  for (guint epoch = 1; epoch <= config->epochs; epoch++) {
    gint64 start = g_get_monotonic_time ();
    gboolean go_on;

    progress.epoch = epoch;
    go_on = run_epoch (trainer, &progress, callback, data);
    if (finish_epoch (trainer, &progress))
      last_better = epoch;
    progress.batch = 0;
    progress.seconds = (g_get_monotonic_time () - start) / 1e6;
    if (callback)
      go_on = callback (&progress, data) && go_on;
    if (!go_on || (config->patience && epoch - last_better >= config->patience))
      break;
  }
}

guint
ser_trainer_get_epoch (const SerTrainer *trainer)
{
  return trainer->best_epoch;
}

SerModel *
ser_trainer_get_model (SerTrainer *trainer, GError **error)
{
  SerTensors *tensors = ser_tensors_new ();
  SerModelParts parts = {
    .features = trainer->features_line,
    .arch = trainer->arch_line,
    .labels = (const char *const *) trainer->labels,
    .window = trainer->window,
    .temperature = 1.0,
    .mean = trainer->mean,
    .std = trainer->std,
  };
  float *running = g_new (float, trainer->n_state);

  copy_state (trainer, running, FALSE);
  if (trainer->best_epoch)
    copy_state (trainer, trainer->best, TRUE);
  ser_architecture_add_tensors (trainer->arch, tensors);
  ser_graph_store (trainer->graph, tensors);
  copy_state (trainer, running, TRUE);
  g_free (running);
  return ser_model_new (&parts, tensors, error);
}
