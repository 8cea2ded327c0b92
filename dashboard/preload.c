/* preload.c - recordings that a library begins with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "preload.h"

#include <unistd.h>

#include "catalogue-resources.h"
#include "clips.h"
#include "entry-json.h"
#include "inputs.h"
#include "model/error.h"

#define FOLDER "/seremotion/dashboard/recordings/"
#define INDEX FOLDER "recordings.json"
#define SOURCE "preloaded"

static void
say (const char *name, const GError *error)
{
  ser_say ("seremotion serve: %s: not preloaded: %s", name, error->message);
}

/* ---- what is compiled in ---- */

static GBytes *
find_resource (const char *path, GError **error)
{
  return g_resource_lookup_data (ser_catalogue_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
}

/* Writes the recording to a file and submits that. */
static gboolean
submit_bytes (SerJobs *jobs, SerEntry *entry, GBytes *bytes, GError **error)
{
  g_autofree char *path = ser_jobs_make_incoming (jobs);

  entry->bytes = g_bytes_get_size (bytes);
  if (!g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), error))
    return FALSE;
  if (ser_jobs_submit_file (jobs, entry, path, error))
    return TRUE;
  unlink (path);
  return FALSE;
}

static gboolean
submit_shipped (SerJobs *jobs, const SerJsonValue *recording, GError **error)
{
  const char *file = ser_json_find_text (recording, "file");
  g_autofree char *path = g_strconcat (FOLDER, file, NULL);
  g_autoptr (SerEntry) entry = ser_entry_new (SOURCE, file, file);
  g_autoptr (GBytes) bytes = find_resource (path, error);

  return bytes && ser_labelling_read (&entry->labelling, recording, error) && submit_bytes (jobs, entry, bytes, error);
}

void
ser_preload_shipped (SerJobs *jobs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = find_resource (INDEX, &error);
  g_autoptr (SerJsonFile) file =
      bytes ? ser_json_file_parse (INDEX, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error) : NULL;
  SerJsonValue root, recordings;
  guint n = 0;

  if (file) {
    root = ser_json_file_root (file);
    if (!ser_json_get_array (&root, "recordings", &recordings, &n, &error))
      n = 0;
  }
  for (guint i = 0; i < n && !error; i++) {
    SerJsonValue recording = ser_json_element (&recordings, i);
    submit_shipped (jobs, &recording, &error);
  }
  if (error)
    say ("shipped recordings", error);
}

/* ---- what the command line names ---- */

typedef struct {
  SerJobs *jobs;
  SerEntry *entry;
  char *path; /* where it is copied to */
} Copy;

static void
copy_free (Copy *copy)
{
  ser_entry_free (copy->entry);
  g_free (copy->path);
  g_free (copy);
}

static void
on_copied (GObject *source, GAsyncResult *result, gpointer data)
{
  Copy *copy = data;
  g_autoptr (GError) error = NULL;

  if (!g_file_copy_finish (G_FILE (source), result, &error)
      || !ser_jobs_submit_file (copy->jobs, copy->entry, copy->path, &error)) {
    say (copy->entry->origin, error);
    unlink (copy->path);
  }
  copy_free (copy);
}

static void
copy_and_submit (SerJobs *jobs, const char *path, const char *name)
{
  Copy *copy = g_new0 (Copy, 1);
  g_autoptr (GFile) from = g_file_new_for_path (path), to = NULL;

  copy->jobs = jobs;
  copy->entry = ser_entry_new (SOURCE, name, name);
  copy->path = ser_jobs_make_incoming (jobs);
  to = g_file_new_for_path (copy->path);
  g_file_copy_async (from, to, G_FILE_COPY_NONE, G_PRIORITY_LOW, NULL, NULL, NULL, on_copied, copy);
}

static gboolean
is_known (GPtrArray *entries, const char *name)
{
  for (guint i = 0; i < entries->len; i++) {
    const SerEntry *entry = entries->pdata[i];
    if (g_strcmp0 (entry->source, SOURCE) == 0 && g_strcmp0 (entry->origin, name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Only a folder's contents are known to be files. */
static GPtrArray *
list_inputs (char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) inputs = ser_inputs_list (paths, error);

  for (guint i = 0; inputs && i < inputs->len; i++) {
    const SerInput *input = inputs->pdata[i];
    if (!g_file_test (input->location, G_FILE_TEST_IS_REGULAR)) {
      ser_fail (error, SER_ERROR_FILE, "--preload %s: there is no such file", input->location);
      return NULL;
    }
  }
  return g_steal_pointer (&inputs);
}

gboolean
ser_preload_check (char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) inputs = paths ? list_inputs (paths, error) : NULL;

  return !paths || inputs;
}

gboolean
ser_preload_paths (SerJobs *jobs, SerStore *store, char *const *paths, GError **error)
{
  SerQuery all = { .state = SER_N_STATES, .limit = G_MAXINT32 };
  g_autoptr (GPtrArray) inputs = list_inputs (paths, error);
  g_autoptr (GPtrArray) entries = inputs ? ser_store_list (store, &all, NULL, error) : NULL;

  if (!entries)
    return FALSE;
  for (guint i = 0; i < inputs->len; i++) {
    const SerInput *input = inputs->pdata[i];
    g_autofree char *base = g_path_get_basename (input->location), *name = g_filename_display_name (base);

    if (!is_known (entries, name))
      copy_and_submit (jobs, input->location, name);
  }
  return TRUE;
}
