/* window.c - a window's features: deltas, mean or statistics over time, normalisation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/features.h"
#include "dsp/statistics.h"

#include <math.h>
#include <string.h>

/* What is added to the standard deviation of a window, so that a constant channel gives 0. */
#define STD_FLOOR 1e-5

/* Regression over two frames either side, edges repeated (torchaudio.functional.compute_deltas, win_length 5):
 * d_t = sum_{i=1,2} i (x_{t+i} - x_{t-i}) / 10. x and d [T] lie `stride` apart. */
static void
append_delta (const float *x, float *d, gsize T, guint n, guint stride)
{
  for (gsize t = 0; t < T; t++) {
    const float *before2 = x + (t >= 2 ? t - 2 : 0) * stride, *before1 = x + (t >= 1 ? t - 1 : 0) * stride;
    const float *after1 = x + MIN (t + 1, T - 1) * stride, *after2 = x + MIN (t + 2, T - 1) * stride;

    for (guint i = 0; i < n; i++)
      d[t * stride + i] = (after1[i] - before1[i] + 2.0f * (after2[i] - before2[i])) / 10.0f;
  }
}

/* Raises what lies more than the range under the greatest of the first n values of each row of out [T, width]. */
static void
limit_range (const SerFeatureSpec *spec, float *out, gsize T)
{
  const guint width = ser_feature_spec_frame_width (spec);
  const double range = spec->log == SER_LOG_LN ? spec->range * G_LN10 / 10.0 : spec->range;
  float least = out[0];

  for (gsize t = 0; t < T; t++)
    for (guint i = 0; i < spec->n; i++)
      least = MAX (least, out[t * width + i]);
  least -= (float) range;
  for (gsize t = 0; t < T; t++)
    for (guint i = 0; i < spec->n; i++)
      out[t * width + i] = MAX (least, out[t * width + i]);
}

/* frames [T, n] -> out [T, frame width]. */
static void
append_deltas (const SerFeatureSpec *spec, const float *frames, gsize T, float *out)
{
  const guint n = spec->n, width = ser_feature_spec_frame_width (spec);

  for (gsize t = 0; t < T; t++)
    memcpy (out + t * width, frames + t * n, n * sizeof (float));
  if (spec->range > 0.0)
    limit_range (spec, out, T);
  for (guint order = 1; order <= spec->delta; order++)
    append_delta (out + (order - 1) * n, out + order * n, T, n, width);
}

static double
channel_mean (const float *x, gsize T, guint width)
{
  double sum = 0.0;

  for (gsize t = 0; t < T; t++)
    sum += x[t * width];
  return sum / T;
}

static void
normalise_by_window (float *x, gsize T, guint width)
{
  for (guint c = 0; c < width; c++) {
    const double mean = channel_mean (x + c, T, width);
    double sum = 0.0, scale;

    for (gsize t = 0; t < T; t++) {
      const double d = x[t * width + c] - mean;

      sum += d * d;
    }
    scale = 1.0 / (sqrt (sum / T) + STD_FLOOR);
    for (gsize t = 0; t < T; t++)
      x[t * width + c] = (float) ((x[t * width + c] - mean) * scale);
  }
}

static void
remove_mean (float *x, gsize T, guint width)
{
  for (guint c = 0; c < width; c++) {
    const float mean = (float) channel_mean (x + c, T, width);

    for (gsize t = 0; t < T; t++)
      x[t * width + c] -= mean;
  }
}

/* x [T, width] */
static void
normalise_by_model (float *x, gsize T, guint width, const float *mean, const float *std)
{
  for (gsize t = 0; t < T; t++)
    for (guint c = 0; c < width; c++)
      x[t * width + c] = (x[t * width + c] - mean[c]) / std[c];
}

/* One value of what append_delta() makes, `order` times over: x [T] lies `stride` apart. */
static double
delta_at (const float *x, gsize T, guint stride, guint order, gsize t)
{
  const gsize before2 = t >= 2 ? t - 2 : 0, before1 = t >= 1 ? t - 1 : 0;
  const gsize after1 = MIN (t + 1, T - 1), after2 = MIN (t + 2, T - 1);

  if (order == 0)
    return x[t * stride];
  order--;
  return (delta_at (x, T, stride, order, after1) - delta_at (x, T, stride, order, before1)
             + 2.0 * (delta_at (x, T, stride, order, after2) - delta_at (x, T, stride, order, before2)))
      / 10.0;
}

/* Mean over time of the deltas of x of an order. In the sum of d_t (see append_delta()) all values cancel but two at
 * either end: the mean is (0.8 (x_{T-1} - x_0) + 0.2 (x_{T-2} - x_1)) / T, x being the order before. */
static double
delta_mean (const float *x, gsize T, guint stride, guint order)
{
  const gsize second = MIN (1, T - 1), last = T - 1, last_but_one = last - second;

  order--;
  return (0.8 * (delta_at (x, T, stride, order, last) - delta_at (x, T, stride, order, 0))
             + 0.2 * (delta_at (x, T, stride, order, last_but_one) - delta_at (x, T, stride, order, second)))
      / T;
}

/* frames [T, n] -> out [width], without an array of the deltas: a stream does this for every window. */
static void
take_mean (const SerFeatureSpec *spec, const float *frames, gsize T, float *out)
{
  const guint n = spec->n;

  for (guint c = 0; c < n; c++) {
    out[c] = (float) channel_mean (frames + c, T, n);
    for (guint order = 1; order <= spec->delta; order++)
      out[order * n + c] = (float) delta_mean (frames + c, T, n, order);
  }
}

/* frames [T, n] -> out [width] */
static void
take_statistics (const SerFeatureSpec *spec, const float *frames, gsize T, float *out)
{
  const guint width = ser_feature_spec_frame_width (spec);
  float *rows = g_new (float, T *width);

  append_deltas (spec, frames, T, rows);
  ser_statistics_do (rows, T, width, out);
  g_free (rows);
}

void
ser_features_window (
    const SerFeatureSpec *spec, const float *frames, gsize T, const float *mean, const float *std, float *out)
{
  const guint width = ser_feature_spec_width (spec);
  const gsize rows = spec->summary != SER_SUMMARY_NONE ? 1 : T;

  g_return_if_fail (T >= 1);
  g_return_if_fail (!ser_norm_has_statistics (spec->norm) || (mean != NULL && std != NULL));

  if (spec->summary == SER_SUMMARY_MEAN)
    take_mean (spec, frames, T, out);
  else if (spec->summary == SER_SUMMARY_STATS)
    take_statistics (spec, frames, T, out);
  else
    append_deltas (spec, frames, T, out);

  if (spec->norm == SER_NORM_CMN)
    remove_mean (out, rows, width);
  if (ser_norm_has_statistics (spec->norm))
    normalise_by_model (out, rows, width, mean, std);
  else if (spec->norm == SER_NORM_WINDOW)
    normalise_by_window (out, rows, width);
}
