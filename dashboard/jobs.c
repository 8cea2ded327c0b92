/* jobs.c - recordings on their way from a medium to an analysis
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The queue holds IDs; what is known of them is in the store. One whose medium is not there yet is fetched first, and
 * then comes to the head of the queue.
 */

#include "jobs-private.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "clips.h"
#include "data-folder.h"
#include "model/error.h"

#define TRY_AGAIN 5 /* s, after the disk failed */

/* ---- places ---- */

/* What an earlier server left and cannot be removed is passed over. */
char *
ser_jobs_make_incoming (SerJobs *jobs)
{
  char *path = ser_data_make_incoming (jobs->folder, jobs->n_incoming++);

  while (g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_free (path);
    path = ser_data_make_incoming (jobs->folder, jobs->n_incoming++);
  }
  return path;
}

char *
ser_jobs_make_result_path (SerJobs *jobs, const char *id, const char *name)
{
  g_autofree char *folder = ser_data_make_folder (jobs->folder, id);

  return g_build_filename (folder, SER_RESULTS_FOLDER, name, NULL);
}

/* ---- the store ---- */

/* What goes wrong while nobody asks is said on standard error. */
static void
say (const char *id, GError *error)
{
  ser_say ("seremotion serve: recording %s: %s", id, error->message);
  g_error_free (error);
}

/* The entry, or NULL where there is none any more; `failed`, if not NULL: where the disk fails, after a message. */
static SerEntry *
get_entry (SerJobs *jobs, const char *id, gboolean *failed)
{
  GError *error = NULL;
  SerEntry *entry = ser_store_get (jobs->store, id, &error);

  if (failed)
    *failed = error != NULL;
  if (error)
    say (id, error);
  return entry;
}

void
ser_jobs_tell (SerJobs *jobs, const SerEntry *entry)
{
  jobs->func (entry, ser_jobs_get_progress (jobs, entry->id), FALSE, jobs->data);
}

gboolean
ser_jobs_write (SerJobs *jobs, const SerEntry *entry, GError **error)
{
  if (!ser_store_update (jobs->store, entry, error))
    return FALSE;
  ser_jobs_tell (jobs, entry);
  return TRUE;
}

static gboolean
on_try_again (gpointer data)
{
  SerJobs *jobs = data;

  jobs->timer = 0;
  ser_jobs_start_waiting (jobs);
  return G_SOURCE_REMOVE;
}

/* Nothing begins for a while. */
static void
wait_for_disk (SerJobs *jobs)
{
  if (!jobs->timer)
    jobs->timer = g_timeout_add_seconds (TRY_AGAIN, on_try_again, jobs);
}

/* For what nobody waits for: what ended while the disk failed is done once more when that is over. */
static void
write_state (SerJobs *jobs, SerEntry *entry, SerState state, const char *why)
{
  GError *error = NULL;

  ser_entry_set_state (entry, state, why);
  if (ser_jobs_write (jobs, entry, &error))
    return;
  say (entry->id, error);
  wait_for_disk (jobs);
  if (state != SER_STATE_QUEUED)
    g_queue_push_head (&jobs->waiting, g_strdup (entry->id));
}

/* ---- what is under way ---- */

static SerJob *
find_job (const SerJobs *jobs, const char *id)
{
  for (guint i = 0; i < jobs->under_way->len; i++)
    if (strcmp (ser_job_get_id (jobs->under_way->pdata[i]), id) == 0)
      return jobs->under_way->pdata[i];
  return NULL;
}

static guint
count (const SerJobs *jobs, gboolean fetches)
{
  guint n = 0;

  for (guint i = 0; i < jobs->under_way->len; i++)
    n += ser_job_fetches (jobs->under_way->pdata[i]) == fetches;
  return n;
}

double
ser_jobs_get_progress (SerJobs *jobs, const char *id)
{
  const SerJob *job = find_job (jobs, id);

  return job ? ser_job_get_progress (job) : NAN;
}

static void
on_progress (SerJob *job, gpointer data)
{
  SerJobs *jobs = data;
  g_autoptr (SerEntry) entry = get_entry (jobs, ser_job_get_id (job), NULL);

  if (entry)
    ser_jobs_tell (jobs, entry);
}

/* Nobody asks for what an analysis left that came to nothing. */
void
ser_jobs_discard_results (SerJobs *jobs, const char *id)
{
  g_autofree char *gone = ser_jobs_make_incoming (jobs);

  ser_data_remove_results (jobs->folder, id, gone);
}

/* What an analysis left becomes what is known of the recording. */
static void
take_results (SerJobs *jobs, SerEntry *entry)
{
  g_autofree char *folder = ser_data_make_folder (jobs->folder, entry->id);
  g_autoptr (GError) error = NULL;

  if (ser_results_take (folder, entry, &error))
    write_state (jobs, entry, SER_STATE_DONE, NULL);
  else {
    ser_jobs_discard_results (jobs, entry->id);
    write_state (jobs, entry, SER_STATE_FAILED, error->message);
  }
}

static void
take_fetched (SerJobs *jobs, SerEntry *entry, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (!ser_data_take (jobs->folder, entry->id, path, &error)) {
    g_unlink (path);
    write_state (jobs, entry, SER_STATE_FAILED, error->message);
    return;
  }
  entry->bytes = ser_data_get_size (jobs->folder, entry->id);
  if (entry->bytes == 0) {
    write_state (jobs, entry, SER_STATE_FAILED, "the file at this URL is empty");
    return;
  }
  write_state (jobs, entry, SER_STATE_QUEUED, NULL);
  g_queue_push_head (&jobs->waiting, g_strdup (entry->id));
}

static void
on_end (SerJob *job, const char *why, gpointer data)
{
  SerJobs *jobs = data;
  gboolean failed;
  g_autoptr (SerEntry) entry = get_entry (jobs, ser_job_get_id (job), &failed);

  g_ptr_array_remove (jobs->under_way, job);
  if (!entry && ser_job_fetches (job))
    g_unlink (ser_job_get_path (job));
  if (failed) {
    wait_for_disk (jobs);
    g_queue_push_head (&jobs->waiting, g_strdup (ser_job_get_id (job)));
  }
  if (entry && why) {
    ser_jobs_discard_results (jobs, entry->id);
    write_state (jobs, entry, SER_STATE_FAILED, why);
  } else if (entry && ser_job_fetches (job))
    take_fetched (jobs, entry, ser_job_get_path (job));
  else if (entry)
    take_results (jobs, entry);
  ser_jobs_start_waiting (jobs);
}

static SerJob *
start_job (SerJobs *jobs, const SerEntry *entry, GError **error)
{
  const SerJobsSettings *settings = &jobs->settings;
  SerFetchLimits limits = { settings->max_bytes, settings->fetch_seconds, FALSE };
  SerJobFuncs funcs = { on_progress, on_end, jobs };
  g_autofree char *folder = ser_data_make_folder (jobs->folder, entry->id), *path = NULL;

  if (entry->state == SER_STATE_ANALYSING)
    return ser_job_analyse (&settings->analysis, entry, folder, &funcs, error);
  path = ser_jobs_make_incoming (jobs);
  return ser_job_fetch (&limits, entry, path, &funcs);
}

/* FALSE where the store fails: then nothing has begun. */
static gboolean
start (SerJobs *jobs, SerEntry *entry, SerState state)
{
  GError *error = NULL;
  SerJob *job;

  entry->state = state;
  entry->attempts += state == SER_STATE_ANALYSING;
  if (!ser_store_update (jobs->store, entry, &error)) {
    say (entry->id, error);
    return FALSE;
  }
  job = start_job (jobs, entry, &error);
  if (job) {
    g_ptr_array_add (jobs->under_way, job);
    ser_jobs_tell (jobs, entry);
  } else {
    write_state (jobs, entry, SER_STATE_FAILED, error->message);
    g_error_free (error);
  }
  return TRUE;
}

/* ---- the queue ---- */

/* Begins with the recording if it is its turn. TRUE: it waits no longer. */
static gboolean
begin (SerJobs *jobs, const char *id)
{
  guint64 size = ser_data_get_size (jobs->folder, id);
  gboolean here = size > 0, began, failed;
  g_autoptr (SerEntry) entry = NULL;

  if (here ? count (jobs, FALSE) >= jobs->settings.n_children : count (jobs, TRUE) >= SER_JOBS_FETCHES)
    return FALSE;
  entry = get_entry (jobs, id, &failed);
  if (failed)
    wait_for_disk (jobs);
  if (!entry)
    return !failed;
  if (!here && strcmp (entry->source, "url") != 0) {
    write_state (jobs, entry, SER_STATE_FAILED, "its file is no longer in the server's data folder");
    return TRUE;
  }
  /* Of what was fetched the file may be all that is known: the server may have ended right after it was there. */
  if (here)
    entry->bytes = size;
  began = start (jobs, entry, here ? SER_STATE_ANALYSING : SER_STATE_FETCHING);
  if (!began)
    wait_for_disk (jobs);
  return began;
}

void
ser_jobs_start_waiting (SerJobs *jobs)
{
  GList *next;

  if (!jobs->runs || jobs->timer)
    return;
  for (GList *link = jobs->waiting.head; link && !jobs->timer; link = next) {
    next = link->next;
    if (begin (jobs, link->data)) {
      g_free (link->data);
      g_queue_delete_link (&jobs->waiting, link);
    }
  }
}

static void
leave_queue (SerJobs *jobs, const char *id)
{
  GList *link = g_queue_find_custom (&jobs->waiting, id, (GCompareFunc) strcmp);

  if (!link)
    return;
  g_free (link->data);
  g_queue_delete_link (&jobs->waiting, link);
}

void
ser_jobs_join (SerJobs *jobs, const SerEntry *entry)
{
  g_queue_push_tail (&jobs->waiting, g_strdup (entry->id));
  ser_jobs_tell (jobs, entry);
  ser_jobs_start_waiting (jobs);
}

gboolean
ser_jobs_is_full (const SerJobs *jobs, guint coming)
{
  return jobs->waiting.length + jobs->under_way->len + coming >= jobs->settings.max_queued;
}

guint
ser_jobs_count_queued (const SerJobs *jobs)
{
  return jobs->waiting.length;
}

guint
ser_jobs_count_running (const SerJobs *jobs)
{
  return jobs->under_way->len;
}

void
ser_jobs_stop (SerJobs *jobs, const char *id)
{
  SerJob *job = find_job (jobs, id);

  if (job) {
    g_ptr_array_remove (jobs->under_way, job);
    ser_job_stop (job);
  }
  leave_queue (jobs, id);
}

/* ---- all of them ---- */

SerJobs *
ser_jobs_new (SerStore *store, const char *folder, const SerJobsSettings *settings, SerJobsFunc func, gpointer data,
    GError **error)
{
  g_autoptr (GPtrArray) queued = ser_data_recover (store, folder, SER_JOBS_ATTEMPTS, error);
  SerJobs *jobs;

  if (!queued)
    return NULL;
  jobs = g_new0 (SerJobs, 1);
  jobs->store = store;
  jobs->folder = g_strdup (folder);
  jobs->settings = *settings;
  jobs->func = func;
  jobs->data = data;
  jobs->under_way = g_ptr_array_new ();
  g_queue_init (&jobs->waiting);
  for (guint i = 0; i < queued->len; i++)
    g_queue_push_tail (&jobs->waiting, g_strdup (queued->pdata[i]));
  return jobs;
}

void
ser_jobs_run (SerJobs *jobs)
{
  jobs->runs = TRUE;
  ser_jobs_start_waiting (jobs);
}

/* It is the server's end, not the medium's fault: the attempt does not count. */
static void
requeue (SerJobs *jobs, const char *id)
{
  g_autoptr (SerEntry) entry = get_entry (jobs, id, NULL);
  GError *error = NULL;

  if (!entry)
    return;
  entry->attempts -= entry->state == SER_STATE_ANALYSING;
  ser_entry_set_state (entry, SER_STATE_QUEUED, NULL);
  if (!ser_store_update (jobs->store, entry, &error))
    say (entry->id, error);
}

void
ser_jobs_free (SerJobs *jobs)
{
  if (!jobs)
    return;
  for (guint i = 0; i < jobs->under_way->len; i++) {
    requeue (jobs, ser_job_get_id (jobs->under_way->pdata[i]));
    ser_job_stop (jobs->under_way->pdata[i]);
  }
  g_clear_handle_id (&jobs->timer, g_source_remove);
  g_queue_clear_full (&jobs->waiting, g_free);
  g_ptr_array_unref (jobs->under_way);
  g_free (jobs->folder);
  g_free (jobs);
}
