/* pool.c - maxima and means over time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/pool.h"

#include <string.h>

void
ser_maxpool_do (const SerKernels *kernels, const float *x, gsize T, gsize C, gsize K, float *y)
{
  gsize t, k;

  for (t = 0; t < T / K; t++, y += C) {
    memcpy (y, x, C * sizeof (float));
    x += C;
    for (k = 1; k < K; k++, x += C)
      kernels->max (C, x, y);
  }
}

void
ser_mean_do (const SerKernels *kernels, const float *x, gsize T, gsize C, float *y)
{
  gsize t, c;

  memset (y, 0, C * sizeof (float));
  for (t = 0; t < T; t++, x += C)
    kernels->axpy (C, 1, x, y);
  for (c = 0; c < C; c++)
    y[c] /= T;
}
