/* metrics.c - figures against NumPy's and against small cases worked out by hand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "train/random.h"

#define assert_near(found, expected) g_assert_cmpfloat (fabs ((found) - (expected)), <, 1e-6)

static void
test_golden (void)
{
  Golden p = golden_get ("metrics/probabilities"), labels = golden_get ("metrics/truth"),
         figures = golden_get ("metrics/figures");
  guint *truth = g_new (guint, p.rows), total = 0;
  SerMetrics metrics;

  for (gsize i = 0; i < p.rows; i++)
    truth[i] = labels.x[i];
  ser_metrics_compute (&metrics, p.x, truth, p.rows, p.columns);
  g_assert_cmpuint (metrics.clips, ==, p.rows);
  g_assert_cmpuint (metrics.n_labels, ==, p.columns);
  assert_near (metrics.accuracy, figures.x[0]);
  assert_near (metrics.uar, figures.x[1]);
  assert_near (metrics.macro_f1, figures.x[2]);
  assert_near (metrics.ece, figures.x[3]);
  assert_near (metrics.loss, figures.x[4]);
  for (guint i = 0; i < p.columns; i++)
    for (guint j = 0; j < p.columns; j++)
      total += metrics.confusion[i][j];
  g_assert_cmpuint (total, ==, p.rows);
  g_free (truth);
}

/* Three labels; 0: 2 of 3 right, 1: 1 of 1, 2: does not occur but is predicted once. */
static void
test_by_hand (void)
{
  static const float p[] = {
    0.8f, 0.1f, 0.1f, /* 0 as 0 */
    0.6f, 0.4f, 0.0f, /* 0 as 0 */
    0.2f, 0.3f, 0.5f, /* 0 as 2 */
    0.3f, 0.7f, 0.0f, /* 1 as 1 */
  };
  static const guint truth[] = { 0, 0, 0, 1 };
  SerMetrics metrics;

  ser_metrics_compute (&metrics, p, truth, 4, 3);
  assert_near (metrics.accuracy, 0.75);
  assert_near (metrics.uar, (2.0 / 3.0 + 1.0) / 2.0);
  assert_near (metrics.macro_f1, (0.8 + 1.0) / 2.0);
  assert_near (metrics.loss, -log (0.8 * 0.6 * 0.2 * 0.7) / 4.0);
  assert_near (metrics.ece, (0.2 + 0.4 + 0.5 + 0.3) / 4.0); /* fewer clips than bins: each has one of its own */
  g_assert_cmpuint (metrics.confusion[0][0], ==, 2);
  g_assert_cmpuint (metrics.confusion[0][2], ==, 1);
  g_assert_cmpuint (metrics.confusion[1][1], ==, 1);
  g_assert_cmpuint (metrics.confusion[2][2], ==, 0);
}

static void
test_perfect_and_wrong (void)
{
  static const float p[] = { 1.0f, 0.0f, 0.0f, 1.0f };
  static const guint right[] = { 0, 1 }, wrong[] = { 1, 0 };
  SerMetrics metrics;

  ser_metrics_compute (&metrics, p, right, 2, 2);
  g_assert_cmpfloat (metrics.accuracy, ==, 1.0);
  g_assert_cmpfloat (metrics.uar, ==, 1.0);
  g_assert_cmpfloat (metrics.macro_f1, ==, 1.0);
  g_assert_cmpfloat (metrics.ece, ==, 0.0);
  g_assert_cmpfloat (metrics.loss, ==, 0.0);

  ser_metrics_compute (&metrics, p, wrong, 2, 2);
  g_assert_cmpfloat (metrics.accuracy, ==, 0.0);
  g_assert_cmpfloat (metrics.uar, ==, 0.0);
  g_assert_cmpfloat (metrics.macro_f1, ==, 0.0);
  g_assert_cmpfloat (metrics.ece, ==, 1.0);
  g_assert_true (isfinite (metrics.loss));
  g_assert_cmpfloat (metrics.loss, >, 20.0);
}

static void
test_few (void)
{
  static const float one[] = { 0.25f, 0.75f };
  static const guint truth[] = { 0 };
  SerMetrics metrics;

  memset (&metrics, 0xff, sizeof (metrics));
  ser_metrics_compute (&metrics, NULL, NULL, 0, 6);
  g_assert_cmpuint (metrics.clips, ==, 0);
  g_assert_cmpfloat (metrics.accuracy, ==, 0.0);
  g_assert_cmpfloat (metrics.uar, ==, 0.0);
  g_assert_cmpfloat (metrics.macro_f1, ==, 0.0);
  g_assert_cmpfloat (metrics.ece, ==, 0.0);
  g_assert_cmpfloat (metrics.loss, ==, 0.0);
  g_assert_cmpuint (metrics.confusion[5][5], ==, 0);

  ser_metrics_compute (&metrics, one, truth, 1, 2);
  g_assert_cmpfloat (metrics.accuracy, ==, 0.0);
  g_assert_cmpfloat (metrics.uar, ==, 0.0);
  assert_near (metrics.ece, 0.75);
  assert_near (metrics.loss, log (4.0));
}

/* Bins hold equal numbers of clips, in the order of confidence: over- and underconfidence within a bin cancel. */
static void
test_calibration_bins (void)
{
  const guint n = 15 * 20;
  float *p = g_new (float, 2 * n);
  guint *truth = g_new0 (guint, n);
  SerMetrics metrics;

  /* In bin b, 10 + b / 2 of 20 are right; confidence is that share, and a little to order by. */
  for (guint i = 0; i < n; i++) {
    guint bin = i / 20, right = 10 + bin / 2;
    p[2 * i] = right / 20.0 + (bin % 2 ? 2e-4 : 0.0) + (i % 20) * 1e-6;
    p[2 * i + 1] = 1.0f - p[2 * i];
    truth[i] = i % 20 < right ? 0 : 1;
  }
  ser_metrics_compute (&metrics, p, truth, n, 2);
  g_assert_cmpfloat (metrics.ece, <, 3e-4);
  for (guint i = 0; i < n; i++) {
    p[2 * i] += 0.05f;
    p[2 * i + 1] -= 0.05f;
  }
  ser_metrics_compute (&metrics, p, truth, n, 2);
  g_assert_cmpfloat (fabs (metrics.ece - 0.05), <, 3e-4);
  g_free (p);
  g_free (truth);
}

/* Labels drawn from softmax (z / T) make T the best temperature. */
static void
test_temperature (gconstpointer data)
{
  const double temperature = *(const double *) data;
  const guint n = 4000, labels = 5;
  SerRandom random = ser_random_for (9, 0, 0, 0);
  float *z = new_floats (n, labels);
  guint *truth = g_new (guint, n);
  double found;

  for (guint i = 0; i < n; i++) {
    double p[5], sum = 0.0, u;
    for (guint j = 0; j < labels; j++) {
      z[i * labels + j] = 2.0 * temperature * ser_random_normal (&random);
      sum += p[j] = exp (z[i * labels + j] / temperature);
    }
    u = ser_random_uniform (&random) * sum;
    for (truth[i] = 0; truth[i] < labels - 1 && u >= p[truth[i]]; truth[i]++)
      u -= p[truth[i]];
  }
  found = ser_metrics_fit_temperature (z, truth, n, labels);
  g_test_message ("temperature %.4f, found %.4f", temperature, found);
  g_assert_cmpfloat (fabs (found / temperature - 1.0), <, 0.06);
  g_free (z);
  g_free (truth);
}

/* The gradient of the loss with respect to 1 / T is 0 at the minimum. */
static void
test_temperature_minimum (void)
{
  Golden p = golden_get ("metrics/probabilities"), labels = golden_get ("metrics/truth");
  guint *truth = g_new (guint, p.rows), L = p.columns;
  float *z = new_floats (p.rows, L);
  double slope = 0.0, T;

  for (gsize i = 0; i < p.rows; i++)
    truth[i] = labels.x[i];
  for (gsize i = 0; i < p.rows * L; i++)
    z[i] = 4.0 * log (p.x[i] + 1e-6);
  T = ser_metrics_fit_temperature (z, truth, p.rows, L);
  g_assert_cmpfloat (T, >, 0.06);
  g_assert_cmpfloat (T, <, 19.0);
  for (gsize i = 0; i < p.rows; i++) { /* d loss / d (1/T) = sum of p z - z of the truth */
    double sum = 0.0, mean = 0.0, top = -INFINITY;
    for (guint j = 0; j < L; j++)
      top = fmax (top, z[i * L + j]);
    for (guint j = 0; j < L; j++)
      sum += exp ((z[i * L + j] - top) / T);
    for (guint j = 0; j < L; j++)
      mean += exp ((z[i * L + j] - top) / T) / sum * z[i * L + j];
    slope += mean - z[i * L + truth[i]];
  }
  g_assert_cmpfloat (fabs (slope / p.rows), <, 1e-3);
  g_free (truth);
  g_free (z);
}

static void
test_temperature_limits (void)
{
  static const float z[] = { 3.0f, 0.0f, 0.0f, 2.0f }, huge[] = { 1e30f, -1e30f };
  static const guint right[] = { 0, 1 }, wrong[] = { 1, 0 };
  double T;

  g_assert_cmpfloat (ser_metrics_fit_temperature (NULL, NULL, 0, 4), ==, 1.0);
  T = ser_metrics_fit_temperature (z, right, 2, 2);
  g_assert_cmpfloat (T, >=, 0.05); /* below about 0.06 the loss is 0 in double precision */
  g_assert_cmpfloat (T, <, 0.08);
  T = ser_metrics_fit_temperature (z, wrong, 2, 2);
  g_assert_cmpfloat (fabs (T - 20.0), <, 1e-2);
  g_assert_true (isfinite (ser_metrics_fit_temperature (huge, wrong, 1, 2)));
}

int
main (int argc, char **argv)
{
  static const double temperatures[] = { 0.3, 1.0, 2.5, 8.0 };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/metrics/golden", test_golden);
  g_test_add_func ("/train/metrics/by-hand", test_by_hand);
  g_test_add_func ("/train/metrics/perfect-and-wrong", test_perfect_and_wrong);
  g_test_add_func ("/train/metrics/few", test_few);
  g_test_add_func ("/train/metrics/calibration-bins", test_calibration_bins);
  for (guint i = 0; i < G_N_ELEMENTS (temperatures); i++) {
    char *path = g_strdup_printf ("/train/metrics/temperature/%u", (guint) (10 * temperatures[i]));
    g_test_add_data_func (path, &temperatures[i], test_temperature);
    g_free (path);
  }
  g_test_add_func ("/train/metrics/temperature/minimum", test_temperature_minimum);
  g_test_add_func ("/train/metrics/temperature/limits", test_temperature_limits);
  return g_test_run ();
}
