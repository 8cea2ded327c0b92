/* packed.c - a matrix of weights in the panels that the kernels read
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/packed.h"

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64

float *
ser_floats_new (gsize n)
{
  void *x = NULL;
  int error;

  g_assert (n <= (G_MAXSIZE - ALIGNMENT) / sizeof (float));
  n = MAX (n, 1);
  error = posix_memalign (&x, ALIGNMENT, n * sizeof (float));
  g_assert (error == 0);
  memset (x, 0, n * sizeof (float));
  return x;
}

void
ser_floats_free (float *x)
{
  free (x);
}

void
ser_packed_init (SerPacked *packed, const SerKernels *kernels, gsize K, gsize N)
{
  gsize panels = (N + kernels->panel - 1) / kernels->panel;

  packed->kernels = kernels;
  packed->K = K;
  packed->N = N;
  packed->step = K * kernels->panel;
  packed->B = ser_floats_new (panels * packed->step);
  packed->bias = ser_floats_new (panels * kernels->panel);
}

void
ser_packed_clear (SerPacked *packed)
{
  ser_floats_free (packed->B);
  ser_floats_free (packed->bias);
  memset (packed, 0, sizeof *packed);
}

void
ser_packed_set (SerPacked *packed, gsize k, gsize n, float value)
{
  gsize panel = packed->kernels->panel;

  packed->B[n / panel * packed->step + k * panel + n % panel] = value;
}

void
ser_packed_do_rows (
    const SerPacked *packed, gsize k0, gsize K, gsize M, const float *A, gsize lda, float *C, gsize ldc, gboolean relu)
{
  packed->kernels->gemm (
      M, packed->N, K, A, lda, packed->B + k0 * packed->kernels->panel, packed->step, packed->bias, C, ldc, relu);
}

void
ser_packed_do (const SerPacked *packed, gsize M, const float *A, gsize lda, float *C, gsize ldc, gboolean relu)
{
  ser_packed_do_rows (packed, 0, packed->K, M, A, lda, C, ldc, relu);
}
