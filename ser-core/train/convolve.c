/* convolve.c - convolution with impulse responses by FFT
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/convolve.h"

#include <string.h>

#include "dsp/fft.h"

/* Transforms are of 2^MIN_LOG2 to 2^MAX_LOG2 samples, at least twice the response's length: longer ones, which throw
 * away less, were not faster for clips of 2 s. */
#define MIN_LOG2 10
#define MAX_LOG2 16

struct _SerResponse {
  gsize length, delay;
  guint log2;      /* of the transform's length */
  float *spectrum; /* [2^log2 / 2 + 1][2], over 2^log2 */
};

struct _SerConvolver {
  SerFft *ffts[MAX_LOG2 + 1]; /* NULL until needed */
};

SerResponse *
ser_response_new (const float *h, gsize length, gsize delay)
{
  SerResponse *response;
  SerFft *fft;
  float *real;
  gsize N;

  g_return_val_if_fail (length >= 1 && length <= SER_RESPONSE_MAX && delay < length, NULL);

  response = g_new0 (SerResponse, 1);
  response->length = length;
  response->delay = delay;
  response->log2 = MIN_LOG2;
  while ((gsize) 1 << response->log2 < 2 * length)
    response->log2++;
  N = (gsize) 1 << response->log2;
  fft = ser_fft_new (N);
  real = ser_fft_get_real (fft);
  for (gsize i = 0; i < length; i++)
    real[i] = h[i] / N;
  ser_fft_forward (fft);
  response->spectrum = g_memdup2 (ser_fft_get_spectrum (fft), (N + 2) * sizeof (float));
  ser_fft_free (fft);
  return response;
}

void
ser_response_free (SerResponse *response)
{
  if (!response)
    return;
  g_free (response->spectrum);
  g_free (response);
}

SerConvolver *
ser_convolver_new (void)
{
  return g_new0 (SerConvolver, 1);
}

void
ser_convolver_free (SerConvolver *convolver)
{
  if (!convolver)
    return;
  for (guint i = 0; i <= MAX_LOG2; i++)
    ser_fft_free (convolver->ffts[i]);
  g_free (convolver);
}

/* Spectrum x [n][2] times h [n][2]. */
static void
multiply (float *restrict x, const float *restrict h, gsize n)
{
  for (gsize k = 0; k < n; k++) {
    float re = x[2 * k] * h[2 * k] - x[2 * k + 1] * h[2 * k + 1];
    float im = x[2 * k] * h[2 * k + 1] + x[2 * k + 1] * h[2 * k];
    x[2 * k] = re;
    x[2 * k + 1] = im;
  }
}

/* out [count] = x[from] .., x [n] being 0 outside. */
static void
copy_from (const float *x, gsize n, gssize from, float *out, gsize count)
{
  gsize zeros = from < 0 ? MIN ((gsize) -from, count) : 0;
  gsize start = from < 0 ? 0 : MIN ((gsize) from, n), copied = MIN (n - start, count - zeros);

  memset (out, 0, zeros * sizeof (float));
  memcpy (out + zeros, x + start, copied * sizeof (float));
  memset (out + zeros + copied, 0, (count - zeros - copied) * sizeof (float));
}

void
ser_convolver_do (SerConvolver *convolver, const SerResponse *response, const float *x, gsize n, float *y)
{
  gsize N = (gsize) 1 << response->log2, before = response->length - 1, step = N - before;
  SerFft **fft = &convolver->ffts[response->log2];

  if (!*fft)
    *fft = ser_fft_new (N);
  /* A block's first `before` results are those of a circular convolution, and are thrown away. */
  for (gsize at = 0; at < n; at += step) {
    copy_from (x, n, (gssize) (at + response->delay) - (gssize) before, ser_fft_get_real (*fft), N);
    ser_fft_forward (*fft);
    multiply (ser_fft_get_spectrum (*fft), response->spectrum, N / 2 + 1);
    ser_fft_inverse (*fft);
    memcpy (y + at, ser_fft_get_real (*fft) + before, MIN (step, n - at) * sizeof (float));
  }
}
