/* tune-plan.h - the runs of a grid as command lines of `seremotion train`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TUNE_PLAN_H
#define SER_TUNE_PLAN_H

#include "grid.h"
#include "train-options.h"
#include "tune-table.h"

typedef struct {
  char *id;         /* see ser_run_id() */
  char *name;       /* what varies: "conv1=32 hidden=256" */
  GPtrArray *words; /* char *: options of `seremotion train`, those of all runs first */
} SerTuneRun;

typedef struct {
  SerTuneTable *table;   /* a row for each run */
  GPtrArray *runs;       /* SerTuneRun *, in the order of the table */
  SerTrainOptions first; /* of the first run; its sources, read, are those of all */
} SerTunePlan;

/* Checks every run as far as that goes without training it, and reads its corpora. `common` (NULL-terminated) are the
 * options of `seremotion train` that the command line gives for all runs. An error of the grid names its line. */
SerTunePlan *ser_tune_plan_new (const SerGrid *grid, const char *const *common, GError **error);
void ser_tune_plan_free (SerTunePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTunePlan, ser_tune_plan_free)

#endif /* SER_TUNE_PLAN_H */
