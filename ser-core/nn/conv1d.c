/* conv1d.c - convolution over time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/conv1d.h"

#include "nn/packed.h"

struct _SerConv1d {
  gsize in, out, k;
  SerPacked weight; /* [k * in, out] */
};

SerConv1d *
ser_conv1d_new (const SerKernels *kernels, gsize in, gsize out, gsize k, const float *weight, const float *bias,
    const SerBatchnorm *norm)
{
  SerConv1d *conv = g_new0 (SerConv1d, 1);
  gsize o, c, i;

  conv->in = in;
  conv->out = out;
  conv->k = k;
  ser_packed_init (&conv->weight, kernels, k * in, out);
  for (o = 0; o < out; o++) {
    float scale = norm != NULL ? norm->scale[o] : 1, shift = norm != NULL ? norm->shift[o] : 0;

    for (c = 0; c < in; c++)
      for (i = 0; i < k; i++)
        ser_packed_set (&conv->weight, i * in + c, o, scale * weight[(o * in + c) * k + i]);
    conv->weight.bias[o] = scale * (bias != NULL ? bias[o] : 0) + shift;
  }
  return conv;
}

void
ser_conv1d_free (SerConv1d *conv)
{
  if (conv == NULL)
    return;
  ser_packed_clear (&conv->weight);
  g_free (conv);
}

/* One step whose kernel reaches over an end of x: the taps outside are left out. */
static void
edge_step (const SerConv1d *conv, const float *x, gsize T, gsize t, gboolean relu, float *y)
{
  gsize C = conv->in, half = conv->k / 2;
  gsize first = t < half ? half - t : 0;
  gsize end = MIN (conv->k, T - t + half);

  ser_packed_do_rows (&conv->weight, first * C, (end - first) * C, 1, x + (t + first - half) * C, C, y + t * conv->out,
      conv->out, relu);
}

void
ser_conv1d_do (const SerConv1d *conv, const float *x, gsize T, gboolean relu, float *y)
{
  gsize half = conv->k / 2, t;

  for (t = 0; t < MIN (half, T); t++)
    edge_step (conv, x, T, t, relu, y);
  if (T > 2 * half)
    ser_packed_do (&conv->weight, T - 2 * half, x, conv->in, y + half * conv->out, conv->out, relu);
  for (t = MAX (half, T - MIN (half, T)); t < T; t++)
    edge_step (conv, x, T, t, relu, y);
}
