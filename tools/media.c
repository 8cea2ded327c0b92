/* media.c - any media file to 16-bit mono samples, by GStreamer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "media.h"

#include <gst/app/gstappsink.h>
#include <gst/audio/audio.h>
#include <gst/gst.h>

#include "gst/serconvert.h"
#include "ser.h"

/* More samples than this are refused: GArray counts bytes in 32 bits. At 16 kHz it is 18 hours. */
#define MAX_SAMPLES (1u << 30)

typedef struct {
  guint track, n_pads;
  guint rate;
  GstElement *pipeline;
  GstElement *sink;
  GstCaps *raw;  /* what the sink takes */
  GstCaps *caps; /* that `convert` was made for */
  GstAudioInfo info;
  SerConvert *convert;
  SerMediaFunc func;
  gpointer data;
  double time;   /* s: of the next sample */
  GError *error; /* of the streaming thread; stands above the pipeline's own */
} Decoder;

static void
hand_out (const gint16 *const *planes, gsize n, gpointer data)
{
  Decoder *decoder = data;

  decoder->func (planes[0], n, decoder->time, decoder->data);
  decoder->time += (double) n / decoder->rate;
}

static void
drain (Decoder *decoder)
{
  if (decoder->convert)
    ser_convert_drain (decoder->convert, hand_out, decoder);
}

static gboolean
set_caps (Decoder *decoder, GstCaps *caps)
{
  if (decoder->caps && gst_caps_is_equal (decoder->caps, caps))
    return TRUE;
  drain (decoder);
  g_clear_pointer (&decoder->convert, ser_convert_free);
  gst_caps_replace (&decoder->caps, caps);
  if (!gst_audio_info_from_caps (&decoder->info, caps)) {
    g_autofree char *text = gst_caps_to_string (caps);
    g_set_error (&decoder->error, SER_ERROR, SER_ERROR_FILE, "audio of an unknown format: %s", text);
    return FALSE;
  }
  decoder->convert = ser_convert_new (&decoder->info, decoder->rate, SER_CHANNELS_MIX, &decoder->error);
  return decoder->convert != NULL;
}

/* Where the buffer has a time, the count of samples gives way to it. The resampler lags by some milliseconds. */
static void
take_time (Decoder *decoder, const GstSegment *segment, GstBuffer *buffer)
{
  guint64 time = segment->format == GST_FORMAT_TIME && GST_BUFFER_PTS_IS_VALID (buffer)
      ? gst_segment_to_stream_time (segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer))
      : GST_CLOCK_TIME_NONE;

  if (GST_CLOCK_TIME_IS_VALID (time))
    decoder->time = (double) time / GST_SECOND;
}

static gboolean
take_sample (Decoder *decoder, GstSample *sample)
{
  const GstSegment *segment = gst_sample_get_segment (sample);
  GstBuffer *buffer;
  gboolean ok;

  if (!set_caps (decoder, gst_sample_get_caps (sample)))
    return FALSE;
  buffer = gst_buffer_ref (gst_sample_get_buffer (sample));
  if (segment->format == GST_FORMAT_TIME)
    buffer = gst_audio_buffer_clip (buffer, segment, decoder->info.rate, decoder->info.bpf);
  if (!buffer)
    return TRUE;
  take_time (decoder, segment, buffer);
  ok = ser_convert_push (decoder->convert, buffer, hand_out, decoder);
  gst_buffer_unref (buffer);
  if (!ok && !decoder->error)
    g_set_error_literal (&decoder->error, SER_ERROR, SER_ERROR_FILE, "a decoded buffer cannot be mapped");
  return decoder->error == NULL;
}

static GstFlowReturn
on_sample (GstAppSink *sink, gpointer data)
{
  GstSample *sample = gst_app_sink_pull_sample (sink);
  gboolean ok;

  if (!sample)
    return GST_FLOW_EOS;
  ok = take_sample (data, sample);
  gst_sample_unref (sample);
  return ok ? GST_FLOW_OK : GST_FLOW_ERROR;
}

static void
on_pad (GstElement *decodebin, GstPad *pad, gpointer data)
{
  Decoder *decoder = data;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder->sink, "sink");
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);

  if (gst_caps_is_subset (caps, decoder->raw) && ++decoder->n_pads == decoder->track)
    gst_pad_link (pad, sink);
}

/* Without a pad to feed, the sink would wait for ever. */
static void
on_no_more_pads (GstElement *decodebin, gpointer data)
{
  Decoder *decoder = data;
  g_autoptr (GstPad) sink = gst_element_get_static_pad (decoder->sink, "sink");

  if (decoder->n_pads == 0)
    GST_ELEMENT_ERROR (decoder->pipeline, STREAM, WRONG_TYPE, ("it holds no audio stream"), (NULL));
  else if (!gst_pad_is_linked (sink))
    GST_ELEMENT_ERROR (decoder->pipeline, STREAM, WRONG_TYPE, ("it has no audio track %u", decoder->track), (NULL));
}

static GstElement *
make_source (const char *location, GError **error)
{
  g_autofree char *path = NULL;
  GstElement *source;

  if (gst_uri_is_valid (location) && !gst_uri_has_protocol (location, "file"))
    return gst_element_make_from_uri (GST_URI_SRC, location, NULL, error);
  path = gst_uri_is_valid (location) ? g_filename_from_uri (location, NULL, error) : g_strdup (location);
  if (!path)
    return NULL;
  /* A FIFO or a device would be waited for, or read, without end. */
  if (g_file_test (path, G_FILE_TEST_EXISTS) && !g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "not a regular file");
    return NULL;
  }
  source = gst_element_factory_make ("filesrc", NULL);
  if (source)
    g_object_set (source, "location", path, NULL);
  else
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "GStreamer has no element filesrc");
  return source;
}

static gboolean
build (Decoder *decoder, const char *location, GError **error)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = on_sample };
  GstElement *source = make_source (location, error);
  GstElement *decodebin = gst_element_factory_make ("decodebin", NULL);

  decoder->raw = gst_caps_new_empty_simple ("audio/x-raw");
  decoder->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  decoder->sink = gst_element_factory_make ("appsink", NULL);
  if (!source || !decodebin || !decoder->sink) {
    g_clear_pointer (&source, gst_object_unref);
    g_clear_pointer (&decodebin, gst_object_unref);
    g_clear_pointer (&decoder->sink, gst_object_unref);
    if (error && !*error)
      g_set_error (error, SER_ERROR, SER_ERROR_FILE, "GStreamer lacks decodebin or appsink (plugins-base)");
    return FALSE;
  }
  g_object_set (decodebin, "caps", decoder->raw, "expose-all-streams", FALSE, NULL);
  g_object_set (decoder->sink, "sync", FALSE, "caps", decoder->raw, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (decoder->sink), (GstAppSinkCallbacks *) &callbacks, decoder, NULL);
  gst_bin_add_many (GST_BIN (decoder->pipeline), source, decodebin, decoder->sink, NULL);
  g_signal_connect (decodebin, "pad-added", G_CALLBACK (on_pad), decoder);
  g_signal_connect (decodebin, "no-more-pads", G_CALLBACK (on_no_more_pads), decoder);
  gst_element_link (source, decodebin);
  return TRUE;
}

/* Runs the pipeline to its end. FALSE with the pipeline's own words when it fails. */
static gboolean
play (Decoder *decoder, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (decoder->pipeline);
  g_autoptr (GstMessage) message = NULL;
  GstStateChangeReturn ret = gst_element_set_state (decoder->pipeline, GST_STATE_PLAYING);

  message = gst_bus_timed_pop_filtered (
      bus, ret == GST_STATE_CHANGE_FAILURE ? 0 : GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (decoder->pipeline, GST_STATE_NULL);
  if (decoder->error) {
    g_propagate_error (error, g_steal_pointer (&decoder->error));
    return FALSE;
  }
  if (!message) {
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "it cannot be played");
    return FALSE;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, error, NULL);
    return FALSE;
  }
  drain (decoder);
  return TRUE;
}

gboolean
ser_media_read (const char *location, guint track, guint rate, SerMediaFunc func, gpointer data, GError **error)
{
  Decoder decoder = { .track = track, .rate = rate, .func = func, .data = data };
  g_autoptr (GError) local = NULL;
  gboolean ok;

  ok = gst_init_check (NULL, NULL, &local) && build (&decoder, location, &local) && play (&decoder, &local);
  g_clear_pointer (&decoder.pipeline, gst_object_unref);
  g_clear_pointer (&decoder.convert, ser_convert_free);
  gst_clear_caps (&decoder.caps);
  gst_clear_caps (&decoder.raw);
  g_clear_error (&decoder.error);
  if (!ok)
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "%s: %s", location, local->message);
  return ok;
}

/* ---- all at once ---- */

typedef struct {
  GArray *samples; /* gint16 */
  gboolean too_long;
} Collector;

static void
collect (const gint16 *samples, gsize n, double time, gpointer data)
{
  Collector *collector = data;

  collector->too_long = collector->too_long || n > MAX_SAMPLES - collector->samples->len;
  if (!collector->too_long)
    g_array_append_vals (collector->samples, samples, n);
}

gint16 *
ser_media_decode (const char *location, guint rate, gsize *n_samples, GError **error)
{
  Collector collector = { .samples = g_array_new (FALSE, FALSE, sizeof (gint16)) };
  gboolean ok = ser_media_read (location, 1, rate, collect, &collector, error);
  gint16 *samples;

  if (ok && collector.too_long)
    g_set_error (error, SER_ERROR, SER_ERROR_FILE, "%s: longer than %u s", location, MAX_SAMPLES / rate);
  if (!ok || collector.too_long) {
    g_array_unref (collector.samples);
    return NULL;
  }
  *n_samples = collector.samples->len;
  samples = (gint16 *) g_array_free (collector.samples, FALSE);
  return samples ? samples : g_new (gint16, 1);
}
