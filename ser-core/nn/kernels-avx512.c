/* kernels-avx512.c - the inner loops in AVX-512 F
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * On Zen 4, whose 512-bit instructions take two passes, a 3 s window of the default network takes 5 % less time than in
 * AVX2 (tests/nn/speed.c).
 */

#include "nn/kernels.h"

#if SER_HAVE_X86_KERNELS

#include <immintrin.h>

/* clang-format takes SER_UNROLL for a function. */
/* clang-format off */

#if defined(__clang__)
#pragma clang attribute push (__attribute__ ((target ("avx512f"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target ("avx512f")
#endif

#define VECTOR 16
#define PANEL (2 * VECTOR)
#define ROWS 14 /* 28 accumulators, 2 vectors of B, 1 of A: 31 of 32 registers */
#define BLOCK VECTOR

static inline __attribute__ ((always_inline)) __mmask16
first (gsize n)
{
  return n >= VECTOR ? 0xffff : (1u << n) - 1;
}

/* `rows` is a constant wherever this is inlined, at most ROWS: the accumulators stay in registers. */
SER_TILE void
gemm_tile (int rows, gsize columns, gsize K, const float *A, gsize lda, const float *B, const float *bias, float *C,
    gsize ldc, gboolean relu)
{
  __m512 acc[ROWS][2], low = relu ? _mm512_setzero_ps () : _mm512_set1_ps (-G_MAXFLOAT);
  __mmask16 m0 = first (columns), m1 = columns > VECTOR ? first (columns - VECTOR) : 0;
  gsize k;
  int i;

  SER_UNROLL for (i = 0; i < rows; i++) {
    acc[i][0] = _mm512_loadu_ps (bias);
    acc[i][1] = _mm512_loadu_ps (bias + VECTOR);
  }
  for (k = 0; k < K; k++, B += PANEL) {
    __m512 b0 = _mm512_load_ps (B), b1 = _mm512_load_ps (B + VECTOR);

    SER_UNROLL for (i = 0; i < rows; i++) {
      __m512 a = _mm512_set1_ps (A[i * lda + k]);
      acc[i][0] = _mm512_fmadd_ps (a, b0, acc[i][0]);
      acc[i][1] = _mm512_fmadd_ps (a, b1, acc[i][1]);
    }
  }
  SER_UNROLL for (i = 0; i < rows; i++) {
    _mm512_mask_storeu_ps (C + i * ldc, m0, _mm512_max_ps (low, acc[i][0]));
    _mm512_mask_storeu_ps (C + i * ldc + VECTOR, m1, _mm512_max_ps (low, acc[i][1]));
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
      CASE (1) CASE (2) CASE (3) CASE (4) CASE (5) CASE (6) CASE (7) CASE (8) CASE (9) CASE (10) CASE (11) CASE (12)
      CASE (13)
#undef CASE
      default: break;
    }
  }
}

/* 1 / (1 + 2^t) */
static inline __attribute__ ((always_inline)) __m512
logistic2 (__m512 t)
{
  __m512 n, f, p;

  t = _mm512_min_ps (_mm512_max_ps (t, _mm512_set1_ps (-SER_EXP2_MAX)), _mm512_set1_ps (SER_EXP2_MAX));
  n = _mm512_roundscale_ps (t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  f = _mm512_sub_ps (t, n);
  p = _mm512_fmadd_ps (f, _mm512_set1_ps (SER_EXP2_5), _mm512_set1_ps (SER_EXP2_4));
  p = _mm512_fmadd_ps (f, p, _mm512_set1_ps (SER_EXP2_3));
  p = _mm512_fmadd_ps (f, p, _mm512_set1_ps (SER_EXP2_2));
  p = _mm512_fmadd_ps (f, p, _mm512_set1_ps (SER_EXP2_1));
  p = _mm512_fmadd_ps (f, p, _mm512_set1_ps (1));
  p = _mm512_scalef_ps (p, n);
  return _mm512_div_ps (_mm512_set1_ps (1), _mm512_add_ps (_mm512_set1_ps (1), p));
}

static inline __attribute__ ((always_inline)) __m512
sigmoid_approximate (__m512 x)
{
  return logistic2 (_mm512_mul_ps (x, _mm512_set1_ps (-SER_LOG2_E)));
}

static inline __attribute__ ((always_inline)) __m512
tanh_approximate (__m512 x)
{
  __m512 s = logistic2 (_mm512_mul_ps (x, _mm512_set1_ps (-2 * SER_LOG2_E)));

  return _mm512_fmadd_ps (_mm512_set1_ps (2), s, _mm512_set1_ps (-1));
}

/* Two sets of sums, over even and odd k: four alone would wait for each other. */
static inline __attribute__ ((always_inline)) void
lstm_block (gsize H, const float *x, const float *w, const float *h, float *c, float *h_out)
{
  __m512 even[SER_LSTM_GATES], odd[SER_LSTM_GATES], cell, a;
  gsize k;
  int g;

  SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++) {
    even[g] = _mm512_loadu_ps (x + g * BLOCK);
    odd[g] = _mm512_setzero_ps ();
  }
  for (k = 0; k + 1 < H; k += 2, w += 2 * SER_LSTM_GATES * BLOCK) {
    a = _mm512_set1_ps (h[k]);
    SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
      even[g] = _mm512_fmadd_ps (a, _mm512_load_ps (w + g * BLOCK), even[g]);
    a = _mm512_set1_ps (h[k + 1]);
    SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
      odd[g] = _mm512_fmadd_ps (a, _mm512_load_ps (w + (SER_LSTM_GATES + g) * BLOCK), odd[g]);
  }
  if (k < H) {
    a = _mm512_set1_ps (h[k]);
    SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
      even[g] = _mm512_fmadd_ps (a, _mm512_load_ps (w + g * BLOCK), even[g]);
  }
  SER_UNROLL for (g = 0; g < SER_LSTM_GATES; g++)
    even[g] = _mm512_add_ps (even[g], odd[g]);

  cell = _mm512_mul_ps (sigmoid_approximate (even[1]), _mm512_loadu_ps (c));
  cell = _mm512_fmadd_ps (sigmoid_approximate (even[0]), tanh_approximate (even[2]), cell);
  _mm512_storeu_ps (c, cell);
  _mm512_storeu_ps (h_out, _mm512_mul_ps (sigmoid_approximate (even[3]), tanh_approximate (cell)));
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
  __m512 va = _mm512_set1_ps (a);

  for (; n > 0; n -= MIN (n, VECTOR), x += VECTOR, y += VECTOR) {
    __mmask16 m = first (n);
    __m512 sum = _mm512_fmadd_ps (va, _mm512_maskz_loadu_ps (m, x), _mm512_maskz_loadu_ps (m, y));
    _mm512_mask_storeu_ps (y, m, sum);
  }
}

static void
max (gsize n, const float *x, float *y)
{
  for (; n > 0; n -= MIN (n, VECTOR), x += VECTOR, y += VECTOR) {
    __mmask16 m = first (n);
    __m512 larger = _mm512_max_ps (_mm512_maskz_loadu_ps (m, x), _mm512_maskz_loadu_ps (m, y));
    _mm512_mask_storeu_ps (y, m, larger);
  }
}

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const SerKernels ser_kernels_avx512 = { "avx512", SER_CPU_AVX512, PANEL, gemm, BLOCK, lstm_step, axpy, max };

#endif /* SER_HAVE_X86_KERNELS */
