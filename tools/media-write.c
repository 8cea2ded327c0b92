/* media-write.c - 16-bit mono samples to a WAV file, by GStreamer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "feed.h"
#include "media.h"
#include "model/error.h"

gboolean
ser_media_write_wav (const char *path, const gint16 *samples, gsize n, guint rate, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GstElement) pipeline = ser_feed_new ("appsrc name=in ! wavenc ! filesink name=file", rate, &local);
  g_autoptr (GstElement) file = pipeline ? gst_bin_get_by_name (GST_BIN (pipeline), "file") : NULL;
  g_autofree char *name = g_filename_display_name (path);

  if (file)
    g_object_set (file, "location", path, NULL);
  return (file && ser_feed_run (pipeline, samples, n, NULL, &local))
      || ser_fail (error, SER_ERROR_FILE, "%s: %s", name, local->message);
}
