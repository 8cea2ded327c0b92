/* predictions.h - a table of predictions read back: what `seremotion evaluate --csv` writes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PREDICTIONS_H
#define SER_PREDICTIONS_H

#include "evaluation.h"

typedef struct {
  char *path;
  char **labels; /* NULL-terminated, in the order of the columns */
  guint n_labels;
  gboolean has_logits; /* there are columns for them and not all are 0, as those of streams */
  GArray *verdicts;    /* SerVerdict, whose clips lie in `clips` */
  guint *lines;        /* [verdicts->len]: where each stands in the file */
  SerClip *clips;
  GStringChunk *strings;
} SerPredictions;

/* Reads the columns clip, speaker, emotion, p_LABEL for each label, and, where they are there, logit_LABEL, predicted
 * (empty where no answer was given), sex, age and split, in any order. Fails with SER_ERROR_FILE or SER_ERROR_DATA; the
 * message names the file, the line and the column. */
SerPredictions *ser_predictions_load (const char *path, GError **error);
void ser_predictions_free (SerPredictions *predictions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerPredictions, ser_predictions_free)

#endif /* SER_PREDICTIONS_H */
