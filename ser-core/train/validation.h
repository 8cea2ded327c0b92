/* validation.h - the figures of a graph on whole clips
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_VALIDATION_H
#define SER_VALIDATION_H

#include "train/graph.h"
#include "train/train.h"

typedef struct _SerValidation SerValidation;

/* Clips are scored by the windows of engine/cut.h, `window` seconds long; a clip's length is that of the samples that
 * its frames hold. `spec`, `mean`, `std`, `set` and `workers` are kept by reference; `mean` and `std` as for
 * ser_features_window(). `min_T`: fewest frames the network takes. */
SerValidation *ser_validation_new (const SerFeatureSpec *spec, const float *mean, const float *std, guint labels,
    const SerTrainSet *set, double window, gsize min_T, SerWorkers *workers);
void ser_validation_free (SerValidation *validation);

/* Runs the graph, without dropout and with running statistics, over all clips. */
void ser_validation_run (SerValidation *validation, SerGraph *graph, SerMetrics *metrics);

#endif /* SER_VALIDATION_H */
