/* analyze-job.h - one input of `seremotion analyze`, from medium to files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ANALYZE_JOB_H
#define SER_ANALYZE_JOB_H

#include "formats.h"
#include "inputs.h"
#include "recording-analyse.h"

/* What all inputs have in common. */
typedef struct {
  SerAnalysisSetup setup;
  SerTurns *turns; /* NULL: none are given */
  const SerFormat **formats;
  guint n_formats;
  SerFormatOptions format; /* how they are written */
  const char *folder;      /* of the outputs, NULL: text is returned */
  gboolean allow_truncated, resume;
  char *signature; /* of all options that results depend on */
} SerAnalyzePlan;

/* Whether all outputs of the input are there, made of the same file with the same options. */
gboolean ser_analyze_is_done (const SerAnalyzePlan *plan, const SerInput *input);

/* Told now and then how far it has come, 0 to 1, NAN: not known. FALSE ends it. */
typedef gboolean (*SerAnalyzeFunc) (double fraction, gpointer data);

/* Analyses an input and writes its outputs, or appends them to `out` where there is no folder. Fails, having written
 * nothing under a final name, with SER_ERROR_FILE or SER_ERROR_DATA: the message names the input. */
gboolean ser_analyze_input (const SerAnalyzePlan *plan, const SerInput *input, SerAnalyzeFunc func, gpointer data,
    GString *out, GError **error);

#endif /* SER_ANALYZE_JOB_H */
