/* reliability.c - how far the confidence of a set of predictions can be trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/reliability.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/softmax.h"
#include "train/train.h"

typedef struct {
  float confidence;
  gboolean right;
  gsize place; /* decides between equals, so that the order is one on every machine */
} Prediction;

static int
compare_confidence (gconstpointer a, gconstpointer b)
{
  const Prediction *x = a, *y = b;

  if (x->confidence != y->confidence)
    return x->confidence > y->confidence ? 1 : -1;
  return (x->place > y->place) - (x->place < y->place);
}

static void
fill_bin (SerReliabilityBin *bin, const Prediction *predictions, gsize n)
{
  memset (bin, 0, sizeof (*bin));
  bin->clips = n;
  if (n == 0)
    return;
  for (gsize i = 0; i < n; i++) {
    bin->confidence += predictions[i].confidence;
    bin->accuracy += predictions[i].right;
  }
  bin->confidence /= n;
  bin->accuracy /= n;
  bin->low = predictions[0].confidence;
  bin->high = predictions[n - 1].confidence;
}

double
ser_reliability_bins (const float *probabilities, const guint *truth, gsize n, guint n_labels,
    SerReliabilityBin bins[SER_RELIABILITY_BINS])
{
  const guint B = SER_RELIABILITY_BINS;
  g_autofree Prediction *predictions = g_new (Prediction, n + 1);
  double error = 0.0;

  for (gsize i = 0; i < n; i++) {
    const float *p = probabilities + i * n_labels;
    guint predicted = ser_arg_max (p, n_labels);
    predictions[i] = (Prediction){ p[predicted], predicted == truth[i], i };
  }
  qsort (predictions, n, sizeof (Prediction), compare_confidence);
  for (guint b = 0; b < B; b++) {
    gsize first = n * b / B;

    fill_bin (&bins[b], predictions + first, n * (b + 1) / B - first);
    error += bins[b].clips * fabs (bins[b].accuracy - bins[b].confidence);
  }
  return n ? error / n : 0.0;
}

double
ser_reliability_brier (const float *probabilities, const guint *truth, gsize n, guint n_labels)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    for (guint j = 0; j < n_labels; j++) {
      double difference = probabilities[i * n_labels + j] - (j == truth[i] ? 1.0 : 0.0);
      sum += difference * difference;
    }
  return n ? sum / n : 0.0;
}

/* Mean over the labels that occur of the share that is right. */
static double
average_recall (const gsize *right, const gsize *all, guint n_labels)
{
  double sum = 0.0;
  guint occurring = 0;

  for (guint i = 0; i < n_labels; i++) {
    occurring += all[i] > 0;
    sum += all[i] > 0 ? right[i] / (double) all[i] : 0.0;
  }
  return occurring ? sum / occurring : NAN;
}

SerCoverage
ser_reliability_coverage (const float *probabilities, const guint *truth, gsize n, guint n_labels, double threshold)
{
  gsize right[SER_MAX_LABELS] = { 0 }, all[SER_MAX_LABELS] = { 0 }, n_right = 0;
  SerCoverage coverage = { 0 };

  for (gsize i = 0; i < n; i++) {
    const float *p = probabilities + i * n_labels;
    guint predicted = ser_arg_max (p, n_labels);

    if (p[predicted] < (float) threshold)
      continue;
    coverage.answered++;
    all[truth[i]]++;
    right[truth[i]] += predicted == truth[i];
    n_right += predicted == truth[i];
  }
  coverage.coverage = n ? coverage.answered / (double) n : 0.0;
  coverage.accuracy = coverage.answered ? n_right / (double) coverage.answered : NAN;
  coverage.uar = average_recall (right, all, n_labels);
  return coverage;
}
