/* lstm.h - one layer of long short-term memory, in one direction or both
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000, as PyTorch defines it:
 *   i, f, o = sigmoid (W x_t + U h + b), g = tanh (W x_t + U h + b), c = f c + i g, h = o tanh (c)
 * h and c start at 0. Layers are stacked by feeding one's output to the next.
 */

#ifndef SER_LSTM_H
#define SER_LSTM_H

#include "nn/kernels.h"

/* Weights of one direction; rows in gate order i, f, g, o. */
typedef struct {
  const float *weight_ih; /* [4H,in] */
  const float *weight_hh; /* [4H,H] */
  const float *bias_ih;   /* [4H] */
  const float *bias_hh;   /* [4H] */
} SerLstmWeights;

typedef struct _SerLstm SerLstm;

/* `backward` NULL: one direction. Nothing is kept. */
SerLstm *ser_lstm_new (
    const SerKernels *kernels, gsize in, gsize H, const SerLstmWeights *forward, const SerLstmWeights *backward);
void ser_lstm_free (SerLstm *lstm);

/* Floats of scratch memory for sequences of up to T steps. */
gsize ser_lstm_scratch (const SerLstm *lstm, gsize T);

/* x [T,in] -> y [T,H], or [T,2H], the backward direction's h behind the forward's. Nothing overlaps; scratch is
 * aligned to 64 bytes. */
void ser_lstm_do (const SerLstm *lstm, const float *x, gsize T, float *scratch, float *y);

#endif /* SER_LSTM_H */
