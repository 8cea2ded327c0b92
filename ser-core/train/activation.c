/* activation.c - ReLU and dropout, in place, forward and backward
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Both leave zeros where they find them, so gaps stay gaps.
 */

#include "train/node.h"
#include "train/random.h"

SER_VECTOR static void
rectify (float *y, gsize n)
{
  for (gsize i = 0; i < n; i++)
    y[i] = y[i] > 0.0f ? y[i] : 0.0f;
}

SER_VECTOR static void
rectify_gradient (float *dy, const float *y, gsize n)
{
  for (gsize i = 0; i < n; i++)
    dy[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

static void
relu_forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  rectify (node->shard[s].y, node->shard[s].rows->rows * node->out);
}

static void
relu_backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  rectify_gradient (node->shard[s].dy, node->shard[s].y, node->shard[s].rows->rows * node->out);
}

static void
relu_forward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, relu_forward_shard, pass->n_shards);
}

static void
relu_backward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, relu_backward_shard, pass->n_shards);
}

const SerNodeOps ser_relu_ops = { relu_forward, relu_backward };

/* Inverted dropout: aux[0] holds the mask, 0 or 1 / (1 - rate). Two decisions from each random word. */
static void
dropout_forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  gsize n = shard->rows->rows * node->out;
  guint32 limit = (guint32) MIN ((double) node->rate * 0x1p32, (double) G_MAXUINT32);
  float keep = 1.0f / (1.0f - node->rate), *mask = shard->aux[0];
  SerRandom random = ser_random_for (node->pass->seed, node->index, s, 0);

  for (gsize i = 0; i < n; i += 2) {
    guint64 word = ser_random_next (&random);
    mask[i] = (guint32) word < limit ? 0.0f : keep;
    if (i + 1 < n)
      mask[i + 1] = (guint32) (word >> 32) < limit ? 0.0f : keep;
  }
  for (gsize i = 0; i < n; i++)
    shard->y[i] *= mask[i];
}

static void
dropout_backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  gsize n = shard->rows->rows * node->out;

  for (gsize i = 0; i < n; i++)
    shard->dy[i] *= shard->aux[0][i];
}

static void
dropout_forward (SerNode *node, const SerPass *pass)
{
  if (pass->training && node->rate > 0.0f)
    ser_node_run (node, dropout_forward_shard, pass->n_shards);
}

static void
dropout_backward (SerNode *node, const SerPass *pass)
{
  if (node->rate > 0.0f)
    ser_node_run (node, dropout_backward_shard, pass->n_shards);
}

const SerNodeOps ser_dropout_ops = { dropout_forward, dropout_backward };
