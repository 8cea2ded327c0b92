/* comparisons.h - speakers of the library compared: the API's part "Comparisons"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A manifest of analyses that are done -> `seremotion compare` in a child -> files in DATA/comparisons/ID/.
 */

#ifndef SER_COMPARISONS_H
#define SER_COMPARISONS_H

#include "http.h"
#include "jobs.h"

#define SER_COMPARISONS_KEPT 100

typedef struct _SerComparisons SerComparisons;

/* All are borrowed; `folder` is the data folder. */
SerComparisons *ser_comparisons_new (SerStore *store, SerJobs *jobs, const SerChildSetup *setup, const char *folder);
void ser_comparisons_free (SerComparisons *comparisons);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerComparisons, ser_comparisons_free)

/* Answers requests whose first part is comparisons; FALSE for others. A comparison under way pauses its message, whose
 * client may be gone when it ends. */
gboolean ser_comparisons_answer (SerComparisons *comparisons, const SerRequest *request);

#endif /* SER_COMPARISONS_H */
