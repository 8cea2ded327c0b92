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
#include "whole-file.h"

#define PAGE "/seremotion/report.html"

typedef struct {
  const SerRecording *recording;
  SerReportMedia media;
  char *link;            /* relative URI of the medium, or NULL */
  const SerSound *sound; /* or NULL */
  SerWholeFile *file;
} Report;

/* ---- what is put in ---- */

/* In HTML's scripts, `<` begins both what ends them and what keeps them from ending. */
static void
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
}

static void
write_title (Report *report)
{
  const SerRecording *recording = report->recording;
  g_autofree char *valid = g_utf8_make_valid (recording->title ? recording->title : recording->name, -1);
  g_autofree char *text = g_markup_escape_text (valid, -1);

  ser_whole_file_write_text (report->file, text);
}

/* Where the page may take sound from: itself, or files. */
static void
write_media_source (Report *report)
{
  static const char *const sources[] = { "blob:", "'self' file:", "'none'" };

  ser_whole_file_write_text (report->file, sources[report->media]);
}

static void
write_analysis (Report *report)
{
  g_autofree char *json = ser_report_to_json (report->recording);

  write_json (report, json);
}

static void
write_media (Report *report)
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
  write_json (report, json);
}

static void
write_base64 (Report *report, const GByteArray *bytes)
{
  const gsize step = 3 << 16; /* a multiple of 3, so that the pieces join */

  for (gsize at = 0; at < bytes->len; at += step) {
    g_autofree char *text = g_base64_encode (bytes->data + at, MIN (step, bytes->len - at));
    ser_whole_file_write_text (report->file, text);
  }
}

static void
write_sound (Report *report)
{
  if (report->media == SER_MEDIA_EMBED)
    write_base64 (report, report->sound->opus);
}

static void
write_peaks (Report *report)
{
  if (report->media != SER_MEDIA_NONE)
    write_base64 (report, report->sound->peaks);
}

/* A file that cannot be written says so when it is finished. */
static const struct {
  const char *name;
  void (*write) (Report *report);
} marks[] = { { "title", write_title }, { "media-source", write_media_source }, { "analysis", write_analysis },
  { "media", write_media }, { "sound", write_sound }, { "peaks", write_peaks } };

/* ---- the page ---- */

#define MARK_BEGIN "{{seremotion-"
#define MARK_END "}}"

static void
write_mark (Report *report, const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (strlen (marks[i].name) == length && strncmp (marks[i].name, name, length) == 0) {
      marks[i].write (report);
      return;
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
    write_mark (report, name, strstr (name, MARK_END) - name);
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

/* A page opens no connections: what is not a file here is left to the reader to open. */
static SerReportMedia
get_media (const char *location, SerReportMedia media)
{
  g_autofree char *path = media == SER_MEDIA_LINK ? get_local_path (location) : NULL;

  return media == SER_MEDIA_LINK && !path ? SER_MEDIA_NONE : media;
}

SerSoundParts
ser_report_get_sound (const char *location, SerReportMedia media)
{
  static const SerSoundParts parts[] = {
    [SER_MEDIA_EMBED] = SER_SOUND_OPUS, [SER_MEDIA_LINK] = SER_SOUND_PEAKS, [SER_MEDIA_NONE] = SER_SOUND_NONE
  };

  return parts[get_media (location, media)];
}

gboolean
ser_report_write_html (
    const SerRecording *recording, const SerSound *sound, SerReportMedia media, const char *path, GError **error)
{
  g_autoptr (GBytes) page = get_page (error);
  g_autoptr (SerWholeFile) file = page ? ser_whole_file_new (path, error) : NULL;
  g_autofree char *link = NULL;
  Report report = { recording, get_media (recording->location, media), NULL, sound, file };

  if (!file)
    return FALSE;
  if (report.media == SER_MEDIA_LINK)
    report.link = link = ser_report_make_link (recording->location, path);
  return write_page (&report, g_bytes_get_data (page, NULL), error);
}
