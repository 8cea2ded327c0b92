/* encoder.c - tests of the encoder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/encoder.h"

#include "reference.h"

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize in = golden->numbers[0], hidden = golden->numbers[1], code = golden->numbers[2];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, in, 1), *w1 = generator_weight (&g, hidden, in), *b1 = generator_bias (&g, hidden),
        *w2 = generator_weight (&g, code, hidden), *b2 = generator_bias (&g, code);
  float *scratch = g_new (float, hidden), *y = g_new (float, code);
  const SerEncoderWeights weights = { w1, b1, w2, b2 };
  SerEncoder *encoder = ser_encoder_new (kernels, in, hidden, code, &weights);

  g_assert_cmpuint (golden->n, ==, code);
  ser_encoder_do (encoder, x, scratch, y);
  compare (kernels->name, y, golden->values, golden->n, 2e-6f);
  ser_encoder_free (encoder);
  g_free (x), g_free (w1), g_free (b1), g_free (w2), g_free (b2), g_free (scratch), g_free (y);
}

static void
test_golden (void)
{
  golden_each ("encoder", check_golden);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/encoder/golden", test_golden);
  return g_test_run ();
}
