/* trainer.c - epochs over a training set: draw, augment, forward, backward, step
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "nn/softmax.h"
#include "train/adamw.h"
#include "train/augment.h"
#include "train/augmenter.h"
#include "train/graph.h"
#include "train/train.h"
#include "train/validation.h"

/* What a generator is for (the second number of ser_random_for ()). */
enum { FOR_INIT = 1, FOR_SHUFFLE, FOR_CLIP, FOR_DROPOUT };

#define MAX_THREADS 256

/* Microseconds between two reports within an epoch. */
#define REPORT_INTERVAL 200000

/* One clip of a batch: what was drawn for it. */
typedef struct {
  const SerTrainClip *clip, *other; /* other: what is mixed in, or NULL */
  SerCrop crop, other_crop;
  float share;
  SerDraw effects;  /* on samples; none: the clip's own frames are used */
  gsize first, n;   /* samples that the effects are applied to */
  SerRandom random; /* for masks */
} Draw;

/* The memory of one thread. */
typedef struct {
  SerAugmenter *augmenter;
  SerFrontEnd *front;
  float *frames; /* [crop_max, n] of the features */
} Scratch;

struct _SerTrainer {
  SerTrainConfig config;
  SerFeatureSpec spec;
  SerArchitecture *arch;
  char *features_line, *arch_line, **labels;
  guint n_labels;
  double window;
  float *mean, *std;
  const SerTrainSet *train;
  SerChain *chain;
  const SerChainItem *mixup, *masks; /* of the chain, or NULL */
  SerWorkers *workers;
  Scratch *scratch; /* [workers], or NULL when no effect is on samples */
  SerGraph *graph;
  SerAdamW adamw;
  SerValidation *validation; /* NULL without a validation set */
  gsize n_state;             /* parameters and running statistics */
  float *average, *best;     /* [n_state] or NULL; `best` is what the model is made of */
  guint best_epoch;
  double best_uar;
  guint64 step, steps;
  gsize *order;
  Draw *draws;
  float *targets;
  gsize crop_min, crop_max; /* frames */
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
  return in_range ("epochs", c->epochs, 1, 10000, error) && in_range ("batch", c->batch, 1, 4096, error)
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
  if (!trainer->chain || !ser_chain_prepare (trainer->chain, trainer->spec.rate, config->sounds, config->seed, error))
    return FALSE;
  trainer->mixup = ser_chain_find (trainer->chain, SER_EFFECT_MIXUP);
  trainer->masks = ser_chain_find (trainer->chain, SER_EFFECT_SPECAUGMENT);
  return TRUE;
}

static void
make_scratch (SerTrainer *trainer)
{
  guint n = ser_workers_get_n (trainer->workers);

  if (!ser_chain_has_wave (trainer->chain))
    return;
  trainer->scratch = g_new (Scratch, n);
  for (guint i = 0; i < n; i++)
    trainer->scratch[i] = (Scratch){ ser_augmenter_new (trainer->chain), ser_front_end_new (&trainer->spec),
      g_new (float, trainer->crop_max * trainer->spec.n) };
}

static void
free_scratch (SerTrainer *trainer)
{
  for (guint i = 0; trainer->scratch && i < ser_workers_get_n (trainer->workers); i++) {
    ser_augmenter_free (trainer->scratch[i].augmenter);
    ser_front_end_free (trainer->scratch[i].front);
    g_free (trainer->scratch[i].frames);
  }
  g_free (trainer->scratch);
}

static gsize
frames_of (const SerTrainer *trainer, double seconds)
{
  gsize T = ser_feature_spec_frames (&trainer->spec, (gsize) (seconds * trainer->spec.rate + 0.5));
  return MAX (T, ser_architecture_min_frames (trainer->arch));
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
  trainer->draws = g_new0 (Draw, config->batch);
  trainer->targets = g_new0 (float, (gsize) config->batch * trainer->n_labels);
  trainer->crop_min = frames_of (trainer, config->crop_min);
  trainer->crop_max = frames_of (trainer, config->crop_max);
  make_scratch (trainer);
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
  free_scratch (trainer);
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
  g_free (trainer->draws);
  g_free (trainer->targets);
  g_free (trainer);
}

gsize
ser_trainer_start_from (SerTrainer *trainer, const SerModel *model)
{
  SerTensors *tensors = ser_tensors_new ();
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
  }
  ser_graph_load (trainer->graph, tensors);
  ser_tensors_free (tensors);
  return n;
}

/* ---- a batch ---- */

/* What is certain costs no draw. */
static gboolean
is_drawn (const SerChainItem *item, SerRandom *random)
{
  return item->p == 1.0 || ser_random_uniform (random) < item->p;
}

static double
draw_strength (const SerChainItem *item, SerRandom *random)
{
  double low = item->strength.low, high = item->strength.high;

  return low < high ? low + (high - low) * ser_random_uniform (random) : low;
}

/* Samples that T frames are made of. */
static gsize
samples_of (const SerTrainer *trainer, gsize T)
{
  return (T - 1) * trainer->spec.hop + trainer->spec.win;
}

/* Draws what happens to the samples and finds out which the crop needs of them: as many as make it as long as it was
 * drawn, which for a clip that is whole is the longest crop. The crop's length becomes that of the result. */
static void
draw_effects (SerTrainer *trainer, guint epoch, gsize at, Draw *draw)
{
  const SerTrainClip *clip = draw->clip;
  gsize longest = draw->crop.length < clip->T ? draw->crop.length : trainer->crop_max, T;

  draw->effects.n = 0;
  if (!ser_chain_has_wave (trainer->chain))
    return;
  ser_chain_draw (trainer->chain, epoch, at, &draw->effects);
  draw->n = MIN (ser_draw_input_length (&draw->effects, samples_of (trainer, longest)), clip->n_samples);
  draw->first = MIN (draw->crop.start * trainer->spec.hop, clip->n_samples - draw->n);
  T = ser_feature_spec_frames (&trainer->spec, ser_draw_output_length (&draw->effects, draw->n));
  if (T < ser_architecture_min_frames (trainer->arch))
    draw->effects.n = 0;
  if (draw->effects.n > 0)
    draw->crop.length = MIN (T, longest);
}

static void
draw_clip (SerTrainer *trainer, guint epoch, gsize at, Draw *draw)
{
  const SerTrainConfig *config = &trainer->config;
  const SerTrainClip *clips = trainer->train->clips;
  SerRandom random = ser_random_for (config->seed, FOR_CLIP, epoch, at);

  draw->clip = &clips[trainer->order[at]];
  draw->crop = ser_augment_crop (&random, draw->clip->T, trainer->crop_min, trainer->crop_max);
  draw->other = NULL;
  draw_effects (trainer, epoch, at, draw);
  if (trainer->mixup && epoch * 6 <= config->epochs * 5 && is_drawn (trainer->mixup, &random)) {
    double lambda = ser_random_beta (&random, draw_strength (trainer->mixup, &random));
    draw->share = MAX (lambda, 1.0 - lambda);
    draw->other = &clips[ser_random_below (&random, trainer->train->n_clips)];
    draw->other_crop = ser_augment_crop (&random, draw->other->T, trainer->crop_min, trainer->crop_max);
  }
  draw->random = random;
}

/* Adds share * the target distribution of a clip. */
static void
add_target (const SerTrainer *trainer, const SerTrainClip *clip, float share, float *target)
{
  const SerTrainConfig *config = &trainer->config;
  guint L = trainer->n_labels;
  float smoothing = config->label_smoothing, votes = clip->votes ? config->votes : 0.0;
  float soft = clip->soft ? config->soft : 0.0;

  for (guint i = 0; i < L; i++) {
    float p = (1.0f - votes - soft) * (i == clip->label);

    p += votes > 0.0f ? votes * clip->votes[i] : 0.0f;
    p += soft > 0.0f ? soft * clip->soft[i] : 0.0f;
    target[i] += share * ((1.0f - smoothing) * p + smoothing / L);
  }
}

static void
window_of (const SerTrainer *trainer, const SerTrainClip *clip, SerCrop crop, float *x)
{
  ser_features_window (
      &trainer->spec, clip->frames + crop.start * trainer->spec.n, crop.length, trainer->mean, trainer->std, x);
}

/* The same of a clip that something happens to. */
static void
augmented_window_of (const SerTrainer *trainer, const Draw *draw, float *x)
{
  const Scratch *scratch = &trainer->scratch[ser_workers_get_self (trainer->workers)];
  gsize used = samples_of (trainer, draw->crop.length), n;
  const float *samples =
      ser_augmenter_do (scratch->augmenter, &draw->effects, draw->clip->samples + draw->first, draw->n, &n);

  ser_front_end_clip (scratch->front, samples, used, scratch->frames);
  ser_features_window (&trainer->spec, scratch->frames, draw->crop.length, trainer->mean, trainer->std, x);
}

static void
prepare (gpointer data, guint b)
{
  SerTrainer *trainer = data;
  Draw *draw = &trainer->draws[b];
  guint C = trainer->arch->channels, L = trainer->n_labels;
  gsize T = ser_feature_spec_length (&trainer->spec, draw->crop.length);
  float *x = ser_graph_get_input (trainer->graph, b), *target = trainer->targets + (gsize) b * L;

  if (draw->effects.n > 0)
    augmented_window_of (trainer, draw, x);
  else
    window_of (trainer, draw->clip, draw->crop, x);
  memset (target, 0, L * sizeof (float));
  add_target (trainer, draw->clip, draw->other ? draw->share : 1.0f, target);
  if (draw->other) {
    gsize n = ser_feature_spec_length (&trainer->spec, draw->other_crop.length);
    float *other = g_new (float, n *C);
    window_of (trainer, draw->other, draw->other_crop, other);
    ser_augment_mix (x, T, C, other, n, draw->share);
    add_target (trainer, draw->other, 1.0f - draw->share, target);
    g_free (other);
  }
  if (trainer->masks && trainer->spec.summary == SER_SUMMARY_NONE && is_drawn (trainer->masks, &draw->random))
    ser_augment_mask (&draw->random, x, T, C, &trainer->masks->masks);
}

static guint
count_right (const SerTrainer *trainer, guint n)
{
  guint right = 0;

  for (guint b = 0; b < n; b++) {
    const float *z = ser_graph_get_logits (trainer->graph, b);
    right += ser_arg_max (z, trainer->n_labels) == trainer->draws[b].clip->label;
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
  guint *lengths = g_new (guint, n);
  double loss;

  for (guint b = 0; b < n; b++) {
    draw_clip (trainer, epoch, at + b, &trainer->draws[b]);
    lengths[b] = ser_feature_spec_length (&trainer->spec, trainer->draws[b].crop.length);
  }
  ser_graph_begin (trainer->graph, n, lengths);
  g_free (lengths);
  ser_workers_run (trainer->workers, prepare, trainer, n);

  SerRandom random = ser_random_for (trainer->config.seed, FOR_DROPOUT, epoch, at);
  ser_graph_forward (trainer->graph, TRUE, ser_random_next (&random));
  loss = ser_graph_loss (trainer->graph, trainer->targets);
  ser_graph_backward (trainer->graph);
  take_step (trainer, lr);
  return loss;
}

/* ---- epochs ---- */

static void
shuffle (SerTrainer *trainer, guint epoch)
{
  SerRandom random = ser_random_for (trainer->config.seed, FOR_SHUFFLE, epoch, 0);
  gsize n = trainer->train->n_clips;

  for (gsize i = 0; i < n; i++)
    trainer->order[i] = i;
  for (gsize i = n - 1; i > 0; i--) {
    gsize j = ser_random_below (&random, i + 1), keep = trainer->order[i];
    trainer->order[i] = trainer->order[j];
    trainer->order[j] = keep;
  }
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
  SerTrainProgress progress = { .epochs = config->epochs, .batches = batches };

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
