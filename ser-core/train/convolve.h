/* convolve.h - convolution with impulse responses by FFT
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Overlap-save (Stockham, AFIPS 1966): the spectrum of a response is computed once and shared by all threads; a
 * convolver holds one thread's transforms. */

#ifndef SER_CONVOLVE_H
#define SER_CONVOLVE_H

#include <glib.h>

/* Longest response in samples. */
#define SER_RESPONSE_MAX 32768

typedef struct _SerResponse SerResponse;

/* h [length], 1 to SER_RESPONSE_MAX, is copied; index `delay`, under length, is that of lag 0. */
SerResponse *ser_response_new (const float *h, gsize length, gsize delay);
void ser_response_free (SerResponse *response);

typedef struct _SerConvolver SerConvolver;

SerConvolver *ser_convolver_new (void);
void ser_convolver_free (SerConvolver *convolver);

/* y [n]: y[i] = sum over k of h[k] x[i + delay - k], x [n] being 0 outside. y must not overlap x. Allocates when a
 * response needs a longer transform than any before, otherwise nothing. */
void ser_convolver_do (SerConvolver *convolver, const SerResponse *response, const float *x, gsize n, float *y);

#endif /* SER_CONVOLVE_H */
