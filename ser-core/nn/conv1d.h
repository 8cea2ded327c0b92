/* conv1d.h - convolution over time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CONV1D_H
#define SER_CONV1D_H

#include "nn/batchnorm.h"

/* Stride 1, odd kernel length K, zero padding of (K-1)/2 at both ends:
 *   y[t][o] = bias[o] + sum over k, c of weight[o][c][k] x[t + k - (K-1)/2][c]      (PyTorch's conv1d, time first)
 * As x is [T,C] and contiguous, K successive rows are one row of length K C: the convolution is a matrix product
 * without any copying, the few steps at the ends apart. */
typedef struct _SerConv1d SerConv1d;

/* weight [out,in,k], bias [out] or NULL. `norm` [out], or NULL, is a batch normalisation behind it, folded into the
 * weights. Nothing is kept. */
SerConv1d *ser_conv1d_new (const SerKernels *kernels, gsize in, gsize out, gsize k, const float *weight,
    const float *bias, const SerBatchnorm *norm);
void ser_conv1d_free (SerConv1d *conv);

/* x [T,in] -> y [T,out], max (0, y) if `relu`; x and y must not overlap. */
void ser_conv1d_do (const SerConv1d *conv, const float *x, gsize T, gboolean relu, float *y);

#endif /* SER_CONV1D_H */
