/* softmax.c - tests of the softmax
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/softmax.h"

#include "reference.h"

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, golden->n, 8);

  ser_softmax_do (x, golden->n, 1);
  compare ("softmax", x, golden->values, golden->n, 1e-6f);
  g_free (x);
}

static void
test_golden (void)
{
  golden_each ("softmax", check_golden);
}

static double
sum (const float *x, gsize n, gsize stride)
{
  double total = 0;
  gsize i;

  for (i = 0; i < n; i++)
    total += x[i * stride];
  return total;
}

/* The sum is 1 whatever the size of the input, and only the strided values change. */
static void
test_sum (void)
{
  const float scales[] = { 0, 1, 100, 1e30f, 3e38f };
  gsize s, i;

  for (s = 0; s < G_N_ELEMENTS (scales); s++) {
    Generator g = GENERATOR_INIT;
    float *x = generator_array (&g, 30, scales[s]), *before = g_memdup2 (x, 30 * sizeof (float));

    ser_softmax_do (x + 1, 10, 3);
    g_assert_cmpfloat_with_epsilon (sum (x + 1, 10, 3), 1, 1e-6);
    for (i = 0; i < 30; i++)
      if (i % 3 == 1)
        g_assert_true (x[i] >= 0 && x[i] <= 1);
      else
        g_assert_cmpfloat (x[i], ==, before[i]);
    g_free (x);
    g_free (before);
  }
}

/* Adding a constant changes nothing. */
static void
test_shift (void)
{
  float x[] = { 1, -2, 0.5f, 3 }, y[] = { 1 + 64, -2 + 64, 0.5f + 64, 3 + 64 };

  ser_softmax_do (x, 4, 1);
  ser_softmax_do (y, 4, 1);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/softmax/golden", test_golden);
  g_test_add_func ("/nn/softmax/sum", test_sum);
  g_test_add_func ("/nn/softmax/shift", test_shift);
  return g_test_run ();
}
