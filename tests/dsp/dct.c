/* dct.c - properties of the cosine transform
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/dct.h"

#include <glib.h>
#include <math.h>

static const guint sizes[] = { 1, 2, 8, 40, 64, 128, 256 };

/* Columns of the transform: y [N, n], row j the transform of the j-th unit vector. */
static float *
get_basis (guint n, guint N)
{
  SerDct *dct = ser_dct_new (n, N);
  float *x = g_new0 (float, N), *y = g_new (float, N *n);

  for (guint j = 0; j < N; j++) {
    x[j] = 1.0f;
    ser_dct_do (dct, x, y + j * n);
    x[j] = 0.0f;
  }
  g_free (x);
  ser_dct_free (dct);
  return y;
}

static void
test_orthonormal (void)
{
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++) {
    const guint N = sizes[s];
    float *basis = get_basis (N, N);

    for (guint a = 0; a < N; a++)
      for (guint b = 0; b < N; b++) {
        double dot = 0.0;

        for (guint j = 0; j < N; j++)
          dot += (double) basis[j * N + a] * basis[j * N + b];
        g_assert_cmpfloat_with_epsilon (dot, a == b ? 1.0 : 0.0, 1e-6);
      }
    g_free (basis);
  }
}

/* A constant has only coefficient 0; cos (pi k (2 j + 1) / 2N) only coefficient k. */
static void
test_cosines (void)
{
  enum { N = 64 };
  SerDct *dct = ser_dct_new (N, N);
  float x[N], y[N];

  for (guint k = 0; k < N; k++) {
    for (guint j = 0; j < N; j++)
      x[j] = (float) cos (G_PI * k * (2 * j + 1) / (2.0 * N));
    ser_dct_do (dct, x, y);
    for (guint i = 0; i < N; i++)
      g_assert_cmpfloat_with_epsilon (y[i], i != k ? 0.0 : k == 0 ? sqrt (N) : sqrt (N / 2.0), 2e-5);
  }
  ser_dct_free (dct);
}

/* Fewer coefficients are the first of all of them. */
static void
test_truncated (void)
{
  enum { N = 64 };
  SerDct *all = ser_dct_new (N, N);
  float x[N], y[N], z[N];

  for (guint j = 0; j < N; j++)
    x[j] = (float) g_test_rand_double_range (-14.0, 5.0);
  ser_dct_do (all, x, y);
  for (guint n = 1; n <= N; n++) {
    SerDct *some = ser_dct_new (n, N);

    ser_dct_do (some, x, z);
    for (guint k = 0; k < n; k++)
      g_assert_cmpfloat_with_epsilon (z[k], y[k], 2e-5);
    ser_dct_free (some);
  }
  ser_dct_free (all);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/dct/orthonormal", test_orthonormal);
  g_test_add_func ("/dsp/dct/cosines", test_cosines);
  g_test_add_func ("/dsp/dct/truncated", test_truncated);
  return g_test_run ();
}
