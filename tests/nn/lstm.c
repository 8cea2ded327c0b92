/* lstm.c - tests of long short-term memory
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/lstm.h"

#include <string.h>

#include "nn/packed.h"
#include "reference.h"

/* Owned weights of one direction. */
typedef struct {
  float *weight_ih, *weight_hh, *bias_ih, *bias_hh;
} Direction;

static Direction
draw (Generator *g, gsize in, gsize H)
{
  Direction d;

  d.weight_ih = generator_weight (g, 4 * H, in);
  d.weight_hh = generator_weight (g, 4 * H, H);
  d.bias_ih = generator_bias (g, 4 * H);
  d.bias_hh = generator_bias (g, 4 * H);
  return d;
}

static void
clear (Direction *d)
{
  g_free (d->weight_ih), g_free (d->weight_hh), g_free (d->bias_ih), g_free (d->bias_hh);
}

static SerLstmWeights
weights (const Direction *d)
{
  return (SerLstmWeights){ d->weight_ih, d->weight_hh, d->bias_ih, d->bias_hh };
}

/* `backward` NULL: one direction. */
static void
run (const SerKernels *kernels, gsize in, gsize H, const Direction *forward, const Direction *backward, const float *x,
    gsize T, float *y)
{
  SerLstmWeights f = weights (forward), b;
  SerLstm *lstm;
  float *scratch;

  if (backward != NULL)
    b = weights (backward);
  lstm = ser_lstm_new (kernels, in, H, &f, backward != NULL ? &b : NULL);
  scratch = ser_floats_new (ser_lstm_scratch (lstm, T));
  ser_lstm_do (lstm, x, T, scratch, y);
  ser_floats_free (scratch);
  ser_lstm_free (lstm);
}

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize in = golden->numbers[0], H = golden->numbers[1], both = golden->numbers[2], T = golden->numbers[3];
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * in, 1), *y = g_new (float, T * 2 * H);
  Direction forward = draw (&g, in, H), backward = draw (&g, in, H);

  g_assert_cmpuint (golden->n, ==, T * H * (both ? 2 : 1));
  run (kernels, in, H, &forward, both ? &backward : NULL, x, T, y);
  compare (kernels->name, y, golden->values, golden->n, 5e-6f);
  clear (&forward);
  clear (&backward);
  g_free (x);
  g_free (y);
}

static void
test_golden (void)
{
  golden_each ("lstm", check_golden);
}

/* Directions exchanged and time reversed give the outputs exchanged and reversed, to the bit. */
static void
test_reversal (void)
{
  enum { IN = 5, H = 21, T = 18 };
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * IN, 1), reversed[T * IN], y[T * 2 * H], z[T * 2 * H];
  Direction forward = draw (&g, IN, H), backward = draw (&g, IN, H);
  const SerKernels *kernels;
  guint i = 0;
  gsize t;

  for (t = 0; t < T; t++)
    memcpy (reversed + t * IN, x + (T - 1 - t) * IN, IN * sizeof (float));
  while ((kernels = next_kernels (&i)) != NULL) {
    run (kernels, IN, H, &forward, &backward, x, T, y);
    run (kernels, IN, H, &backward, &forward, reversed, T, z);
    for (t = 0; t < T; t++) {
      const float *a = y + t * 2 * H, *b = z + (T - 1 - t) * 2 * H;

      g_assert_cmpmem (a, H * sizeof (float), b + H, H * sizeof (float));
      g_assert_cmpmem (a + H, H * sizeof (float), b, H * sizeof (float));
    }
  }
  clear (&forward);
  clear (&backward);
  g_free (x);
}

/* The forward direction does not know the future: its outputs are those of the sequence cut short, and those of the
 * same direction alone. */
static void
test_causality (void)
{
  enum { IN = 4, H = 11, T = 15, CUT = 9 };
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * IN, 1), y[T * 2 * H], z[CUT * H];
  Direction forward = draw (&g, IN, H), backward = draw (&g, IN, H);
  const SerKernels *kernels;
  guint i = 0;
  gsize t;

  while ((kernels = next_kernels (&i)) != NULL) {
    run (kernels, IN, H, &forward, &backward, x, T, y);
    run (kernels, IN, H, &forward, NULL, x, CUT, z);
    for (t = 0; t < CUT; t++)
      g_assert_cmpmem (y + t * 2 * H, H * sizeof (float), z + t * H, H * sizeof (float));
  }
  clear (&forward);
  clear (&backward);
  g_free (x);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/lstm/golden", test_golden);
  g_test_add_func ("/nn/lstm/reversal", test_reversal);
  g_test_add_func ("/nn/lstm/causality", test_causality);
  return g_test_run ();
}
