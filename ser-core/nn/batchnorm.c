/* batchnorm.c - batch normalisation with running statistics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/batchnorm.h"

#include <math.h>

SerBatchnorm *
ser_batchnorm_new (gsize C, const float *weight, const float *bias, const float *mean, const float *var)
{
  SerBatchnorm *norm = g_new0 (SerBatchnorm, 1);
  gsize c;

  norm->C = C;
  norm->scale = g_new (float, C);
  norm->shift = g_new (float, C);
  for (c = 0; c < C; c++) {
    double scale = weight[c] / sqrt (var[c] + SER_BATCHNORM_EPS);

    norm->scale[c] = scale;
    norm->shift[c] = bias[c] - scale * mean[c];
  }
  return norm;
}

void
ser_batchnorm_free (SerBatchnorm *norm)
{
  if (norm == NULL)
    return;
  g_free (norm->scale);
  g_free (norm->shift);
  g_free (norm);
}

void
ser_batchnorm_do (const SerBatchnorm *norm, const float *x, gsize T, float *y)
{
  gsize t, c, C = norm->C;

  for (t = 0; t < T; t++)
    for (c = 0; c < C; c++)
      y[t * C + c] = norm->scale[c] * x[t * C + c] + norm->shift[c];
}
