/* packed.h - a matrix of weights in the panels that the kernels read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PACKED_H
#define SER_PACKED_H

#include "nn/kernels.h"

/* B [K,N] as panels of kernels->panel columns, each [K][panel] and contiguous, the last padded with zero columns, and a
 * bias [N] padded likewise. Aligned to 64 bytes. */
typedef struct {
  const SerKernels *kernels;
  gsize K, N;
  gsize step; /* floats from panel to panel */
  float *B;
  float *bias;
} SerPacked;

/* All zero. */
void ser_packed_init (SerPacked *packed, const SerKernels *kernels, gsize K, gsize N);
void ser_packed_clear (SerPacked *packed);

/* Sets B [k,n]. */
void ser_packed_set (SerPacked *packed, gsize k, gsize n, float value);

/* C [M,N] = A [M,K] B + bias, see SerKernels.gemm. */
void ser_packed_do (const SerPacked *packed, gsize M, const float *A, gsize lda, float *C, gsize ldc, gboolean relu);

/* The same with rows k0 to k0 + K - 1 of B only: A [M,K]. */
void ser_packed_do_rows (
    const SerPacked *packed, gsize k0, gsize K, gsize M, const float *A, gsize lda, float *C, gsize ldc, gboolean relu);

/* Zeroed floats aligned to 64 bytes, as the kernels' aligned loads want them and cache lines like them; at least one.
 * Aborts when there is no memory, as g_malloc() does. Free with ser_floats_free(). */
float *ser_floats_new (gsize n);
void ser_floats_free (float *x);

#endif /* SER_PACKED_H */
