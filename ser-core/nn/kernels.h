/* kernels.h - the inner loops of the network, one table per instruction set
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Plain C (kernels-c.c) is always built and is the reference; a vector table exists where it was measured to be faster.
 * The processor's flags are an argument, so that tests and benchmarks can force each table. Within one table the result
 * of a row does not depend on the other rows of the same call, and equal input gives equal bits.
 *
 * Matrices are row-major. The right-hand matrix of gemm is packed once, see packed.h.
 */

#ifndef SER_KERNELS_H
#define SER_KERNELS_H

#include <glib.h>

#define SER_CPU_AVX2 (1u << 0)   /* AVX2 and FMA */
#define SER_CPU_AVX512 (1u << 1) /* AVX-512 F */

/* Gates of an LSTM, in PyTorch's order: input, forget, cell, output. */
#define SER_LSTM_GATES 4

typedef struct {
  const char *name;
  guint flags; /* of the processor, all needed */

  /* Columns of a panel of gemm's right-hand matrix. */
  guint panel;

  /* C [M,N] = A [M,K] B [K,N] + bias [N], then max (0, .) if `relu`. Row i of A starts at A + i * lda, where lda may be
   * under K (the rows of a convolution overlap); that of C at C + i * ldc. B is N / panel panels, rounded up, the
   * first rows [K,panel] of each used; the next panel starts `step` floats on. bias is padded with zeros to whole
   * panels. C overlaps nothing else. */
  void (*gemm) (gsize M, gsize N, gsize K, const float *A, gsize lda, const float *B, gsize step, const float *bias,
      float *C, gsize ldc, gboolean relu);

  /* Units of a block of an LSTM. */
  guint block;

  /* One step of one direction of an LSTM of H units, which are handled in blocks, the last padded: z = x + W h, then
   * the gates, in place on c, the new hidden state to h_out. x [blocks][4][block], w [blocks][H][4][block], h, c and
   * h_out [blocks][block]. `backwards` takes the blocks in reverse order, which changes no result: alternating it from
   * step to step leaves the weights used last in the cache for the next step. h_out does not overlap h. */
  void (*lstm_step) (
      gsize H, const float *x, const float *w, const float *h, float *c, float *h_out, gboolean backwards);

  /* y [n] += a x [n] */
  void (*axpy) (gsize n, float a, const float *x, float *y);

  /* y [n] = max (x, y) */
  void (*max) (gsize n, const float *x, float *y);
} SerKernels;

/* Flags of the processor that this runs on. */
guint ser_cpu_flags (void);

/* The fastest table that a processor with these flags can run; plain C for 0. */
const SerKernels *ser_kernels_get (guint flags);

/* All tables built in, fastest first; NULL from the last on. */
const SerKernels *ser_kernels_nth (guint i);

extern const SerKernels ser_kernels_c;
#if defined(__x86_64__) || defined(__i386__)
#define SER_HAVE_X86_KERNELS 1
extern const SerKernels ser_kernels_avx2;
extern const SerKernels ser_kernels_avx512;
#else
#define SER_HAVE_X86_KERNELS 0
#endif

/* The tiles of gemm are one function with a constant number of rows, inlined and unrolled for each number. Sanitizers
 * instrument every access of every copy, which takes compilers minutes, so they get one copy with a loop. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SER_ONE_TILE
#endif
#endif
#if defined(SER_ONE_TILE) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SER_TILE static __attribute__ ((noinline))
#define SER_UNROLL
#elif defined(__clang__)
#define SER_TILE static inline __attribute__ ((always_inline))
#define SER_UNROLL _Pragma ("unroll")
#else
#define SER_TILE static inline __attribute__ ((always_inline))
#define SER_UNROLL _Pragma ("GCC unroll 16")
#endif

/* ---- the activation functions of all tables ----
 *
 * sigmoid (x) = 1 / (1 + 2^t), t = -x log2 e; tanh (x) = 2 sigmoid (2 x) - 1. 2^t is 2^n times a polynomial in t - n,
 * |t - n| <= 1/2, of least maximum relative error with P(0) = 1 (9.2e-8). Absolute errors are under 3e-7. */
#define SER_LOG2_E 1.44269504f
#define SER_EXP2_MAX 126.0f
#define SER_EXP2_1 0.693147004f
#define SER_EXP2_2 0.240222424f
#define SER_EXP2_3 0.0555073358f
#define SER_EXP2_4 0.00967151299f
#define SER_EXP2_5 0.00132647273f

#endif /* SER_KERNELS_H */
