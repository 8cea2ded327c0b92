/* metrics.c - what a set of predictions is worth
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "nn/softmax.h"
#include "train/reliability.h"
#include "train/train.h"

/* UAR and macro F1 from the confusion matrix, over the labels that occur in truth. */
static void
average_over_labels (SerMetrics *metrics)
{
  guint occurring = 0;

  for (guint i = 0; i < metrics->n_labels; i++) {
    guint truth = 0, predicted = 0, right = metrics->confusion[i][i];
    for (guint j = 0; j < metrics->n_labels; j++) {
      truth += metrics->confusion[i][j];
      predicted += metrics->confusion[j][i];
    }
    if (truth == 0)
      continue;
    occurring++;
    metrics->uar += (double) right / truth;
    metrics->macro_f1 += 2.0 * right / (truth + predicted);
  }
  if (occurring) {
    metrics->uar /= occurring;
    metrics->macro_f1 /= occurring;
  }
}

void
ser_metrics_compute (SerMetrics *metrics, const float *probabilities, const guint *truth, gsize n, guint n_labels)
{
  SerReliabilityBin bins[SER_RELIABILITY_BINS];
  gsize right = 0;

  memset (metrics, 0, sizeof (*metrics));
  metrics->clips = n;
  metrics->n_labels = n_labels;
  for (gsize i = 0; i < n; i++) {
    const float *p = probabilities + i * n_labels;
    guint predicted = ser_arg_max (p, n_labels);
    right += predicted == truth[i];
    metrics->confusion[truth[i]][predicted]++;
    metrics->loss -= log (MAX (p[truth[i]], 1e-12f));
  }
  metrics->accuracy = n ? (double) right / n : 0.0;
  metrics->loss = n ? metrics->loss / n : 0.0;
  metrics->ece = ser_reliability_bins (probabilities, truth, n, n_labels, bins);
  average_over_labels (metrics);
}

static double
cross_entropy (const float *logits, const guint *truth, gsize n, guint n_labels, double temperature)
{
  double loss = 0.0;

  for (gsize i = 0; i < n; i++) {
    const float *z = logits + i * n_labels;
    double top = z[ser_arg_max (z, n_labels)], sum = 0.0;
    for (guint j = 0; j < n_labels; j++)
      sum += exp ((z[j] - top) / temperature);
    loss -= (z[truth[i]] - top) / temperature - log (sum);
  }
  return loss;
}

double
ser_metrics_fit_temperature (const float *logits, const guint *truth, gsize n, guint n_labels)
{
  /* The loss is convex in 1 / temperature, so in its logarithm it has one minimum: golden section. */
  const double ratio = (sqrt (5.0) - 1.0) / 2.0;
  double low = log (0.05), high = log (20.0);

  if (n == 0)
    return 1.0;
  while (high - low > 1e-5) {
    double a = high - ratio * (high - low), b = low + ratio * (high - low);
    if (cross_entropy (logits, truth, n, n_labels, exp (a)) < cross_entropy (logits, truth, n, n_labels, exp (b)))
      high = b;
    else
      low = a;
  }
  return exp ((low + high) / 2.0);
}
