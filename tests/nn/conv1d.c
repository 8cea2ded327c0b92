/* conv1d.c - tests of convolution over time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/conv1d.h"

#include <string.h>

#include "reference.h"

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize in = golden->numbers[0], out = golden->numbers[1], k = golden->numbers[2], T = golden->numbers[3];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * in, 1), *weight = generator_weight (&g, out, in * k),
        *bias = generator_bias (&g, out);
  float *y = g_new (float, T *out);
  SerConv1d *conv = ser_conv1d_new (kernels, in, out, k, weight, bias, NULL);

  g_assert_cmpuint (golden->n, ==, T * out);
  ser_conv1d_do (conv, x, T, FALSE, y);
  compare (kernels->name, y, golden->values, golden->n, 1e-5f);
  ser_conv1d_free (conv);
  g_free (x);
  g_free (weight);
  g_free (bias);
  g_free (y);
}

static void
test_golden (void)
{
  golden_each ("conv1d", check_golden);
}

/* An impulse gives the kernel, reversed in time. */
static void
test_impulse (void)
{
  enum { IN = 3, OUT = 5, K = 5, T = 11, AT = 4 };
  Generator g = GENERATOR_INIT;
  float *weight = generator_weight (&g, OUT, IN * K), x[T * IN] = { 0 }, y[T * OUT];
  const SerKernels *kernels;
  guint i = 0;
  gsize t, o;

  x[AT * IN + 1] = 1;
  while ((kernels = next_kernels (&i)) != NULL) {
    SerConv1d *conv = ser_conv1d_new (kernels, IN, OUT, K, weight, NULL, NULL);

    ser_conv1d_do (conv, x, T, FALSE, y);
    for (t = 0; t < T; t++)
      for (o = 0; o < OUT; o++) {
        gsize tap = AT + K / 2 - t; /* wraps round to something large where the kernel does not reach */
        g_assert_cmpfloat (y[t * OUT + o], ==, tap < K ? weight[(o * IN + 1) * K + tap] : 0);
      }
    ser_conv1d_free (conv);
  }
  g_free (weight);
}

/* Away from the ends a shifted input gives the shifted output, to the bit; the ends are as if zeros stood outside. */
static void
test_shift_and_padding (void)
{
  enum { IN = 6, OUT = 19, K = 7, T = 40, SHIFT = 5 };
  Generator g = GENERATOR_INIT;
  float *weight = generator_weight (&g, OUT, IN * K), *x = generator_array (&g, T * IN, 1);
  float padded[(T + K - 1) * IN] = { 0 }, y[T * OUT], shifted[T * OUT], outside[(T + K - 1) * OUT];
  const SerKernels *kernels;
  guint i = 0;

  memcpy (padded + K / 2 * IN, x, T * IN * sizeof (float));
  while ((kernels = next_kernels (&i)) != NULL) {
    SerConv1d *conv = ser_conv1d_new (kernels, IN, OUT, K, weight, NULL, NULL);

    ser_conv1d_do (conv, x, T, TRUE, y);
    ser_conv1d_do (conv, x + SHIFT * IN, T - SHIFT, TRUE, shifted);
    g_assert_cmpmem (shifted + K / 2 * OUT, (T - SHIFT - K + 1) * OUT * sizeof (float), y + (SHIFT + K / 2) * OUT,
        (T - SHIFT - K + 1) * OUT * sizeof (float));
    ser_conv1d_do (conv, padded, T + K - 1, TRUE, outside);
    compare (kernels->name, y, outside + K / 2 * OUT, T * OUT, 1e-6f);
    ser_conv1d_free (conv);
  }
  g_free (weight);
  g_free (x);
}

/* Folding a batch norm into the weights equals running it behind, ReLU included. */
static void
test_folding (void)
{
  enum { IN = 8, OUT = 21, K = 3, T = 30 };
  Generator g = GENERATOR_INIT;
  float *weight = generator_weight (&g, OUT, IN * K), *bias = generator_bias (&g, OUT),
        *x = generator_array (&g, T * IN, 1);
  float *gamma = generator_positive (&g, OUT), *beta = generator_bias (&g, OUT), *mean = generator_bias (&g, OUT);
  float *var = generator_positive (&g, OUT), y[T * OUT], expected[T * OUT];
  SerBatchnorm *norm = ser_batchnorm_new (OUT, gamma, beta, mean, var);
  const SerKernels *kernels;
  guint i = 0;
  gsize j;

  while ((kernels = next_kernels (&i)) != NULL) {
    SerConv1d *plain = ser_conv1d_new (kernels, IN, OUT, K, weight, bias, NULL);
    SerConv1d *folded = ser_conv1d_new (kernels, IN, OUT, K, weight, bias, norm);

    ser_conv1d_do (plain, x, T, FALSE, expected);
    ser_batchnorm_do (norm, expected, T, expected);
    for (j = 0; j < T * OUT; j++)
      expected[j] = MAX (expected[j], 0);
    ser_conv1d_do (folded, x, T, TRUE, y);
    compare (kernels->name, y, expected, T * OUT, 2e-6f);
    ser_conv1d_free (plain);
    ser_conv1d_free (folded);
  }
  ser_batchnorm_free (norm);
  g_free (weight), g_free (bias), g_free (x), g_free (gamma), g_free (beta), g_free (mean), g_free (var);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/conv1d/golden", test_golden);
  g_test_add_func ("/nn/conv1d/impulse", test_impulse);
  g_test_add_func ("/nn/conv1d/shift-and-padding", test_shift_and_padding);
  g_test_add_func ("/nn/conv1d/batchnorm-folding", test_folding);
  return g_test_run ();
}
