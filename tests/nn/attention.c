/* attention.c - tests of attention pooling
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/attention.h"

#include <string.h>

#include "reference.h"

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize C = golden->numbers[0], heads = golden->numbers[1], T = golden->numbers[2];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * C, 1), *weight = generator_weight (&g, heads, C),
        *bias = generator_bias (&g, heads);
  float *scratch = g_new (float, T *heads), *y = g_new (float, heads *C);
  SerAttention *attention = ser_attention_new (kernels, C, heads, weight, bias);

  g_assert_cmpuint (golden->n, ==, heads * C);
  ser_attention_do (attention, x, T, scratch, y);
  compare (kernels->name, y, golden->values, golden->n, 2e-6f);
  ser_attention_free (attention);
  g_free (x), g_free (weight), g_free (bias), g_free (scratch), g_free (y);
}

static void
test_golden (void)
{
  golden_each ("attention", check_golden);
}

enum { C = 13, HEADS = 3, T = 20 };

/* A constant sequence gives its value, per head; its weights are all 1 / T. */
static void
test_constant (void)
{
  Generator g = GENERATOR_INIT;
  float *value = generator_array (&g, C, 2), *weight = generator_weight (&g, HEADS, C),
        *bias = generator_bias (&g, HEADS);
  float x[T * C], scratch[T * HEADS], y[HEADS * C];
  const SerKernels *kernels;
  guint i = 0;
  gsize t, h;

  for (t = 0; t < T; t++)
    memcpy (x + t * C, value, C * sizeof (float));
  while ((kernels = next_kernels (&i)) != NULL) {
    SerAttention *attention = ser_attention_new (kernels, C, HEADS, weight, bias);

    ser_attention_do (attention, x, T, scratch, y);
    for (h = 0; h < HEADS; h++)
      compare (kernels->name, y + h * C, value, C, 2e-6f);
    for (t = 0; t < T * HEADS; t++)
      g_assert_cmpfloat_with_epsilon (scratch[t], 1.0 / T, 1e-7);
    ser_attention_free (attention);
  }
  g_free (value), g_free (weight), g_free (bias);
}

/* The order of the steps does not matter, nor does a bias that all steps share. */
static void
test_order (void)
{
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * C, 1), *weight = generator_weight (&g, HEADS, C),
        *bias = generator_bias (&g, HEADS);
  float reversed[T * C], scratch[T * HEADS], y[HEADS * C], z[HEADS * C];
  const float none[HEADS] = { 0 };
  const SerKernels *kernels;
  guint i = 0;
  gsize t;

  for (t = 0; t < T; t++)
    memcpy (reversed + t * C, x + (T - 1 - t) * C, C * sizeof (float));
  while ((kernels = next_kernels (&i)) != NULL) {
    SerAttention *attention = ser_attention_new (kernels, C, HEADS, weight, bias);
    SerAttention *unbiased = ser_attention_new (kernels, C, HEADS, weight, none);

    ser_attention_do (attention, x, T, scratch, y);
    ser_attention_do (unbiased, reversed, T, scratch, z);
    compare (kernels->name, z, y, HEADS * C, 2e-6f);
    ser_attention_free (attention);
    ser_attention_free (unbiased);
  }
  g_free (x), g_free (weight), g_free (bias);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/attention/golden", test_golden);
  g_test_add_func ("/nn/attention/constant", test_constant);
  g_test_add_func ("/nn/attention/order", test_order);
  return g_test_run ();
}
