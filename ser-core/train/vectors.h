/* vectors.h - the summaries of a set of clips, one vector a window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_VECTORS_H
#define SER_VECTORS_H

#include "train/train.h"

/* [n, width] of the windows that the set's clips are validated by (engine/cut.h), normalised; `spec` has a summary.
 * Free with g_free(). */
float *ser_vectors_new (
    const SerFeatureSpec *spec, const float *mean, const float *std, const SerTrainSet *set, double window, gsize *n);

#endif /* SER_VECTORS_H */
