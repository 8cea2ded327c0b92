/* pool.h - maxima and means over time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_POOL_H
#define SER_POOL_H

#include "nn/kernels.h"

/* x [T,C] -> y [T/K,C]: maxima over K successive steps, what is left over dropped. x and y must not overlap. */
void ser_maxpool_do (const SerKernels *kernels, const float *x, gsize T, gsize C, gsize K, float *y);

/* x [T,C] -> y [C]; T > 0. */
void ser_mean_do (const SerKernels *kernels, const float *x, gsize T, gsize C, float *y);

#endif /* SER_POOL_H */
