/* lstm.c - one layer of long short-term memory, in one direction or both
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * W x + b is one matrix product over all steps and both directions; its columns are ordered as lstm_step() reads them,
 * [direction][block][gate][unit of the block]. The padding units of the last block have zero weights and stay at h = 0.
 */

#include "nn/lstm.h"

#include <string.h>

#include "nn/packed.h"

struct _SerLstm {
  const SerKernels *kernels;
  gsize H, directions;
  gsize padded;    /* H rounded up to whole blocks */
  SerPacked input; /* [in, directions * 4 * padded] */
  float *hidden;   /* [directions][block][H][gate][unit] */
};

static void
pack (SerLstm *lstm, const SerLstmWeights *weights, gsize direction)
{
  gsize H = lstm->H, block = lstm->kernels->block, in = lstm->input.K, gate, u, i;

  for (gate = 0; gate < SER_LSTM_GATES; gate++)
    for (u = 0; u < H; u++) {
      gsize row = gate * H + u;
      gsize column =
          direction * SER_LSTM_GATES * lstm->padded + (u / block * SER_LSTM_GATES + gate) * block + u % block;
      float *hidden =
          lstm->hidden + direction * SER_LSTM_GATES * lstm->padded * H + u / block * H * SER_LSTM_GATES * block;

      for (i = 0; i < in; i++)
        ser_packed_set (&lstm->input, i, column, weights->weight_ih[row * in + i]);
      lstm->input.bias[column] = weights->bias_ih[row] + weights->bias_hh[row];
      for (i = 0; i < H; i++)
        hidden[(i * SER_LSTM_GATES + gate) * block + u % block] = weights->weight_hh[row * H + i];
    }
}

SerLstm *
ser_lstm_new (
    const SerKernels *kernels, gsize in, gsize H, const SerLstmWeights *forward, const SerLstmWeights *backward)
{
  SerLstm *lstm = g_new0 (SerLstm, 1);

  lstm->kernels = kernels;
  lstm->H = H;
  lstm->directions = backward != NULL ? 2 : 1;
  lstm->padded = (H + kernels->block - 1) / kernels->block * kernels->block;
  ser_packed_init (&lstm->input, kernels, in, lstm->directions * SER_LSTM_GATES * lstm->padded);
  lstm->hidden = ser_floats_new (lstm->directions * SER_LSTM_GATES * lstm->padded * H);
  pack (lstm, forward, 0);
  if (backward != NULL)
    pack (lstm, backward, 1);
  return lstm;
}

void
ser_lstm_free (SerLstm *lstm)
{
  if (lstm == NULL)
    return;
  ser_packed_clear (&lstm->input);
  ser_floats_free (lstm->hidden);
  g_free (lstm);
}

/* W x + b [T, directions * 4 * padded], then c [padded] and two h [padded]. */
gsize
ser_lstm_scratch (const SerLstm *lstm, gsize T)
{
  return (T * lstm->directions * SER_LSTM_GATES + 3) * lstm->padded;
}

static void
run_direction (const SerLstm *lstm, gsize direction, const float *z, gsize T, float *state, float *y)
{
  gsize H = lstm->H, padded = lstm->padded, width = lstm->directions * SER_LSTM_GATES * padded, i;
  const float *hidden = lstm->hidden + direction * SER_LSTM_GATES * padded * H;
  float *c = state, *h = state + padded, *next = state + 2 * padded, *swap;

  memset (state, 0, 2 * padded * sizeof (float));
  for (i = 0; i < T; i++) {
    gsize t = direction == 0 ? i : T - 1 - i;

    lstm->kernels->lstm_step (H, z + t * width + direction * SER_LSTM_GATES * padded, hidden, h, c, next, i % 2);
    memcpy (y + (t * lstm->directions + direction) * H, next, H * sizeof (float));
    swap = h, h = next, next = swap;
  }
}

void
ser_lstm_do (const SerLstm *lstm, const float *x, gsize T, float *scratch, float *y)
{
  float *state = scratch + T * lstm->input.N;
  gsize direction;

  ser_packed_do (&lstm->input, T, x, lstm->input.K, scratch, lstm->input.N, FALSE);
  for (direction = 0; direction < lstm->directions; direction++)
    run_direction (lstm, direction, scratch, T, state, y);
}
