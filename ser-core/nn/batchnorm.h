/* batchnorm.h - batch normalisation with running statistics
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Ioffe and Szegedy, "Batch normalization", 2015.
 */

#ifndef SER_BATCHNORM_H
#define SER_BATCHNORM_H

#include "nn/kernels.h"

#define SER_BATCHNORM_EPS 1e-5

/* y = scale x + shift per channel, scale = weight / sqrt (var + eps), shift = bias - scale mean. */
typedef struct {
  gsize C;
  float *scale, *shift; /* [C] */
} SerBatchnorm;

/* weight, bias, mean, var [C]; nothing is kept. */
SerBatchnorm *ser_batchnorm_new (gsize C, const float *weight, const float *bias, const float *mean, const float *var);
void ser_batchnorm_free (SerBatchnorm *norm);

/* x [T,C] -> y [T,C]; y may be x. */
void ser_batchnorm_do (const SerBatchnorm *norm, const float *x, gsize T, float *y);

#endif /* SER_BATCHNORM_H */
