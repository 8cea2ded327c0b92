/* linear.c - tests of the fully connected layer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/linear.h"

#include "reference.h"

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize in = golden->numbers[0], out = golden->numbers[1], T = golden->numbers[2], i;
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * in, 1), *weight = generator_weight (&g, out, in),
        *bias = generator_bias (&g, out);
  float *y = g_new (float, T *out), *rectified = g_new (float, T *out);
  SerLinear *linear = ser_linear_new (kernels, in, out, weight, bias);

  g_assert_cmpuint (golden->n, ==, T * out);
  ser_linear_do (linear, x, T, FALSE, y);
  compare (kernels->name, y, golden->values, golden->n, 1e-5f);
  ser_linear_do (linear, x, T, TRUE, rectified);
  for (i = 0; i < T * out; i++)
    g_assert_cmpfloat (rectified[i], ==, MAX (y[i], 0));
  ser_linear_free (linear);
  g_free (x), g_free (weight), g_free (bias), g_free (y), g_free (rectified);
}

static void
test_golden (void)
{
  golden_each ("linear", check_golden);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/linear/golden", test_golden);
  return g_test_run ();
}
