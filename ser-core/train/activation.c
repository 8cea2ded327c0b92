/* activation.c - ReLU and dropout, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Both leave zeros where they find them, so gaps stay gaps. They work in place (y and dy are the previous node's)
 * wherever the graph allows it; the arrays below may therefore be the same.
 */

#include <string.h>

#include "train/node.h"
#include "train/random.h"

SER_VECTOR static void
rectify (const float *x, float *y, gsize n)
{
  SER_INDEPENDENT
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] > 0.0f ? x[i] : 0.0f;
}

SER_VECTOR static void
rectify_gradient (const float *dy, const float *y, float *dx, gsize n)
{
  SER_INDEPENDENT
  for (gsize i = 0; i < n; i++)
    dx[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

SER_VECTOR static void
multiply (const float *x, const float *mask, float *y, gsize n)
{
  SER_INDEPENDENT
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] * mask[i];
}

static gsize
size_of (const SerNode *node, guint s)
{
  return node->shard[s].rows->rows * node->out;
}

static void
relu_forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  rectify (node->prev->shard[s].y, node->shard[s].y, size_of (node, s));
}

static void
relu_backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  float *dx = node->prev->shard[s].dy;

  if (dx)
    rectify_gradient (shard->dy, shard->y, dx, size_of (node, s));
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
  gsize n = size_of (node, s);
  guint32 limit = (guint32) MIN ((double) node->rate * 0x1p32, (double) G_MAXUINT32);
  float keep = 1.0f / (1.0f - node->rate), *mask = shard->aux[0];
  SerRandom random = ser_random_for (node->pass->seed, node->index, s, 0);

  for (gsize i = 0; i < n; i += 2) {
    guint64 word = ser_random_next (&random);
    mask[i] = (guint32) word < limit ? 0.0f : keep;
    if (i + 1 < n)
      mask[i + 1] = (guint32) (word >> 32) < limit ? 0.0f : keep;
  }
  multiply (node->prev->shard[s].y, mask, shard->y, n);
}

static void
dropout_backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  float *dx = node->prev->shard[s].dy;

  if (dx)
    multiply (node->shard[s].dy, node->shard[s].aux[0], dx, size_of (node, s));
}

/* Without a mask: the same values at the place of the next node's input, or of the previous node's gradient. */
static void
copy_shards (SerNode *node, const SerPass *pass, gboolean backward)
{
  if (node->in_place)
    return;
  for (guint s = 0; s < pass->n_shards; s++) {
    SerNodeShard *shard = &node->shard[s], *prev = &node->prev->shard[s];
    float *to = backward ? prev->dy : shard->y;
    if (to)
      memcpy (to, backward ? shard->dy : prev->y, size_of (node, s) * sizeof (float));
  }
}

static void
dropout_forward (SerNode *node, const SerPass *pass)
{
  if (pass->training && node->rate > 0.0f)
    ser_node_run (node, dropout_forward_shard, pass->n_shards);
  else
    copy_shards (node, pass, FALSE);
}

static void
dropout_backward (SerNode *node, const SerPass *pass)
{
  if (node->rate > 0.0f)
    ser_node_run (node, dropout_backward_shard, pass->n_shards);
  else
    copy_shards (node, pass, TRUE);
}

const SerNodeOps ser_dropout_ops = { dropout_forward, dropout_backward };
