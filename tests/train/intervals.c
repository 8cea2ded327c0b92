/* intervals.c - Student's t against its table, and the bootstrap against cases with a known answer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "train/intervals.h"
#include "train/random.h"

#define assert_near(found, expected, by) g_assert_cmpfloat (fabs ((found) - (expected)), <, by)

static void
test_student (void)
{
  static const struct {
    guint freedom;
    double t;
  } table[] = { { 1, 12.7062047 }, { 2, 4.3026527 }, { 3, 3.1824463 }, { 4, 2.7764451 }, { 5, 2.5705818 },
    { 7, 2.3646243 }, { 9, 2.2621572 }, { 10, 2.2281389 }, { 30, 2.0422725 }, { 120, 1.9799304 }, { 999, 1.9623415 } };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_near (ser_student_95 (table[i].freedom), table[i].t, 1e-6);
}

static void
test_mean (void)
{
  static const double values[] = { 1, 2, 3, 4, 5 };
  SerInterval interval = ser_interval_of_mean (values, 5);

  /* standard deviation sqrt (2.5), of the mean sqrt (0.5) */
  assert_near (interval.value, 3, 1e-12);
  assert_near (interval.low, 3 - 2.7764451 * sqrt (0.5), 1e-6);
  assert_near (interval.high, 3 + 2.7764451 * sqrt (0.5), 1e-6);
  interval = ser_interval_of_mean (values, 1);
  g_assert_cmpfloat (interval.value, ==, 1);
  g_assert_true (isnan (interval.low) && isnan (interval.high));
  g_assert_true (isnan (ser_interval_of_mean (values, 0).value));
}

/* One label, each unit of one clip: the UAR of a resample is binomial, sd sqrt (p q / n). */
static void
test_binomial (void)
{
  enum { N = 400 };
  guint truth[N] = { 0 }, predicted[N], unit[N];
  double half = 1.96 * sqrt (0.25 * 0.75 / N);
  SerInterval interval;

  for (guint i = 0; i < N; i++) {
    unit[i] = i;
    predicted[i] = i % 4 != 0;
  }
  interval = ser_interval_of_uar (truth, predicted, unit, N, 2, N, 4000, 3);
  g_assert_cmpfloat (interval.value, ==, 0.25);
  assert_near (interval.low, 0.25 - half, 0.004);
  assert_near (interval.high, 0.25 + half, 0.004);
}

/* Clips of a unit stay together: with four alike in each unit the interval is twice as wide. */
static void
test_units (void)
{
  enum { N = 400 };
  guint truth[N], predicted[N], unit[N], single[N];
  SerRandom random = ser_random_for (1, 2, 3, 4);
  SerInterval together, apart, again;

  for (guint i = 0; i < N; i++) {
    unit[i] = i / 4;
    single[i] = i;
    truth[i] = (i / 4) % 2;
    predicted[i] = i % 4 ? predicted[i - 1] : ser_random_below (&random, 2);
  }
  together = ser_interval_of_uar (truth, predicted, unit, N, 2, N / 4, 2000, 0);
  apart = ser_interval_of_uar (truth, predicted, single, N, 2, N, 2000, 0);
  assert_near ((together.high - together.low) / (apart.high - apart.low), 2, 0.2);
  again = ser_interval_of_uar (truth, predicted, unit, N, 2, N / 4, 2000, 0);
  g_assert_cmpfloat (again.low, ==, together.low);
  again = ser_interval_of_uar (truth, predicted, unit, N, 2, N / 4, 2000, 1);
  g_assert_true (again.low != together.low || again.high != together.high);
}

static void
test_few (void)
{
  static const guint truth[] = { 0, 1 }, predicted[] = { 0, 0 }, unit[] = { 0, 0 };
  SerInterval interval = ser_interval_of_uar (truth, predicted, unit, 2, 3, 1, 100, 0);

  g_assert_cmpfloat (interval.value, ==, 0.5); /* the third label does not occur */
  g_assert_true (isnan (interval.low) && isnan (interval.high));
  g_assert_true (isnan (ser_interval_of_uar (NULL, NULL, NULL, 0, 3, 0, 100, 0).value));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/intervals/student", test_student);
  g_test_add_func ("/train/intervals/mean", test_mean);
  g_test_add_func ("/train/intervals/binomial", test_binomial);
  g_test_add_func ("/train/intervals/units", test_units);
  g_test_add_func ("/train/intervals/few", test_few);
  return g_test_run ();
}
