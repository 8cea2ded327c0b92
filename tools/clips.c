/* clips.c - the samples of many clips, decoded in parallel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "clips.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cache.h"
#include "progress.h"

#define MAX_WORKERS 64

typedef struct {
  GPtrArray *clips;
  GArray *files; /* guint: first clip of each file, and the number of clips at the end */
  SerCache *cache;
  guint rate;
  SerClipFunc func;
  gpointer data;
  gint next_worker, next_file, n_done; /* atomic */
} Job;

guint
ser_clips_n_workers (guint threads)
{
  return CLAMP (threads ? threads : g_get_num_processors (), 1, MAX_WORKERS);
}

void
ser_say (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  vfprintf (stderr, format, args);
  va_end (args);
  fputc ('\n', stderr);
}

static const SerClip *
get_clip (const Job *job, guint i)
{
  return job->clips->pdata[i];
}

static gsize
to_samples (double seconds, guint rate, gsize n)
{
  double s = seconds * rate + 0.5;

  return s < n ? (gsize) s : n;
}

static void
do_file (Job *job, guint worker, guint file)
{
  guint first = g_array_index (job->files, guint, file), end = g_array_index (job->files, guint, file + 1);
  g_autoptr (GError) error = NULL;
  g_autofree gint16 *samples = NULL;
  gsize n = 0;

  samples = ser_cache_decode (job->cache, get_clip (job, first)->path, job->rate, &n, &error);
  for (guint i = first; i < end; i++) {
    const SerClip *clip = get_clip (job, i);
    gsize from = to_samples (clip->start, job->rate, n);
    gsize to = clip->end < 0 ? n : to_samples (clip->end, job->rate, n);

    job->func (worker, i, samples ? samples + from : NULL, to - from, error, job->data);
  }
}

static gpointer
work (gpointer data)
{
  Job *job = data;
  guint worker = g_atomic_int_add (&job->next_worker, 1), file;

  while ((file = g_atomic_int_add (&job->next_file, 1)) < job->files->len - 1) {
    do_file (job, worker, file);
    g_atomic_int_inc (&job->n_done);
  }
  return NULL;
}

static GArray *
find_files (GPtrArray *clips)
{
  GArray *files = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < clips->len; i++) {
    const SerClip *clip = clips->pdata[i], *before = i > 0 ? clips->pdata[i - 1] : NULL;
    if (!before || strcmp (clip->path, before->path) != 0)
      g_array_append_val (files, i);
  }
  g_array_append_val (files, clips->len);
  return files;
}

void
ser_clips_decode (GPtrArray *clips, guint rate, guint threads, SerClipFunc func, gpointer data)
{
  Job job = {
    .clips = clips, .files = find_files (clips), .cache = ser_cache_new (), .rate = rate, .func = func, .data = data
  };
  SerProgress *progress = ser_progress_new ("audio");
  GThread *workers[MAX_WORKERS];
  guint n = ser_clips_n_workers (threads), n_files = job.files->len - 1, done;

  for (guint i = 0; i < n; i++)
    workers[i] = g_thread_new ("clips", work, &job);
  while (ser_progress_is_shown (progress) && (done = g_atomic_int_get (&job.n_done)) < n_files) {
    g_autofree char *note = g_strdup_printf ("%u of %u files", done, n_files);
    ser_progress_update (progress, done / (double) n_files, note);
    g_usleep (100000);
  }
  for (guint i = 0; i < n; i++)
    g_thread_join (workers[i]);
  ser_progress_free (progress);
  if (ser_cache_get_write_error (job.cache))
    ser_say ("decoded audio is not cached: %s", ser_cache_get_write_error (job.cache));
  ser_cache_free (job.cache);
  g_array_unref (job.files);
}
