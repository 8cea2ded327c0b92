/* fft.c - real discrete Fourier transform by FFTW
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/fft.h"

#include <fftw3.h>
#include <string.h>

struct _SerFft {
  guint n;
  float *real;             /* [n] */
  fftwf_complex *spectrum; /* [n / 2 + 1] */
  fftwf_plan forward, inverse;
};

/* FFTW's planner is the one piece of global state here. Its own lock, unlike one of ours, also protects us from other
 * users of FFTW in the process: making and destroying plans takes it. */
static gpointer
make_planner_thread_safe (gpointer unused)
{
  fftwf_make_planner_thread_safe ();
  return NULL;
}

SerFft *
ser_fft_new (guint n)
{
  static GOnce once = G_ONCE_INIT;
  SerFft *fft;

  g_return_val_if_fail (n >= 2 && n % 2 == 0, NULL);
  g_once (&once, make_planner_thread_safe, NULL);

  fft = g_new0 (SerFft, 1);
  fft->n = n;
  fft->real = fftwf_alloc_real (n);
  fft->spectrum = fftwf_alloc_complex (n / 2 + 1);
  g_assert (fft->real != NULL && fft->spectrum != NULL);
  /* Estimated plans do not depend on timing: every run gives the same bits. */
  fft->forward = fftwf_plan_dft_r2c_1d ((int) n, fft->real, fft->spectrum, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
  fft->inverse = fftwf_plan_dft_c2r_1d ((int) n, fft->spectrum, fft->real, FFTW_ESTIMATE);
  g_assert (fft->forward != NULL && fft->inverse != NULL);
  memset (fft->real, 0, n * sizeof (float));
  memset (fft->spectrum, 0, (n / 2 + 1) * sizeof (fftwf_complex));
  return fft;
}

void
ser_fft_free (SerFft *fft)
{
  if (fft == NULL)
    return;
  fftwf_destroy_plan (fft->forward);
  fftwf_destroy_plan (fft->inverse);
  fftwf_free (fft->real);
  fftwf_free (fft->spectrum);
  g_free (fft);
}

float *
ser_fft_get_real (SerFft *fft)
{
  return fft->real;
}

float *
ser_fft_get_spectrum (SerFft *fft)
{
  return (float *) fft->spectrum;
}

void
ser_fft_forward (SerFft *fft)
{
  fftwf_execute (fft->forward);
}

void
ser_fft_inverse (SerFft *fft)
{
  fftwf_execute (fft->inverse);
}

void
ser_fft_power (const SerFft *fft, float *restrict power)
{
  const float *X = fft->spectrum[0];
  guint n = fft->n / 2 + 1;

  /* Four at a time, which compilers turn into vector instructions. */
  for (; n >= 4; n -= 4, X += 8, power += 4)
    for (guint k = 0; k < 4; k++)
      power[k] = X[2 * k] * X[2 * k] + X[2 * k + 1] * X[2 * k + 1];
  for (guint k = 0; k < n; k++)
    power[k] = X[2 * k] * X[2 * k] + X[2 * k + 1] * X[2 * k + 1];
}
