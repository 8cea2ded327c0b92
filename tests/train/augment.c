/* augment.c - crops, masks and mixup stay within their limits and do what they say
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/augment.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

/* ---- crops ---- */

static void
test_crop_bounds (void)
{
  SerRandom random = ser_random_for (1, 0, 0, 0);

  for (guint i = 0; i < 100000; i++) {
    gsize T = 1 + ser_random_below (&random, 300), min = 1 + ser_random_below (&random, 200);
    gsize max = min + ser_random_below (&random, 200);
    SerCrop crop = ser_augment_crop (&random, T, min, max);
    g_assert_cmpuint (crop.length, <=, MIN (T, max));
    g_assert_cmpuint (crop.length, >=, MIN (T, min));
    g_assert_cmpuint (crop.start, <=, T - crop.length);
  }
}

/* Every length and every start is drawn, about equally often; a clip shorter than the draw stays whole. */
static void
test_crop_uniform (void)
{
  SerRandom random = ser_random_for (2, 0, 0, 0);
  guint lengths[5] = { 0 }, starts[8] = { 0 }, whole = 0;

  for (guint i = 0; i < 40000; i++) {
    SerCrop crop = ser_augment_crop (&random, 10, 3, 7);
    lengths[crop.length - 3]++;
    if (crop.length == 3)
      starts[crop.start]++;
    whole += ser_augment_crop (&random, 5, 3, 7).length == 5;
  }
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat (fabs (lengths[i] - 8000.0), <, 5.0 * sqrt (40000 * 0.2 * 0.8));
  for (guint i = 0; i < 8; i++)
    g_assert_cmpfloat (fabs (starts[i] - 1000.0), <, 5.0 * sqrt (1000.0));
  g_assert_cmpfloat (fabs (whole - 24000.0), <, 5.0 * sqrt (40000 * 0.6 * 0.4));
}

/* ---- masks ---- */

#define C 12

/* Numbers well away from their channel's mean. */
static void
fill (float *x, gsize T, guint64 seed)
{
  SerRandom random = ser_random_for (seed, 0, 0, 0);
  for (gsize i = 0; i < T * C; i++)
    x[i] = i % C + (ser_random_uniform (&random) < 0.5 ? 1.0 : -1.0) * (0.5 + ser_random_uniform (&random));
}

typedef struct {
  guint rows, columns; /* masked wholly */
  guint row_runs, column_runs;
} Masked;

/* Checks that masked values are the mean and the others as they were, and finds out which rows and columns are
 * masked. */
static Masked
inspect (const float *before, const float *after, gsize T)
{
  guint per_row[1024] = { 0 }, per_column[C] = { 0 };
  Masked masked = { 0 };

  for (guint c = 0; c < C; c++) {
    double mean = 0.0;
    for (gsize t = 0; t < T; t++)
      mean += before[t * C + c] / T;
    for (gsize t = 0; t < T; t++)
      if (after[t * C + c] != before[t * C + c]) {
        g_assert_cmpfloat (fabs (after[t * C + c] - mean), <, 1e-4);
        per_row[t]++;
        per_column[c]++;
      }
  }
  for (gsize t = 0; t < T; t++)
    if (per_row[t] == C) {
      masked.rows++;
      masked.row_runs += t == 0 || per_row[t - 1] != C;
    }
  for (guint c = 0; c < C; c++)
    if (per_column[c] == T) {
      masked.columns++;
      masked.column_runs += c == 0 || per_column[c - 1] != T;
    }
  for (gsize t = 0; t < T; t++) /* a row holds whole masks and nothing else */
    g_assert_cmpuint (per_row[t], ==, per_row[t] == C ? C : masked.columns);
  return masked;
}

static Masked
mask (const SerMasks *masks, gsize T, guint64 seed)
{
  float *before = new_floats (T, C), *after;
  SerRandom random = ser_random_for (seed, 1, 2, 3);
  Masked masked;

  fill (before, T, seed);
  after = g_memdup2 (before, T * C * sizeof (float));
  ser_augment_mask (&random, after, T, C, masks);
  masked = inspect (before, after, T);
  g_free (before);
  g_free (after);
  return masked;
}

static void
test_mask_time (void)
{
  SerMasks masks = { 2, 25, 0, 0 };
  guint widest = 0, none = 0;

  for (guint seed = 0; seed < 2000; seed++) {
    Masked masked = mask (&masks, 200, seed);
    g_assert_cmpuint (masked.rows, <=, 50);
    g_assert_cmpuint (masked.row_runs, <=, 2);
    g_assert_cmpuint (masked.columns, ==, 0);
    widest = MAX (widest, masked.rows);
    none += masked.rows == 0;
  }
  g_assert_cmpuint (widest, >, 44);
  g_assert_cmpuint (none, <, 20);
}

static void
test_mask_frequency (void)
{
  SerMasks masks = { 0, 0, 1, 4 };
  guint widths[5] = { 0 };

  for (guint seed = 0; seed < 2000; seed++) {
    Masked masked = mask (&masks, 30, seed);
    g_assert_cmpuint (masked.columns, <=, 4);
    g_assert_cmpuint (masked.column_runs, <=, 1);
    g_assert_cmpuint (masked.rows, ==, 0);
    widths[masked.columns]++;
  }
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat (fabs (widths[i] - 400.0), <, 5.0 * sqrt (2000 * 0.2 * 0.8));
}

/* However wide the masks may be: at most half of the time, and of the channels per mask; short windows too. */
static void
test_mask_limits (void)
{
  static const gsize lengths[] = { 1, 2, 3, 5, 17, 100 };
  SerMasks wide = { 3, 10000, 0, 0 }, tall = { 0, 0, 1, 10000 }, both = { 20, 10000, 20, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint seed = 0; seed < 300; seed++) {
      g_assert_cmpuint (mask (&wide, lengths[i], seed).rows, <=, lengths[i] / 2);
      g_assert_cmpuint (mask (&tall, lengths[i] + 2, seed).columns, <=, C / 2);
      mask (&both, lengths[i] + 2, seed);
    }
}

static void
test_mask_none (void)
{
  SerMasks masks = { 0, 25, 0, 10 };
  float before[20 * C], after[20 * C];
  SerRandom random = ser_random_for (1, 0, 0, 0);

  fill (before, 20, 1);
  memcpy (after, before, sizeof (before));
  ser_augment_mask (&random, after, 20, C, &masks);
  g_assert_cmpmem (before, sizeof (before), after, sizeof (after));
}

/* The same generator gives the same masks, another one others. */
static void
test_mask_seed (void)
{
  SerMasks masks = { 2, 25, 2, 4 };
  float x[3][100 * C];

  for (guint i = 0; i < 3; i++) {
    SerRandom random = ser_random_for (i == 2 ? 8 : 7, 0, 0, 0);
    fill (x[i], 100, 3);
    ser_augment_mask (&random, x[i], 100, C, &masks);
  }
  g_assert_cmpmem (x[0], sizeof (x[0]), x[1], sizeof (x[1]));
  g_assert_true (memcmp (x[0], x[2], sizeof (x[0])) != 0);
}

/* ---- mixup ---- */

static void
test_mix (void)
{
  static const gsize others[] = { 1, 3, 10, 14 }; /* repeated, repeated, as long, cut */
  float *a = golden_numbers (1, 10 * C), *b = golden_numbers (2, 14 * C);

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    float *x = g_memdup2 (a, 10 * C * sizeof (float));
    ser_augment_mix (x, 10, C, b, others[i], 0.7f);
    for (gsize t = 0; t < 10; t++)
      for (guint c = 0; c < C; c++)
        g_assert_cmpfloat (fabs (x[t * C + c] - (0.7 * a[t * C + c] + 0.3 * b[t % others[i] * C + c])), <, 1e-6);
    g_free (x);
  }
  g_free (a);
  g_free (b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/augment/crop/bounds", test_crop_bounds);
  g_test_add_func ("/train/augment/crop/uniform", test_crop_uniform);
  g_test_add_func ("/train/augment/mask/time", test_mask_time);
  g_test_add_func ("/train/augment/mask/frequency", test_mask_frequency);
  g_test_add_func ("/train/augment/mask/limits", test_mask_limits);
  g_test_add_func ("/train/augment/mask/none", test_mask_none);
  g_test_add_func ("/train/augment/mask/seed", test_mask_seed);
  g_test_add_func ("/train/augment/mix", test_mix);
  return g_test_run ();
}
