/* pitch.c - fundamental frequency by YIN
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Numbers in parentheses are the steps and equations of the paper named in pitch.h.
 */

#include "dsp/pitch.h"

#include "dsp/fft.h"

#include <math.h>
#include <string.h>

#define HOP 0.020    /* s */
#define WINDOW 0.040 /* s that the difference function sums over: more than two periods of the lowest voice */

/* YIN runs at a reduced rate of LEAST_RATE Hz or a little more, which is cheap; parabolas resolve periods to a fraction
 * of a lag. Each sample of it is the mean of BLOCKS blocks of `decimation` input samples; at 8 kHz that is a moving
 * average over 0.5 ms, which takes out what lies above the first formants. */
#define LEAST_RATE 8000
#define BLOCKS 4

/* A frame is voiced when its deepest dip is under VOICED (0: periodic, 1: noise). Its period is the first dip hardly
 * less deep than that one, since twice the period and so on dip as deep; noise makes depths differ in proportion. A
 * wider margin takes the first formant for the pitch when it lies on the second harmonic. */
#define VOICED 0.35f
#define AS_DEEP(deepest) (1.3f * (deepest) + 0.02f)

#define SILENCE 1e-7 /* mean square, -70 dBFS */

struct _SerPitch {
  guint hop;
  guint decimation;
  double rate; /* reduced; what follows is at this rate */
  guint W;
  guint min_lag, max_lag; /* of periods */
  SerFft *fft;            /* of at least W + max_lag + 1 points, so that no correlation wraps around */
  guint n_fft;
  float *blocks;   /* [W + max_lag + BLOCKS] sums of `decimation` samples */
  float *x;        /* [W + max_lag + 1] reduced samples without their mean */
  float *spectrum; /* [n_fft / 2 + 1][2] of all of x */
  float *d;        /* [max_lag + 2] difference function, d_t = sum_{j < W} (x_j - x_{j+t})^2 (6) */
  float *norm;     /* [max_lag + 2] cumulative mean normalised (8) */
};

SerPitch *
ser_pitch_new (guint rate)
{
  SerPitch *pitch = g_new0 (SerPitch, 1);
  guint n;

  pitch->hop = (guint) lround (rate * HOP);
  pitch->decimation = MAX (1, rate / LEAST_RATE);
  pitch->rate = (double) rate / pitch->decimation;
  pitch->W = (guint) lround (pitch->rate * WINDOW);
  pitch->min_lag = (guint) floor (pitch->rate / SER_PITCH_MAX);
  pitch->max_lag = (guint) ceil (pitch->rate / SER_PITCH_MIN);
  n = pitch->W + pitch->max_lag + 1;
  for (pitch->n_fft = 2; pitch->n_fft < n; pitch->n_fft *= 2)
    ;
  pitch->fft = ser_fft_new (pitch->n_fft);
  pitch->blocks = g_new (float, n + BLOCKS - 1);
  pitch->x = g_new (float, n);
  pitch->spectrum = g_new (float, pitch->n_fft + 2);
  pitch->d = g_new (float, pitch->max_lag + 2);
  pitch->norm = g_new (float, pitch->max_lag + 2);
  return pitch;
}

void
ser_pitch_free (SerPitch *pitch)
{
  if (pitch == NULL)
    return;
  ser_fft_free (pitch->fft);
  g_free (pitch->blocks);
  g_free (pitch->x);
  g_free (pitch->spectrum);
  g_free (pitch->d);
  g_free (pitch->norm);
  g_free (pitch);
}

guint
ser_pitch_get_length (const SerPitch *pitch)
{
  return (pitch->W + pitch->max_lag + BLOCKS) * pitch->decimation;
}

guint
ser_pitch_get_hop (const SerPitch *pitch)
{
  return pitch->hop;
}

/* Fills x from samples [(W + max_lag + BLOCKS) * decimation]. FALSE when that is silence. */
static gboolean
reduce (SerPitch *pitch, const float *samples)
{
  const guint n = pitch->W + pitch->max_lag + 1, D = pitch->decimation;
  const float scale = 1.0f / (BLOCKS * D), *b = pitch->blocks;
  float mean = 0.0f, energy = 0.0f;

  for (guint i = 0; i < n + BLOCKS - 1; i++, samples += D) {
    float sum = samples[0];

    for (guint j = 1; j < D; j++)
      sum += samples[j];
    pitch->blocks[i] = sum;
    mean += sum;
  }
  mean /= (n + BLOCKS - 1) * D;
  for (guint i = 0; i < n; i++) {
    pitch->x[i] = ((b[i] + b[i + 1]) + (b[i + 2] + b[i + 3])) * scale - mean;
    energy += pitch->x[i] * pitch->x[i];
  }
  return energy > SILENCE * n;
}

/* Correlations r_t = sum_{j < W} x_j x_{j+t} for t of 0 to max_lag + 1, times n_fft. */
static const float *
correlate (SerPitch *pitch)
{
  float *real = ser_fft_get_real (pitch->fft), *B = ser_fft_get_spectrum (pitch->fft), *A = pitch->spectrum;
  const guint n = pitch->W + pitch->max_lag + 1;

  memcpy (real, pitch->x, n * sizeof (float));
  memset (real + n, 0, (pitch->n_fft - n) * sizeof (float));
  ser_fft_forward (pitch->fft);
  memcpy (A, B, (pitch->n_fft + 2) * sizeof (float));

  memset (real + pitch->W, 0, (n - pitch->W) * sizeof (float));
  ser_fft_forward (pitch->fft);
  for (guint k = 0; k < pitch->n_fft + 2; k += 2) {
    const float re = A[k] * B[k] + A[k + 1] * B[k + 1], im = A[k + 1] * B[k] - A[k] * B[k + 1];

    B[k] = re;
    B[k + 1] = im;
  }
  ser_fft_inverse (pitch->fft);
  return real;
}

/* d_t = sum x_j^2 + sum x_{j+t}^2 - 2 r_t (7), and its normalisation (8). */
static void
difference (SerPitch *pitch)
{
  const float *x = pitch->x, *r = correlate (pitch);
  const guint W = pitch->W;
  double first = 0.0, shifted, total = 0.0;

  for (guint j = 0; j < W; j++)
    first += (double) x[j] * x[j];
  shifted = first;
  pitch->d[0] = 0.0f;
  pitch->norm[0] = 1.0f;
  for (guint t = 1; t < pitch->max_lag + 2; t++) {
    double d;

    shifted += (double) x[t + W - 1] * x[t + W - 1] - (double) x[t - 1] * x[t - 1];
    d = MAX (first + shifted - 2.0 * r[t] / pitch->n_fft, 0.0);
    total += d;
    pitch->d[t] = (float) d;
    pitch->norm[t] = total > 0.0 ? (float) (d * t / total) : 1.0f;
  }
}

/* A dip of `y` at lag t: no neighbour is lower. */
static gboolean
is_dip (const float *y, guint t)
{
  return y[t] <= y[t - 1] && y[t] <= y[t + 1];
}

/* The lowest point of the parabola through y around dip t (step 5): returns its lag, *depth takes its value. Without
 * it a dip between two lags would seem shallower than its repetition that happens to fall on one. */
static double
interpolate (const float *y, guint t, float *depth)
{
  const double slope = 0.5 * ((double) y[t + 1] - y[t - 1]), curve = (double) y[t - 1] - 2.0 * y[t] + y[t + 1];

  *depth = y[t];
  if (curve <= 0.0)
    return t;
  *depth -= (float) (0.5 * slope * slope / curve);
  return t - slope / curve;
}

/* The lag of the period (step 4), or 0 when there is none or it is shorter than any voice's. */
static guint
find_dip (const SerPitch *pitch)
{
  const float *norm = pitch->norm;
  float deepest = G_MAXFLOAT, depth;

  for (guint t = pitch->min_lag; t <= pitch->max_lag; t++)
    if (is_dip (norm, t)) {
      interpolate (norm, t, &depth);
      deepest = MIN (deepest, depth);
    }
  if (deepest > VOICED)
    return 0;
  deepest = MAX (deepest, 0.0f);
  for (guint t = 2; t <= pitch->max_lag; t++)
    if (is_dip (norm, t)) {
      interpolate (norm, t, &depth);
      if (depth <= AS_DEEP (deepest))
        return t < pitch->min_lag ? 0 : t;
    }
  return 0;
}

float
ser_pitch_do (SerPitch *pitch, const float *samples)
{
  double hz;
  float depth;
  guint t;

  if (!reduce (pitch, samples))
    return 0.0f;
  difference (pitch);
  t = find_dip (pitch);
  if (t == 0)
    return 0.0f;
  hz = pitch->rate / interpolate (pitch->d, t, &depth);
  return hz >= SER_PITCH_MIN && hz <= SER_PITCH_MAX ? (float) hz : 0.0f;
}
