/* catalogue-experiments.h - tables of trainings: /experiments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Folders that `seremotion tune` wrote (docs/tuning.md). They are read once; documents of single runs on request.
 */

#ifndef SER_CATALOGUE_EXPERIMENTS_H
#define SER_CATALOGUE_EXPERIMENTS_H

#include "http.h"

typedef struct _SerExperiments SerExperiments;

/* Those compiled in, and those of `folder`, NULL: none. Fails with SER_ERROR_FILE or SER_ERROR_DATA, naming the file,
 * where something in the folder is not as seremotion writes it; links are no files. */
SerExperiments *ser_experiments_new (const char *folder, GError **error);
void ser_experiments_free (SerExperiments *experiments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerExperiments, ser_experiments_free)

/* Answers a GET whose first part is experiments; FALSE: there is no such thing. */
gboolean ser_experiments_answer (const SerExperiments *experiments, const SerRequest *request);

#endif /* SER_CATALOGUE_EXPERIMENTS_H */
