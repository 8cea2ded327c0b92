/* comparison-job.c - speakers compared: a folder with a manifest of analyses, and what comes of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "comparison-job.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "csv.h"
#include "model/error.h"
#include "results.h"

#define MANIFEST "manifest.csv"
#define ABOUT_ALL MANIFEST ": " /* what is said of all recordings begins so */
#define DOCUMENT "comparison.json"
#define SECONDS 120                                  /* of processor and of wall time */
#define MAX_DOCUMENT (G_GUINT64_CONSTANT (16) << 20) /* bytes */

const char *const ser_comparison_files[SER_COMPARISON_FILES] = { DOCUMENT, "comparison.csv", "comparison.html" };

struct _SerComparisonJob {
  char *folder;
  char **documents;
  SerChild *child;
  SerComparisonJobFunc func;
  gpointer data;
};

static void
comparison_free (SerComparisonJob *comparison)
{
  g_free (comparison->folder);
  g_strfreev (comparison->documents);
  g_free (comparison);
}

/* ---- what it is made of ---- */

/* From the folder DATA/comparisons/ID: nobody has to know where the data folder is. */
static char *
make_relative (const char *folder, const char *document)
{
  g_autofree char *parent = g_path_get_dirname (folder), *data = g_path_get_dirname (parent);

  return g_str_has_prefix (document, data) ? g_build_filename ("..", "..", document + strlen (data), NULL)
                                           : g_strdup (document);
}

static void
append_row (GString *csv, const SerEntry *entry, const char *path)
{
  const SerLabelling *l = &entry->labelling;
  const char *const fields[] = { path, l->speaker, l->date, l->place, l->title, l->party, l->sex };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (i > 0)
      g_string_append_c (csv, ',');
    ser_csv_append_field (csv, fields[i]);
  }
  g_string_append_c (csv, '\n');
}

static gboolean
make_folder (const char *folder, GPtrArray *entries, const char *const *documents, GError **error)
{
  g_autofree char *path = g_build_filename (folder, MANIFEST, NULL);
  g_autoptr (GString) csv = g_string_new ("path,speaker,date,place,title,party,sex\n");
  g_autoptr (GError) local = NULL;

  if (g_mkdir (folder, 0700) != 0)
    return ser_fail (error, SER_ERROR_FILE, "%s: cannot be made: %s", folder, g_strerror (errno));
  for (guint i = 0; i < entries->len; i++) {
    g_autofree char *document = make_relative (folder, documents[i]);

    append_row (csv, entries->pdata[i], document);
  }
  return g_file_set_contents (path, csv->str, (gssize) csv->len, &local)
      || ser_fail (error, SER_ERROR_FILE, "%s", local->message);
}

/* ---- what came of it ---- */

static gboolean
is_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GStatBuf status;

  return g_lstat (path, &status) == 0 && S_ISREG (status.st_mode) && (guint64) status.st_size <= MAX_DOCUMENT;
}

/* The document, if all files are there, or NULL. */
static SerJsonFile *
take_document (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, DOCUMENT, NULL);
  SerJsonFile *file;

  for (guint i = 0; i < SER_COMPARISON_FILES; i++)
    if (!is_file (folder, ser_comparison_files[i]))
      return NULL;
  file = ser_json_file_load (path, NULL);
  if (file && ser_json_file_check_schema (file, "seremotion-comparison-1", "seremotion compare", NULL))
    return file;
  ser_json_file_free (file);
  return NULL;
}

static gboolean
is_result (const char *name)
{
  for (guint i = 0; i < SER_COMPARISON_FILES; i++)
    if (strcmp (name, ser_comparison_files[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Nothing is left of what it was made of. */
static void
tidy (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (!is_result (name))
      ser_folder_remove (path, NULL);
  }
}

static gboolean
are_there (char *const *paths)
{
  while (*paths && g_file_test (*paths, G_FILE_TEST_EXISTS))
    paths++;
  return !*paths;
}

/* A recording may have been deleted before the program saw it: then there is no sandbox. */
static void
explain (const SerComparisonJob *comparison, const char *message, GError **error)
{
  if (message && g_str_has_prefix (message, ABOUT_ALL))
    ser_fail (error, SER_ERROR_DATA, "%s", message + strlen (ABOUT_ALL));
  else if (!are_there (comparison->documents))
    ser_fail (error, SER_ERROR_DATA, "one of them was deleted, or is analysed again");
  else
    ser_fail (error, SER_ERROR_FILE, "%s", message ? message : "the program left no comparison");
}

/* The program fails when it has to leave recordings out, and then says in its document which; that is a result, too. */
static void
on_end (SerChildEnd end, const char *message, gpointer data)
{
  SerComparisonJob *comparison = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SerJsonFile) file = NULL;

  if (end == SER_CHILD_OK || end == SER_CHILD_FAILED)
    file = take_document (comparison->folder);
  if (file)
    tidy (comparison->folder);
  else {
    explain (comparison, message, &error);
    ser_folder_remove (comparison->folder, NULL);
  }
  comparison->func (comparison, file, error, comparison->data);
  comparison_free (comparison);
}

/* ---- from start to end ---- */

static SerChild *
start_child (SerComparisonJob *comparison, const SerChildSetup *setup, const char *const *documents,
    gboolean allow_truncated, GError **error)
{
  g_autofree char *model = setup->model ? g_strconcat ("--model=", setup->model, NULL) : NULL;
  const char *arguments[] = { "compare", MANIFEST, "--json", DOCUMENT, "--csv", ser_comparison_files[1], "--html",
    ser_comparison_files[2], "--jobs", "1", NULL, NULL, NULL };
  guint n = g_strv_length ((char **) arguments);
  SerChildJob job = { .arguments = arguments,
    .folder = comparison->folder,
    .readable = documents,
    .limits = SER_CHILD_LIMITS,
    .on_end = on_end,
    .data = comparison };

  if (allow_truncated)
    arguments[n++] = "--allow-truncated";
  arguments[n] = model;
  job.limits.cpu_seconds = job.limits.seconds = SECONDS;
  return ser_child_start (setup, &job, error);
}

SerComparisonJob *
ser_comparison_job_start (const SerChildSetup *setup, const char *folder, GPtrArray *entries,
    const char *const *documents, gboolean allow_truncated, SerComparisonJobFunc func, gpointer data, GError **error)
{
  SerComparisonJob *comparison = g_new0 (SerComparisonJob, 1);

  comparison->folder = g_strdup (folder);
  comparison->documents = g_strdupv ((char **) documents);
  comparison->func = func;
  comparison->data = data;
  if (make_folder (folder, entries, documents, error)
      && (comparison->child = start_child (comparison, setup, documents, allow_truncated, error)))
    return comparison;
  ser_folder_remove (folder, NULL);
  comparison_free (comparison);
  return NULL;
}

void
ser_comparison_job_stop (SerComparisonJob *comparison)
{
  ser_child_free (comparison->child);
  ser_folder_remove (comparison->folder, NULL);
  comparison_free (comparison);
}
