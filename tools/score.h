/* score.h - a model's opinion of a whole clip
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SCORE_H
#define SER_SCORE_H

#include "model/model.h"

/* Scores of a clip of n_samples samples, given the frames of the model's features that lie in them: the mean of the
 * probabilities of its windows (engine/cut.h), of the model's length. scores [n_labels] are calibrated, logits
 * [n_labels] those of the network, or for several windows the logarithms of the mean uncalibrated probabilities. A clip
 * too short for the network gets uniform scores, logits 0 and FALSE. */
gboolean ser_score_clip (const SerModel *model, const float *frames, gsize n_samples, float *logits, float *scores);

/* Softmax of logits [n_labels] divided by `temperature`. */
void ser_score_softmax (const float *logits, guint n_labels, double temperature, float *scores);

#endif /* SER_SCORE_H */
