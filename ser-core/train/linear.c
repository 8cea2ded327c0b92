/* linear.c - fully connected layer, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <cblas.h>
#include <string.h>

#include "train/node.h"

/* y [n, O] = x [n, C] w^T [C, O] + b */
static void
forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  guint O = node->out, C = node->in;
  const float *b = node->params + (gsize) O * C;

  for (guint i = 0; i < shard->rows->n; i++)
    memcpy (shard->y + (gsize) i * O, b, O * sizeof (float));
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, shard->rows->n, O, C, 1.0f, node->prev->shard[s].y, C,
      node->params, C, 1.0f, shard->y, O);
}

static void
backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  guint O = node->out, C = node->in, n = shard->rows->n;
  float *dw = shard->grads, *db = dw + (gsize) O * C, *dx = node->prev->shard[s].dy;

  cblas_sgemm (
      CblasRowMajor, CblasTrans, CblasNoTrans, O, C, n, 1.0f, shard->dy, O, node->prev->shard[s].y, C, 0.0f, dw, C);
  memset (db, 0, O * sizeof (float));
  for (guint i = 0; i < n; i++)
    for (guint o = 0; o < O; o++)
      db[o] += shard->dy[(gsize) i * O + o];
  if (dx)
    cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, n, C, O, 1.0f, shard->dy, O, node->params, C, 0.0f, dx, C);
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

const SerNodeOps ser_linear_ops = { forward, backward };
