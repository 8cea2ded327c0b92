/* self-check.h - a generated signal whose scores a model file carries
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A model that gives other scores on it than those stored, by more than SER_SELF_CHECK_TOLERANCE, was read wrongly, or
 * its features are not computed as they were when it was made. Vector and plain code differ far less than that.
 */

#ifndef SER_SELF_CHECK_H
#define SER_SELF_CHECK_H

#include "model/model.h"

#define SER_SELF_CHECK_TOLERANCE 1e-3

/* The signal, samples [n] at `rate` Hz: a gliding tone with the harmonics of voiced speech, in syllables, and a little
 * noise. Integer arithmetic, additions and products only, so that every machine makes the same samples;
 * docs/model-file.md defines it. */
void ser_self_check_signal (guint rate, float *samples, gsize n);

/* The model's scores [n_labels] on one window of the signal. FALSE, with SER_ERROR_SELF_CHECK, when they are not
 * finite. */
gboolean ser_self_check_scores (const SerModel *model, float *scores, GError **error);

/* Compares those with the scores `expected` [n_labels]; the error, SER_ERROR_SELF_CHECK, names the label that differs
 * most. */
gboolean ser_self_check_verify (const SerModel *model, const float *expected, GError **error);

#endif /* SER_SELF_CHECK_H */
