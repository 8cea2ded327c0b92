/* train-plan.h - which clips a training takes, loaded once for all of its folds
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRAIN_PLAN_H
#define SER_TRAIN_PLAN_H

#include "dataset.h"
#include "soft-labels.h"
#include "train-options.h"

typedef struct {
  const SerTrainOptions *options;
  SerFeatureSpec spec;
  gsize min_frames, n_parameters; /* of the network */
  char **labels;
  const char *train_split, *valid_split; /* as the options name them or imply them; valid NULL: nothing to name */
  GPtrArray *train_pool, *valid_pool;    /* const SerClip *; valid NULL where the training pool is divided, or none */
  SerDataset *dataset;
  SerSoftLabels *soft; /* NULL without --soft-labels */
  SerSounds *sounds;   /* what the augmentation draws from, once loaded */
} SerTrainPlan;

/* One training's part of the clips. */
typedef struct {
  char *protocol;                       /* as results name it */
  gboolean overlap;                     /* speakers are in both parts, or may be */
  GPtrArray *train_clips, *valid_clips; /* const SerClip *; valid NULL: no validation */
  GArray *train, *valid;                /* SerExample of these clips that could be loaded; the plan's */
} SerDivision;

/* Reads the sources, chooses labels and clips, and finds the faults of lines and configuration; decodes nothing yet.
 * The options must outlive the plan. */
SerTrainPlan *ser_train_plan_new (const SerTrainOptions *options, GError **error);
void ser_train_plan_free (SerTrainPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTrainPlan, ser_train_plan_free)

/* Decodes what the augmentation draws from, and all clips together, so that identical sounds are found across the
 * parts. Those that nothing can be learned from are left out and named. */
gboolean ser_train_plan_load (SerTrainPlan *plan, GError **error);

/* The clips that train and those that validate; `fold` is the number of a fold, from 1, or 0 without folds. After
 * loading, the examples too. Refuses with SER_ERROR_DATA parts that are empty, a label that no training example has,
 * and, unless the protocol or the options allow it, speakers that are in both parts. */
SerDivision *ser_train_plan_divide (const SerTrainPlan *plan, guint fold, GError **error);
void ser_division_free (SerDivision *division);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerDivision, ser_division_free)

#endif /* SER_TRAIN_PLAN_H */
