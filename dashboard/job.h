/* job.h - what is done for one recording: its medium is fetched, or analysed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_JOB_H
#define SER_JOB_H

#include "child.h"
#include "fetch.h"
#include "results.h"

typedef struct _SerJob SerJob;

typedef struct {
  SerChildSetup child; /* its texts are borrowed as long as jobs run */
  const char *formats; /* of `seremotion analyze`, among them json, jsonl and sound; borrowed */
  SerChildLimits limits;
} SerJobAnalysis;

typedef struct {
  void (*on_progress) (SerJob *job, gpointer data); /* now and then */

  /* Called once, from the main loop; the job is freed afterwards. `why` for people: NULL when what was wanted is
   * there. */
  void (*on_end) (SerJob *job, const char *why, gpointer data);
  gpointer data;
} SerJobFuncs;

/* Analyses FOLDER/medium, the folder of the entry, into FOLDER/results, emptied before. Fails with SER_ERROR_FILE. */
SerJob *ser_job_analyse (const SerJobAnalysis *analysis, const SerEntry *entry, const char *folder,
    const SerJobFuncs *funcs, GError **error);

/* Fetches the entry's origin to the file `path`, which is there in the end or not at all. */
SerJob *ser_job_fetch (const SerFetchLimits *limits, const SerEntry *entry, const char *path, const SerJobFuncs *funcs);

/* Ends and frees it: nothing is called any more. */
void ser_job_stop (SerJob *job);

const char *ser_job_get_id (const SerJob *job); /* the entry's */
gboolean ser_job_fetches (const SerJob *job);
const char *ser_job_get_path (const SerJob *job); /* that is fetched to */
double ser_job_get_progress (const SerJob *job);  /* 0 to 1; NAN: not known */

#endif /* SER_JOB_H */
