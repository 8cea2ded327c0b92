/* conv1d.c - convolution over time, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     y[t, o] = b[o] + sum over j < k, c < C of x[t + j - p, c] w[o, c, j],   p = (k - 1) / 2
 *
 * The rows t - p .. t + p of x are contiguous and make one row of [M, kC]. Such rows overlap, which BLAS does not take,
 * but every k-th of them do not: y is k GEMMs, of the rows t = 0, k, 2k ..., then 1, k + 1 ..., each [M / k, kC] x
 * [kC, O]. The gaps give the zero padding. The gradient of x is the same with dy for x and the kernel reversed in time.
 */

#include <cblas.h>
#include <string.h>

#include "train/node.h"

/* scratch: taps [O, kC] for the forward pass, then flipped [kO, C] for the backward pass. */
static void
lay_out_weights (SerNode *node)
{
  guint O = node->out, C = node->in, k = node->k;
  float *taps = node->scratch, *flipped = taps + (gsize) O * C * k;

  for (guint o = 0; o < O; o++)
    for (guint c = 0; c < C; c++)
      for (guint j = 0; j < k; j++) {
        float w = node->params[((gsize) o * C + c) * k + j];
        taps[(gsize) o * k * C + j * C + c] = w;
        flipped[((gsize) (k - 1 - j) * O + o) * C + c] = w;
      }
}

/* y [M, N] += overlapping rows of x [M, K] (row r starts at x + r * C, K = k * C) times w: [K, N], or [N, K]
 * transposed. */
static void
multiply_overlapping (
    const float *x, guint C, guint k, const float *w, CBLAS_TRANSPOSE transpose, float *y, gsize M, guint N, float beta)
{
  for (guint m = 0; m < k && m < M; m++)
    cblas_sgemm (CblasRowMajor, CblasNoTrans, transpose, (M - m + k - 1) / k, N, k * C, 1.0f, x + (gsize) m * C, k * C,
        w, transpose == CblasTrans ? k * C : N, beta, y + (gsize) m * N, k * N);
}

static void
forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *rows = shard->rows;
  guint O = node->out, C = node->in, k = node->k, p = (k - 1) / 2;
  gsize M = rows->rows - 2 * rows->gap;
  float *y = shard->y + (gsize) rows->gap * O;

  if (node->bias) {
    const float *b = node->params + (gsize) O * C * k;
    for (gsize r = 0; r < M; r++)
      memcpy (y + r * O, b, O * sizeof (float));
  }
  multiply_overlapping (node->prev->shard[s].y + (gsize) (rows->gap - p) * C, C, k, node->scratch, CblasTrans, y, M, O,
      node->bias ? 1.0f : 0.0f);
  ser_rows_clear_gaps (rows, shard->y, O);
}

static void
forward (SerNode *node, const SerPass *pass)
{
  lay_out_weights (node);
  ser_node_run (node, forward_shard, pass->n_shards);
}

static void
backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *rows = shard->rows;
  guint O = node->out, C = node->in, k = node->k, p = (k - 1) / 2;
  gsize M = rows->rows - 2 * rows->gap, n_weights = (gsize) O * C * k;
  const float *x = node->prev->shard[s].y + (gsize) (rows->gap - p) * C, *flipped = node->scratch + n_weights;
  const float *dy = shard->dy + (gsize) rows->gap * O;
  float *dtaps = shard->aux[0]; // [O, kC]

  for (guint m = 0; m < k && m < M; m++)
    cblas_sgemm (CblasRowMajor, CblasTrans, CblasNoTrans, O, k * C, (M - m + k - 1) / k, 1.0f, dy + (gsize) m * O,
        k * O, x + (gsize) m * C, k * C, m ? 1.0f : 0.0f, dtaps, k * C);
  for (guint o = 0; o < O; o++)
    for (guint c = 0; c < C; c++)
      for (guint j = 0; j < k; j++)
        shard->grads[((gsize) o * C + c) * k + j] = dtaps[(gsize) o * k * C + j * C + c];

  if (node->bias) {
    float *db = shard->grads + n_weights;
    memset (db, 0, O * sizeof (float));
    for (gsize r = 0; r < M; r++)
      for (guint o = 0; o < O; o++)
        db[o] += dy[r * O + o];
  }

  float *dx = node->prev->shard[s].dy;
  if (dx) {
    multiply_overlapping (dy - (gsize) p * O, O, k, flipped, CblasNoTrans, dx + (gsize) rows->gap * C, M, C, 0.0f);
    ser_rows_clear_gaps (rows, dx, C);
  }
}

static void
backward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, backward_shard, pass->n_shards);
}

const SerNodeOps ser_conv1d_ops = { forward, backward };
