/* score.h - a model's opinion of a whole clip
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SER_SCORE_H
#define SER_SCORE_H

#include "model/model.h"

/* Longest clip that is taken as one window, in seconds. */
#define SER_SCORE_MAX_CLIP 5.0

/* Scores of a clip of n_samples samples whose frames are [T, n] of the model's features. Up to 5 s it is one window; a
 * longer one gives the mean of the probabilities of windows of the model's length, one per second, the last one partial
 * where it holds 0.5 s of its own. scores [n_labels] are calibrated, logits [n_labels] those of the network, or for
 * several windows the logarithms of the mean uncalibrated probabilities. A clip too short for the network gets uniform
 * scores, logits 0 and FALSE. */
gboolean ser_score_clip (
    const SerModel *model, const float *frames, gsize T, gsize n_samples, float *logits, float *scores);

/* Softmax of logits [n_labels] divided by `temperature`. */
void ser_score_softmax (const float *logits, guint n_labels, double temperature, float *scores);

#endif /* SER_SCORE_H */
