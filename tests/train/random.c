/* random.c - the generator: known words, moments of its distributions, independence of its streams
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/random.h"

#define N 200000

/* Published outputs of SplitMix64 from seed 1234567 (Rosetta Code, "Pseudo-random numbers/Splitmix64"). */
static void
test_words (void)
{
  static const guint64 expected[] = {
    G_GUINT64_CONSTANT (6457827717110365317),
    G_GUINT64_CONSTANT (3203168211198807973),
    G_GUINT64_CONSTANT (9817491932198370423),
    G_GUINT64_CONSTANT (4593380528125082431),
    G_GUINT64_CONSTANT (16408922859458223821),
  };
  SerRandom random = { 1234567 };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (ser_random_next (&random), ==, expected[i]);
}

typedef struct {
  double mean, variance, low, high;
} Moments;

typedef double (*Draw) (SerRandom *random, double a);

static Moments
moments (Draw draw, double a)
{
  SerRandom random = ser_random_for (5, 0, 0, 0);
  Moments m = { 0.0, 0.0, INFINITY, -INFINITY };
  double squares = 0.0;

  for (guint i = 0; i < N; i++) {
    double x = draw (&random, a);
    m.mean += x / N;
    squares += x * x / N;
    m.low = fmin (m.low, x);
    m.high = fmax (m.high, x);
  }
  m.variance = squares - m.mean * m.mean;
  return m;
}

static double
uniform (SerRandom *random, double a)
{
  return ser_random_uniform (random);
}

static double
normal (SerRandom *random, double a)
{
  return ser_random_normal (random);
}

/* The mean within five of its standard deviations, the variance within 3 %. */
static void
check_moments (Moments found, double mean, double variance)
{
  g_test_message ("mean %.4f (%.4f), variance %.4f (%.4f)", found.mean, mean, found.variance, variance);
  g_assert_cmpfloat (fabs (found.mean - mean), <, 5.0 * sqrt (variance / N));
  g_assert_cmpfloat (fabs (found.variance / variance - 1.0), <, 0.03);
}

static void
test_uniform (void)
{
  Moments m = moments (uniform, 0.0);

  check_moments (m, 0.5, 1.0 / 12.0);
  g_assert_cmpfloat (m.low, >=, 0.0);
  g_assert_cmpfloat (m.high, <, 1.0);
}

static void
test_below (void)
{
  SerRandom random = ser_random_for (6, 0, 0, 0);
  guint counts[7] = { 0 };

  for (guint i = 0; i < 70000; i++) {
    guint64 x = ser_random_below (&random, 7);
    g_assert_cmpuint (x, <, 7);
    counts[x]++;
    g_assert_cmpuint (ser_random_below (&random, 1), ==, 0);
  }
  for (guint i = 0; i < 7; i++)
    g_assert_cmpfloat (fabs (counts[i] - 10000.0), <, 5.0 * sqrt (70000.0 / 7 * 6 / 7));
}

static void
test_normal (void)
{
  SerRandom random = ser_random_for (7, 0, 0, 0);
  guint within[3] = { 0 };

  check_moments (moments (normal, 0.0), 0.0, 1.0);
  for (guint i = 0; i < N; i++) {
    double x = fabs (ser_random_normal (&random));
    for (guint j = 0; j < 3; j++)
      within[j] += x < j + 1;
  }
  for (guint j = 0; j < 3; j++)
    g_assert_cmpfloat (fabs (within[j] / (double) N - erf ((j + 1) / sqrt (2.0))), <, 0.005);
}

/* Gamma (a): mean a, variance a. Beta (a, a): mean 1/2, variance 1 / (4 (2a + 1)). */
static void
test_gamma_and_beta (void)
{
  static const double shapes[] = { 0.2, 0.3, 1.0, 2.5, 10.0 };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++) {
    double a = shapes[i];
    Moments gamma = moments (ser_random_gamma, a), beta = moments (ser_random_beta, a);
    check_moments (gamma, a, a);
    g_assert_cmpfloat (gamma.low, >=, 0.0);
    check_moments (beta, 0.5, 0.25 / (2.0 * a + 1.0));
    g_assert_cmpfloat (beta.low, >=, 0.0);
    g_assert_cmpfloat (beta.high, <=, 1.0);
  }
}

/* Generators that differ in one number are uncorrelated and do not repeat each other's words. */
static void
test_streams (void)
{
  static const guint64 names[][4] = { { 1, 0, 0, 0 }, { 2, 0, 0, 0 }, { 1, 1, 0, 0 }, { 1, 0, 1, 0 }, { 1, 0, 0, 1 },
    { 1, 1, 1, 0 }, { 1, 2, 0, 0 }, { 1, 0, 2, 0 }, { 1, 0, 1, 1 }, { 0, 1, 0, 0 } };
  const guint n = G_N_ELEMENTS (names), draws = 20000, total = n * draws;
  double *x = g_new (double, total);
  GHashTable *seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (guint i = 0; i < n; i++) {
    SerRandom random = ser_random_for (names[i][0], names[i][1], names[i][2], names[i][3]), again = random;
    for (guint j = 0; j < draws; j++) {
      gint64 word = ser_random_next (&again);
      x[i * draws + j] = ser_random_uniform (&random) - 0.5;
      g_assert_true (g_hash_table_add (seen, g_memdup2 (&word, sizeof (word))));
    }
  }
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < i; k++) {
      double sum = 0.0;
      for (guint j = 0; j < draws; j++)
        sum += x[i * draws + j] * x[k * draws + j] * 12.0;
      g_assert_cmpfloat (fabs (sum / draws), <, 5.0 / sqrt (draws));
    }
  g_hash_table_unref (seen);
  g_free (x);
}

/* First draws over many clips of one epoch, as the trainer makes its generators, are uniform and uncorrelated. */
static void
test_neighbouring_streams (void)
{
  double previous = 0.0, product = 0.0, sum = 0.0;

  for (guint i = 0; i < N; i++) {
    SerRandom random = ser_random_for (1, 3, 17, i);
    double u = ser_random_uniform (&random) - 0.5;
    sum += u;
    product += 12.0 * u * previous;
    previous = u;
  }
  g_assert_cmpfloat (fabs (sum / N), <, 5.0 * sqrt (1.0 / 12.0 / N));
  g_assert_cmpfloat (fabs (product / N), <, 5.0 / sqrt (N));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/random/words", test_words);
  g_test_add_func ("/train/random/uniform", test_uniform);
  g_test_add_func ("/train/random/below", test_below);
  g_test_add_func ("/train/random/normal", test_normal);
  g_test_add_func ("/train/random/gamma-and-beta", test_gamma_and_beta);
  g_test_add_func ("/train/random/streams", test_streams);
  g_test_add_func ("/train/random/neighbouring-streams", test_neighbouring_streams);
  return g_test_run ();
}
