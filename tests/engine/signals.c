/* signals.c - signals and whole runs of a stream, for the tests of this folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "signals.h"

#include <math.h>

float *
make_tone (double f0, double seconds, gsize *n)
{
  float *x;
  gsize i;
  guint k;

  *n = (gsize) llround (seconds * RATE);
  x = g_new (float, *n + 1);
  for (i = 0; i < *n; i++) {
    double sum = 0.0;

    for (k = 1; k <= 10 && k * f0 < RATE / 2; k++)
      sum += sin (2.0 * G_PI * k * f0 * i / RATE) / k;
    x[i] = (float) (0.2 * sum);
  }
  return x;
}

float *
make_noise (double amplitude, double seconds, gsize *n)
{
  GRand *rand = g_rand_new_with_seed (11);
  float *x;
  gsize i;

  *n = (gsize) llround (seconds * RATE);
  x = g_new (float, *n + 1);
  for (i = 0; i < *n; i++)
    x[i] = (float) g_rand_double_range (rand, -amplitude, amplitude);
  g_rand_free (rand);
  return x;
}

float *
make_speech (double seconds, gsize *n)
{
  float *x = make_noise (1.0, seconds, n);
  double phase = 0.0, step, harmonic, before;
  gsize i;
  guint k;

  for (i = 0; i < *n; i++) {
    guint second = (guint) (i / RATE);
    double t = (double) i / RATE, sum = 0.05 * (second % 4) * x[i];
    double level = 0.05 + 0.3 * fabs (sin (1.3 * second)) * fabs (sin (2.0 * G_PI * 2.1 * t));

    phase += 2.0 * G_PI * (100.0 + 25.0 * (second % 5) + 20.0 * sin (3.0 * t)) / RATE;
    step = 2.0 * cos (phase);
    for (k = 1, harmonic = sin (phase), before = 0.0; k <= 12; k++) { /* sin (k phase), by Chebyshev's recurrence */
      double next = step * harmonic - before;

      sum += harmonic / (1.0 + fabs (k - 2.0 - second % 7));
      before = harmonic;
      harmonic = next;
    }
    x[i] = (float) (floor (CLAMP (level * sum, -0.99, 0.99) * 32768.0) / 32768.0);
  }
  return x;
}

static void
fetch (SerStream *stream, GArray *results)
{
  SerResult result;

  while (ser_stream_next (stream, &result))
    g_array_append_val (results, result);
}

void
push_all (SerStream *stream, const float *x, gsize n, gsize chunk, GArray *results)
{
  while (n > 0) {
    gsize used = ser_stream_push (stream, x, MIN (n, chunk));
    guint before = results->len;

    fetch (stream, results);
    g_assert_true (used > 0 || results->len > before);
    x += used;
    n -= used;
  }
}

GArray *
run_stream (SerStream *stream, const float *x, gsize n, gsize chunk)
{
  GArray *results = g_array_new (FALSE, FALSE, sizeof (SerResult));

  push_all (stream, x, n, chunk, results);
  ser_stream_finish (stream);
  fetch (stream, results);
  return results;
}

GArray *
run_model (SerModel *model, const SerStreamConfig *config, const float *x, gsize n, gsize chunk)
{
  GError *error = NULL;
  SerStream *stream = ser_stream_new (model, config, &error);
  GArray *results;

  g_assert_no_error (error);
  results = run_stream (stream, x, n, chunk);
  ser_stream_free (stream);
  return results;
}

void
assert_same_results (const GArray *a, const GArray *b)
{
  guint i;

  g_assert_cmpuint (a->len, ==, b->len);
  for (i = 0; i < a->len; i++)
    g_assert_cmpmem (&RESULT (a, i), sizeof (SerResult), &RESULT (b, i), sizeof (SerResult));
}
