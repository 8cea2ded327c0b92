/* jobs-fixture.c - a library whose jobs are run by analyze-program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "jobs-fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "host.h"

#define PATIENCE 10 /* s for whatever a test waits for */

static void
on_job (const SerEntry *entry, double progress, gboolean removed, gpointer data)
{
  Library *library = data;

  g_string_append_printf (
      library->told, "%s %s", entry->origin, removed ? "removed" : ser_state_get_name (entry->state));
  if (!isnan (progress))
    g_string_append_printf (library->told, " %g", progress);
  g_string_append_c (library->told, '\n');
}

void
library_init (Library *library, const char *folder)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *place = g_path_get_dirname (self);

  *library = (Library){ .folder = folder ? g_strdup (folder) : fixture_folder (), .told = g_string_new (NULL) };
  library->settings = (SerJobsSettings){ .analysis.child.program = g_build_filename (place, "analyze-program", NULL),
    .analysis.formats = "json,jsonl,sound",
    .analysis.limits = { .memory = 1 << 29, .cpu_seconds = 5, .seconds = PATIENCE, .file_size = 4 << 20, .files = 64 },
    .model_id = "00ff",
    .n_children = 1,
    .max_queued = 100,
    .max_bytes = HOST_SIZE,
    .fetch_seconds = PATIENCE };
}

void
library_open (Library *library)
{
  g_autofree char *path = g_build_filename (library->folder, "x.sqlite", NULL);
  GError *error = NULL;

  library->store = ser_store_open (path, &error);
  g_assert_no_error (error);
  library->jobs = ser_jobs_new (library->store, library->folder, &library->settings, on_job, library, &error);
  g_assert_no_error (error);
  g_assert_nonnull (library->jobs);
}

void
library_close (Library *library)
{
  g_clear_pointer (&library->jobs, ser_jobs_free);
  g_clear_pointer (&library->store, ser_store_close);
}

void
library_clear (Library *library)
{
  library_close (library);
  g_string_free (library->told, TRUE);
  g_free (library->settings.analysis.child.program);
  g_free (library->folder);
}

char *
library_path (const Library *library, const char *id, const char *name)
{
  return g_build_filename (library->folder, "recordings", id, name, NULL);
}

/* ---- submitting ---- */

char *
library_receive (Library *library, const char *text)
{
  char *path = ser_jobs_make_incoming (library->jobs);

  g_assert_true (g_str_has_prefix (path, library->folder));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

char *
library_add (Library *library, const char *origin, const char *text)
{
  g_autofree char *path = library_receive (library, text);
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", origin, NULL);
  GError *error = NULL;

  entry->bytes = strlen (text);
  g_assert_true (ser_jobs_submit_file (library->jobs, entry, path, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  return g_strdup (entry->id);
}

char *
library_add_url (Library *library, const char *url)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("url", url, NULL);
  GError *error = NULL;

  g_assert_true (ser_jobs_submit_url (library->jobs, entry, &error));
  g_assert_no_error (error);
  return g_strdup (entry->id);
}

SerEntry *
library_get (const Library *library, const char *id)
{
  GError *error = NULL;
  SerEntry *entry = ser_store_get (library->store, id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (entry);
  return entry;
}

SerState
library_get_state (const Library *library, const char *id)
{
  g_autoptr (SerEntry) entry = library_get (library, id);

  return entry->state;
}

/* ---- waiting ---- */

static gboolean
on_patience (gpointer data)
{
  const Library *library = data;

  g_error ("waited in vain after:\n%s", library->told->str);
  return G_SOURCE_REMOVE;
}

void
library_wait (const Library *library, const char *id, SerState state)
{
  guint timer = g_timeout_add_seconds (PATIENCE, on_patience, (gpointer) library);

  while (library_get_state (library, id) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

void
library_wait_told (const Library *library, const char *text)
{
  guint timer = g_timeout_add_seconds (PATIENCE, on_patience, (gpointer) library);

  while (!strstr (library->told->str, text))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

void
library_iterate (guint milliseconds)
{
  for (guint i = 0; i < milliseconds; i++) {
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_usleep (1000);
  }
}

int
library_wait_process (const Library *library, const char *id)
{
  g_autofree char *path = library_path (library, id, "results/process"), *text = NULL;

  for (guint i = 0; i < PATIENCE * 1000 && !g_file_get_contents (path, &text, NULL, NULL); i++)
    library_iterate (1);
  g_assert_nonnull (text);
  return atoi (text);
}

gboolean
library_is_gone (int process)
{
  for (guint i = 0; i < 200; i++) {
    g_autofree char *path = g_strdup_printf ("/proc/%d/status", process), *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL) || strstr (text, "State:\tZ"))
      return TRUE;
    library_iterate (10);
  }
  return FALSE;
}
