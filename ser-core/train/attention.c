/* attention.c - attention pooling over time, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * For each of K heads: s_t = x_t . w + b, a = softmax over t of s, y = sum over t of a_t x_t; one head after the other.
 * (Lin et al., "A structured self-attentive sentence embedding", ICLR 2017, without the hidden layer.)
 *
 *     da_t = dy . x_t     ds_t = a_t (da_t - sum of a da)     dx_t = a_t dy + ds_t w     dw = sum of ds_t x_t
 */

#include <cblas.h>
#include <string.h>

#include "nn/softmax.h"
#include "train/node.h"

/* aux[0]: a [rows in, K]; aux[1]: ds [rows in, K]. */
static void
forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *in = shard->in_rows;
  guint C = node->in, K = node->k;
  const float *w = node->params, *bias = w + (gsize) K * C;

  for (guint b = 0; b < in->n; b++) {
    guint T = in->len[b];
    const float *x = node->prev->shard[s].y + (gsize) in->start[b] * C;
    float *a = shard->aux[0] + (gsize) in->start[b] * K;

    for (guint t = 0; t < T; t++)
      memcpy (a + (gsize) t * K, bias, K * sizeof (float));
    cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, T, K, C, 1.0f, x, C, w, C, 1.0f, a, K);
    for (guint h = 0; h < K; h++)
      ser_softmax_do (a + h, T, K);
    cblas_sgemm (
        CblasRowMajor, CblasTrans, CblasNoTrans, K, C, T, 1.0f, a, K, x, C, 0.0f, shard->y + (gsize) b * K * C, C);
  }
}

/* da [T, K] -> ds, in place. */
static void
softmax_gradient (float *da, const float *a, guint T, guint K)
{
  for (guint h = 0; h < K; h++) {
    double dot = 0.0;
    for (guint t = 0; t < T; t++)
      dot += (double) a[(gsize) t * K + h] * da[(gsize) t * K + h];
    for (guint t = 0; t < T; t++)
      da[(gsize) t * K + h] = a[(gsize) t * K + h] * (da[(gsize) t * K + h] - (float) dot);
  }
}

static void
backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *in = shard->in_rows;
  guint C = node->in, K = node->k;
  float *dw = shard->grads, *dbias = dw + (gsize) K * C, *dx = node->prev->shard[s].dy;

  memset (shard->grads, 0, node->n_params * sizeof (float));
  for (guint b = 0; b < in->n; b++) {
    guint T = in->len[b];
    gsize at = in->start[b];
    const float *x = node->prev->shard[s].y + at * C, *a = shard->aux[0] + at * K, *dy = shard->dy + (gsize) b * K * C;
    float *ds = shard->aux[1] + at * K;

    cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, T, K, C, 1.0f, x, C, dy, C, 0.0f, ds, K);
    softmax_gradient (ds, a, T, K);
    cblas_sgemm (CblasRowMajor, CblasTrans, CblasNoTrans, K, C, T, 1.0f, ds, K, x, C, 1.0f, dw, C);
    for (guint t = 0; t < T; t++)
      for (guint h = 0; h < K; h++)
        dbias[h] += ds[(gsize) t * K + h];
    if (dx) {
      cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, T, C, K, 1.0f, a, K, dy, C, 0.0f, dx + at * C, C);
      cblas_sgemm (
          CblasRowMajor, CblasNoTrans, CblasNoTrans, T, C, K, 1.0f, ds, K, node->params, C, 1.0f, dx + at * C, C);
    }
  }
  if (dx)
    ser_rows_clear_gaps (in, dx, C);
}

static void
forward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, forward_shard, pass->n_shards);
}

static void
backward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, backward_shard, pass->n_shards);
}

const SerNodeOps ser_attention_ops = { forward, backward };
