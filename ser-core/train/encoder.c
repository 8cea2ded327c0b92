/* encoder.c - the encoder of an autoencoder in front of a network that is trained: forward only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * It is trained by itself (autoencoder.h) and frozen here: its gradient stays 0, and none is made for what is before
 * it. Its input and its output are one channel; a sequence of either is a row of a matrix whose rows lie a gap apart.
 */

#include <cblas.h>
#include <string.h>

#include "train/node.h"

/* Y [n, O] = X [n, C] W^T + b, rows of X and Y ldx and ldy apart; w is W [O, C], then b [O]. */
static void
connect_layer (const float *x, guint n, guint C, gsize ldx, const float *w, guint O, float *y, gsize ldy)
{
  const float *b = w + (gsize) O * C;

  for (guint i = 0; i < n; i++)
    memcpy (y + i * ldy, b, O * sizeof (float));
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, n, O, C, 1.0f, x, ldx, w, C, 1.0f, y, ldy);
}

/* aux[0]: the hidden layer [n, H]. */
static void
forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *in = shard->in_rows, *out = shard->rows;
  guint n = in->n, T = node->length, H = node->hidden, K = node->k;
  float *h = shard->aux[0];

  connect_layer (node->prev->shard[s].y + in->gap, n, T, (gsize) T + in->gap, node->params, H, h, H);
  for (gsize i = 0; i < (gsize) n * H; i++)
    h[i] = h[i] > 0.0f ? h[i] : 0.0f;
  connect_layer (h, n, H, H, node->params + (gsize) H * (T + 1), K, shard->y + out->gap, (gsize) K + out->gap);
  ser_rows_clear_gaps (out, shard->y, 1);
}

static void
forward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, forward_shard, pass->n_shards);
}

static void
backward (SerNode *node, const SerPass *pass)
{
}

const SerNodeOps ser_encoder_ops = { forward, backward };
