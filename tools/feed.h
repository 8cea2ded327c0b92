/* feed.h - samples in memory through a GStreamer pipeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_FEED_H
#define SER_FEED_H

#include <gst/gst.h>

/* A pipeline of a gst-launch line that begins with `appsrc name=in`, which takes 16-bit mono samples at `rate` Hz.
 * Where the line ends with `appsink name=out`, that gives the same format. Initialises GStreamer. Free with
 * gst_object_unref(). Fails with GStreamer's own words. */
GstElement *ser_feed_new (const char *line, guint rate, GError **error);

/* Pushes samples [n] through the pipeline and waits for its end. What its appsink gives is appended to `out`, which may
 * be NULL where there is none. Fails with the pipeline's own words. To be called once. */
gboolean ser_feed_run (GstElement *pipeline, const gint16 *samples, gsize n, GByteArray *out, GError **error);

#endif /* SER_FEED_H */
