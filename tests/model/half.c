/* half.c - IEEE 754 binary16: exact one way, to nearest even the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/half.h"

#include <math.h>

static void
test_exact (void)
{
  guint h;

  for (h = 0; h < 0x10000; h++) {
    float x = ser_half_to_float ((guint16) h);

    g_assert_cmpint (ser_half_is_finite ((guint16) h), ==, isfinite (x) != 0);
    if (isnan (x))
      g_assert_true (isnan (ser_half_to_float (ser_half_from_float (x))));
    else
      g_assert_cmphex (ser_half_from_float (x), ==, h);
  }
  g_assert_cmpfloat (ser_half_to_float (0x3c00), ==, 1.0f);
  g_assert_cmpfloat (ser_half_to_float (0x7bff), ==, 65504.0f);
  g_assert_cmpfloat (ser_half_to_float (0x0001), ==, 0x1p-24f);
  g_assert_cmpfloat (ser_half_to_float (0xc000), ==, -2.0f);
}

/* No neighbour of what a float is rounded to lies nearer to it, and of two as near the even one is taken. */
static void
test_nearest (void)
{
  guint32 seed = 1;
  guint i;

  for (i = 0; i < 400000; i++) {
    gboolean tie = i % 4 == 0;
    guint16 h, magnitude;
    double x, off, up, down;

    seed = seed * 1664525u + 1013904223u;
    if (tie) /* halfway between two neighbours */
      x = (ser_half_to_float ((guint16) ((seed >> 16) % 0x7bff))
              + (double) ser_half_to_float ((guint16) ((seed >> 16) % 0x7bff + 1)))
          / 2.0;
    else
      x = ldexp ((double) (seed >> 8), (int) (seed % 48) - 56);
    x = (float) x;
    if (x >= 65504.0)
      continue;
    h = ser_half_from_float ((float) (i % 2 ? -x : x));
    g_assert_cmpuint (h >> 15, ==, i % 2);
    magnitude = h & 0x7fff;
    off = fabs (ser_half_to_float (magnitude) - x);
    up = fabs ((double) ser_half_to_float (magnitude + 1) - x);
    down = magnitude > 0 ? fabs ((double) ser_half_to_float (magnitude - 1) - x) : INFINITY;
    g_assert_true (off <= up && off <= down);
    if (off == up || off == down)
      g_assert_cmpuint (magnitude & 1, ==, 0);
  }
  g_assert_cmphex (ser_half_from_float (65519.996f), ==, 0x7bff);
  g_assert_cmphex (ser_half_from_float (65520.0f), ==, 0x7c00);
  g_assert_cmphex (ser_half_from_float (-1e30f), ==, 0xfc00);
  g_assert_cmphex (ser_half_from_float (0x1p-25f), ==, 0x0000);
  g_assert_cmphex (ser_half_from_float (nextafterf (0x1p-25f, 1.0f)), ==, 0x0001);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/half/exact", test_exact);
  g_test_add_func ("/model/half/nearest", test_nearest);
  return g_test_run ();
}
