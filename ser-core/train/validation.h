/* validation.h - the figures of a graph on whole clips
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SER_VALIDATION_H
#define SER_VALIDATION_H

#include "train/graph.h"
#include "train/train.h"

/* A clip of up to this many seconds is one window; a longer one is scored by the mean probabilities of its windows. */
#define SER_VALIDATION_WHOLE 5.0

typedef struct _SerValidation SerValidation;

/* Everything but `labels` is kept by reference. `mean` and `std` as for ser_features_window(); `window` in seconds. */
SerValidation *ser_validation_new (const SerFeatureSpec *spec, const float *mean, const float *std, guint labels,
    const SerTrainSet *set, double window, SerWorkers *workers);
void ser_validation_free (SerValidation *validation);

/* Runs the graph, without dropout and with running statistics, over all clips. */
void ser_validation_run (SerValidation *validation, SerGraph *graph, SerMetrics *metrics);

#endif /* SER_VALIDATION_H */
