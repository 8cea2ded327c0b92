/* feed.c - samples in memory through a GStreamer pipeline
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "feed.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>

GstElement *
ser_feed_new (const char *line, guint rate, GError **error)
{
  g_autoptr (GstElement) source = NULL, sink = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstElement *pipeline;
  GstAudioInfo info;

  if (!gst_init_check (NULL, NULL, error))
    return NULL;
  pipeline = gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (!pipeline)
    return NULL;
  gst_audio_info_set_format (&info, GST_AUDIO_FORMAT_S16, rate, 1, NULL);
  caps = gst_audio_info_to_caps (&info);
  source = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "out");
  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  if (sink)
    g_object_set (sink, "caps", caps, "sync", FALSE, NULL);
  return pipeline;
}

/* On the streaming thread, until the pipeline has ended. */
static GstFlowReturn
on_sample (GstAppSink *sink, gpointer out)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstMapInfo map;

  if (!sample)
    return GST_FLOW_EOS;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  g_byte_array_append (out, map.data, map.size);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return GST_FLOW_OK;
}

gboolean
ser_feed_run (GstElement *pipeline, const gint16 *samples, gsize n, GByteArray *out, GError **error)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  g_autoptr (GstElement) source = gst_bin_get_by_name (GST_BIN (pipeline), "in");
  g_autoptr (GstElement) sink = out ? gst_bin_get_by_name (GST_BIN (pipeline), "out") : NULL;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  GstBuffer *buffer = gst_buffer_new_memdup (samples, n * sizeof (gint16));

  if (sink)
    gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *) &callbacks, out, NULL);
  GST_BUFFER_PTS (buffer) = 0;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  gst_app_src_push_buffer (GST_APP_SRC (source), buffer);
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, error, NULL);
  return FALSE;
}
