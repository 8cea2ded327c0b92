/* kernels-c.c - the inner loops in plain C: the reference, and what processors without a table of their own run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Loops over panel and block columns have constant bounds, so that compilers turn them into what vectors there are.
 */

#include <string.h>

#include "nn/kernels.h"

#define PANEL 8
#define ROWS 4
#define BLOCK 8

/* `rows` (at most ROWS) rows of one panel. */
static inline void
gemm_tile (gsize rows, gsize K, const float *A, gsize lda, const float *B, const float *bias, float out[ROWS][PANEL])
{
  gsize i, j, k;

  for (i = 0; i < rows; i++)
    memcpy (out[i], bias, PANEL * sizeof (float));
  for (k = 0; k < K; k++)
    for (i = 0; i < rows; i++)
      for (j = 0; j < PANEL; j++)
        out[i][j] += A[i * lda + k] * B[k * PANEL + j];
}

static void
store_tile (gsize rows, gsize columns, float tile[ROWS][PANEL], float *C, gsize ldc, gboolean relu)
{
  gsize i, j;

  for (i = 0; i < rows; i++)
    for (j = 0; j < columns; j++)
      C[i * ldc + j] = relu && tile[i][j] < 0 ? 0 : tile[i][j];
}

static void
gemm (gsize M, gsize N, gsize K, const float *A, gsize lda, const float *B, gsize step, const float *bias, float *C,
    gsize ldc, gboolean relu)
{
  float tile[ROWS][PANEL];
  gsize m, n;

  for (n = 0; n < N; n += PANEL, B += step, bias += PANEL)
    for (m = 0; m < M; m += ROWS) {
      gsize rows = MIN (ROWS, M - m);

      if (rows == ROWS)
        gemm_tile (ROWS, K, A + m * lda, lda, B, bias, tile);
      else
        gemm_tile (rows, K, A + m * lda, lda, B, bias, tile);
      store_tile (rows, MIN (PANEL, N - n), tile, C + m * ldc + n, ldc, relu);
    }
}

/* 2^t */
static inline float
exp2_approximate (float t)
{
  union {
    float f;
    gint32 i;
  } p;
  gint32 n;
  float f;

  t = t > -SER_EXP2_MAX ? t : -SER_EXP2_MAX;
  t = t < SER_EXP2_MAX ? t : SER_EXP2_MAX;
  n = (gint32) (t + (t < 0 ? -0.5f : 0.5f));
  f = t - n;
  p.f = 1 + f * (SER_EXP2_1 + f * (SER_EXP2_2 + f * (SER_EXP2_3 + f * (SER_EXP2_4 + f * SER_EXP2_5))));
  p.i += n * (1 << 23);
  return p.f;
}

static inline float
sigmoid_approximate (float x)
{
  return 1 / (1 + exp2_approximate (-SER_LOG2_E * x));
}

static inline float
tanh_approximate (float x)
{
  return 2 / (1 + exp2_approximate (-2 * SER_LOG2_E * x)) - 1;
}

static void
lstm_block (gsize H, const float *x, const float *w, const float *h, float *c, float *h_out)
{
  float z[SER_LSTM_GATES][BLOCK];
  gsize k, g, j;

  memcpy (z, x, sizeof z);
  for (k = 0; k < H; k++, w += SER_LSTM_GATES * BLOCK)
    for (g = 0; g < SER_LSTM_GATES; g++)
      for (j = 0; j < BLOCK; j++)
        z[g][j] += h[k] * w[g * BLOCK + j];

  for (j = 0; j < BLOCK; j++) {
    c[j] = sigmoid_approximate (z[1][j]) * c[j] + sigmoid_approximate (z[0][j]) * tanh_approximate (z[2][j]);
    h_out[j] = sigmoid_approximate (z[3][j]) * tanh_approximate (c[j]);
  }
}

static void
lstm_step (gsize H, const float *x, const float *w, const float *h, float *c, float *h_out, gboolean backwards)
{
  gsize i, b, blocks = (H + BLOCK - 1) / BLOCK;

  for (i = 0; i < blocks; i++) {
    b = backwards ? blocks - 1 - i : i;
    lstm_block (
        H, x + b * SER_LSTM_GATES * BLOCK, w + b * H * SER_LSTM_GATES * BLOCK, h, c + b * BLOCK, h_out + b * BLOCK);
  }
}

static void
axpy (gsize n, float a, const float *restrict x, float *restrict y)
{
  gsize i;

  for (i = 0; i < n; i++)
    y[i] += a * x[i];
}

static void
max (gsize n, const float *restrict x, float *restrict y)
{
  gsize i;

  for (i = 0; i < n; i++)
    y[i] = x[i] > y[i] ? x[i] : y[i];
}

const SerKernels ser_kernels_c = { "c", 0, PANEL, gemm, BLOCK, lstm_step, axpy, max };
