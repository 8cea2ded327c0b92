/* softmax.c - exponentials scaled to the sum 1, and the largest of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/softmax.h"

#include <math.h>

void
ser_softmax_do (float *x, gsize n, gsize stride)
{
  float largest = x[0], scale;
  double sum = 0;
  gsize i;

  for (i = 1; i < n; i++)
    largest = MAX (largest, x[i * stride]);
  for (i = 0; i < n; i++) {
    x[i * stride] = expf (x[i * stride] - largest);
    sum += x[i * stride];
  }
  scale = 1 / sum;
  for (i = 0; i < n; i++)
    x[i * stride] *= scale;
}

guint
ser_arg_max (const float *x, guint n)
{
  guint best = 0;

  for (guint i = 1; i < n; i++)
    if (x[i] > x[best])
      best = i;
  return best;
}
