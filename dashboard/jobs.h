/* jobs.h - recordings on their way from a medium to an analysis
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     queued -> [fetching ->] analysing -> done | failed | cancelled
 *
 * Each state is in the store before anything is done in it, so that whatever ends the server, the next one goes on:
 * what was fetching or analysing is queued again, and fails after SER_JOBS_ATTEMPTS analyses that took the server with
 * them. A recording's files are in DATA/recordings/ID/: `medium`, and in `results/` what the child wrote, of which
 * results.h tells what is believed. Used by one thread, which runs the default main loop.
 */

#ifndef SER_JOBS_H
#define SER_JOBS_H

#include "job.h"

#define SER_JOBS_ATTEMPTS 3 /* analyses */
#define SER_JOBS_FETCHES 4  /* at once */

typedef struct _SerJobs SerJobs;

typedef struct {
  SerJobAnalysis analysis; /* what all analyses have in common */
  const char *model_id;    /* of the model that children hear with; borrowed */
  guint n_children;        /* at once */
  guint max_queued;        /* that are queued or under way */
  guint64 max_bytes;       /* of a medium, and of what is fetched */
  guint fetch_seconds;     /* that fetching may take */
} SerJobsSettings;

/* Told whenever an entry is new, changes or makes progress (NAN: not known); `removed`: it is gone, only its ID
 * counts. */
typedef void (*SerJobsFunc) (const SerEntry *entry, double progress, gboolean removed, gpointer data);

/* Takes up what is in `folder`, an existing absolute path: queues again what was under way, removes files of no entry.
 * `settings` is copied but for its texts. Fails with SER_ERROR_FILE. Nothing runs before ser_jobs_run(). */
SerJobs *ser_jobs_new (SerStore *store, const char *folder, const SerJobsSettings *settings, SerJobsFunc func,
    gpointer data, GError **error);
void ser_jobs_run (SerJobs *jobs);

/* Stops children and fetches; what was under way is queued again in the store, without counting as an attempt. */
void ser_jobs_free (SerJobs *jobs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerJobs, ser_jobs_free)

/* Whether no other may be submitted, when `coming` are being received already. */
gboolean ser_jobs_is_full (const SerJobs *jobs, guint coming);

/* A path in the data folder, on its file system, for a medium that is being received; free with g_free(). Files that
 * are there at the next start are removed. */
char *ser_jobs_make_incoming (SerJobs *jobs);

/* Adds an entry whose medium is the file `path`, which is moved; or, of SerEntry.origin as a URL, will be fetched. The
 * entry stays the caller's. Fails with SER_ERROR_FILE, the file being where it was, and SER_ERROR_CONFIG when full. */
gboolean ser_jobs_submit_file (SerJobs *jobs, SerEntry *entry, const char *path, GError **error);
gboolean ser_jobs_submit_url (SerJobs *jobs, SerEntry *entry, GError **error);

/* Each gives FALSE without an error where the state does not allow it. Retried is what failed or was cancelled, and
 * what another model has heard, which loses its results. Its attempts are counted anew; it fails with SER_ERROR_CONFIG
 * when full. */
gboolean ser_jobs_cancel (SerJobs *jobs, const char *id, GError **error);
gboolean ser_jobs_retry (SerJobs *jobs, const char *id, GError **error);

/* Removes entry and files, stopping what is under way. */
gboolean ser_jobs_remove (SerJobs *jobs, const char *id, GError **error);

/* Writes what people say of it, and tells. */
gboolean ser_jobs_label (SerJobs *jobs, const char *id, const SerLabelling *labelling, GError **error);

/* Of what is under way, NAN otherwise. */
double ser_jobs_get_progress (SerJobs *jobs, const char *id);
guint ser_jobs_count_queued (const SerJobs *jobs);
guint ser_jobs_count_running (const SerJobs *jobs);

/* Path of a file of a recording's results, e.g. "medium.json"; free with g_free(). */
char *ser_jobs_make_result_path (SerJobs *jobs, const char *id, const char *name);

#endif /* SER_JOBS_H */
