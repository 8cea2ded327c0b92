/* trainings.h - small trainings for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TEST_TRAININGS_H
#define SER_TEST_TRAININGS_H

#include "fixture.h"

#define FEATURES 8
#define LABELS 3
#define SMALL "conv1d(8,k=3) bn relu maxpool(2) lstm(8,bidirectional) attention(2) linear"

/* Without batch norm, whose running statistics move also when weights do not. */
#define STILL "lstm(6) attention(1) linear"

/* 8 log-mel bands, the network SMALL, three labels, a window of 1 s. */
extern const SerModelParts parts;

/* No augmentation: whole clips of up to a second, bare labels, every step with the same rate. */
SerTrainConfig plain_config (guint epochs, double lr);

/* Figures of each epoch, and when to say stop. */
typedef struct {
  SerTrainProgress epoch[64];
  guint n;
  guint stop_after;     /* epochs; 0: never */
  guint encoder_epochs; /* of the autoencoder, if there was one */
} History;

/* Trains to the end. `valid` may be NULL. */
SerTrainer *train (
    const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, const Clips *valid, History *history);

/* The same for a trainer that is there. */
void train_on (SerTrainer *trainer, History *history);

SerModel *get_model (SerTrainer *trainer);

/* Both in one. */
SerModel *train_model (const SerModelParts *what, const SerTrainConfig *config, const Clips *clips, const Clips *valid);

/* Figures of a model by inference: a clip of up to 5 s as one window, a longer one as the mean of its windows. */
SerMetrics evaluate (const SerModel *model, const SerTrainSet *set);

/* Checks an epoch's validation figures. */
void check_progress (const SerTrainProgress *progress, const SerMetrics *metrics);

/* Bit by bit, statistics of the features included. */
gboolean same_models (const SerModel *a, const SerModel *b);

/* Largest difference between two models' tensors. */
double distance (const SerModel *a, const SerModel *b);

#endif /* SER_TEST_TRAININGS_H */
