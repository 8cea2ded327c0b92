/* pool.c - maxpool, last, final, mean, flatten, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "train/node.h"

/* ---- maxpool: window and stride K; aux[0] holds which of the K rows won, [rows out, C] ---- */

SER_VECTOR static void
maxpool_forward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *in = shard->in_rows, *out = shard->rows;
  gsize C = node->out, K = node->k;

  for (guint b = 0; b < out->n; b++)
    for (guint t = 0; t < out->len[b]; t++) {
      const float *x = node->prev->shard[s].y + ((gsize) in->start[b] + (gsize) t * K) * C;
      float *y = shard->y + ((gsize) out->start[b] + t) * C, *won = shard->aux[0] + (y - shard->y);
      for (gsize c = 0; c < C; c++) {
        y[c] = x[c];
        won[c] = 0.0f;
      }
      for (gsize j = 1; j < K; j++)
        SER_INDEPENDENT
      for (gsize c = 0; c < C; c++) {
        gboolean more = x[j * C + c] > y[c];
        y[c] = more ? x[j * C + c] : y[c];
        won[c] = more ? (float) j : won[c];
      }
    }
  ser_rows_clear_gaps (out, shard->y, C);
}

SER_VECTOR static void
maxpool_backward_shard (gpointer data, guint s)
{
  SerNode *node = data;
  SerNodeShard *shard = &node->shard[s];
  const SerRows *in = shard->in_rows, *out = shard->rows;
  gsize C = node->out, K = node->k;
  float *dx = node->prev->shard[s].dy;

  if (!dx)
    return;
  memset (dx, 0, in->rows * C * sizeof (float));
  for (guint b = 0; b < out->n; b++)
    for (guint t = 0; t < out->len[b]; t++) {
      gsize at = ((gsize) out->start[b] + t) * C;
      float *d = dx + ((gsize) in->start[b] + (gsize) t * K) * C;
      const float *won = shard->aux[0] + at, *dy = shard->dy + at;
      for (gsize j = 0; j < K; j++)
        SER_INDEPENDENT
      for (gsize c = 0; c < C; c++)
        d[j * C + c] = won[c] == (float) j ? dy[c] : 0.0f;
    }
}

static void
maxpool_forward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, maxpool_forward_shard, pass->n_shards);
}

static void
maxpool_backward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, maxpool_backward_shard, pass->n_shards);
}

const SerNodeOps ser_maxpool_ops = { maxpool_forward, maxpool_backward };

/* ---- the layers that take time away: a row per sequence ---- */

/* Row of the input that channel c of sequence b is taken from: the last one, or for `final` in the backward direction
 * (the second half of the channels) the first one, which that direction sees last. */
static gsize
source_row (const SerNode *node, const SerRows *in, guint b, guint half)
{
  return half ? in->start[b] : (gsize) in->start[b] + in->len[b] - 1;
}

static void
pick_forward (SerNode *node, const SerPass *pass, guint halves)
{
  guint C = node->out, width = C / halves;

  for (guint s = 0; s < pass->n_shards; s++)
    for (guint b = 0; b < node->shard[s].rows->n; b++)
      for (guint h = 0; h < halves; h++)
        memcpy (node->shard[s].y + (gsize) b * C + h * width,
            node->prev->shard[s].y + source_row (node, node->shard[s].in_rows, b, h) * C + h * width,
            width * sizeof (float));
}

static void
pick_backward (SerNode *node, const SerPass *pass, guint halves)
{
  guint C = node->out, width = C / halves;

  for (guint s = 0; s < pass->n_shards; s++) {
    float *dx = node->prev->shard[s].dy;
    if (!dx)
      continue;
    memset (dx, 0, node->shard[s].in_rows->rows * C * sizeof (float));
    for (guint b = 0; b < node->shard[s].rows->n; b++)
      for (guint h = 0; h < halves; h++)
        memcpy (dx + source_row (node, node->shard[s].in_rows, b, h) * C + h * width,
            node->shard[s].dy + (gsize) b * C + h * width, width * sizeof (float));
  }
}

static void
last_forward (SerNode *node, const SerPass *pass)
{
  pick_forward (node, pass, 1);
}

static void
last_backward (SerNode *node, const SerPass *pass)
{
  pick_backward (node, pass, 1);
}

const SerNodeOps ser_last_ops = { last_forward, last_backward };

/* k: directions of the LSTM before it. */
static void
final_forward (SerNode *node, const SerPass *pass)
{
  pick_forward (node, pass, node->k);
}

static void
final_backward (SerNode *node, const SerPass *pass)
{
  pick_backward (node, pass, node->k);
}

const SerNodeOps ser_final_ops = { final_forward, final_backward };

static void
mean_forward (SerNode *node, const SerPass *pass)
{
  guint C = node->out;

  for (guint s = 0; s < pass->n_shards; s++) {
    const SerRows *in = node->shard[s].in_rows;
    for (guint b = 0; b < in->n; b++) {
      float *y = node->shard[s].y + (gsize) b * C;
      memset (y, 0, C * sizeof (float));
      for (guint t = 0; t < in->len[b]; t++)
        for (guint c = 0; c < C; c++)
          y[c] += node->prev->shard[s].y[((gsize) in->start[b] + t) * C + c];
      for (guint c = 0; c < C; c++)
        y[c] /= (float) in->len[b];
    }
  }
}

static void
mean_backward (SerNode *node, const SerPass *pass)
{
  guint C = node->out;

  for (guint s = 0; s < pass->n_shards; s++) {
    const SerRows *in = node->shard[s].in_rows;
    float *dx = node->prev->shard[s].dy;
    if (!dx)
      continue;
    for (guint b = 0; b < in->n; b++)
      for (guint t = 0; t < in->len[b]; t++)
        for (guint c = 0; c < C; c++)
          dx[((gsize) in->start[b] + t) * C + c] = node->shard[s].dy[(gsize) b * C + c] / (float) in->len[b];
    ser_rows_clear_gaps (in, dx, C);
  }
}

const SerNodeOps ser_mean_ops = { mean_forward, mean_backward };

static void
flatten_forward (SerNode *node, const SerPass *pass)
{
  for (guint s = 0; s < pass->n_shards; s++) {
    const SerRows *in = node->shard[s].in_rows;
    for (guint b = 0; b < in->n; b++)
      memcpy (node->shard[s].y + (gsize) b * node->out, node->prev->shard[s].y + (gsize) in->start[b] * node->in,
          node->out * sizeof (float));
  }
}

static void
flatten_backward (SerNode *node, const SerPass *pass)
{
  for (guint s = 0; s < pass->n_shards; s++) {
    const SerRows *in = node->shard[s].in_rows;
    float *dx = node->prev->shard[s].dy;
    if (!dx)
      continue;
    for (guint b = 0; b < in->n; b++)
      memcpy (
          dx + (gsize) in->start[b] * node->in, node->shard[s].dy + (gsize) b * node->out, node->out * sizeof (float));
    ser_rows_clear_gaps (in, dx, node->in);
  }
}

const SerNodeOps ser_flatten_ops = { flatten_forward, flatten_backward };
