/* media-info.c - title, date and uploader of a recording
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "media-info.h"

#include <gst/gst.h>
#include <string.h>

#include "json-read.h"

/* The local path of a location, or NULL. Free with g_free(). */
static char *
get_path (const char *location)
{
  if (strcmp (location, "-") == 0)
    return NULL;
  if (gst_uri_is_valid (location))
    return gst_uri_has_protocol (location, "file") ? g_filename_from_uri (location, NULL, NULL) : NULL;
  return g_strdup (location);
}

static char *
strip_extension (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot && dot > name ? g_strndup (name, dot - name) : g_strdup (name);
}

static char *
get_uri_name (const char *location)
{
  g_autoptr (GstUri) uri = gst_uri_from_string (location);
  g_autofree char *path = uri ? gst_uri_get_path (uri) : NULL, *name = path ? g_path_get_basename (path) : NULL;

  if (name && strcmp (name, "/") != 0 && strcmp (name, ".") != 0)
    return strip_extension (name);
  return g_strdup (uri && gst_uri_get_host (uri) ? gst_uri_get_host (uri) : "stream");
}

char *
ser_media_info_get_name (const char *location)
{
  g_autofree char *path = get_path (location), *name = path ? g_path_get_basename (path) : NULL;

  if (strcmp (location, "-") == 0)
    return g_strdup ("stdin");
  return name ? strip_extension (name) : get_uri_name (location);
}

/* "20030201" to "2003-02-01"; NULL for anything else. */
static char *
format_date (const char *digits)
{
  if (!digits || strlen (digits) != 8 || strspn (digits, "0123456789") != 8)
    return NULL;
  return g_strdup_printf ("%.4s-%.2s-%.2s", digits, digits + 4, digits + 6);
}

static void
read_info (SerRecording *recording, const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path), *base = g_path_get_basename (path);
  g_autofree char *stem = strip_extension (base), *info = g_strconcat (stem, ".info.json", NULL);
  g_autofree char *name = g_build_filename (folder, info, NULL);
  g_autoptr (SerJsonFile) file = g_file_test (name, G_FILE_TEST_IS_REGULAR) ? ser_json_file_load (name, NULL) : NULL;
  SerJsonValue root;

  if (!file)
    return;
  root = ser_json_file_root (file);
  recording->title = g_strdup (ser_json_find_text (&root, "title"));
  recording->uploader = g_strdup (ser_json_find_text (&root, "uploader"));
  recording->date = format_date (ser_json_find_text (&root, "upload_date"));
}

void
ser_media_info_apply (SerRecording *recording, const SerTrack *track)
{
  g_autofree char *path = get_path (recording->location);

  if (path)
    read_info (recording, path);
  if (!recording->title)
    recording->title = g_strdup (track->title);
  if (!recording->date)
    recording->date = g_strdup (track->date);
  if (!recording->uploader)
    recording->uploader = g_strdup (track->artist);
}
