/* batchnorm.c - tests of batch normalisation
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/batchnorm.h"

#include "reference.h"

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize C = golden->numbers[0], T = golden->numbers[1];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * C, 1), *weight = generator_positive (&g, C), *bias = generator_bias (&g, C);
  float *mean = generator_bias (&g, C), *var = generator_positive (&g, C);
  SerBatchnorm *norm = ser_batchnorm_new (C, weight, bias, mean, var);

  g_assert_cmpuint (golden->n, ==, T * C);
  ser_batchnorm_do (norm, x, T, x);
  compare ("batchnorm", x, golden->values, golden->n, 1e-6f);
  ser_batchnorm_free (norm);
  g_free (x), g_free (weight), g_free (bias), g_free (mean), g_free (var);
}

static void
test_golden (void)
{
  golden_each ("batchnorm", check_golden);
}

/* The running mean becomes the bias, also for a channel that never varied. */
static void
test_mean (void)
{
  const float weight[] = { 2, 3 }, bias[] = { 0.5f, -1 }, mean[] = { 7, 4 }, var[] = { 9, 0 };
  SerBatchnorm *norm = ser_batchnorm_new (2, weight, bias, mean, var);
  float y[2];

  ser_batchnorm_do (norm, mean, 1, y);
  compare ("batchnorm", y, bias, 2, 1e-4f);
  ser_batchnorm_free (norm);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/batchnorm/golden", test_golden);
  g_test_add_func ("/nn/batchnorm/mean", test_mean);
  return g_test_run ();
}
