/* statistics.c - properties of the statistics over time, and a sort to hold them to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/statistics.h"

#include <math.h>
#include <string.h>

#define WIDTH 3

/* Columns of different scale, with ties. */
static float *
random_rows (gsize T)
{
  float *x = g_new (float, T *WIDTH);

  for (gsize i = 0; i < T * WIDTH; i++) {
    x[i] = (float) g_test_rand_double_range (-3.0, 5.0) * (1 + i % WIDTH);
    if (i % 7 == 0)
      x[i] = rintf (x[i]);
  }
  return x;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* The percentile of sorted x [T] by its definition, that is, NumPy's. */
static double
percentile (const float *x, gsize T, double rank)
{
  const double at = rank * (T - 1);
  const gsize i = (gsize) at;

  return i + 1 < T ? x[i] + (at - i) * ((double) x[i + 1] - x[i]) : x[i];
}

static void
check (const float *rows, gsize T)
{
  float *x = g_memdup2 (rows, T * WIDTH * sizeof (float)), *column = g_new (float, T), out[SER_N_STATISTICS * WIDTH];

  ser_statistics_do (x, T, WIDTH, out);
  for (guint c = 0; c < WIDTH; c++) {
    double sum = 0.0, squares = 0.0;

    for (gsize t = 0; t < T; t++) {
      column[t] = rows[t * WIDTH + c];
      sum += column[t];
    }
    for (gsize t = 0; t < T; t++)
      squares += (column[t] - sum / T) * (column[t] - sum / T);
    qsort (column, T, sizeof (float), compare);
    for (gsize t = 0; t < T; t++)
      g_assert_cmpfloat (x[t * WIDTH + c], ==, column[t]);
    g_assert_cmpfloat_with_epsilon (out[c], sum / T, 1e-5);
    g_assert_cmpfloat_with_epsilon (out[WIDTH + c], sqrt (squares / T), 1e-5);
    for (guint i = 0; i < SER_N_PERCENTILES; i++)
      g_assert_cmpfloat_with_epsilon (out[(2 + i) * WIDTH + c], percentile (column, T, ser_percentiles[i]), 1e-5);
  }
  g_free (x);
  g_free (column);
}

/* Every length of the sort's levels, and what a window has. */
static void
test_definition (void)
{
  for (gsize T = 1; T <= 70; T++) {
    float *rows = random_rows (T);

    check (rows, T);
    g_free (rows);
  }
  for (gsize T = 298; T <= 3000; T += 1351) {
    float *rows = random_rows (T);

    check (rows, T);
    g_free (rows);
  }
}

/* The order of frames makes no difference to the percentiles, not in one bit. */
static void
test_order (void)
{
  enum { T = 101 };
  float *x = random_rows (T), *backwards = g_new (float, T *WIDTH), a[SER_N_STATISTICS * WIDTH],
        b[SER_N_STATISTICS * WIDTH];

  for (gsize t = 0; t < T; t++)
    memcpy (backwards + (T - 1 - t) * WIDTH, x + t * WIDTH, WIDTH * sizeof (float));
  ser_statistics_do (x, T, WIDTH, a);
  ser_statistics_do (backwards, T, WIDTH, b);
  for (guint i = 0; i < SER_N_STATISTICS * WIDTH; i++)
    if (i < 2 * WIDTH)
      g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-5);
    else
      g_assert_cmpfloat (a[i], ==, b[i]);
  g_free (x);
  g_free (backwards);
}

/* A constant is its own percentile, without deviation; of a ramp all is known. */
static void
test_known (void)
{
  enum { T = 201 };
  float x[T * 2], out[SER_N_STATISTICS * 2];

  for (guint t = 0; t < T; t++) {
    x[2 * t] = -13.815510f;
    x[2 * t + 1] = (float) t;
  }
  ser_statistics_do (x, T, 2, out);
  g_assert_cmpfloat (out[0], ==, -13.815510f);
  g_assert_cmpfloat_with_epsilon (out[1], 100.0, 1e-5);
  g_assert_cmpfloat_with_epsilon (out[2], 0.0, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[3], sqrt ((T * T - 1) / 12.0), 1e-4);
  for (guint i = 0; i < SER_N_PERCENTILES; i++) {
    g_assert_cmpfloat (out[4 + 2 * i], ==, -13.815510f);
    g_assert_cmpfloat_with_epsilon (out[5 + 2 * i], 200.0 * ser_percentiles[i], 1e-4);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/statistics/definition", test_definition);
  g_test_add_func ("/dsp/statistics/order", test_order);
  g_test_add_func ("/dsp/statistics/known", test_known);
  return g_test_run ();
}
