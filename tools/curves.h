/* curves.h - how a training went, read back from its run's JSON or its history
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CURVES_H
#define SER_CURVES_H

#include <glib.h>

typedef enum {
  SER_CURVE_TRAIN_LOSS,
  SER_CURVE_VALID_LOSS,
  SER_CURVE_TRAIN_ACCURACY,
  SER_CURVE_VALID_ACCURACY,
  SER_N_CURVES
} SerCurve;

typedef struct {
  char *name;
  char *protocol; /* what was validated on, NULL where that is not known */
  guint n;
  double *epochs;                /* [n], rising */
  double *figures[SER_N_CURVES]; /* [n], NAN where there is none; loss in nats, accuracy in % */
  double kept;                   /* the epoch whose weights were kept, NAN where that is not known */
} SerCurves;

/* Reads a file whose name ends in .csv as a history (FILE.history.csv of `seremotion train`), any other as a run's JSON
 * (`train --json`). The run is called what its JSON says, else what its file is called. Fails with SER_ERROR_FILE, and
 * with SER_ERROR_DATA, naming file and member or line. */
SerCurves *ser_curves_load (const char *path, GError **error);
void ser_curves_free (SerCurves *curves);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerCurves, ser_curves_free)

#endif /* SER_CURVES_H */
