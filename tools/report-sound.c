/* report-sound.c - the sound of a recording as pages have it: peaks to draw, Opus to play
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     decoder's thread: samples -> peaks, appsrc ! opusenc ! oggmux ! appsink -> bytes (encoder's thread)
 */

#include "report-sound.h"

#include <math.h>
#include <stdlib.h>

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "feed.h"
#include "media.h"
#include "model/error.h"
#include "whole-file.h"

#define RATE 24000    /* what Opus keeps of a voice at this bit rate */
#define MAX_LAG 0.1   /* s: what lacks more than this is made up for by silence */
#define MAX_GAP 36000 /* s: a time stamp further off than this is a fault of the medium */

typedef struct {
  SerSound *sound;
  guint64 n_samples; /* so far, with the silence that stands for gaps */
  GstElement *encoder;
  GstElement *source;
  SerSoundFunc func;
  gpointer data;
} Maker;

/* ---- Opus ---- */

static GstFlowReturn
on_encoded (GstAppSink *sink, gpointer data)
{
  Maker *maker = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstMapInfo map;

  if (!sample)
    return GST_FLOW_EOS;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  g_byte_array_append (maker->sound->opus, map.data, map.size);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return GST_FLOW_OK;
}

static gboolean
start_encoder (Maker *maker, GError **error)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = on_encoded };
  g_autoptr (GError) local = NULL;
  g_autoptr (GstElement) sink = NULL;

  maker->encoder = ser_feed_new ("appsrc name=in block=true max-bytes=1000000 ! "
                                 "opusenc bitrate=24000 audio-type=voice ! oggmux ! appsink name=ogg sync=false",
      RATE, &local);
  if (!maker->encoder)
    return ser_fail (error, SER_ERROR_CONFIG,
        "GStreamer cannot make Opus (opusenc and oggmux of gstreamer1.0-plugins-base): %s; --format html with --media "
        "link or none needs neither",
        local->message);
  maker->source = gst_bin_get_by_name (GST_BIN (maker->encoder), "in");
  sink = gst_bin_get_by_name (GST_BIN (maker->encoder), "ogg");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *) &callbacks, maker, NULL);
  gst_element_set_state (maker->encoder, GST_STATE_PLAYING);
  return TRUE;
}

static void
encode (Maker *maker, const gint16 *samples, gsize n)
{
  GstBuffer *buffer = gst_buffer_new_memdup (samples, n * sizeof (gint16));

  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (maker->n_samples, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n, GST_SECOND, RATE);
  /* Where it fails the bus says why. */
  gst_app_src_push_buffer (GST_APP_SRC (maker->source), buffer);
}

static gboolean
finish_encoder (Maker *maker, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (maker->encoder);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) local = NULL;

  gst_app_src_end_of_stream (GST_APP_SRC (maker->source));
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, &local, NULL);
  return ser_fail (error, SER_ERROR_CONFIG, "the sound cannot be made Opus: %s", local->message);
}

static void
stop_encoder (Maker *maker)
{
  if (maker->encoder)
    gst_element_set_state (maker->encoder, GST_STATE_NULL);
  g_clear_object (&maker->source);
  g_clear_object (&maker->encoder);
}

/* ---- samples ---- */

static void
add_peaks (Maker *maker, const gint16 *samples, gsize n)
{
  const guint step = RATE / SER_REPORT_PEAKS;
  GByteArray *peaks = maker->sound->peaks;

  for (gsize i = 0; i < n; i++) {
    guint64 at = (maker->n_samples + i) / step;
    guint8 height = abs (samples[i]) * 255 / 32768;

    if (at == peaks->len)
      g_byte_array_append (peaks, &height, 1);
    else
      peaks->data[at] = MAX (peaks->data[at], height);
  }
}

static void
add (Maker *maker, const gint16 *samples, gsize n)
{
  add_peaks (maker, samples, n);
  if (maker->encoder)
    encode (maker, samples, n);
  maker->n_samples += n;
}

static void
add_silence (Maker *maker, double seconds)
{
  g_autofree gint16 *zeros = g_new0 (gint16, RATE);

  for (guint64 left = llround (seconds * RATE); left > 0;) {
    gsize n = MIN (left, RATE);
    add (maker, zeros, n);
    left -= n;
  }
}

static void
on_samples (const gint16 *samples, gsize n, double time, gpointer data)
{
  Maker *maker = data;
  double lag = time - (double) maker->n_samples / RATE;

  if (lag > MAX_LAG && lag < MAX_GAP)
    add_silence (maker, lag);
  add (maker, samples, n);
  if (maker->func)
    maker->func ((double) maker->n_samples / RATE, maker->data);
}

static gboolean
decode (Maker *maker, const SerRecording *recording, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (ser_media_read (recording->location, recording->track, RATE, on_samples, maker, &local)
      || (recording->truncated && maker->sound->peaks->len > 0))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

SerSound *
ser_sound_new (const SerRecording *recording, SerSoundParts parts, SerSoundFunc func, gpointer data, GError **error)
{
  g_autoptr (SerSound) sound = g_new0 (SerSound, 1);
  Maker maker = { .sound = sound, .func = func, .data = data };
  gboolean ok;

  sound->peaks = g_byte_array_new ();
  sound->opus = g_byte_array_new ();
  ok = (parts < SER_SOUND_OPUS || start_encoder (&maker, error)) && decode (&maker, recording, error)
      && (!maker.encoder || finish_encoder (&maker, error));
  stop_encoder (&maker);
  return ok ? g_steal_pointer (&sound) : NULL;
}

void
ser_sound_free (SerSound *sound)
{
  if (!sound)
    return;
  g_byte_array_unref (sound->peaks);
  g_byte_array_unref (sound->opus);
  g_free (sound);
}

/* ---- files ---- */

static gboolean
write_bytes (const GByteArray *bytes, const char *stem, const char *suffix, GError **error)
{
  g_autofree char *path = g_strconcat (stem, suffix, NULL);
  g_autoptr (SerWholeFile) file = ser_whole_file_new (path, error);

  if (!file)
    return FALSE;
  ser_whole_file_write (file, bytes->data, bytes->len);
  return ser_whole_file_finish (file, error);
}

gboolean
ser_sound_write (const SerSound *sound, const char *stem, GError **error)
{
  return write_bytes (sound->opus, stem, ".opus", error) && write_bytes (sound->peaks, stem, ".peaks", error);
}
