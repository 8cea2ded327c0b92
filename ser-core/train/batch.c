/* batch.c - what the network sees of a batch of clips
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/batch.h"

#include <string.h>

#include "train/augment.h"
#include "train/augmenter.h"

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

struct _SerBatch {
  const SerTrainConfig *config;
  const SerFeatureSpec *spec;
  const SerArchitecture *arch;
  const SerTrainSet *set;
  const SerChain *chain;
  const SerChainItem *mixup, *masks; /* of the chain, or NULL */
  const float *mean, *std;
  guint n_labels;
  gsize crop_min, crop_max; /* frames */
  SerWorkers *workers;
  Scratch *scratch; /* [workers], or NULL when no effect is on samples */
  Draw *draws;      /* [config->batch] */
  guint *lengths;   /* [config->batch] */
  float *targets;   /* [config->batch, n_labels] */
  SerGraph *graph;  /* that is being filled */
};

static void
make_scratch (SerBatch *batch)
{
  guint n = ser_workers_get_n (batch->workers);

  if (!ser_chain_has_wave (batch->chain))
    return;
  batch->scratch = g_new (Scratch, n);
  for (guint i = 0; i < n; i++)
    batch->scratch[i] = (Scratch){ ser_augmenter_new (batch->chain), ser_front_end_new (batch->spec),
      g_new (float, batch->crop_max * batch->spec->n) };
}

static void
free_scratch (SerBatch *batch)
{
  for (guint i = 0; batch->scratch && i < ser_workers_get_n (batch->workers); i++) {
    ser_augmenter_free (batch->scratch[i].augmenter);
    ser_front_end_free (batch->scratch[i].front);
    g_free (batch->scratch[i].frames);
  }
  g_free (batch->scratch);
}

static gsize
frames_of (const SerBatch *batch, double seconds)
{
  gsize T = ser_feature_spec_frames (batch->spec, (gsize) (seconds * batch->spec->rate + 0.5));
  return MAX (T, ser_architecture_min_frames (batch->arch));
}

SerBatch *
ser_batch_new (const SerTrainConfig *config, const SerFeatureSpec *spec, const float *mean, const float *std,
    const SerArchitecture *arch, guint n_labels, const SerTrainSet *set, const SerChain *chain, SerWorkers *workers)
{
  SerBatch *batch = g_new0 (SerBatch, 1);

  batch->config = config;
  batch->spec = spec;
  batch->mean = mean;
  batch->std = std;
  batch->arch = arch;
  batch->n_labels = n_labels;
  batch->set = set;
  batch->chain = chain;
  batch->mixup = ser_chain_find (chain, SER_EFFECT_MIXUP);
  batch->masks = ser_chain_find (chain, SER_EFFECT_SPECAUGMENT);
  batch->workers = workers;
  batch->crop_min = frames_of (batch, config->crop_min);
  batch->crop_max = frames_of (batch, config->crop_max);
  batch->draws = g_new0 (Draw, config->batch);
  batch->lengths = g_new (guint, config->batch);
  batch->targets = g_new0 (float, (gsize) config->batch *n_labels);
  make_scratch (batch);
  return batch;
}

void
ser_batch_free (SerBatch *batch)
{
  if (!batch)
    return;
  free_scratch (batch);
  g_free (batch->draws);
  g_free (batch->lengths);
  g_free (batch->targets);
  g_free (batch);
}

/* ---- draws ---- */

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
samples_of (const SerBatch *batch, gsize T)
{
  return (T - 1) * batch->spec->hop + batch->spec->win;
}

/* Draws what happens to the samples and finds out which the crop needs of them: as many as make it as long as it was
 * drawn, which for a clip that is whole is the longest crop. The crop's length becomes that of the result. */
static void
draw_effects (const SerBatch *batch, guint epoch, gsize at, Draw *draw)
{
  const SerTrainClip *clip = draw->clip;
  gsize longest = draw->crop.length < clip->T ? draw->crop.length : batch->crop_max, T;

  draw->effects.n = 0;
  if (!ser_chain_has_wave (batch->chain))
    return;
  ser_chain_draw (batch->chain, epoch, at, &draw->effects);
  draw->n = MIN (ser_draw_input_length (&draw->effects, samples_of (batch, longest)), clip->n_samples);
  draw->first = MIN (draw->crop.start * batch->spec->hop, clip->n_samples - draw->n);
  T = ser_feature_spec_frames (batch->spec, ser_draw_output_length (&draw->effects, draw->n));
  if (T < ser_architecture_min_frames (batch->arch))
    draw->effects.n = 0;
  if (draw->effects.n > 0)
    draw->crop.length = MIN (T, longest);
}

static void
draw_clip (const SerBatch *batch, guint epoch, gsize at, gsize clip, Draw *draw)
{
  const SerTrainConfig *config = batch->config;
  const SerTrainClip *clips = batch->set->clips;
  SerRandom random = ser_random_for (config->seed, SER_FOR_CLIP, epoch, at);

  draw->clip = &clips[clip];
  draw->crop = ser_augment_crop (&random, draw->clip->T, batch->crop_min, batch->crop_max);
  draw->other = NULL;
  draw_effects (batch, epoch, at, draw);
  if (batch->mixup && epoch * 6 <= config->epochs * 5 && is_drawn (batch->mixup, &random)) {
    double lambda = ser_random_beta (&random, draw_strength (batch->mixup, &random));
    draw->share = MAX (lambda, 1.0 - lambda);
    draw->other = &clips[ser_random_below (&random, batch->set->n_clips)];
    draw->other_crop = ser_augment_crop (&random, draw->other->T, batch->crop_min, batch->crop_max);
  }
  draw->random = random;
}

/* ---- input and target ---- */

/* Adds share * the target distribution of a clip. */
static void
add_target (const SerBatch *batch, const SerTrainClip *clip, float share, float *target)
{
  const SerTrainConfig *config = batch->config;
  guint L = batch->n_labels;
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
window_of (const SerBatch *batch, const SerTrainClip *clip, SerCrop crop, float *x)
{
  ser_features_window (
      batch->spec, clip->frames + crop.start * batch->spec->n, crop.length, batch->mean, batch->std, x);
}

/* The same of a clip that something happens to. */
static void
augmented_window_of (const SerBatch *batch, const Draw *draw, float *x)
{
  const Scratch *scratch = &batch->scratch[ser_workers_get_self (batch->workers)];
  gsize used = samples_of (batch, draw->crop.length), n;
  const float *samples =
      ser_augmenter_do (scratch->augmenter, &draw->effects, draw->clip->samples + draw->first, draw->n, &n);

  ser_front_end_clip (scratch->front, samples, used, scratch->frames);
  ser_features_window (batch->spec, scratch->frames, draw->crop.length, batch->mean, batch->std, x);
}

static void
prepare (gpointer data, guint b)
{
  SerBatch *batch = data;
  Draw *draw = &batch->draws[b];
  guint C = batch->arch->channels, L = batch->n_labels;
  gsize T = ser_feature_spec_length (batch->spec, draw->crop.length);
  float *x = ser_graph_get_input (batch->graph, b), *target = batch->targets + (gsize) b * L;

  if (draw->effects.n > 0)
    augmented_window_of (batch, draw, x);
  else
    window_of (batch, draw->clip, draw->crop, x);
  memset (target, 0, L * sizeof (float));
  add_target (batch, draw->clip, draw->other ? draw->share : 1.0f, target);
  if (draw->other) {
    gsize n = ser_feature_spec_length (batch->spec, draw->other_crop.length);
    float *other = g_new (float, n *C);
    window_of (batch, draw->other, draw->other_crop, other);
    ser_augment_mix (x, T, C, other, n, draw->share);
    add_target (batch, draw->other, 1.0f - draw->share, target);
    g_free (other);
  }
  if (batch->masks && batch->spec->summary == SER_SUMMARY_NONE && is_drawn (batch->masks, &draw->random))
    ser_augment_mask (&draw->random, x, T, C, &batch->masks->masks);
}

void
ser_batch_fill (SerBatch *batch, SerGraph *graph, guint epoch, const gsize *order, gsize at, guint n)
{
  for (guint b = 0; b < n; b++) {
    draw_clip (batch, epoch, at + b, order[at + b], &batch->draws[b]);
    batch->lengths[b] = ser_feature_spec_length (batch->spec, batch->draws[b].crop.length);
  }
  batch->graph = graph;
  ser_graph_begin (graph, n, batch->lengths);
  ser_workers_run (batch->workers, prepare, batch, n);
}

const float *
ser_batch_get_targets (const SerBatch *batch)
{
  return batch->targets;
}

guint
ser_batch_get_label (const SerBatch *batch, guint b)
{
  return batch->draws[b].clip->label;
}
