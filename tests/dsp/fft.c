/* fft.c - properties of the Fourier transform (Ergun, "Testing multivariate linear functions", STOC 1995, which FFTW's
 * own tests follow), and use by several threads
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/fft.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#define TOLERANCE 2e-6 /* of the largest value there can be */

static const guint sizes[] = { 2, 64, 400, 512, 1024, 8192 };

static void
fill (float *x, guint n)
{
  for (guint i = 0; i < n; i++)
    x[i] = (float) g_test_rand_double_range (-1.0, 1.0);
}

/* x [n] -> newly allocated spectrum [n / 2 + 1][2]. */
static float *
transform (SerFft *fft, const float *x, guint n)
{
  memcpy (ser_fft_get_real (fft), x, n * sizeof (float));
  ser_fft_forward (fft);
  return g_memdup2 (ser_fft_get_spectrum (fft), (n + 2) * sizeof (float));
}

static void
assert_near (const float *a, const float *b, guint n, double tolerance)
{
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat (fabs ((double) a[i] - b[i]), <=, tolerance);
}

static void
check_linear (SerFft *fft, guint n)
{
  float *x = g_new (float, n), *y = g_new (float, n), *sum = g_new (float, n), *X, *Y, *S;

  fill (x, n);
  fill (y, n);
  for (guint i = 0; i < n; i++)
    sum[i] = 0.5f * x[i] - 2.0f * y[i];
  X = transform (fft, x, n);
  Y = transform (fft, y, n);
  S = transform (fft, sum, n);
  for (guint i = 0; i < n + 2; i++)
    X[i] = 0.5f * X[i] - 2.0f * Y[i];
  assert_near (S, X, n + 2, TOLERANCE * n);
  g_free (x), g_free (y), g_free (sum), g_free (X), g_free (Y), g_free (S);
}

/* An impulse at `at` gives exp (-2 pi i k at / n); with `at` 0 that is 1 everywhere. */
static void
check_impulse (SerFft *fft, guint n, guint at)
{
  float *x = g_new0 (float, n), *X;

  x[at] = 1.0f;
  X = transform (fft, x, n);
  for (guint k = 0; k <= n / 2; k++) {
    const double angle = -2.0 * G_PI * ((guint64) k * at % n) / n;

    g_assert_cmpfloat (fabs (X[2 * k] - cos (angle)), <=, TOLERANCE);
    g_assert_cmpfloat (fabs (X[2 * k + 1] - sin (angle)), <=, TOLERANCE);
  }
  g_free (x), g_free (X);
}

/* Rotating x by one sample multiplies X_k by exp (-2 pi i k / n). */
static void
check_shift (SerFft *fft, guint n)
{
  float *x = g_new (float, n), *y = g_new (float, n), *X, *Y;

  fill (x, n);
  for (guint i = 0; i < n; i++)
    y[(i + 1) % n] = x[i];
  X = transform (fft, x, n);
  Y = transform (fft, y, n);
  for (guint k = 0; k <= n / 2; k++) {
    const double c = cos (2.0 * G_PI * k / n), s = -sin (2.0 * G_PI * k / n);

    g_assert_cmpfloat (fabs (X[2 * k] * c - X[2 * k + 1] * s - Y[2 * k]), <=, TOLERANCE * n);
    g_assert_cmpfloat (fabs (X[2 * k] * s + X[2 * k + 1] * c - Y[2 * k + 1]), <=, TOLERANCE * n);
  }
  g_free (x), g_free (y), g_free (X), g_free (Y);
}

/* sum |x|^2 = sum over all n bins of |X|^2 / n; inner bins stand for two. */
static void
check_parseval (SerFft *fft, guint n)
{
  float *x = g_new (float, n), *power = g_new (float, n / 2 + 1);
  double time = 0.0, frequency = 0.0;

  fill (x, n);
  g_free (transform (fft, x, n));
  ser_fft_power (fft, power);
  for (guint i = 0; i < n; i++)
    time += (double) x[i] * x[i];
  for (guint k = 0; k <= n / 2; k++)
    frequency += (k == 0 || k == n / 2 ? 1.0 : 2.0) * power[k] / n;
  g_assert_cmpfloat (fabs (frequency / time - 1.0), <=, 1e-5);
  g_free (x), g_free (power);
}

static void
check_inverse (SerFft *fft, guint n)
{
  float *x = g_new (float, n), *real = ser_fft_get_real (fft);

  fill (x, n);
  g_free (transform (fft, x, n));
  assert_near (real, x, n, 0.0); /* kept by the forward transform */
  memset (real, 0, n * sizeof (float));
  ser_fft_inverse (fft);
  for (guint i = 0; i < n; i++)
    real[i] /= n;
  assert_near (real, x, n, TOLERANCE);
  g_free (x);
}

static void
test_properties (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    SerFft *fft = ser_fft_new (sizes[i]);

    check_linear (fft, sizes[i]);
    check_impulse (fft, sizes[i], 0);
    check_impulse (fft, sizes[i], 1);
    check_impulse (fft, sizes[i], sizes[i] - 1);
    check_shift (fft, sizes[i]);
    check_parseval (fft, sizes[i]);
    check_inverse (fft, sizes[i]);
    ser_fft_free (fft);
  }
}

/* The same values in two transforms give the same bits, whatever was planned in between. */
static void
test_deterministic (void)
{
  enum { N = 512 };
  float x[N], *first, *second;
  SerFft *a = ser_fft_new (N), *other = ser_fft_new (2 * N), *b = ser_fft_new (N);

  fill (x, N);
  first = transform (a, x, N);
  second = transform (b, x, N);
  g_assert_cmpmem (first, (N + 2) * sizeof (float), second, (N + 2) * sizeof (float));
  g_free (first), g_free (second);
  ser_fft_free (a), ser_fft_free (other), ser_fft_free (b);
}

static gpointer
make_and_free (gpointer data)
{
  for (guint i = 0; i < 100; i++) {
    SerFft *fft = ser_fft_new (64u << (i % 5));

    check_impulse (fft, 64u << (i % 5), 1);
    ser_fft_free (fft);
  }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("fft", make_and_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

static void
test_free_nothing (void)
{
  ser_fft_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/fft/properties", test_properties);
  g_test_add_func ("/dsp/fft/deterministic", test_deterministic);
  g_test_add_func ("/dsp/fft/threads", test_threads);
  g_test_add_func ("/dsp/fft/free-nothing", test_free_nothing);
  return g_test_run ();
}
