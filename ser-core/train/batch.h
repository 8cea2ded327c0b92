/* batch.h - what the network sees of a batch of clips: crops, augmentation, mixtures, targets
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_BATCH_H
#define SER_BATCH_H

#include "train/chain.h"
#include "train/graph.h"
#include "train/train.h"

typedef struct _SerBatch SerBatch;

/* Batches of up to config->batch clips of `set`. `mean` and `std` as for ser_features_window(); the chain is prepared.
 * All is kept by reference. */
SerBatch *ser_batch_new (const SerTrainConfig *config, const SerFeatureSpec *spec, const float *mean, const float *std,
    const SerArchitecture *arch, guint n_labels, const SerTrainSet *set, const SerChain *chain, SerWorkers *workers);
void ser_batch_free (SerBatch *batch);

/* Begins a batch of the clips order[at] .. order[at + n - 1] and fills in the graph's input. All that is drawn belongs
 * to the seed, the epoch (from 1) and the place in the order, whatever the threads. */
void ser_batch_fill (SerBatch *batch, SerGraph *graph, guint epoch, const gsize *order, gsize at, guint n);

/* Of the batch that was filled last: targets [n, n_labels], and clip b's own label. */
const float *ser_batch_get_targets (const SerBatch *batch);
guint ser_batch_get_label (const SerBatch *batch, guint b);

#endif /* SER_BATCH_H */
