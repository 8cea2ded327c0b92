/* batchnorm.c - batch normalisation over sequences and time, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Ioffe and Szegedy 2015. Training uses the mean and biased variance of all valid rows of the batch (rows in gaps do
 * not count), and moves the running statistics towards the mean and the unbiased variance with momentum 0.1, as
 * PyTorch does.
 */

#include <math.h>
#include <string.h>

#include "nn/batchnorm.h"
#include "train/node.h"

#define MOMENTUM 0.1

/* batch: mean, 1/std, mean of dy, mean of dy * xhat; each [C]. aux[0]: xhat [rows, C]. */

static gsize
count_rows (const SerNode *node, const SerPass *pass)
{
  gsize n = 0;
  for (guint s = 0; s < pass->n_shards; s++)
    for (guint b = 0; b < node->shard[s].rows->n; b++)
      n += node->shard[s].rows->len[b];
  return n;
}

/* sums[0] += a, sums[1] += a * b over n rows. */
SER_VECTOR static void
add_sums (double *sums, const float *a, const float *b, gsize n, gsize C)
{
  for (gsize r = 0; r < n; r++)
    for (gsize c = 0; c < C; c++) {
      sums[c] += a[r * C + c];
      sums[C + c] += (double) a[r * C + c] * b[r * C + c];
    }
}

static void
sum_shard (SerNode *node, guint s, const float *a, const float *b)
{
  const SerRows *rows = node->shard[s].rows;
  double *sums = node->shard[s].sums;

  memset (sums, 0, 2 * node->out * sizeof (double));
  for (guint i = 0; i < rows->n; i++) {
    gsize at = (gsize) rows->start[i] * node->out;
    add_sums (sums, a + at, b + at, rows->len[i], node->out);
  }
}

static void
sum_inputs (gpointer data, guint s)
{
  SerNode *node = data;
  const float *x = node->prev->shard[s].y;
  sum_shard (node, s, x, x);
}

static void
take_statistics (SerNode *node, const SerPass *pass)
{
  guint C = node->out;
  double n = count_rows (node, pass);

  for (guint c = 0; c < C; c++) {
    double sum = 0.0, squares = 0.0;
    for (guint s = 0; s < pass->n_shards; s++) {
      sum += node->shard[s].sums[c];
      squares += node->shard[s].sums[C + c];
    }
    double mean = sum / n, variance = MAX (squares / n - mean * mean, 0.0);
    node->batch[c] = mean;
    node->batch[C + c] = 1.0 / sqrt (variance + SER_BATCHNORM_EPS);
    node->statistics[c] += MOMENTUM * (mean - node->statistics[c]);
    node->statistics[C + c] += MOMENTUM * (variance * n / MAX (n - 1.0, 1.0) - node->statistics[C + c]);
  }
}

SER_VECTOR static void
normalise (const float *x, float *xhat, float *y, gsize rows, gsize C, const float *mean, const float *inverse,
    const float *gain, const float *shift)
{
  for (gsize r = 0; r < rows; r++)
    for (gsize c = 0; c < C; c++) {
      float h = (x[r * C + c] - mean[c]) * inverse[c];
      xhat[r * C + c] = h;
      y[r * C + c] = h * gain[c] + shift[c];
    }
}

static void
forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  guint C = node->out;

  normalise (node->prev->shard[s].y, shard->aux[0], shard->y, shard->rows->rows, C, node->batch, node->batch + C,
      node->params, node->params + C);
  ser_rows_clear_gaps (shard->rows, shard->y, C);
}

static void
forward (SerNode *node, const SerPass *pass)
{
  guint C = node->out;

  if (pass->training) {
    ser_node_run (node, sum_inputs, pass->n_shards);
    take_statistics (node, pass);
  } else {
    for (guint c = 0; c < C; c++) {
      node->batch[c] = node->statistics[c];
      node->batch[C + c] = 1.0 / sqrt (node->statistics[C + c] + SER_BATCHNORM_EPS);
    }
  }
  ser_node_run (node, forward_shard, pass->n_shards);
}

static void
sum_gradients (gpointer data, guint s)
{
  SerNode *node = data;
  sum_shard (node, s, node->shard[s].dy, node->shard[s].aux[0]);
}

SER_VECTOR static void
input_gradient (
    float *dx, const float *dy, const float *xhat, gsize rows, gsize C, const float *batch, const float *gain)
{
  for (gsize r = 0; r < rows; r++)
    for (gsize c = 0; c < C; c++)
      dx[r * C + c] = gain[c] * batch[C + c] * (dy[r * C + c] - batch[2 * C + c] - xhat[r * C + c] * batch[3 * C + c]);
}

static void
backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  float *dx = node->prev->shard[s].dy;

  for (guint c = 0; c < node->out; c++) {
    shard->grads[c] = shard->sums[node->out + c];
    shard->grads[node->out + c] = shard->sums[c];
  }
  if (!dx)
    return;
  input_gradient (dx, shard->dy, shard->aux[0], shard->rows->rows, node->out, node->batch, node->params);
  ser_rows_clear_gaps (shard->rows, dx, node->out);
}

static void
backward (SerNode *node, const SerPass *pass)
{
  guint C = node->out;
  double n = count_rows (node, pass);

  ser_node_run (node, sum_gradients, pass->n_shards);
  for (guint c = 0; c < C; c++) {
    double dy = 0.0, dyxhat = 0.0;
    for (guint s = 0; s < pass->n_shards; s++) {
      dy += node->shard[s].sums[c];
      dyxhat += node->shard[s].sums[C + c];
    }
    node->batch[2 * C + c] = dy / n;
    node->batch[3 * C + c] = dyxhat / n;
  }
  ser_node_run (node, backward_shard, pass->n_shards);
}

const SerNodeOps ser_batchnorm_ops = { forward, backward };
