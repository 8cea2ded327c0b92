/* gradients.c - every layer's gradients against finite differences
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * For each parameter tensor the derivative of the loss along the tensor's gradient is compared with a central
 * difference: along that direction the derivative is the gradient's norm, so a tensor whose gradient is wrong in any
 * part does not pass.
 */

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/graph.h"
#include "train/random.h"

#define CHANNELS 5
#define LABELS 4

typedef struct {
  const char *name, *line;
  guint length; /* fixed input length, or 0 */
  guint n;      /* sequences: more than 64 make several shards */
} Case;

static const Case cases[] = {
  { "linear", "mean linear", 0, 3 },
  { "hidden", "mean linear(7) relu linear", 0, 5 },
  { "flatten", "conv1d(3,k=3) flatten linear", 6, 4 },
  { "conv1d", "conv1d(6,k=5) mean linear", 0, 4 },
  { "conv1d-twice", "conv1d(6,k=3) relu conv1d(7,k=5,bias=0) mean linear", 0, 4 },
  { "conv1d-conv1d", "conv1d(6,k=3) conv1d(4,k=7) conv1d(3,k=5) last linear", 0, 4 },
  { "batchnorm", "conv1d(6,k=3) bn relu conv1d(4,k=3) bn mean linear", 0, 5 },
  { "maxpool", "conv1d(6,k=3) maxpool(2) conv1d(5,k=3) maxpool(3) mean linear", 0, 4 },
  { "lstm-last", "lstm(6) last linear", 0, 5 },
  { "lstm-final", "lstm(6) final linear", 0, 5 },
  { "bilstm-last", "lstm(4,bidirectional) last linear", 0, 5 },
  { "bilstm-final", "conv1d(3,k=3) lstm(4,layers=2,bidirectional) final linear", 0, 5 },
  { "lstm-deep", "lstm(5,layers=3) mean linear", 0, 3 },
  { "attention", "conv1d(4,k=3) attention(1) linear", 0, 4 },
  { "attention-heads", "lstm(4,bidirectional) attention(3) linear", 0, 4 },
  { "whole",
      "conv1d(8,k=5) bn relu maxpool(2) conv1d(6,k=3) bn relu lstm(5,layers=2,bidirectional) attention(2) linear", 0,
      6 },
  { "dropout", "conv1d(6,k=3) relu dropout(0.3) mean linear(7) relu dropout(0.4) linear", 0, 5 },
  { "dropout-first", "dropout(0.3) conv1d(6,k=3) mean linear", 0, 5 },
  { "relu-first", "relu conv1d(6,k=3) mean linear", 0, 5 },
  { "dropout-lstm", "lstm(5,layers=2,bidirectional,dropout=0.5) dropout(0.3) attention(2) linear", 0, 5 },
  { "relu-lstm", "lstm(5) relu mean linear", 0, 5 },
  { "shards", "conv1d(4,k=3) bn relu lstm(3,bidirectional) attention(2) linear", 0, 70 },
};

/* Input and targets from a seed, lengths from 6 to 14. */
static void
fill_batch (SerGraph *graph, const Case *test, float *targets)
{
  SerRandom random = ser_random_for (7, 0, 0, 0);
  guint *lengths = g_new (guint, test->n);

  for (guint b = 0; b < test->n; b++)
    lengths[b] = test->length ? test->length : 6 + ser_random_below (&random, 9);
  ser_graph_begin (graph, test->n, lengths);
  for (guint b = 0; b < test->n; b++) {
    float *x = ser_graph_get_input (graph, b), sum = 0.0f;
    for (guint i = 0; i < lengths[b] * CHANNELS; i++)
      x[i] = ser_random_normal (&random);
    for (guint i = 0; i < LABELS; i++)
      sum += targets[b * LABELS + i] = ser_random_uniform (&random);
    for (guint i = 0; i < LABELS; i++)
      targets[b * LABELS + i] /= sum;
  }
  g_free (lengths);
}

static double
loss_along (SerGraph *graph, gsize at, gsize n, const float *direction, double step, const float *targets)
{
  float *params = ser_graph_get_parameters (graph), *keep = g_memdup2 (params + at, n * sizeof (float));
  double loss;

  for (gsize i = 0; i < n; i++)
    params[at + i] += step * direction[i];
  ser_graph_forward (graph, TRUE, 0);
  loss = ser_graph_loss (graph, targets);
  memcpy (params + at, keep, n * sizeof (float));
  g_free (keep);
  return loss;
}

static void
check_tensor (SerGraph *graph, const char *name, gsize at, gsize n, const float *targets)
{
  float *direction = g_memdup2 (ser_graph_get_gradients (graph) + at, n * sizeof (float));
  double norm = 0.0, step = 1e-3, difference;

  for (gsize i = 0; i < n; i++)
    norm += (double) direction[i] * direction[i];
  norm = sqrt (norm);
  for (gsize i = 0; i < n; i++)
    direction[i] = norm > 0.0 ? direction[i] / norm : 1.0 / sqrt (n);
  difference =
      (loss_along (graph, at, n, direction, step, targets) - loss_along (graph, at, n, direction, -step, targets))
      / (2.0 * step);
  g_test_message ("%-24s gradient %.6f, finite difference %.6f", name, norm, difference);
  g_assert_cmpfloat (fabs (difference - norm), <, 2e-5 + 5e-3 * norm);
  g_free (direction);
}

static void
test_gradients (gconstpointer data)
{
  const Case *test = data;
  GError *error = NULL;
  SerArchitecture *arch = ser_architecture_parse (test->line, CHANNELS, test->length, LABELS, &error);
  g_assert_no_error (error);
  SerWorkers *workers = ser_workers_new (2);
  SerGraph *graph = ser_graph_new (arch, workers);
  SerTensors *tensors = ser_tensors_new ();
  float *targets = new_floats (test->n, LABELS);
  gsize at = 0;

  ser_architecture_add_tensors (arch, tensors);
  ser_graph_initialise (graph, 3);
  fill_batch (graph, test, targets);
  ser_graph_forward (graph, TRUE, 0);
  ser_graph_loss (graph, targets);
  ser_graph_backward (graph);
  for (guint i = 0; i < ser_tensors_get_n (tensors); i++) {
    const SerTensor *tensor = ser_tensors_get (tensors, i);
    if (strstr (tensor->name, ".running_"))
      continue;
    check_tensor (graph, tensor->name, at, tensor->n, targets);
    at += tensor->n;
  }
  g_assert_cmpuint (at, ==, ser_graph_get_n_parameters (graph));

  g_free (targets);
  ser_tensors_free (tensors);
  ser_graph_free (graph);
  ser_workers_free (workers);
  ser_architecture_free (arch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    char *path = g_strconcat ("/train/gradients/", cases[i].name, NULL);
    g_test_add_data_func (path, &cases[i], test_gradients);
    g_free (path);
  }
  return g_test_run ();
}
