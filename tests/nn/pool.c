/* pool.c - tests of maxima and means over time
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/pool.h"

#include "reference.h"

static void
check_maxpool (const Golden *golden, const SerKernels *kernels)
{
  gsize C = golden->numbers[0], K = golden->numbers[1], T = golden->numbers[2];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * C, 1), *y = g_new (float, T / K * C);

  g_assert_cmpuint (golden->n, ==, T / K * C);
  ser_maxpool_do (kernels, x, T, C, K, y);
  compare (kernels->name, y, golden->values, golden->n, 1e-8f);
  g_free (x);
  g_free (y);
}

static void
check_mean (const Golden *golden, const SerKernels *kernels)
{
  gsize C = golden->numbers[0], T = golden->numbers[1];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * C, 1), *y = g_new (float, C);

  g_assert_cmpuint (golden->n, ==, C);
  ser_mean_do (kernels, x, T, C, y);
  compare (kernels->name, y, golden->values, golden->n, 1e-6f);
  g_free (x);
  g_free (y);
}

static void
test_maxpool (void)
{
  golden_each ("maxpool", check_maxpool);
}

static void
test_mean (void)
{
  golden_each ("mean", check_mean);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/pool/maxpool", test_maxpool);
  g_test_add_func ("/nn/pool/mean", test_mean);
  return g_test_run ();
}
