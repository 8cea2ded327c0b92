/* report-html.c - the analysis of a recording as one page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The page is compiled into the program, with marks where a recording's own goes (dashboard/web/build.mjs). What takes
 * long to read, the sound, comes last in it.
 */

#include "report-html.h"

#include <string.h>

#include <gio/gio.h>
#include <gst/gst.h>

#include "json.h"
#include "model/error.h"
#include "report-json.h"
#include "report-page.h"
#include "report-sound.h"
#include "whole-file.h"

#define PAGE "/seremotion/report.html"

typedef struct {
  const SerRecording *recording;
  SerReportMedia media;
  char *link; /* relative URI of the medium, or NULL */
  SerWholeFile *file;
  GByteArray *peaks; /* known when the sound has been written */
} Report;

/* ---- what is put in ---- */

/* In HTML's scripts, `<` begins both what ends them and what keeps them from ending. */
static gboolean
write_json (Report *report, const char *json)
{
  for (const char *at = json; *at;) {
    gsize n = strcspn (at, "<");

    ser_whole_file_write (report->file, at, n);
    at += n;
    if (*at == '<') {
      ser_whole_file_write_text (report->file, "\\u003c");
      at++;
    }
  }
  return TRUE;
}

static gboolean
write_title (Report *report, GError **error)
{
  const SerRecording *recording = report->recording;
  g_autofree char *valid = g_utf8_make_valid (recording->title ? recording->title : recording->name, -1);
  g_autofree char *text = g_markup_escape_text (valid, -1);

  return ser_whole_file_write_text (report->file, text);
}

/* Where the page may take sound from: itself, or files. */
static gboolean
write_media_source (Report *report, GError **error)
{
  static const char *const sources[] = { "blob:", "'self' file:", "'none'" };

  return ser_whole_file_write_text (report->file, sources[report->media]);
}

static gboolean
write_analysis (Report *report, GError **error)
{
  g_autofree char *json = ser_report_to_json (report->recording);

  return write_json (report, json);
}

static gboolean
write_media (Report *report, GError **error)
{
  static const char *const names[] = { "embed", "link", "none" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *json = NULL;

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "media", names[report->media]);
  ser_json_add_string (builder, "link", report->link);
  ser_json_add_int (builder, "peaks_per_second", SER_REPORT_PEAKS);
  json_builder_end_object (builder);
  json = ser_json_to_text (builder);
  return write_json (report, json);
}

static gboolean
write_sound (Report *report, GError **error)
{
  return report->media == SER_MEDIA_NONE
      || ser_report_sound (
          report->recording, report->media == SER_MEDIA_EMBED ? report->file : NULL, report->peaks, error);
}

static gboolean
write_peaks (Report *report, GError **error)
{
  g_autofree char *text = g_base64_encode (report->peaks->data, report->peaks->len);

  return ser_whole_file_write_text (report->file, text);
}

static const struct {
  const char *name;
  gboolean (*write) (Report *report, GError **error);
} marks[] = { { "title", write_title }, { "media-source", write_media_source }, { "analysis", write_analysis },
  { "media", write_media }, { "sound", write_sound }, { "peaks", write_peaks } };

/* ---- the page ---- */

#define MARK_BEGIN "{{seremotion-"
#define MARK_END "}}"

static gboolean
write_mark (Report *report, const char *name, gsize length, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strlen (marks[i].name) == length && strncmp (marks[i].name, name, length) == 0) {
      g_autoptr (GError) local = NULL;
      /* A file that cannot be written says so when it is finished. */
      if (marks[i].write (report, &local) || !local)
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  g_assert_not_reached ();
}

static gboolean
write_page (Report *report, const char *page, GError **error)
{
  const char *mark;

  for (; (mark = strstr (page, MARK_BEGIN)); page = strstr (mark, MARK_END) + strlen (MARK_END)) {
    const char *name = mark + strlen (MARK_BEGIN);

    ser_whole_file_write (report->file, page, mark - page);
    if (!write_mark (report, name, strstr (name, MARK_END) - name, error))
      return FALSE;
  }
  ser_whole_file_write_text (report->file, page);
  return ser_whole_file_finish (report->file, error);
}

/* What was built is a page, or a line that says why there is none. */
static GBytes *
get_page (GError **error)
{
  GBytes *page = g_resource_lookup_data (report_page_get_resource (), PAGE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  const char *text = g_bytes_get_data (page, NULL);

  if (g_str_has_prefix (text, "<!doctype html>"))
    return page;
  ser_fail (error, SER_ERROR_CONFIG,
      "--format html: this program was built without the report page: %s; with npm and a network, `./dev build` or "
      "meson's -Dweb=enabled builds it with one",
      text);
  g_bytes_unref (page);
  return NULL;
}

gboolean
ser_report_check (GError **error)
{
  g_autoptr (GBytes) page = get_page (error);

  return page != NULL;
}

/* ---- links ---- */

/* The local file of a recording, absolute, or NULL. Free with g_free(). */
static char *
get_local_path (const char *location)
{
  g_autofree char *path = NULL;

  if (gst_uri_is_valid (location) && !gst_uri_has_protocol (location, "file"))
    return NULL;
  path = gst_uri_is_valid (location) ? g_filename_from_uri (location, NULL, NULL) : g_strdup (location);
  return path ? g_canonicalize_filename (path, NULL) : NULL;
}

char *
ser_report_make_link (const char *location, const char *page)
{
  g_autofree char *target = get_local_path (location), *absolute = g_canonicalize_filename (page, NULL);
  g_autoptr (GString) path = g_string_new (NULL);
  gsize same = 0; /* length of the folders that both are in */

  if (!target)
    return NULL;
  for (gsize i = 0; target[i] && target[i] == absolute[i]; i++)
    if (target[i] == '/')
      same = i + 1;
  for (const char *at = absolute + same; (at = strchr (at, '/')); at++)
    g_string_append (path, "../");
  g_string_append (path, target + same);
  return g_uri_escape_string (path->str, "/", FALSE);
}

gboolean
ser_report_write_html (const SerRecording *recording, SerReportMedia media, const char *path, GError **error)
{
  g_autoptr (GBytes) page = get_page (error);
  g_autoptr (SerWholeFile) file = page ? ser_whole_file_new (path, error) : NULL;
  g_autoptr (GByteArray) peaks = g_byte_array_new ();
  g_autofree char *link = NULL;
  Report report = { recording, media, NULL, file, peaks };

  if (!file)
    return FALSE;
  if (media == SER_MEDIA_LINK)
    report.link = link = ser_report_make_link (recording->location, path);
  /* A page opens no connections: what is not a file here is left to the reader to open. */
  if (media == SER_MEDIA_LINK && !link)
    report.media = SER_MEDIA_NONE;
  return write_page (&report, g_bytes_get_data (page, NULL), error);
}
