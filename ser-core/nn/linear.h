/* linear.h - a fully connected layer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_LINEAR_H
#define SER_LINEAR_H

#include "nn/kernels.h"

typedef struct _SerLinear SerLinear;

/* weight [out,in], bias [out] or NULL; nothing is kept. */
SerLinear *ser_linear_new (const SerKernels *kernels, gsize in, gsize out, const float *weight, const float *bias);
void ser_linear_free (SerLinear *linear);

/* x [T,in] -> y [T,out], y = x weight^T + bias, max (0, y) if `relu`; x and y must not overlap. */
void ser_linear_do (const SerLinear *linear, const float *x, gsize T, gboolean relu, float *y);

#endif /* SER_LINEAR_H */
