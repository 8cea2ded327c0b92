/* encoder.c - the front half of an autoencoder: a vector to a code of fewer values
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/encoder.h"

#include "nn/linear.h"

struct _SerEncoder {
  SerLinear *hidden, *code;
};

SerEncoder *
ser_encoder_new (const SerKernels *kernels, gsize in, gsize hidden, gsize code, const SerEncoderWeights *weights)
{
  SerEncoder *encoder = g_new0 (SerEncoder, 1);

  encoder->hidden = ser_linear_new (kernels, in, hidden, weights->w1, weights->b1);
  encoder->code = ser_linear_new (kernels, hidden, code, weights->w2, weights->b2);
  return encoder;
}

void
ser_encoder_free (SerEncoder *encoder)
{
  if (encoder == NULL)
    return;
  ser_linear_free (encoder->hidden);
  ser_linear_free (encoder->code);
  g_free (encoder);
}

void
ser_encoder_do (const SerEncoder *encoder, const float *x, float *scratch, float *y)
{
  ser_linear_do (encoder->hidden, x, 1, TRUE, scratch);
  ser_linear_do (encoder->code, scratch, 1, FALSE, y);
}
