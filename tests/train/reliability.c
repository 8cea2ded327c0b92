/* reliability.c - bins, Brier score and coverage against cases worked out by hand
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "train/reliability.h"

#define assert_near(found, expected) g_assert_cmpfloat (fabs ((found) - (expected)), <, 1e-6)

/* Confidences 0.7, 0.5, 0.9, 0.6; the second and third are right. */
static const float probabilities[] = { 0.7f, 0.2f, 0.1f, 0.2f, 0.5f, 0.3f, 0.0f, 0.1f, 0.9f, 0.6f, 0.4f, 0.0f };
static const guint truth[] = { 1, 1, 2, 1 };

/* Thirty clips, two to a bin, from the least confident on. */
static void
test_bins (void)
{
  SerReliabilityBin bins[SER_RELIABILITY_BINS];
  float p[60];
  guint labels[30];
  double ece;

  for (guint i = 0; i < 30; i++) {
    guint place = (i * 7) % 30; /* 0.5 + place / 100, in a mixed order */
    p[2 * i] = 0.5f + place / 100.0f;
    p[2 * i + 1] = 1 - p[2 * i];
    labels[i] = place >= 20 ? 0 : place % 2; /* of the first ten bins the lesser of two is right, then both are */
  }
  ece = ser_reliability_bins (p, labels, 30, 2, bins);
  for (guint b = 0; b < 15; b++) {
    g_assert_cmpuint (bins[b].clips, ==, 2);
    assert_near (bins[b].low, 0.5 + 2 * b / 100.0);
    assert_near (bins[b].high, 0.51 + 2 * b / 100.0);
    assert_near (bins[b].confidence, 0.505 + 2 * b / 100.0);
    assert_near (bins[b].accuracy, b >= 10 ? 1.0 : 0.5);
  }
  /* |0.5 - confidence| is 0.005 + b / 50 in the first ten, 1 - confidence 0.495 - b / 50 in the others */
  assert_near (ece, (10 * 0.005 + 45 / 50.0 + 5 * 0.495 - 60 / 50.0) / 15);
}

static void
test_few_bins (void)
{
  SerReliabilityBin bins[SER_RELIABILITY_BINS];
  gsize clips = 0;

  assert_near (ser_reliability_bins (probabilities, truth, 4, 3, bins), (0.7 + 0.5 + 0.1 + 0.6) / 4);
  for (guint b = 0; b < SER_RELIABILITY_BINS; b++)
    clips += bins[b].clips;
  g_assert_cmpuint (clips, ==, 4);
  g_assert_cmpfloat (ser_reliability_bins (NULL, NULL, 0, 3, bins), ==, 0);
  g_assert_cmpuint (bins[7].clips, ==, 0);
}

/* Of equal confidences the earlier come first: 15 wrong, then 15 right. */
static void
test_ties (void)
{
  SerReliabilityBin bins[SER_RELIABILITY_BINS];
  float p[60];
  guint labels[30];

  for (guint i = 0; i < 30; i++) {
    p[2 * i] = 0.75f;
    p[2 * i + 1] = 0.25f;
    labels[i] = i < 15;
  }
  ser_reliability_bins (p, labels, 30, 2, bins);
  g_assert_cmpfloat (bins[6].accuracy, ==, 0);
  g_assert_cmpfloat (bins[7].accuracy, ==, 0.5);
  g_assert_cmpfloat (bins[8].accuracy, ==, 1);
}

static void
test_brier (void)
{
  assert_near (ser_reliability_brier (probabilities, truth, 1, 3), 0.49 + 0.64 + 0.01);
  assert_near (ser_reliability_brier (probabilities, truth, 4, 3),
      (0.49 + 0.64 + 0.01 + 0.04 + 0.25 + 0.09 + 0.01 + 0.01 + 0.36 + 0.36) / 4);
  g_assert_cmpfloat (ser_reliability_brier (NULL, NULL, 0, 3), ==, 0);
}

static void
test_coverage (void)
{
  SerCoverage c = ser_reliability_coverage (probabilities, truth, 4, 3, 0);

  g_assert_cmpuint (c.answered, ==, 4);
  assert_near (c.coverage, 1);
  assert_near (c.accuracy, 0.5);
  assert_near (c.uar, (1.0 / 3 + 1) / 2);
  c = ser_reliability_coverage (probabilities, truth, 4, 3, 0.6); /* what equals the threshold is answered */
  g_assert_cmpuint (c.answered, ==, 3);
  assert_near (c.accuracy, 1.0 / 3);
  assert_near (c.uar, 0.5);
  c = ser_reliability_coverage (probabilities, truth, 4, 3, 0.8);
  assert_near (c.coverage, 0.25);
  assert_near (c.uar, 1);
  c = ser_reliability_coverage (probabilities, truth, 4, 3, 0.95);
  g_assert_cmpfloat (c.coverage, ==, 0);
  g_assert_true (isnan (c.accuracy) && isnan (c.uar));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/reliability/bins", test_bins);
  g_test_add_func ("/train/reliability/few-bins", test_few_bins);
  g_test_add_func ("/train/reliability/ties", test_ties);
  g_test_add_func ("/train/reliability/brier", test_brier);
  g_test_add_func ("/train/reliability/coverage", test_coverage);
  return g_test_run ();
}
