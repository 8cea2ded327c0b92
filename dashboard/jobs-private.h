/* jobs-private.h - what the files of jobs.h share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_JOBS_PRIVATE_H
#define SER_JOBS_PRIVATE_H

#include "jobs.h"

struct _SerJobs {
  SerStore *store;
  char *folder;
  SerJobsSettings settings;
  SerJobsFunc func;
  gpointer data;
  GQueue waiting;       /* char *, IDs */
  GPtrArray *under_way; /* SerJob * */
  guint n_incoming;
  guint timer;
  gboolean runs;
};

/* Tells of an entry that has changed; the second writes it before, and tells only what is written. */
void ser_jobs_tell (SerJobs *jobs, const SerEntry *entry);
gboolean ser_jobs_write (SerJobs *jobs, const SerEntry *entry, GError **error);

/* A queued entry, which is written, waits for its turn, and begins if that is now. */
void ser_jobs_join (SerJobs *jobs, const SerEntry *entry);

/* Ends what is under way of it, and its waiting. */
void ser_jobs_stop (SerJobs *jobs, const char *id);

/* Begins with all whose turn it is. */
void ser_jobs_start_waiting (SerJobs *jobs);

/* Removes what an analysis left. */
void ser_jobs_discard_results (SerJobs *jobs, const char *id);

#endif /* SER_JOBS_PRIVATE_H */
