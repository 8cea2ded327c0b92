/* attention.h - weighted means over time, the weights learned
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ATTENTION_H
#define SER_ATTENTION_H

#include "nn/kernels.h"

/* Per head h: a = softmax over t of (x_t . w_h + b_h), out_h = sum over t of a_t x_t. (Lin et al., "A structured
 * self-attentive sentence embedding", 2017, without the hidden layer.) */
typedef struct _SerAttention SerAttention;

/* weight [heads,C], bias [heads]; nothing is kept. */
SerAttention *ser_attention_new (
    const SerKernels *kernels, gsize C, gsize heads, const float *weight, const float *bias);
void ser_attention_free (SerAttention *attention);

/* x [T,C] -> y [heads * C], head 0 first; scratch [T * heads] holds the weights afterwards, [T,heads]. T > 0. Nothing
 * overlaps. */
void ser_attention_do (const SerAttention *attention, const float *x, gsize T, float *scratch, float *y);

#endif /* SER_ATTENTION_H */
