/* node.h - one layer of a graph: its buffers and its two passes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Activations of a shard are rows of `width` floats. Sequences stand one after the other, sorted by length, longest
 * first, with SER_GAP rows of zeros before, between and after them:
 *
 *     gap | sequence 0 | gap | sequence 1 | gap | ... | gap
 *
 * so that a convolution over all sequences is one GEMM whose rows overlap, and an LSTM's previous hidden state is
 * the output one row up (or down, backwards in time). Whoever writes rows leaves the gaps zero. After the layer that
 * takes time away (last, final, mean, attention, flatten) a row is a sequence, and there are no gaps.
 */

#ifndef SER_NODE_H
#define SER_NODE_H

#include "model/architecture.h"
#include "train/workers.h"

#define SER_MAX_SHARDS 16
#define SER_MAX_AUX 4

/* Where the sequences of a shard are at one time resolution. */
typedef struct {
  guint n;            /* sequences */
  guint gap;          /* rows of zeros, 0 when rows are sequences */
  gsize rows;         /* in all */
  guint *start, *len; /* [n], in rows */
  guint capacity;
} SerRows;

typedef struct _SerNode SerNode;

typedef struct {
  float *y, *dy;           /* [rows, out]: output, and the loss's gradient with respect to it; NULL where nobody wants
                              one: of the input, and of an encoder's code */
  float *aux[SER_MAX_AUX]; /* what the backward pass needs; sizes by SerNode.aux_width */
  float *grads;            /* this shard's gradients of the node's parameters, [n_params] */
  double *sums;            /* [2, out]: batch norm's partial sums */
  const SerRows *in_rows, *rows;
} SerNodeShard;

typedef struct {
  guint n_shards;
  SerWorkers *workers;
  gboolean training;
  guint64 seed;
} SerPass;

typedef struct {
  void (*forward) (SerNode *node, const SerPass *pass);
  void (*backward) (SerNode *node, const SerPass *pass);
} SerNodeOps;

struct _SerNode {
  const SerNodeOps *ops;
  SerNode *prev; /* NULL for the input */
  guint index;
  guint in, out; /* widths */
  guint level;   /* of its output: which row layout */
  guint k;       /* kernel, pool, heads, LSTM's directions, or length of an encoder's code */
  guint hidden;  /* LSTM, encoder */
  guint length;  /* encoder: of its input */
  gboolean bias;
  gboolean in_place;   /* y and dy are the previous node's */
  float rate;          /* dropout */
  const float *params; /* [n_params], PyTorch's layouts in PyTorch's order */
  gsize n_params;
  float *statistics;            /* batch norm: running mean and variance, [2, out] */
  float *scratch;               /* [n_params] or more: weights laid out anew for this batch, shared by shards */
  float *batch;                 /* batch norm: mean, 1/std, and the two means of the backward pass, [4, out] */
  gsize aux_width[SER_MAX_AUX]; /* floats per row, of input or output rows, whichever are more */
  const SerPass *pass;          /* while a pass runs */
  SerNodeShard shard[SER_MAX_SHARDS];
};

/* Runs func (node, part) for n_parts parts. */
static inline void
ser_node_run (SerNode *node, SerWorkFunc func, guint n_parts)
{
  ser_workers_run (node->pass->workers, func, node, n_parts);
}

/* Zeroes the gaps of y [rows, width]. */
void ser_rows_clear_gaps (const SerRows *rows, float *y, gsize width);

extern const SerNodeOps ser_conv1d_ops, ser_batchnorm_ops, ser_relu_ops, ser_maxpool_ops, ser_dropout_ops, ser_lstm_ops,
    ser_last_ops, ser_final_ops, ser_mean_ops, ser_attention_ops, ser_linear_ops, ser_flatten_ops, ser_encoder_ops;

/* Loops that gain from wider vectors than the baseline's: compiled for each, chosen when the program starts. The
 * iterations of a loop behind SER_INDEPENDENT do not depend on each other, which the compiler cannot always see. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)                  \
    && !defined(__SANITIZE_THREAD__)
#define SER_VECTOR __attribute__ ((target_clones ("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#define SER_INDEPENDENT _Pragma ("GCC ivdep")
#else
#define SER_VECTOR
#define SER_INDEPENDENT
#endif

#endif /* SER_NODE_H */
