/* results.c - the folder of one recording: its medium, and what an analysis left, which is not trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The process that wrote the results has ended. A hostile medium may have written them.
 */

#include "results.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "json-read.h"
#include "json.h"
#include "model/error.h"

#define LINES SER_RESULTS_STEM ".jsonl"
#define DOCUMENT SER_RESULTS_STEM ".json"
#define WRITER "seremotion analyze"
#define MAX_LINE (64 << 10) /* bytes of a line that is read */
#define MAX_LABELS 64
#define MAX_DURATION 1e9     /* s */
#define MAX_SHARE (1 + 1e-6) /* sums are rounded */

/* ---- folders ---- */

gboolean
ser_results_prepare (const char *folder, GError **error)
{
  g_autofree char *results = g_build_filename (folder, SER_RESULTS_FOLDER, NULL);

  if (!ser_folder_remove (results, NULL))
    return ser_fail (error, SER_ERROR_FILE, "the results of an earlier analysis cannot be removed");
  return g_mkdir (results, 0700) == 0
      || ser_fail (error, SER_ERROR_FILE, "a folder for results cannot be made: %s", g_strerror (errno));
}

static gboolean
is_folder (const char *path)
{
  GStatBuf status;

  return g_lstat (path, &status) == 0 && S_ISDIR (status.st_mode);
}

static gboolean
is_file (const char *path)
{
  GStatBuf status;

  return g_lstat (path, &status) == 0 && S_ISREG (status.st_mode) && status.st_nlink == 1;
}

/* Removes all but regular files. */
static gboolean
tidy (const char *results, GError **error)
{
  g_autoptr (GDir) dir = is_folder (results) ? g_dir_open (results, 0, NULL) : NULL;
  const char *name;

  if (!dir)
    return ser_fail (error, SER_ERROR_FILE, "the analysis left no folder of results");
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (results, name, NULL);

    if (!is_file (path) && !ser_folder_remove (path, NULL))
      return ser_fail (error, SER_ERROR_FILE, "the analysis left what cannot be removed");
  }
  return TRUE;
}

/* ---- the first and the last line ---- */

/* At most MAX_LINE bytes from the start or, `last`, the end of the file, as text. */
static char *
read_part (const char *path, gboolean last, GError **error)
{
  g_autofree char *text = g_malloc (MAX_LINE + 1);
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  off_t size = fd < 0 ? -1 : lseek (fd, 0, SEEK_END);
  gssize n = size < 0 ? -1 : pread (fd, text, MAX_LINE, last ? MAX (0, size - MAX_LINE) : 0);
  int number = errno;

  if (fd >= 0)
    close (fd);
  if (n < 0) {
    ser_fail (error, SER_ERROR_FILE, LINES ": cannot be read: %s", g_strerror (number));
    return NULL;
  }
  text[n] = '\0';
  return g_steal_pointer (&text);
}

static SerJsonFile *
parse_line (const char *line, gsize size, GError **error)
{
  return ser_json_file_parse (LINES, line, size, error);
}

static SerJsonFile *
read_first (const char *path, GError **error)
{
  g_autofree char *text = read_part (path, FALSE, error);

  return text ? parse_line (text, strcspn (text, "\n"), error) : NULL;
}

static SerJsonFile *
read_last (const char *path, GError **error)
{
  g_autofree char *text = read_part (path, TRUE, error);
  const char *newline;

  if (!text)
    return NULL;
  g_strchomp (text);
  newline = strrchr (text, '\n');
  newline = newline ? newline + 1 : text;
  return parse_line (newline, strlen (newline), error);
}

/* ---- what they say ---- */

typedef struct {
  double duration, none, uncertain;
  gboolean truncated;
  guint windows, speech_windows, n_labels;
  const char *title, *model, *model_id; /* belong to the lines */
  const char *labels[MAX_LABELS];
  double shares[MAX_LABELS]; /* NAN without speech */
} Said;

static gboolean
check_row (const SerJsonFile *file, const char *row, GError **error)
{
  SerJsonValue root = ser_json_file_root (file);

  return g_strcmp0 (ser_json_find_text (&root, "row"), row) == 0
      || ser_fail (error, SER_ERROR_DATA, LINES ": has no line that is its %s", row);
}

static gboolean
read_labels (const SerJsonValue *recording, Said *said, GError **error)
{
  SerJsonValue labels, label;

  if (!ser_json_get_array (recording, "labels", &labels, &said->n_labels, error))
    return FALSE;
  if (said->n_labels > MAX_LABELS)
    return ser_fail (error, SER_ERROR_DATA, LINES ": labels: more than %d", MAX_LABELS);
  for (guint i = 0; i < said->n_labels; i++) {
    label = ser_json_element (&labels, i);
    if (!ser_json_as_text (&label, &said->labels[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_recording (const SerJsonFile *file, Said *said, GError **error)
{
  SerJsonValue root = ser_json_file_root (file);

  said->title = ser_json_find_text (&root, "title");
  said->model = ser_json_find_text (&root, "model");
  said->model_id = ser_json_find_text (&root, "model_id");
  return ser_json_file_check_schema (file, "seremotion-analysis-1", WRITER, error)
      && check_row (file, "recording", error)
      && ser_json_get_number (&root, "duration", 0, MAX_DURATION, &said->duration, error)
      && ser_json_get_boolean (&root, "truncated", &said->truncated, error) && read_labels (&root, said, error);
}

static gboolean
read_share (const SerJsonValue *shares, const char *label, double *share, GError **error)
{
  SerJsonValue kinds, kind;

  return ser_json_get (shares, label, &kinds, error) && ser_json_get (&kinds, "sampling_only", &kind, error)
      && ser_json_get_figure (&kind, "value", 0, MAX_SHARE, share, error);
}

static gboolean
read_summary (const SerJsonFile *file, Said *said, GError **error)
{
  SerJsonValue root = ser_json_file_root (file), shares;

  if (!check_row (file, "summary", error) || !ser_json_get_count (&root, "windows", &said->windows, error)
      || !ser_json_get_count (&root, "speech_windows", &said->speech_windows, error)
      || !ser_json_get_figure (&root, "none", 0, MAX_SHARE, &said->none, error)
      || !ser_json_get_figure (&root, "uncertain", 0, MAX_SHARE, &said->uncertain, error)
      || !ser_json_get (&root, "shares", &shares, error))
    return FALSE;
  for (guint i = 0; i < said->n_labels; i++)
    if (!read_share (&shares, said->labels[i], &said->shares[i], error))
      return FALSE;
  return TRUE;
}

/* The label of the largest share, NULL without speech. */
static const char *
find_leading (const Said *said)
{
  const char *leading = NULL;
  double most = 0;

  for (guint i = 0; i < said->n_labels; i++)
    if (said->shares[i] > most) {
      most = said->shares[i];
      leading = said->labels[i];
    }
  return leading;
}

/* NAN stays that. */
static double
at_most_one (double share)
{
  return share > 1 ? 1 : share;
}

/* The object `summary` of docs/api.md; free with g_free(). */
static char *
write_summary (const Said *said)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_int (builder, "windows", said->windows);
  ser_json_add_int (builder, "speech_windows", said->speech_windows);
  json_builder_set_member_name (builder, "shares");
  json_builder_begin_object (builder);
  for (guint i = 0; i < said->n_labels; i++)
    ser_json_add_double (builder, said->labels[i], at_most_one (said->shares[i]));
  json_builder_end_object (builder);
  ser_json_add_string (builder, "leading", find_leading (said));
  ser_json_add_double (builder, "none", at_most_one (said->none));
  ser_json_add_double (builder, "uncertain", at_most_one (said->uncertain));
  ser_json_add_boolean (builder, "truncated", said->truncated);
  json_builder_end_object (builder);
  return ser_json_to_text (builder);
}

static void
replace (char **text, char *other)
{
  g_free (*text);
  *text = other;
}

static void
fill (SerEntry *entry, const Said *said)
{
  char *title = said->title && !entry->title_given ? ser_title_make (said->title) : NULL;

  if (title)
    replace (&entry->labelling.title, title);
  entry->duration = said->duration;
  replace (&entry->summary, write_summary (said));
  replace (&entry->model, ser_title_make (said->model ? said->model : ""));
  replace (&entry->model_id, ser_title_make (said->model_id ? said->model_id : ""));
}

gboolean
ser_results_take (const char *folder, SerEntry *entry, GError **error)
{
  g_autofree char *results = g_build_filename (folder, SER_RESULTS_FOLDER, NULL);
  g_autofree char *document = g_build_filename (results, DOCUMENT, NULL);
  g_autofree char *lines = g_build_filename (results, LINES, NULL);
  g_autoptr (SerJsonFile) first = NULL, last = NULL;
  Said said = { .duration = NAN };

  if (!tidy (results, error))
    return FALSE;
  if (!is_file (document))
    return ser_fail (error, SER_ERROR_DATA, "the analysis ended without its document " DOCUMENT);
  if (!(first = read_first (lines, error)) || !(last = read_last (lines, error))
      || !read_recording (first, &said, error) || !read_summary (last, &said, error))
    return FALSE;
  fill (entry, &said);
  return TRUE;
}
