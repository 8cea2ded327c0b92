/* validation.c - the figures of a graph on whole clips
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/validation.h"

#include <string.h>

#include "engine/cut.h"
#include "nn/softmax.h"

#define BATCH 64

typedef struct {
  gsize clip, start, length; /* frames */
} Window;

struct _SerValidation {
  const SerFeatureSpec *spec;
  const float *mean, *std;
  guint n_labels;
  const SerTrainSet *set;
  SerWorkers *workers;
  GArray *windows;
  guint *truth;
  float *probabilities; /* [n_clips, labels] */
  SerGraph *graph;      /* while running */
  gsize at;             /* first window of the batch */
};

static void
add_windows (SerValidation *validation, gsize clip, double seconds, gsize min_T)
{
  const SerFeatureSpec *spec = validation->spec;
  SerCut cut;

  ser_cut_init (&cut, spec, seconds, (validation->set->clips[clip].T - 1) * spec->hop + spec->win, min_T);
  for (gsize i = 0; i < cut.n; i++) {
    Window window = { .clip = clip };
    ser_cut_get (&cut, i, &window.start, &window.length);
    g_array_append_val (validation->windows, window);
  }
}

SerValidation *
ser_validation_new (const SerFeatureSpec *spec, const float *mean, const float *std, guint labels,
    const SerTrainSet *set, double window, gsize min_T, SerWorkers *workers)
{
  SerValidation *validation = g_new0 (SerValidation, 1);

  validation->spec = spec;
  validation->mean = mean;
  validation->std = std;
  validation->n_labels = labels;
  validation->set = set;
  validation->workers = workers;
  validation->windows = g_array_new (FALSE, FALSE, sizeof (Window));
  validation->truth = g_new (guint, set->n_clips);
  validation->probabilities = g_malloc_n (set->n_clips, labels * sizeof (float));
  for (gsize i = 0; i < set->n_clips; i++) {
    validation->truth[i] = set->clips[i].label;
    add_windows (validation, i, window, min_T);
  }
  return validation;
}

void
ser_validation_free (SerValidation *validation)
{
  if (!validation)
    return;
  g_array_unref (validation->windows);
  g_free (validation->truth);
  g_free (validation->probabilities);
  g_free (validation);
}

static void
prepare (gpointer data, guint b)
{
  SerValidation *validation = data;
  const Window *window = &g_array_index (validation->windows, Window, validation->at + b);
  const float *frames = validation->set->clips[window->clip].frames + window->start * validation->spec->n;

  ser_features_window (validation->spec, frames, window->length, validation->mean, validation->std,
      ser_graph_get_input (validation->graph, b));
}

static void
add_probabilities (const float *logits, float *sum, guint n)
{
  float p[SER_MAX_LABELS];

  memcpy (p, logits, n * sizeof (float));
  ser_softmax_do (p, n, 1);
  for (guint i = 0; i < n; i++)
    sum[i] += p[i];
}

void
ser_validation_run (SerValidation *validation, SerGraph *graph, SerMetrics *metrics)
{
  guint L = validation->n_labels, lengths[BATCH];
  gsize n_clips = validation->set->n_clips;

  validation->graph = graph;
  memset (validation->probabilities, 0, n_clips * L * sizeof (float));
  for (validation->at = 0; validation->at < validation->windows->len; validation->at += BATCH) {
    guint n = MIN (BATCH, validation->windows->len - validation->at);
    const Window *windows = &g_array_index (validation->windows, Window, validation->at);
    for (guint b = 0; b < n; b++)
      lengths[b] = ser_feature_spec_length (validation->spec, windows[b].length);
    ser_graph_begin (graph, n, lengths);
    ser_workers_run (validation->workers, prepare, validation, n);
    ser_graph_forward (graph, FALSE, 0);
    for (guint b = 0; b < n; b++)
      add_probabilities (ser_graph_get_logits (graph, b), validation->probabilities + windows[b].clip * L, L);
  }
  for (gsize i = 0; i < n_clips; i++) {
    float *p = validation->probabilities + i * L, sum = 0.0f;
    for (guint j = 0; j < L; j++)
      sum += p[j];
    for (guint j = 0; j < L; j++)
      p[j] /= sum;
  }
  ser_metrics_compute (metrics, validation->probabilities, validation->truth, n_clips, L);
}
