/* reliability.h - how far the confidence of a set of predictions can be trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The confidence of a clip is the probability of its leading label. Probabilities are [n, n_labels], truth [n].
 */

#ifndef SER_RELIABILITY_H
#define SER_RELIABILITY_H

#include <glib.h>

#define SER_RELIABILITY_BINS 15

/* A bin of clips that are neighbours in confidence. */
typedef struct {
  gsize clips;                 /* the figures are 0 where it is 0 */
  double confidence, accuracy; /* means over the clips */
  double low, high;            /* least and greatest confidence */
} SerReliabilityBin;

/* Fills bins of equal mass, the least confident first, and returns the expected calibration error: the sum over bins of
 * the share of clips times |accuracy - confidence| (Nguyen and O'Connor 2015). With fewer clips than bins some are
 * empty. Clips of equal confidence stay in their order. */
double ser_reliability_bins (const float *probabilities, const guint *truth, gsize n, guint n_labels,
    SerReliabilityBin bins[SER_RELIABILITY_BINS]);

/* Brier score: mean over clips of the sum over labels of (probability - (the label is true))^2, 0 to 2; 0 without
 * clips. */
double ser_reliability_brier (const float *probabilities, const guint *truth, gsize n, guint n_labels);

/* What is left when only the clips whose confidence is not under `threshold` are answered, as streams do it. */
typedef struct {
  gsize answered;
  double coverage;      /* answered / n, 0 without clips */
  double accuracy, uar; /* over the answered clips, NAN without any; UAR over the labels that occur among them */
} SerCoverage;

SerCoverage ser_reliability_coverage (
    const float *probabilities, const guint *truth, gsize n, guint n_labels, double threshold);

#endif /* SER_RELIABILITY_H */
