/* attention.c - weighted means over time, the weights learned
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/attention.h"

#include <string.h>

#include "nn/linear.h"
#include "nn/softmax.h"

struct _SerAttention {
  const SerKernels *kernels;
  gsize C, heads;
  SerLinear *score; /* [C] -> [heads] */
};

SerAttention *
ser_attention_new (const SerKernels *kernels, gsize C, gsize heads, const float *weight, const float *bias)
{
  SerAttention *attention = g_new0 (SerAttention, 1);

  attention->kernels = kernels;
  attention->C = C;
  attention->heads = heads;
  attention->score = ser_linear_new (kernels, C, heads, weight, bias);
  return attention;
}

void
ser_attention_free (SerAttention *attention)
{
  if (attention == NULL)
    return;
  ser_linear_free (attention->score);
  g_free (attention);
}

void
ser_attention_do (const SerAttention *attention, const float *x, gsize T, float *scratch, float *y)
{
  gsize t, h, C = attention->C, heads = attention->heads;

  ser_linear_do (attention->score, x, T, FALSE, scratch);
  for (h = 0; h < heads; h++)
    ser_softmax_do (scratch + h, T, heads);
  memset (y, 0, heads * C * sizeof (float));
  for (t = 0; t < T; t++)
    for (h = 0; h < heads; h++)
      attention->kernels->axpy (C, scratch[t * heads + h], x + t * C, y + h * C);
}
