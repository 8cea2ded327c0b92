/* folds.h - the folds of a cross-validation put together: figures, intervals, calibration
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_FOLDS_H
#define SER_FOLDS_H

#include "predictions.h"
#include "train/intervals.h"
#include "train/reliability.h"

#define SER_FOLDS_SCHEMA "seremotion-crossval-1"
#define SER_FOLDS_RESAMPLES 2000
#define SER_FOLDS_SEED 0
#define SER_FOLDS_THRESHOLDS 20 /* 0, 0.05 ... 0.95 */

/* How far probabilities can be trusted. */
typedef struct {
  double ece, loss, brier;
  SerReliabilityBin bins[SER_RELIABILITY_BINS];
} SerCalibration;

typedef struct {
  SerPredictions *predictions;
  guint n_speakers;
  double temperature; /* fitted to the logits of the other folds */
  SerMetrics metrics; /* at that temperature */
} SerFold;

typedef struct {
  SerFold *folds;
  guint n_folds;
  SerEvaluation pooled;      /* the clips of all folds, in their order, each at its fold's temperature */
  guint n_speakers;          /* of all folds */
  double temperature;        /* fitted to the logits of all folds: the one to ship */
  SerInterval uar, accuracy; /* means over folds */
  SerInterval macro_f1;
  SerInterval pooled_uar;       /* over the clips of all folds, its interval over speakers */
  SerCalibration before, after; /* at temperature 1, and each clip at its fold's */
  SerCoverage coverage[SER_FOLDS_THRESHOLDS];
} SerFolds;

/* Reads the out-of-fold predictions of two or more folds, `paths` NULL-terminated. Refuses with SER_ERROR_DATA, naming
 * files and lines, labels that are not the same in all, a file without logits, clips without a speaker, and a clip or a
 * speaker that is in two folds. */
SerFolds *ser_folds_load (const char *const *paths, GError **error);
void ser_folds_free (SerFolds *folds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerFolds, ser_folds_free)

/* The threshold of coverage[i]. */
double ser_folds_threshold (guint i);

/* ---- folds-report.c ---- */

/* The figures as tables, aligned, or as Markdown. Free with g_free(). */
char *ser_folds_to_text (const SerFolds *folds, gboolean markdown);

/* The figures as JSON of the schema above; docs/calibration.md says what each member is. */
gboolean ser_folds_write_json (const SerFolds *folds, const char *path, GError **error);

#endif /* SER_FOLDS_H */
