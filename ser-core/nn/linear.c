/* linear.c - a fully connected layer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/linear.h"

#include "nn/packed.h"

struct _SerLinear {
  SerPacked weight; /* [in,out] */
};

SerLinear *
ser_linear_new (const SerKernels *kernels, gsize in, gsize out, const float *weight, const float *bias)
{
  SerLinear *linear = g_new0 (SerLinear, 1);
  gsize i, o;

  ser_packed_init (&linear->weight, kernels, in, out);
  for (o = 0; o < out; o++) {
    for (i = 0; i < in; i++)
      ser_packed_set (&linear->weight, i, o, weight[o * in + i]);
    linear->weight.bias[o] = bias != NULL ? bias[o] : 0;
  }
  return linear;
}

void
ser_linear_free (SerLinear *linear)
{
  if (linear == NULL)
    return;
  ser_packed_clear (&linear->weight);
  g_free (linear);
}

void
ser_linear_do (const SerLinear *linear, const float *x, gsize T, gboolean relu, float *y)
{
  ser_packed_do (&linear->weight, T, x, linear->weight.K, y, linear->weight.N, relu);
}
