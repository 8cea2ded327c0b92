/* job.c - what is done for one recording: its medium is fetched, or analysed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "job.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define MEDIUM SER_RESULTS_STEM ": "    /* what most messages begin with */
#define TELL_AFTER (G_USEC_PER_SEC / 4) /* between two reports of a progress */

struct _SerJob {
  char *id;
  SerJobFuncs funcs;
  SerChild *child;           /* of an analysis */
  GCancellable *cancellable; /* of a fetch */
  char *path;
  double progress;
  gint64 told; /* monotonic time of the last report */
};

static SerJob *
job_new (const SerEntry *entry, const SerJobFuncs *funcs)
{
  SerJob *job = g_new0 (SerJob, 1);

  job->id = g_strdup (entry->id);
  job->funcs = *funcs;
  job->progress = NAN;
  return job;
}

static void
job_free (SerJob *job)
{
  g_clear_object (&job->cancellable);
  g_free (job->path);
  g_free (job->id);
  g_free (job);
}

static void
set_progress (SerJob *job, double progress)
{
  gint64 now = g_get_monotonic_time ();

  job->progress = progress;
  if (job->told && now < job->told + TELL_AFTER)
    return;
  job->told = now;
  job->funcs.on_progress (job, job->funcs.data);
}

/* ---- analyses ---- */

static void
on_progress (double progress, gpointer data)
{
  set_progress (data, progress);
}

/* Nobody has to know what the file is called in the data folder. */
static void
on_analysed (SerChildEnd end, const char *message, gpointer data)
{
  SerJob *job = data;
  const char *why = message && g_str_has_prefix (message, MEDIUM) ? message + strlen (MEDIUM) : message;

  job->funcs.on_end (job, end == SER_CHILD_OK ? NULL : why, job->funcs.data);
  job_free (job);
}

SerJob *
ser_job_analyse (
    const SerJobAnalysis *analysis, const SerEntry *entry, const char *folder, const SerJobFuncs *funcs, GError **error)
{
  const char *name = *entry->origin ? entry->origin : entry->labelling.title, *path = analysis->child.model;
  g_autofree char *as = g_strconcat ("--as=", name, NULL), *model = path ? g_strconcat ("--model=", path, NULL) : NULL;
  const char *const arguments[] = { "analyze", as, "--format", analysis->formats, "--jobs", "1", "--progress",
    "--allow-truncated", "--output", SER_RESULTS_FOLDER, SER_RESULTS_STEM, model, NULL };
  SerJob *job = job_new (entry, funcs);
  SerChildJob child = { .arguments = arguments,
    .folder = folder,
    .limits = analysis->limits,
    .on_progress = on_progress,
    .on_end = on_analysed,
    .data = job };

  if (ser_results_prepare (folder, error) && (job->child = ser_child_start (&analysis->child, &child, error)))
    return job;
  job_free (job);
  return NULL;
}

/* ---- fetches ---- */

static void
on_received (guint64 received, guint64 total, gpointer data)
{
  SerJob *job = data;

  if (job->funcs.on_progress && total > 0)
    set_progress (job, MIN (1, (double) received / (double) total));
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  SerJob *job = data;
  g_autoptr (GError) error = NULL;
  gboolean here = ser_fetch_finish (result, &error);

  (void) source;
  if (job->funcs.on_end)
    job->funcs.on_end (job, here ? NULL : error->message, job->funcs.data);
  else if (here)
    g_unlink (job->path);
  job_free (job);
}

SerJob *
ser_job_fetch (const SerFetchLimits *limits, const SerEntry *entry, const char *path, const SerJobFuncs *funcs)
{
  SerJob *job = job_new (entry, funcs);

  job->cancellable = g_cancellable_new ();
  job->path = g_strdup (path);
  ser_fetch_async (entry->origin, path, limits, on_received, job, job->cancellable, on_fetched, job);
  return job;
}

/* ---- both ---- */

/* A fetch comes to its end later, from the main loop, with nobody to tell it. */
void
ser_job_stop (SerJob *job)
{
  if (job->child) {
    ser_child_free (job->child);
    job_free (job);
    return;
  }
  job->funcs = (SerJobFuncs){ NULL };
  g_cancellable_cancel (job->cancellable);
}

const char *
ser_job_get_id (const SerJob *job)
{
  return job->id;
}

gboolean
ser_job_fetches (const SerJob *job)
{
  return job->cancellable != NULL;
}

const char *
ser_job_get_path (const SerJob *job)
{
  return job->path;
}

double
ser_job_get_progress (const SerJob *job)
{
  return job->progress;
}
