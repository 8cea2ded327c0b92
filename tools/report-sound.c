/* report-sound.c - the sound of a recording as a page holds it: peaks to draw, Opus to play
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     decoder's thread: samples -> peaks, appsrc ! opusenc ! oggmux ! appsink -> base64 -> file (encoder's thread)
 */

#include "report-sound.h"

#include <math.h>
#include <stdlib.h>

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "feed.h"
#include "media.h"
#include "model/error.h"

#define RATE 24000    /* what Opus keeps of a voice at this bit rate */
#define MAX_LAG 0.1   /* s: what lacks more than this is made up for by silence */
#define MAX_GAP 36000 /* s: a time stamp further off than this is a fault of the medium */

typedef struct {
  GByteArray *peaks;
  guint64 n_samples; /* so far, with the silence that stands for gaps */
  GstElement *encoder;
  GstElement *source;
  SerWholeFile *file;
  int state, save; /* of g_base64_encode_step() */
} Sound;

/* ---- Opus ---- */

static void
write_base64 (Sound *sound, const guint8 *bytes, gsize n)
{
  /* As g_base64_encode_step() wants it without line ends. */
  g_autofree char *text = g_malloc ((n / 3 + 1) * 4 + 4);
  gsize length = g_base64_encode_step (bytes, n, FALSE, text, &sound->state, &sound->save);

  ser_whole_file_write (sound->file, text, length);
}

static void
end_base64 (Sound *sound)
{
  char text[8];

  ser_whole_file_write (sound->file, text, g_base64_encode_close (FALSE, text, &sound->state, &sound->save));
}

static GstFlowReturn
on_encoded (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstMapInfo map;

  if (!sample)
    return GST_FLOW_EOS;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  write_base64 (data, map.data, map.size);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return GST_FLOW_OK;
}

static gboolean
start_encoder (Sound *sound, GError **error)
{
  static const GstAppSinkCallbacks callbacks = { .new_sample = on_encoded };
  g_autoptr (GError) local = NULL;
  g_autoptr (GstElement) sink = NULL;

  sound->encoder = ser_feed_new ("appsrc name=in block=true max-bytes=1000000 ! "
                                 "opusenc bitrate=24000 audio-type=voice ! oggmux ! appsink name=ogg sync=false",
      RATE, &local);
  if (!sound->encoder)
    return ser_fail (error, SER_ERROR_CONFIG,
        "GStreamer cannot make Opus (opusenc and oggmux of gstreamer1.0-plugins-base): %s; --media link or none needs "
        "neither",
        local->message);
  sound->source = gst_bin_get_by_name (GST_BIN (sound->encoder), "in");
  sink = gst_bin_get_by_name (GST_BIN (sound->encoder), "ogg");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), (GstAppSinkCallbacks *) &callbacks, sound, NULL);
  gst_element_set_state (sound->encoder, GST_STATE_PLAYING);
  return TRUE;
}

static void
encode (Sound *sound, const gint16 *samples, gsize n)
{
  GstBuffer *buffer = gst_buffer_new_memdup (samples, n * sizeof (gint16));

  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (sound->n_samples, GST_SECOND, RATE);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n, GST_SECOND, RATE);
  /* Where it fails the bus says why. */
  gst_app_src_push_buffer (GST_APP_SRC (sound->source), buffer);
}

static gboolean
finish_encoder (Sound *sound, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (sound->encoder);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) local = NULL;

  gst_app_src_end_of_stream (GST_APP_SRC (sound->source));
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    return TRUE;
  gst_message_parse_error (message, &local, NULL);
  return ser_fail (error, SER_ERROR_CONFIG, "the sound cannot be made Opus: %s", local->message);
}

static void
stop_encoder (Sound *sound)
{
  if (sound->encoder)
    gst_element_set_state (sound->encoder, GST_STATE_NULL);
  g_clear_object (&sound->source);
  g_clear_object (&sound->encoder);
}

/* ---- samples ---- */

static void
add_peaks (Sound *sound, const gint16 *samples, gsize n)
{
  const guint step = RATE / SER_REPORT_PEAKS;

  for (gsize i = 0; i < n; i++) {
    guint64 at = (sound->n_samples + i) / step;
    guint8 height = abs (samples[i]) * 255 / 32768;

    if (at == sound->peaks->len)
      g_byte_array_append (sound->peaks, &height, 1);
    else
      sound->peaks->data[at] = MAX (sound->peaks->data[at], height);
  }
}

static void
add (Sound *sound, const gint16 *samples, gsize n)
{
  add_peaks (sound, samples, n);
  if (sound->encoder)
    encode (sound, samples, n);
  sound->n_samples += n;
}

static void
add_silence (Sound *sound, double seconds)
{
  g_autofree gint16 *zeros = g_new0 (gint16, RATE);

  for (guint64 left = llround (seconds * RATE); left > 0;) {
    gsize n = MIN (left, RATE);
    add (sound, zeros, n);
    left -= n;
  }
}

static void
on_samples (const gint16 *samples, gsize n, double time, gpointer data)
{
  Sound *sound = data;
  double lag = time - (double) sound->n_samples / RATE;

  if (lag > MAX_LAG && lag < MAX_GAP)
    add_silence (sound, lag);
  add (sound, samples, n);
}

gboolean
ser_report_sound (const SerRecording *recording, SerWholeFile *file, GByteArray *peaks, GError **error)
{
  Sound sound = { .peaks = peaks, .file = file };
  g_autoptr (GError) local = NULL;
  gboolean ok = !file || start_encoder (&sound, error);

  if (ok && !ser_media_read (recording->location, recording->track, RATE, on_samples, &sound, &local)
      && !(recording->truncated && peaks->len > 0)) {
    ok = FALSE;
    g_propagate_error (error, g_steal_pointer (&local));
  }
  ok = ok && (!file || finish_encoder (&sound, error));
  stop_encoder (&sound);
  if (file)
    end_base64 (&sound);
  return ok;
}
