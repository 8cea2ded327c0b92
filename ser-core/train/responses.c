/* responses.c - the impulse responses that augmentation draws from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/responses.h"

#include <math.h>
#include <stdlib.h>

#include "dsp/fft.h"

/* Before this time after the direct sound there are no reflections. */
#define FIRST_REFLECTION 0.002

/* Of Kaiser's window for 80 dB. */
#define KAISER_BETA 7.857
#define KAISER_WIDTH 5.015 /* (80 - 7.95) / 14.36: width of the slope, as a share of the rate, times (length - 1) */
#define SLOPE 0.05         /* half the width of the slope, as a share of the band */

/* Of the uneven responses: taps, transform, points. */
#define UNEVEN_HALF 128
#define UNEVEN_FFT 1024
#define UNEVEN_POINTS 8

SerResponse *
ser_response_room (double rt60, double drr, guint rate, SerRandom *random)
{
  gsize n = CLAMP ((gsize) (rt60 * rate), 2, SER_RESPONSE_MAX), first = FIRST_REFLECTION * rate;
  float *h = g_new0 (float, n);
  double energy = 0.0;
  SerResponse *response;

  for (gsize i = MIN (first, n - 1); i < n; i++) {
    h[i] = ser_random_normal (random) * pow (10.0, -3.0 * i / (rt60 * rate));
    energy += (double) h[i] * h[i];
  }
  for (gsize i = 0; i < n; i++)
    h[i] *= sqrt (pow (10.0, -drr / 10.0) / energy);
  h[0] = 1.0f;
  response = ser_response_new (h, n, 0);
  g_free (h);
  return response;
}

/* End of samples [n] once less than a millionth of the energy is left. */
static gsize
find_end (const float *h, gsize n)
{
  double total = 0.0, rest = 0.0;

  for (gsize i = 0; i < n; i++)
    total += (double) h[i] * h[i];
  while (n > 1 && rest + (double) h[n - 1] * h[n - 1] < 1e-6 * total) {
    rest += (double) h[n - 1] * h[n - 1];
    n--;
  }
  return n;
}

SerResponse *
ser_response_recorded (const gint16 *samples, gsize n, guint rate)
{
  gsize peak = 0, start, length;
  SerResponse *response;
  float *h;

  for (gsize i = 1; i < n; i++)
    if (abs (samples[i]) > abs (samples[peak]))
      peak = i;
  start = peak - MIN (peak, rate / 1000);
  length = MIN (n - start, SER_RESPONSE_MAX);
  h = g_new (float, length);
  for (gsize i = 0; i < length; i++)
    h[i] = samples[start + i] / 32768.0f;
  length = MAX (find_end (h, length), peak - start + 1);
  response = ser_response_new (h, length, peak - start);
  g_free (h);
  return response;
}

/* Modified Bessel function of order 0, by its series. */
static double
bessel_i0 (double x)
{
  double sum = 1.0, term = 1.0;

  for (guint k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2.0 * k)) * (x / (2.0 * k));
    sum += term;
  }
  return sum;
}

static double
sinc (double x)
{
  return x == 0.0 ? 1.0 : sin (G_PI * x) / (G_PI * x);
}

SerResponse *
ser_response_band (double line, guint rate)
{
  static const float all = 1.0f;
  double top = line / rate, slope = SLOPE * top, cutoff = top - slope; /* of rate / 2 */
  gsize half = ceil (KAISER_WIDTH / (slope * 2.0)), n = 2 * half + 1;
  SerResponse *response;
  float *h;

  if (line >= rate)
    return ser_response_new (&all, 1, 0);
  h = g_new (float, n);
  for (gsize i = 0; i < n; i++) {
    double t = (double) i - half, r = t / half;
    h[i] = cutoff * sinc (cutoff * t) * bessel_i0 (KAISER_BETA * sqrt (1.0 - r * r)) / bessel_i0 (KAISER_BETA);
  }
  response = ser_response_new (h, n, half);
  g_free (h);
  return response;
}

/* Gain at f Hz of a response with `db` at 125 Hz, 250 Hz, and so on. */
static double
uneven_gain (const double *db, double f)
{
  double octave = CLAMP (log2 (f / 125.0), 0.0, UNEVEN_POINTS - 1.001);
  guint i = octave;

  return pow (10.0, (db[i] + (octave - i) * (db[i + 1] - db[i])) / 20.0);
}

SerResponse *
ser_response_uneven (double db, guint rate, SerRandom *random)
{
  double points[UNEVEN_POINTS];
  float h[2 * UNEVEN_HALF + 1], *spectrum, *real;
  SerFft *fft = ser_fft_new (UNEVEN_FFT);

  for (guint i = 0; i < UNEVEN_POINTS; i++)
    points[i] = db * (2.0 * ser_random_uniform (random) - 1.0);
  spectrum = ser_fft_get_spectrum (fft);
  for (guint k = 0; k <= UNEVEN_FFT / 2; k++)
    spectrum[2 * k] = uneven_gain (points, fmax (k, 0.5) * rate / UNEVEN_FFT) / UNEVEN_FFT;
  ser_fft_inverse (fft);
  real = ser_fft_get_real (fft);
  for (int i = -UNEVEN_HALF; i <= UNEVEN_HALF; i++) {
    double hann = 0.5 + 0.5 * cos (G_PI * i / (UNEVEN_HALF + 1));
    h[i + UNEVEN_HALF] = hann * real[(i + UNEVEN_FFT) % UNEVEN_FFT];
  }
  ser_fft_free (fft);
  return ser_response_new (h, G_N_ELEMENTS (h), UNEVEN_HALF);
}
