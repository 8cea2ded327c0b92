/* resample.c - tests of bootstrap, permutation and Holm: against all cases gone through, and against SciPy
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "resample.h"

#include <math.h>

#include "fixture.h"
#include "python.h"

/* ---- bootstrap ---- */

/* With t from its table. */
static void
test_stretch (void)
{
  g_assert_cmpfloat_with_epsilon (ser_resample_stretch (2), 12.7062 / 1.95996 * sqrt (2), 1e-4);
  g_assert_cmpfloat_with_epsilon (ser_resample_stretch (11), 2.22814 / 1.95996 * sqrt (1.1), 1e-4);
  g_assert_cmpfloat_with_epsilon (ser_resample_stretch (100001), 1, 1e-4);
}

static void
test_interval (void)
{
  double values[1000], low, high;

  for (guint i = 0; i < 1000; i++)
    values[i] = (i * 37) % 1000;
  ser_resample_interval (values, 1000, &low, &high);
  g_assert_cmpfloat (low, ==, 25);
  g_assert_cmpfloat (high, ==, 974);
  ser_resample_interval (values, 1, &low, &high);
  g_assert_cmpfloat (low, ==, 0);
  g_assert_cmpfloat (high, ==, 0);
}

static void
test_draw (void)
{
  SerRandom random = { 3 };
  double total[5] = { 0 };
  guint counts[5];

  for (guint r = 0; r < 20000; r++) {
    guint sum = 0;
    ser_resample_draw (&random, 5, counts);
    for (guint i = 0; i < 5; i++) {
      sum += counts[i];
      total[i] += counts[i] / 20000.0;
    }
    g_assert_cmpuint (sum, ==, 5);
  }
  for (guint i = 0; i < 5; i++)
    g_assert_cmpfloat_with_epsilon (total[i], 1, 0.03);
}

/* Of so many units with a mean of 0, how often the interval holds it. */
static double
get_coverage (guint n, gboolean skewed)
{
  const guint trials = 600;
  SerRandom random = { 5 };
  guint covered = 0;

  for (guint t = 0; t < trials; t++) {
    SerInterval interval;
    double x[25];

    for (guint i = 0; i < n; i++)
      x[i] = skewed ? ser_random_gamma (&random, 4) - 4 : ser_random_normal (&random);
    interval = ser_resample_mean (x, n, t);
    covered += interval.low <= 0 && 0 <= interval.high;
  }
  return (double) covered / trials;
}

/* 95 % of the intervals hold the true mean, also of few units; somewhat fewer do when these are skewed. */
static void
test_coverage (void)
{
  static const guint sizes[] = { 3, 4, 8, 25 };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++) {
    gboolean skewed = i >= G_N_ELEMENTS (sizes);
    double coverage = get_coverage (sizes[i % G_N_ELEMENTS (sizes)], skewed);

    g_test_message ("%u %s units: %.3f", sizes[i % G_N_ELEMENTS (sizes)], skewed ? "skewed" : "normal", coverage);
    g_assert_cmpfloat (coverage, >, skewed ? 0.89 : 0.92);
    g_assert_cmpfloat (coverage, <, 0.985);
  }
}

static void
test_mean (void)
{
  const double values[] = { 0.25, 0.75 }, same[] = { 0, 0, 0, 0 };
  SerInterval none = ser_resample_mean (values, 0, 1), one = ser_resample_mean (values, 1, 1);
  SerInterval two = ser_resample_mean (values, 2, 1), zeros = ser_resample_mean (same, 4, 1);

  g_assert_true (isnan (none.value) && isnan (none.low) && isnan (none.high));
  g_assert_cmpfloat (one.value, ==, 0.25);
  g_assert_true (isnan (one.low) && isnan (one.high));
  g_assert_cmpfloat (zeros.value, ==, 0);
  g_assert_true (isnan (zeros.low) && isnan (zeros.high));
  g_assert_cmpfloat (two.value, ==, 0.5);
  g_assert_cmpfloat_with_epsilon (two.high, 0.5 + 0.25 * ser_resample_stretch (2), 1e-12);
  g_assert_cmpfloat_with_epsilon (two.low, 0.5 - 0.25 * ser_resample_stretch (2), 1e-12);
}

/* ---- permutation ---- */

static void
test_count (void)
{
  static const guint row[] = { 1, 12, 66, 220, 495, 792, 924, 792, 495, 220, 66, 12, 1 };

  for (guint a = 0; a <= 12; a++)
    g_assert_cmpuint (ser_permutation_count (a, 12 - a), ==, row[a]);
  g_assert_cmpuint (ser_permutation_count (7, 8), ==, 6435);
  g_assert_cmpuint (ser_permutation_count (8, 8), ==, SER_PERMUTATIONS + 1);
  g_assert_cmpuint (ser_permutation_count (1, 10000), ==, SER_PERMUTATIONS + 1);
  g_assert_cmpuint (ser_permutation_count (100000, 100000), ==, SER_PERMUTATIONS + 1);
}

/* Groups as far apart as can be have the least p; no other values have less. */
static void
test_least (void)
{
  double p, values[10];

  for (guint a = 1; a < 10; a++) {
    for (guint i = 0; i < 10; i++)
      values[i] = i < a ? i : 100 + i * i;
    ser_permutation_test (values, a, 10 - a, 1, 1, &p);
    g_assert_cmpfloat (p, ==, ser_permutation_least (a, 10 - a));
  }
  g_assert_cmpfloat (ser_permutation_least (0, 4), ==, 1);
  g_assert_cmpfloat (ser_permutation_least (3, 3), ==, 2 / 20.0);
  g_assert_cmpfloat (ser_permutation_least (2, 4), ==, 1 / 15.0);
  g_assert_cmpfloat (ser_permutation_least (50, 50), ==, 1.0 / (SER_PERMUTATIONS + 1));
}

/* All bit masks of the first group, each summed anew. */
static double
brute_force (const double *values, guint a, guint n)
{
  guint hits = 0, all = 0;
  double found = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint mask = 0; mask < 1u << n; mask++) {
      double first = 0, second = 0, difference;
      guint members = 0;

      for (guint i = 0; i < n; i++) {
        members += mask >> i & 1;
        *(mask >> i & 1 ? &first : &second) += values[i];
      }
      if (members != a)
        continue;
      difference = fabs (first / a - second / (n - a));
      if (pass == 0 && mask == (1u << a) - 1)
        found = difference;
      all += pass;
      hits += pass == 1 && difference >= found - 1e-9;
    }
  return (double) hits / all;
}

/* Several figures at once, some with many ties. */
static void
test_brute_force (void)
{
  SerRandom random = { 8 };

  for (guint a = 1; a < 9; a++)
    for (guint n = a + 1; n < 10; n++) {
      double values[3 * 10], one[10], p[3];

      for (guint i = 0; i < n; i++) {
        values[3 * i] = ser_random_normal (&random);
        values[3 * i + 1] = ser_random_below (&random, 3) / 10.0;
        values[3 * i + 2] = 0.1;
      }
      ser_permutation_test (values, a, n - a, 3, 1, p);
      for (guint k = 0; k < 3; k++) {
        for (guint i = 0; i < n; i++)
          one[i] = values[3 * i + k];
        g_assert_cmpfloat_with_epsilon (p[k], brute_force (one, a, n), 1e-12);
      }
      g_assert_cmpfloat (p[2], ==, 1);
    }
}

/* Too many to go through: near to what going through gives, the same for a seed, never 0. */
static void
test_drawn (void)
{
  SerRandom random = { 9 };
  double values[16], p, again, other;

  for (guint i = 0; i < 16; i++)
    values[i] = ser_random_normal (&random) + (i < 8 ? 0.9 : 0);
  ser_permutation_test (values, 8, 8, 1, 1, &p);
  ser_permutation_test (values, 8, 8, 1, 1, &again);
  ser_permutation_test (values, 8, 8, 1, 2, &other);
  g_assert_cmpfloat (p, ==, again);
  g_assert_cmpfloat (p, !=, other);
  g_assert_cmpfloat_with_epsilon (p, brute_force (values, 8, 16), 0.015);
  for (guint i = 0; i < 16; i++)
    values[i] = i < 8;
  ser_permutation_test (values, 8, 8, 1, 1, &p);
  g_assert_cmpfloat (p, >=, ser_permutation_least (8, 8));
  g_assert_cmpfloat (p, <, 0.002);
}

/* Where nothing differs, p is under 0.05 in no more than 5 of 100 cases. */
static void
test_level (void)
{
  SerRandom random = { 10 };
  guint alarms = 0;

  for (guint t = 0; t < 2000; t++) {
    double values[9], p;

    for (guint i = 0; i < 9; i++)
      values[i] = ser_random_uniform (&random);
    ser_permutation_test (values, 4, 5, 1, 1, &p);
    alarms += p <= 0.05;
  }
  g_assert_cmpuint (alarms, >, 60);
  g_assert_cmpuint (alarms, <, 130);
}

/* ---- Holm ---- */

/* What it is short for: a test's corrected p is the largest that Bonferroni gives any set of tests with it. */
static double
close_tests (const double *p, guint n, guint test)
{
  double largest = 0;

  for (guint set = 0; set < 1u << n; set++) {
    double least = 1;
    guint members = 0;

    if (!(set >> test & 1))
      continue;
    for (guint i = 0; i < n; i++)
      if (set >> i & 1) {
        least = MIN (least, p[i]);
        members++;
      }
    largest = MAX (largest, MIN (1, members * least));
  }
  return largest;
}

static void
test_holm (void)
{
  SerRandom random = { 11 };
  double known[] = { 0.04, 0.01, 0.03, 0.02 };

  ser_holm (known, 4);
  g_assert_cmpfloat_with_epsilon (known[1], 0.04, 1e-12);
  g_assert_cmpfloat_with_epsilon (known[3], 0.06, 1e-12);
  g_assert_cmpfloat_with_epsilon (known[2], 0.06, 1e-12);
  g_assert_cmpfloat_with_epsilon (known[0], 0.06, 1e-12);
  for (guint n = 1; n <= 9; n++) {
    double p[9], corrected[9];

    for (guint i = 0; i < n; i++)
      p[i] = corrected[i] = i == 3 ? p[0] : pow (ser_random_uniform (&random), 4);
    ser_holm (corrected, n);
    for (guint i = 0; i < n; i++)
      g_assert_cmpfloat_with_epsilon (corrected[i], close_tests (p, n, i), 1e-12);
  }
  ser_holm (NULL, 0);
}

/* ---- SciPy ---- */

static void
append (GString *out, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (out, ",%s", g_ascii_dtostr (text, sizeof text, value));
}

/* Groups and our p, a line each: sizes, values, p. */
static void
test_scipy (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "tests.csv");
  g_autoptr (GString) text = g_string_new (NULL);
  const char *const arguments[] = { path, NULL };
  SerRandom random = { 12 };

  for (guint t = 0; t < 12; t++) {
    guint a = 3 + t % 4, b = t < 6 ? a : 4 + t % 3;
    double values[16], p;

    for (guint i = 0; i < a + b; i++)
      values[i] = ser_random_normal (&random) + (i < a ? t / 4.0 : 0);
    ser_permutation_test (values, a, b, 1, 1, &p);
    g_string_append_printf (text, "%u,%u", a, b);
    for (guint i = 0; i < a + b; i++)
      append (text, values[i]);
    append (text, p);
    g_string_append_c (text, '\n');
  }
  fixture_write (folder, "tests.csv", text->str);
  run_python ("resample-check.py", arguments);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/resample/stretch", test_stretch);
  g_test_add_func ("/tools/resample/interval", test_interval);
  g_test_add_func ("/tools/resample/draw", test_draw);
  g_test_add_func ("/tools/resample/mean", test_mean);
  g_test_add_func ("/tools/resample/coverage", test_coverage);
  g_test_add_func ("/tools/resample/count", test_count);
  g_test_add_func ("/tools/resample/least", test_least);
  g_test_add_func ("/tools/resample/brute-force", test_brute_force);
  g_test_add_func ("/tools/resample/drawn", test_drawn);
  g_test_add_func ("/tools/resample/level", test_level);
  g_test_add_func ("/tools/resample/holm", test_holm);
  g_test_add_func ("/tools/resample/scipy", test_scipy);
  return fixture_run ();
}
