/* comparison-job.h - speakers compared: a folder with a manifest of analyses, and what comes of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_COMPARISON_JOB_H
#define SER_COMPARISON_JOB_H

#include "child.h"
#include "json-read.h"
#include "store.h"

/* Files that it leaves in its folder. */
#define SER_COMPARISON_FILES 3
extern const char *const ser_comparison_files[SER_COMPARISON_FILES];

typedef struct _SerComparisonJob SerComparisonJob;

/* Called once, from the main loop; the comparison is freed afterwards. `result` is its document, NULL where `error`
 * says why there is none: SER_ERROR_DATA where none of the recordings can be used or one is gone, else
 * SER_ERROR_FILE. */
typedef void (*SerComparisonJobFunc) (
    SerComparisonJob *comparison, SerJsonFile *result, const GError *error, gpointer data);

/* Compares the recordings `entries` (SerEntry *, each with a speaker), whose documents are `documents` (n absolute
 * paths, NULL-terminated), in `folder`, which must not exist; those that end early, too, where they are allowed. Fails
 * with SER_ERROR_FILE, leaving no folder. */
SerComparisonJob *ser_comparison_job_start (const SerChildSetup *setup, const char *folder, GPtrArray *entries,
    const char *const *documents, gboolean allow_truncated, SerComparisonJobFunc func, gpointer data, GError **error);

/* Ends and frees it: nothing is called any more, and nothing is left. */
void ser_comparison_job_stop (SerComparisonJob *comparison);

#endif /* SER_COMPARISON_JOB_H */
