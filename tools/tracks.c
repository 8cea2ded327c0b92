/* tracks.c - the audio tracks of a medium, each through an element of its own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tracks.h"

#include <gst/audio/audio.h>
#include <gst/gst.h>
#include <gst/pbutils/pbutils.h>
#include <math.h>
#include <string.h>

#include "gst/plugin.h"
#include "model/error.h"
#include "stall.h"
#include "track-listener.h"
#include "track-source.h"
#include "track-window.h"
#include "wav-length.h"

#define POLL (200 * GST_MSECOND)
#define STOP (10 * G_TIME_SPAN_SECOND) /* in which a pipeline ends that can end */

typedef struct {
  const SerTrackOptions *options;
  const SerModel *model;
  GstElement *pipeline;
  GstElement *source; /* not owned */
  GstCaps *raw;
  gboolean outer_pace;  /* it comes when somebody writes it */
  guint n_tracks;       /* under the lock of `pipeline`, as is the next */
  GPtrArray *listeners; /* SerTrackListener * */
} Player;

void
ser_tracks_free (SerTracks *tracks)
{
  if (!tracks)
    return;
  g_ptr_array_unref (tracks->tracks);
  g_free (tracks->fault);
  g_free (tracks);
}

/* ---- building the pipeline ---- */

static GstElement *
make_element (const SerTrackOptions *options)
{
  GstElement *element = gst_element_factory_make ("seremotion", NULL);

  if (element)
    g_object_set (element, "model", options->model, "window", (guint64) llround (options->window * GST_SECOND),
        "interval", (guint64) llround (options->interval * GST_SECOND), "threshold", options->threshold, "smoothing",
        options->smoothing, "gate", options->gate, NULL);
  return element;
}

static GstElement *
make_sink (void)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);

  g_object_set (sink, "sync", FALSE, "async", FALSE, NULL);
  return sink;
}

/* Links a pad to `element`, which is followed by a sink, or to that alone. */
static gboolean
link_pad (Player *player, GstPad *pad, GstElement *element, GstElement *sink)
{
  g_autoptr (GstPad) into = gst_element_get_static_pad (element ? element : sink, "sink");

  gst_bin_add (GST_BIN (player->pipeline), sink);
  if (element)
    gst_bin_add (GST_BIN (player->pipeline), element);
  if (element && !gst_element_link (element, sink))
    return FALSE;
  gst_element_sync_state_with_parent (sink);
  if (element)
    gst_element_sync_state_with_parent (element);
  return gst_pad_link (pad, into) == GST_PAD_LINK_OK;
}

/* The next track of the medium. */
static void
add_track (Player *player, GstPad *pad)
{
  guint asked = player->options->track;
  GstElement *element = NULL, *sink = make_sink ();
  guint number;

  GST_OBJECT_LOCK (player->pipeline);
  number = ++player->n_tracks;
  GST_OBJECT_UNLOCK (player->pipeline);
  if (asked == SER_TRACK_ALL || asked == number)
    element = make_element (player->options);
  GST_OBJECT_LOCK (player->pipeline);
  g_ptr_array_add (player->listeners, ser_track_listener_new (number, element, element ? element : sink));
  GST_OBJECT_UNLOCK (player->pipeline);
  if (!link_pad (player, pad, element, sink))
    GST_ELEMENT_ERROR (player->pipeline, CORE, PAD, ("track %u cannot be analysed", number), (NULL));
}

static void
on_pad (GstElement *decodebin, GstPad *pad, gpointer data)
{
  Player *player = data;
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);

  if (gst_caps_is_subset (caps, player->raw))
    add_track (player, pad);
}

/* Without a pad to feed, the pipeline would wait for ever. */
static void
on_no_more_pads (GstElement *decodebin, gpointer data)
{
  Player *player = data;
  guint n;

  GST_OBJECT_LOCK (player->pipeline);
  n = player->n_tracks;
  GST_OBJECT_UNLOCK (player->pipeline);
  if (n == 0)
    GST_ELEMENT_ERROR (player->pipeline, STREAM, WRONG_TYPE, ("it holds no audio track"), (NULL));
  else if (player->options->track > n)
    GST_ELEMENT_ERROR (player->pipeline, STREAM, WRONG_TYPE,
        ("it has no audio track %u: it has %u", player->options->track, n), (NULL));
}

static gboolean
build (Player *player, const char *location, GError **error)
{
  g_autoptr (GstPad) pad = NULL;

  player->raw = gst_caps_from_string ("audio/x-raw");
  player->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  player->source = ser_track_source_add (GST_BIN (player->pipeline), location, player->options->raw_rate, error);
  if (!player->source)
    return FALSE;
  pad = gst_element_get_static_pad (player->source, "src");
  if (pad) {
    add_track (player, pad);
    return TRUE;
  }
  g_signal_connect (player->source, "pad-added", G_CALLBACK (on_pad), player);
  g_signal_connect (player->source, "no-more-pads", G_CALLBACK (on_no_more_pads), player);
  return TRUE;
}

/* ---- running it ---- */

static SerTrackListener *
find_listener (Player *player, GstObject *element)
{
  SerTrackListener *found = NULL;

  GST_OBJECT_LOCK (player->pipeline);
  for (guint i = 0; i < player->listeners->len && !found; i++) {
    SerTrackListener *listener = player->listeners->pdata[i];
    if (listener->element && GST_OBJECT (listener->element) == element)
      found = listener;
  }
  GST_OBJECT_UNLOCK (player->pipeline);
  return found;
}

static double
query_duration (GstElement *pipeline)
{
  gint64 duration;

  return gst_element_query_duration (pipeline, GST_FORMAT_TIME, &duration) && duration > 0
      ? (double) duration / GST_SECOND
      : NAN;
}

static gboolean
take_result (Player *player, GstMessage *message, SerTrackFunc func, gpointer data)
{
  SerTrackListener *listener = find_listener (player, GST_MESSAGE_SRC (message));
  SerRecordingWindow window;

  if (!listener || !gst_message_has_name (message, "seremotion"))
    return TRUE;
  ser_track_window_read (&window, gst_message_get_structure (message), player->model);
  g_array_append_val (listener->track->windows, window);
  return func (listener->track, &window, window.start + window.duration, query_duration (player->pipeline), data);
}

/* One plain sentence of what went wrong. Free with g_free(). */
static char *
describe_error (GstMessage *message)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *debug = NULL;
  char *place;

  gst_message_parse_error (message, &error, &debug);
  if (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_TYPE_NOT_FOUND))
    return g_strdup ("not audio or video in a form that GStreamer knows");
  g_strdelimit (error->message, "\r\n", ' ');
  /* What adaptive streams pass on holds a place in GStreamer's sources, too. */
  if ((place = strstr (error->message, ": ../")))
    *place = '\0';
  if (g_error_matches (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN)
      || g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_CODEC_NOT_FOUND))
    return g_strdup ("it holds no audio track that GStreamer can decode");
  /* Such as the page that plays a recording, saved or fetched in its place. */
  if (g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE))
    return g_strdup_printf ("%s, not audio or video", error->message);
  return g_strdup (error->message);
}

/* Runs to the end. Sets *fault, to be freed, when it ended by an error, *missing to the plugin that it would take. */
static void
play (Player *player, SerTrackFunc func, gpointer data, char **fault, char **missing)
{
  const GstMessageType types = GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT;
  g_autoptr (GstBus) bus = gst_element_get_bus (player->pipeline);
  gboolean going = gst_element_set_state (player->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
  GstClockTime wait = going ? POLL : 0;
  SerStall stall;

  ser_stall_reset (&stall);
  for (gboolean more = TRUE; more;) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, wait, types);
    if (!message && !going) {
      *fault = g_strdup ("it cannot be played");
      return;
    }
    if (message)
      ser_stall_reset (&stall);
    if (!message) {
      more = func (NULL, NULL, NAN, NAN, data);
      if (!player->outer_pace && ser_stall_wait (&stall, (double) POLL / GST_SECOND))
        *fault = g_strdup ("decoding it came to a standstill");
    } else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      *fault = describe_error (message);
    else if (gst_is_missing_plugin_message (message) && !*missing)
      *missing = gst_missing_plugin_message_get_description (message);
    else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT)
      more = take_result (player, message, func, data);
    more = more && !*fault && !(message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  }
}

/* What the container says is asked for at the end: what demultiplexers estimated from the size is right by then.
 * Streaming threads may still run, after an error. */
static void
measure_expected (Player *player, const char *location)
{
  g_autoptr (GPtrArray) listeners = NULL;
  double wav = ser_wav_length (location);

  GST_OBJECT_LOCK (player->pipeline);
  listeners = g_ptr_array_copy (player->listeners, NULL, NULL);
  GST_OBJECT_UNLOCK (player->pipeline);
  g_ptr_array_set_free_func (listeners, NULL);
  for (guint i = 0; i < listeners->len; i++) {
    const SerTrackListener *listener = listeners->pdata[i];
    gint64 duration;

    if (gst_pad_peer_query_duration (listener->pad, GST_FORMAT_TIME, &duration) && duration > 0)
      listener->track->expected = (double) duration / GST_SECOND;
    listener->track->expected = isnan (wav) ? listener->track->expected : wav;
  }
}

static void
on_stop (GstElement *pipeline, gpointer data)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_async_queue_push (data, pipeline);
}

/* A decoder that goes round in circles never lets its thread end. The process goes on without that pipeline, which then
 * is lost with it, and nothing of ours is in its reach any more. */
static void
stop (Player *player)
{
  g_autoptr (GAsyncQueue) stopped = g_async_queue_new ();

  gst_element_call_async (player->pipeline, on_stop, g_async_queue_ref (stopped), (GDestroyNotify) g_async_queue_unref);
  if (g_async_queue_timeout_pop (stopped, STOP))
    return;
  g_signal_handlers_disconnect_by_data (player->source, player);
  for (guint i = 0; i < player->listeners->len; i++)
    ser_track_listener_stop (player->listeners->pdata[i]);
}

/* Ends what still runs, and takes what it told last. */
static void
end (Player *player, SerTrackFunc func, gpointer data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (player->pipeline);
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT))) {
    take_result (player, message, func, data);
    gst_message_unref (message);
  }
  stop (player);
  for (guint i = 0; i < player->listeners->len; i++) {
    SerTrackListener *listener = player->listeners->pdata[i];
    listener->track->end = (double) listener->end / GST_SECOND;
  }
}

static int
compare_tracks (gconstpointer a, gconstpointer b)
{
  const SerTrack *x = *(const SerTrack *const *) a, *y = *(const SerTrack *const *) b;

  return (x->number > y->number) - (x->number < y->number);
}

static SerTracks *
take_tracks (Player *player, char *fault)
{
  SerTracks *tracks = g_new0 (SerTracks, 1);

  tracks->tracks = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_track_free);
  tracks->n_tracks = player->n_tracks;
  tracks->fault = fault;
  for (guint i = 0; i < player->listeners->len; i++) {
    SerTrackListener *listener = player->listeners->pdata[i];

    tracks->end = MAX (tracks->end, (double) MAX (listener->end, listener->silence_end) / GST_SECOND);
    if (listener->element)
      g_ptr_array_add (tracks->tracks, g_steal_pointer (&listener->track));
  }
  g_ptr_array_sort (tracks->tracks, compare_tracks);
  return tracks;
}

static gboolean
heard_anything (const Player *player)
{
  for (guint i = 0; i < player->listeners->len; i++)
    if (((SerTrackListener *) player->listeners->pdata[i])->track->windows->len > 0)
      return TRUE;
  return FALSE;
}

/* The plugin is part of the program: what it was built with is what runs. */
static gboolean
init_gstreamer (GError **error)
{
  static gsize done = 0;

  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  if (g_once_init_enter (&done)) {
    gst_pb_utils_init ();
    gst_plugin_seremotion_register ();
    g_once_init_leave (&done, 1);
  }
  return TRUE;
}

static void
fail (GError **error, const char *location, const char *fault, const char *missing)
{
  if (missing)
    ser_fail (error, SER_ERROR_FILE, "%s: %s (GStreamer lacks: %s)", location, fault, missing);
  else
    ser_fail (error, SER_ERROR_FILE, "%s: %s", location, fault);
}

SerTracks *
ser_tracks_analyse (const char *location, const SerTrackOptions *options, const SerModel *model, SerTrackFunc func,
    gpointer data, GError **error)
{
  Player player = { .options = options, .model = model, .outer_pace = strcmp (location, "-") == 0 };
  g_autofree char *fault = NULL, *missing = NULL;
  g_autoptr (GError) local = NULL;
  SerTracks *tracks = NULL;

  player.listeners = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_track_listener_free);
  if (init_gstreamer (&local) && build (&player, location, &local)) {
    play (&player, func, data, &fault, &missing);
    measure_expected (&player, location);
    end (&player, func, data);
    if (fault && !heard_anything (&player))
      fail (error, location, fault, missing);
    else
      tracks = take_tracks (&player, g_steal_pointer (&fault));
  } else
    fail (error, location, local->message, NULL);
  g_ptr_array_unref (player.listeners);
  gst_clear_caps (&player.raw);
  gst_clear_object (&player.pipeline);
  return tracks;
}
