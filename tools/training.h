/* training.h - one training: from the clips to a model and its figures
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRAINING_H
#define SER_TRAINING_H

#include "evaluation.h"
#include "history.h"
#include "train-plan.h"

typedef struct {
  const SerTrainPlan *plan;
  const SerDivision *division;
  const char *command; /* the command line */
  SerHistory *history;
  SerModel *model;
  guint kept_epoch;
  double seconds;
  SerEvaluation evaluation; /* of the validation clips at the model's temperature; no verdicts without them */
} SerTraining;

/* Trains a model, fits its temperature to the validation clips where there are any, and prints what these say of it.
 * FILE.history.csv is written beside `output` (NULL: no file). `plan`, `division` and `command` must outlive the
 * result. */
SerTraining *ser_training_run (
    const SerTrainPlan *plan, const SerDivision *division, const char *command, const char *output, GError **error);
void ser_training_free (SerTraining *training);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTraining, ser_training_free)

#define SER_RUN_SCHEMA "seremotion-run-1"

/* ---- run.c ---- */

/* A name for all that determines what comes of a training: the options, the labels and the clips, the program's
 * version; neither paths nor the number of threads. 16 hexadecimal digits; free with g_free(). */
char *ser_run_id (const SerTrainOptions *options, const SerCorpus *corpus, const char *const *labels);

/* The training as JSON of the schema above; docs/tuning.md says what each member is. */
gboolean ser_training_write_json (const SerTraining *training, const char *path, GError **error);

#endif /* SER_TRAINING_H */
