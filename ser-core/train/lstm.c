/* lstm.c - one LSTM layer of one or two directions over batches, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Hochreiter and Schmidhuber 1997 with forget gates, in PyTorch's form and gate order:
 *
 *     i, f, g, o = sigmoid | sigmoid | tanh | sigmoid of W_ih x_t + b_ih + W_hh h_(t-1) + b_hh
 *     c_t = f c_(t-1) + i g        h_t = o tanh (c_t)
 *
 * The input's part is one GEMM over all rows. Each step then takes the sequences that are still running, the first
 * n_s of the shard since they are sorted by length, as one small GEMM. Backwards in time, step s of sequence b is
 * row start + len - 1 - s. The gradient of W_hh is one GEMM of all gate gradients with all outputs moved by one row:
 * the gaps' zeros stand for the initial state.
 */

#include <cblas.h>
#include <string.h>

#include "train/node.h"

/* Parameters of one direction: W_ih [4H, C], W_hh [4H, H], b_ih [4H], b_hh [4H].
 * aux[0], aux[1]: gates, later their gradients, of each direction [rows, 4H]; aux[2]: c [rows, 2H]; aux[3]: per step
 * workspace. scratch: W_hh transposed [H, 4H] of each direction. */

typedef struct {
  guint C, H, width; /* width: of an output row, H or 2H */
  const float *w_ih, *w_hh, *b_ih, *b_hh, *w_hh_t;
  float *dw_ih, *dw_hh, *db_ih, *db_hh;
  const SerRows *rows;
  gboolean reverse;
  const float *x;
  float *gates, *c, *y, *dy; /* c, y, dy at this direction's column, `width` floats a row */
  float *step, *h, *dh, *dc; /* [n, 4H], [n, H] each */
} Direction;

static Direction
get_direction (SerNode *node, guint part)
{
  guint s = part / node->k, d = part % node->k, C = node->in, H = node->hidden;
  gsize n_ih = (gsize) 4 * H * C, n_hh = (gsize) 4 * H * H, at = d * (n_ih + n_hh + 8 * H);
  SerNodeShard *shard = &node->shard[s];
  float *grads = shard->grads + at;
  const float *w = node->params + at;
  gsize n = shard->rows->n;
  float *work = shard->aux[3] + d * n * 7 * H;

  return (Direction){
    .C = C,
    .H = H,
    .width = node->out,
    .w_ih = w,
    .w_hh = w + n_ih,
    .b_ih = w + n_ih + n_hh,
    .b_hh = w + n_ih + n_hh + 4 * H,
    .w_hh_t = node->scratch + d * n_hh,
    .dw_ih = grads,
    .dw_hh = grads + n_ih,
    .db_ih = grads + n_ih + n_hh,
    .db_hh = grads + n_ih + n_hh + 4 * H,
    .rows = shard->rows,
    .reverse = d == 1,
    .x = node->prev->shard[s].y,
    .gates = shard->aux[d],
    .c = shard->aux[2] + d * H,
    .y = shard->y + d * H,
    .dy = shard->dy + d * H,
    .step = work,
    .h = work + 4 * n * H,
    .dh = work + 5 * n * H,
    .dc = work + 6 * n * H,
  };
}

static inline gsize
row_of (const Direction *d, guint b, guint step)
{
  return d->rows->start[b] + (d->reverse ? d->rows->len[b] - 1 - step : step);
}

/* e^x to 2 ulp by 2^n and a polynomial (Cephes); plain enough that the compiler makes vectors of it. */
static inline __attribute__ ((always_inline)) float
fast_exp (float x)
{
  union {
    gint32 i;
    float f;
  } power;
  x = x < -87.0f ? -87.0f : x > 87.0f ? 87.0f : x;
  float n = x * 1.44269504f + 12582912.0f;
  n -= 12582912.0f;
  float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  power.i = ((gint32) n + 127) << 23;
  return (p * r * r + r + 1.0f) * power.f;
}

static inline __attribute__ ((always_inline)) float
sigmoid (float x)
{
  return 1.0f / (1.0f + fast_exp (-x));
}

static inline __attribute__ ((always_inline)) float
hyperbolic_tangent (float x)
{
  return 2.0f / (1.0f + fast_exp (-2.0f * x)) - 1.0f;
}

/* One sequence, one step: a [4H] becomes the gates; c_prev may be NULL. */
SER_VECTOR static void
cell_forward (float *restrict a, const float *restrict recurrent, const float *restrict c_prev, float *restrict c,
    float *restrict y, float *restrict h, gsize H)
{
  SER_INDEPENDENT
  for (gsize j = 0; j < H; j++) {
    float i = sigmoid (a[j] + recurrent[j]), f = sigmoid (a[H + j] + recurrent[H + j]);
    float g = hyperbolic_tangent (a[2 * H + j] + recurrent[2 * H + j]),
          o = sigmoid (a[3 * H + j] + recurrent[3 * H + j]);
    float cell = f * c_prev[j] + i * g, out = o * hyperbolic_tangent (cell);
    a[j] = i;
    a[H + j] = f;
    a[2 * H + j] = g;
    a[3 * H + j] = o;
    c[j] = cell;
    y[j] = out;
    h[j] = out;
  }
}

/* Gates [4H] become their gradients, copied to `step`; dc becomes that of c_(t-1). */
SER_VECTOR static void
cell_backward (float *restrict a, float *restrict step, const float *restrict c_prev, const float *restrict c,
    const float *restrict dy, const float *restrict dh, float *restrict dc, gsize H)
{
  SER_INDEPENDENT
  for (gsize j = 0; j < H; j++) {
    float i = a[j], f = a[H + j], g = a[2 * H + j], o = a[3 * H + j], tc = hyperbolic_tangent (c[j]);
    float d = dy[j] + dh[j], dcell = dc[j] + d * o * (1.0f - tc * tc);
    a[j] = step[j] = dcell * g * i * (1.0f - i);
    a[H + j] = step[H + j] = dcell * c_prev[j] * f * (1.0f - f);
    a[2 * H + j] = step[2 * H + j] = dcell * i * (1.0f - g * g);
    a[3 * H + j] = step[3 * H + j] = d * tc * o * (1.0f - o);
    dc[j] = dcell * f;
  }
}

static void
forward_direction (gpointer data, guint part)
{
  SerNode *node = data;
  Direction d = get_direction (node, part);
  const SerRows *rows = d.rows;
  guint H = d.H;
  guint n = rows->n;

  for (gsize r = 0; r < rows->rows; r++)
    for (guint j = 0; j < 4 * H; j++)
      d.gates[r * 4 * H + j] = d.b_ih[j] + d.b_hh[j];
  cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, rows->rows, 4 * H, d.C, 1.0f, d.x, d.C, d.w_ih, d.C, 1.0f,
      d.gates, 4 * H);

  memset (d.step, 0, (gsize) n * 4 * H * sizeof (float));
  memset (d.dc, 0, (gsize) n * H * sizeof (float)); /* zeros for the initial cell state */
  for (guint step = 0; step < rows->len[0]; step++) {
    while (rows->len[n - 1] <= step)
      n--;
    if (step > 0)
      cblas_sgemm (
          CblasRowMajor, CblasNoTrans, CblasNoTrans, n, 4 * H, H, 1.0f, d.h, H, d.w_hh_t, 4 * H, 0.0f, d.step, 4 * H);
    for (guint b = 0; b < n; b++) {
      gsize row = row_of (&d, b, step), w = d.width;
      const float *c_prev = step > 0 ? d.c + row_of (&d, b, step - 1) * w : d.dc;
      cell_forward (d.gates + row * 4 * H, d.step + (gsize) b * 4 * H, c_prev, d.c + row * w, d.y + row * w,
          d.h + (gsize) b * H, H);
    }
  }
}

static void
forward (SerNode *node, const SerPass *pass)
{
  guint H = node->hidden, directions = node->k;
  gsize n_ih = (gsize) 4 * H * node->in, n_hh = (gsize) 4 * H * H;

  for (guint d = 0; d < directions; d++) {
    const float *w_hh = node->params + d * (n_ih + n_hh + 8 * H) + n_ih;
    for (guint i = 0; i < 4 * H; i++)
      for (guint j = 0; j < H; j++)
        node->scratch[d * n_hh + (gsize) j * 4 * H + i] = w_hh[(gsize) i * H + j];
  }
  ser_node_run (node, forward_direction, pass->n_shards * directions);
  for (guint s = 0; s < pass->n_shards; s++)
    ser_rows_clear_gaps (node->shard[s].rows, node->shard[s].y, node->out);
}

static void
backward_through_time (Direction *d)
{
  const SerRows *rows = d->rows;
  guint H = d->H, n = 0;

  memset (d->dh, 0, (gsize) rows->n * H * sizeof (float));
  memset (d->dc, 0, (gsize) rows->n * H * sizeof (float));
  memset (d->h, 0, (gsize) rows->n * H * sizeof (float)); /* zeros for the initial cell state */
  for (guint step = rows->len[0]; step-- > 0;) {
    while (n < rows->n && rows->len[n] > step)
      n++;
    for (guint b = 0; b < n; b++) {
      gsize row = row_of (d, b, step), w = d->width;
      const float *c_prev = step > 0 ? d->c + row_of (d, b, step - 1) * w : d->h;
      cell_backward (d->gates + row * 4 * H, d->step + (gsize) b * 4 * H, c_prev, d->c + row * w, d->dy + row * w,
          d->dh + (gsize) b * H, d->dc + (gsize) b * H, H);
    }
    if (step > 0)
      cblas_sgemm (
          CblasRowMajor, CblasNoTrans, CblasNoTrans, n, H, 4 * H, 1.0f, d->step, 4 * H, d->w_hh, H, 0.0f, d->dh, H);
  }
}

static void
backward_direction (gpointer data, guint part)
{
  SerNode *node = data;
  Direction d = get_direction (node, part);
  const SerRows *rows = d.rows;
  guint H = d.H;
  gsize M = rows->rows - 2 * rows->gap, at = rows->gap;
  const float *before = d.y + (d.reverse ? at + 1 : at - 1) * d.width; /* row of the step before */

  backward_through_time (&d);
  ser_rows_clear_gaps (rows, d.gates, 4 * H);

  const float *da = d.gates + at * 4 * H;
  cblas_sgemm (
      CblasRowMajor, CblasTrans, CblasNoTrans, 4 * H, d.C, M, 1.0f, da, 4 * H, d.x + at * d.C, d.C, 0.0f, d.dw_ih, d.C);
  cblas_sgemm (
      CblasRowMajor, CblasTrans, CblasNoTrans, 4 * H, H, M, 1.0f, da, 4 * H, before, d.width, 0.0f, d.dw_hh, H);
  memset (d.db_ih, 0, 4 * H * sizeof (float));
  for (gsize r = 0; r < M; r++)
    for (guint j = 0; j < 4 * H; j++)
      d.db_ih[j] += da[r * 4 * H + j];
  memcpy (d.db_hh, d.db_ih, 4 * H * sizeof (float));
}

static void
backward_input (gpointer data, guint s)
{
  SerNode *node = data;
  guint H = node->hidden, C = node->in;
  const SerRows *rows = node->shard[s].rows;
  float *dx = node->prev->shard[s].dy;

  for (guint i = 0; i < node->k; i++) {
    Direction d = get_direction (node, s * node->k + i);
    cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, rows->rows, C, 4 * H, 1.0f, d.gates, 4 * H, d.w_ih, C,
        i ? 1.0f : 0.0f, dx, C);
  }
}

static void
backward (SerNode *node, const SerPass *pass)
{
  ser_node_run (node, backward_direction, pass->n_shards * node->k);
  if (node->prev->shard[0].dy)
    ser_node_run (node, backward_input, pass->n_shards);
}

const SerNodeOps ser_lstm_ops = { forward, backward };
