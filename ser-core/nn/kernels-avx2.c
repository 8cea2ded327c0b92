/* kernels-avx2.c - the inner loops in AVX2 with FMA
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/kernels.h"

#if SER_HAVE_X86_KERNELS

#include <immintrin.h>

/* clang-format takes SER_UNROLL for a function. */
/* clang-format off */

#if defined(__clang__)
#pragma clang attribute push (__attribute__ ((target ("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target ("avx2,fma")
#endif

#define VECTOR 8
#define PANEL (2 * VECTOR)
#define ROWS 6 /* 12 accumulators, 2 vectors of B, 1 of A: 15 of 16 registers */
#define BLOCK VECTOR

/* `rows` is a constant wherever this is inlined, at most ROWS: the accumulators stay in registers. */
SER_TILE void
gemm_tile (int rows, gsize columns, gsize K, const float *A, gsize lda, const float *B, const float *bias, float *C,
    gsize ldc, gboolean relu)
{
  __m256 acc[ROWS][2], low = relu ? _mm256_setzero_ps () : _mm256_set1_ps (-G_MAXFLOAT);
  float tile[PANEL] = { 0 };
  gsize k, j;
  int i;

  SER_UNROLL for (i = 0; i < rows; i++) {
    acc[i][0] = _mm256_loadu_ps (bias);
    acc[i][1] = _mm256_loadu_ps (bias + VECTOR);
  }
  for (k = 0; k < K; k++, B += PANEL) {
    __m256 b0 = _mm256_load_ps (B), b1 = _mm256_load_ps (B + VECTOR);

    SER_UNROLL for (i = 0; i < rows; i++) {
      __m256 a = _mm256_broadcast_ss (A + i * lda + k);
      acc[i][0] = _mm256_fmadd_ps (a, b0, acc[i][0]);
      acc[i][1] = _mm256_fmadd_ps (a, b1, acc[i][1]);
    }
  }
  SER_UNROLL for (i = 0; i < rows; i++) {
    float *out = columns == PANEL ? C + i * ldc : tile;

    _mm256_storeu_ps (out, _mm256_max_ps (low, acc[i][0]));
    _mm256_storeu_ps (out + VECTOR, _mm256_max_ps (low, acc[i][1]));
    if (columns < PANEL)
      for (j = 0; j < columns; j++)
        C[i * ldc + j] = tile[j];
  }
}

static void
gemm (gsize M, gsize N, gsize K, const float *A, gsize lda, const float *B, gsize step, const float *bias, float *C,
    gsize ldc, gboolean relu)
{
  gsize m, n;

  for (n = 0; n < N; n += PANEL, B += step, bias += PANEL) {
    gsize columns = MIN (PANEL, N - n);
    const float *a = A;
    float *c = C + n;

    for (m = M; m >= ROWS; m -= ROWS, a += ROWS * lda, c += ROWS * ldc)
      gemm_tile (ROWS, columns, K, a, lda, B, bias, c, ldc, relu);
    switch (m) {
#define CASE(rows) case rows: gemm_tile (rows, columns, K, a, lda, B, bias, c, ldc, relu); break;
      CASE (1) CASE (2) CASE (3) CASE (4) CASE (5)
#undef CASE
      default: break;
    }
  }
}

/* 1 / (1 + 2^t) */
static inline __attribute__ ((always_inline)) __m256
logistic2 (__m256 t)
{
  __m256 n, f, p;

  t = _mm256_min_ps (_mm256_max_ps (t, _mm256_set1_ps (-SER_EXP2_MAX)), _mm256_set1_ps (SER_EXP2_MAX));
  n = _mm256_round_ps (t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  f = _mm256_sub_ps (t, n);
  p = _mm256_fmadd_ps (f, _mm256_set1_ps (SER_EXP2_5), _mm256_set1_ps (SER_EXP2_4));
  p = _mm256_fmadd_ps (f, p, _mm256_set1_ps (SER_EXP2_3));
  p = _mm256_fmadd_ps (f, p, _mm256_set1_ps (SER_EXP2_2));
  p = _mm256_fmadd_ps (f, p, _mm256_set1_ps (SER_EXP2_1));
  p = _mm256_fmadd_ps (f, p, _mm256_set1_ps (1));
  p = _mm256_castsi256_ps (_mm256_add_epi32 (_mm256_castps_si256 (p), _mm256_slli_epi32 (_mm256_cvtps_epi32 (n), 23)));
  return _mm256_div_ps (_mm256_set1_ps (1), _mm256_add_ps (_mm256_set1_ps (1), p));
}

static inline __attribute__ ((always_inline)) __m256
sigmoid_approximate (__m256 x)
{
  return logistic2 (_mm256_mul_ps (x, _mm256_set1_ps (-SER_LOG2_E)));
}

static inline __attribute__ ((always_inline)) __m256
tanh_approximate (__m256 x)
{
  __m256 s = logistic2 (_mm256_mul_ps (x, _mm256_set1_ps (-2 * SER_LOG2_E)));

  return _mm256_fmadd_ps (_mm256_set1_ps (2), s, _mm256_set1_ps (-1));
}

/* Two sets of sums, over even and odd k: four alone would wait for each other. */
static inline __attribute__ ((always_inline)) void
lstm_block (gsize H, const float *x, const float *w, const float *h, float *c, float *h_out)
{
  __m256 even[SER_LSTM_GATES], odd[SER_LSTM_GATES], cell, a;
  gsize k;
  int g;

  SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++) {
    even[g] = _mm256_loadu_ps (x + g * BLOCK);
    odd[g] = _mm256_setzero_ps ();
  }
  for (k = 0; k + 1 < H; k += 2, w += 2 * SER_LSTM_GATES * BLOCK) {
    a = _mm256_broadcast_ss (h + k);
    SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
      even[g] = _mm256_fmadd_ps (a, _mm256_load_ps (w + g * BLOCK), even[g]);
    a = _mm256_broadcast_ss (h + k + 1);
    SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
      odd[g] = _mm256_fmadd_ps (a, _mm256_load_ps (w + (SER_LSTM_GATES + g) * BLOCK), odd[g]);
  }
  if (k < H) {
    a = _mm256_broadcast_ss (h + k);
    SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
      even[g] = _mm256_fmadd_ps (a, _mm256_load_ps (w + g * BLOCK), even[g]);
  }
  SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
    even[g] = _mm256_add_ps (even[g], odd[g]);

  cell = _mm256_mul_ps (sigmoid_approximate (even[1]), _mm256_loadu_ps (c));
  cell = _mm256_fmadd_ps (sigmoid_approximate (even[0]), tanh_approximate (even[2]), cell);
  _mm256_storeu_ps (c, cell);
  _mm256_storeu_ps (h_out, _mm256_mul_ps (sigmoid_approximate (even[3]), tanh_approximate (cell)));
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
axpy (gsize n, float a, const float *x, float *y)
{
  __m256 va = _mm256_set1_ps (a);
  gsize i;

  for (i = 0; i + VECTOR <= n; i += VECTOR)
    _mm256_storeu_ps (y + i, _mm256_fmadd_ps (va, _mm256_loadu_ps (x + i), _mm256_loadu_ps (y + i)));
  for (; i < n; i++)
    y[i] += a * x[i];
}

static void
max (gsize n, const float *x, float *y)
{
  gsize i;

  for (i = 0; i + VECTOR <= n; i += VECTOR)
    _mm256_storeu_ps (y + i, _mm256_max_ps (_mm256_loadu_ps (x + i), _mm256_loadu_ps (y + i)));
  for (; i < n; i++)
    y[i] = x[i] > y[i] ? x[i] : y[i];
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const SerKernels ser_kernels_avx2 = { "avx2", SER_CPU_AVX2, PANEL, gemm, BLOCK, lstm_step, axpy, max };

#endif /* SER_HAVE_X86_KERNELS */
