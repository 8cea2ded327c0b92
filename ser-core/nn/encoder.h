/* encoder.h - the front half of an autoencoder: a vector to a code of fewer values
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ENCODER_H
#define SER_ENCODER_H

#include "nn/kernels.h"

/* code = W2 max (0, W1 x + b1) + b2. (Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural
 * networks", Science 313, 2006, with one hidden layer; train/autoencoder.h says how it comes by its weights.) */
typedef struct _SerEncoder SerEncoder;

/* W1 [hidden,in], b1 [hidden], W2 [code,hidden], b2 [code], as PyTorch has them. */
typedef struct {
  const float *w1, *b1, *w2, *b2;
} SerEncoderWeights;

/* Nothing of `weights` is kept. */
SerEncoder *ser_encoder_new (
    const SerKernels *kernels, gsize in, gsize hidden, gsize code, const SerEncoderWeights *weights);
void ser_encoder_free (SerEncoder *encoder);

/* x [in] -> y [code]; scratch [hidden]. Nothing overlaps. */
void ser_encoder_do (const SerEncoder *encoder, const float *x, float *scratch, float *y);

#endif /* SER_ENCODER_H */
