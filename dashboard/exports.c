/* exports.c - the files that an analysis left, as the API gives them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "exports.h"

#include <glib/gstdio.h>
#include <string.h>

#include "json.h"

#define MAX_DOWNLOAD 120 /* characters of the title in a download's name */

/* All files of all formats; those of one format follow each other. */
static const struct {
  const char *format, *title;
  const char *suffix; /* after SER_RESULTS_STEM */
  const char *type;
  const char *table; /* of tables.h, in which the same stands with what is said of the recording; or NULL */
} files[] = {
  { "html", "Report, one page with its sound", ".html", "text/html" },
  { "csv", "CSV: windows, segments, summary", ".windows.csv", "text/csv", "windows.csv" },
  { "csv", NULL, ".segments.csv", "text/csv", "segments.csv" },
  { "csv", NULL, ".summary.csv", "text/csv", "summary.csv" },
  { "table", "Table for reading", ".txt", "text/plain" },
  { "json", "JSON document", ".json", "application/json" },
  { "jsonl", "JSON lines", ".jsonl", "application/x-ndjson" },
  { "vtt", "WebVTT subtitles", ".vtt", "text/vtt" },
  { "srt", "SubRip subtitles", ".srt", "application/x-subrip" },
  { "textgrid", "Praat TextGrid", ".TextGrid", "text/plain" },
  { "eaf", "ELAN annotations", ".eaf", "application/xml" },
  { "audacity", "Audacity labels", ".audacity-segments.txt", "text/plain" },
  { "audacity", NULL, ".audacity-windows.txt", "text/plain" },
  { "sound", "Sound as mono Opus, peaks to draw", ".opus", "audio/ogg" },
  { "sound", NULL, ".peaks", "application/octet-stream" },
};

char *
ser_exports_make_formats (gboolean page)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (files[i].title && (page || strcmp (files[i].format, "html") != 0))
      g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", files[i].format);
  return g_string_free (list, FALSE);
}

void
ser_exports_build_formats (JsonBuilder *builder)
{
  json_builder_set_member_name (builder, "formats");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    if (!files[i].title)
      continue;
    json_builder_begin_object (builder);
    ser_json_add_string (builder, "name", files[i].format);
    ser_json_add_string (builder, "title", files[i].title);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static char *
make_path (SerJobs *jobs, const SerEntry *entry, const char *suffix)
{
  g_autofree char *name = g_strconcat (SER_RESULTS_STEM, suffix, NULL);

  return ser_jobs_make_result_path (jobs, entry->id, name);
}

char *
ser_exports_make_name (const SerEntry *entry, const char *suffix)
{
  g_autofree char *title =
      g_utf8_substring (entry->labelling.title, 0, MIN (g_utf8_strlen (entry->labelling.title, -1), MAX_DOWNLOAD));

  g_strdelimit (title, "/\\:*?\"<>|", '-');
  if (title[0] == '.')
    title[0] = '-';
  return g_strconcat (title, suffix, NULL);
}

static void
give (SerJobs *jobs, const SerEntry *entry, const SerRequest *request, const char *suffix, gboolean download)
{
  g_autofree char *path = make_path (jobs, entry, suffix),
                  *name = download ? ser_exports_make_name (entry, suffix) : NULL;
  guint i = 0;

  while (strcmp (files[i].suffix, suffix) != 0)
    i++;
  ser_respond_file (request, files[i].type, path, name);
}

static char *
make_href (const SerEntry *entry, guint i)
{
  if (files[i].table)
    return g_strdup_printf (SER_HTTP_API "/tables/%s?ids=%s", files[i].table, entry->id);
  return g_strdup_printf (SER_HTTP_API "/recordings/%s/exports/" SER_RESULTS_STEM "%s", entry->id, files[i].suffix);
}

/* How long a table is shows when it is made. */
static void
build_export (JsonBuilder *builder, const SerEntry *entry, guint i, goffset size)
{
  g_autofree char *name = ser_exports_make_name (entry, files[i].suffix), *href = make_href (entry, i);

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "format", files[i].format);
  ser_json_add_string (builder, "name", name);
  json_builder_set_member_name (builder, "bytes");
  if (files[i].table)
    json_builder_add_null_value (builder);
  else
    json_builder_add_int_value (builder, size);
  ser_json_add_string (builder, "href", href);
  json_builder_end_object (builder);
}

static void
list (SerJobs *jobs, const SerEntry *entry, const SerRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "exports");
  json_builder_begin_array (builder);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *path = make_path (jobs, entry, files[i].suffix);
    GStatBuf status;

    if (g_lstat (path, &status) == 0)
      build_export (builder, entry, i, status.st_size);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

/* The suffix of a file that there may be, or NULL. */
static const char *
find_suffix (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (g_str_has_prefix (name, SER_RESULTS_STEM) && strcmp (name + strlen (SER_RESULTS_STEM), files[i].suffix) == 0)
      return files[i].suffix;
  return NULL;
}

gboolean
ser_exports_answer (SerJobs *jobs, const SerEntry *entry, const SerRequest *request)
{
  static const char *const parts[][2] = { { "analysis", ".json" }, { "sound", ".opus" }, { "peaks", ".peaks" } };
  const char *part = request->parts[2], *suffix = NULL;
  gboolean exports = strcmp (part, "exports") == 0, listed = exports && !request->parts[3];

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (part, parts[i][0]) == 0 && !request->parts[3])
      suffix = parts[i][1];
  if (exports && !listed && !request->parts[4])
    suffix = find_suffix (request->parts[3]);
  if (!suffix && !listed)
    return FALSE;
  if (!ser_request_is (request, SOUP_METHOD_GET))
    ser_respond_method (request, "GET");
  else if (entry->state != SER_STATE_DONE)
    ser_respond_problem (request, SOUP_STATUS_CONFLICT, "%s is %s: this is there when it is done", entry->id,
        ser_state_get_name (entry->state));
  else if (listed)
    list (jobs, entry, request);
  else
    give (jobs, entry, request, suffix, exports);
  return TRUE;
}
