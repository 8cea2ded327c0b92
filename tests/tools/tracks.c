/* tracks.c - tests of tools/tracks.c with media that end in odd ways, or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tracks.h"

#include <gst/gst.h>
#include <string.h>

#include "fixture.h"
#include "ser.h"

#define TYPE "application/x-circles"

/* ---- a decoder that goes round in circles ---- */

static gint n_going; /* threads that do */
static gint circles_end;

typedef struct {
  GstElement parent;
} Circles;

typedef struct {
  GstElementClass parent_class;
} CirclesClass;

static GType circles_get_type (void);
G_DEFINE_TYPE (Circles, circles, GST_TYPE_ELEMENT)

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (TYPE));
static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("audio/x-raw"));

/* Whoever waits for this thread waits until the test lets it go. */
static GstFlowReturn
circles_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  g_atomic_int_inc (&n_going);
  while (!g_atomic_int_get (&circles_end))
    g_usleep (1000);
  gst_buffer_unref (buffer);
  g_atomic_int_add (&n_going, -1);
  return GST_FLOW_FLUSHING;
}

static void
circles_init (Circles *self)
{
  GstPad *sink = gst_pad_new_from_static_template (&sink_template, "sink");

  gst_pad_set_chain_function (sink, circles_chain);
  gst_element_add_pad (GST_ELEMENT (self), sink);
  gst_element_add_pad (GST_ELEMENT (self), gst_pad_new_from_static_template (&src_template, "src"));
}

static void
circles_class_init (CirclesClass *klass)
{
  gst_element_class_set_static_metadata (
      GST_ELEMENT_CLASS (klass), "circles", "Codec/Decoder/Audio", "Goes round in circles", "the seremotion authors");
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &sink_template);
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src_template);
}

static void
find_circles (GstTypeFind *find, gpointer data)
{
  const guint8 *bytes = gst_type_find_peek (find, 0, 8);

  if (bytes && memcmp (bytes, "circles:", 8) == 0)
    gst_type_find_suggest_empty_simple (find, GST_TYPE_FIND_MAXIMUM, TYPE);
}

/* ---- tests ---- */

static gboolean
on_result (const SerTrack *track, const SerRecordingWindow *window, double position, double duration, gpointer data)
{
  /* Ended as soon as the thread is where it does not come back from. */
  return g_atomic_int_get (&n_going) == 0;
}

/* The pipeline is left behind, and the caller can go on. */
static void
test_circles (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "circles", NULL);
  g_autofree char *content = g_strnfill (1 << 16, ' ');
  SerTrackOptions options = { .gate = TRUE };
  g_autoptr (GError) error = NULL;
  SerModel *model = ser_model_new_default (&error);
  gint64 start;

  g_assert_no_error (error);
  memcpy (content, "circles:", 8);
  fixture_write (folder, "circles", content);
  start = g_get_monotonic_time ();
  {
    g_autoptr (SerTracks) tracks = ser_tracks_analyse (path, &options, model, on_result, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (tracks->tracks->len, ==, 0);
  }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_TIME_SPAN_SECOND);
  g_assert_cmpint (g_atomic_int_get (&n_going), ==, 1);
  g_atomic_int_set (&circles_end, 1);
  while (g_atomic_int_get (&n_going) > 0)
    g_usleep (1000);
  ser_model_unref (model);
}

/* What plays notes is not asked, whatever the file is called. */
static void
test_notes (void)
{
  static const char midi[] = "MThd\0\0\0\6\0\1\xff\xff\x7f\xffMTrk\xff\xff\xff\xff";
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "speech.wav", NULL);
  SerTrackOptions options = { .gate = TRUE };
  g_autoptr (GError) error = NULL;
  SerModel *model = ser_model_new_default (&error);

  g_assert_true (g_file_set_contents (path, midi, sizeof midi - 1, &error));
  g_assert_null (ser_tracks_analyse (path, &options, model, on_result, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, "speech.wav: it holds notes for a synthesizer, not recorded sound");
  ser_model_unref (model);
}

/* ---- tracks that end before others ---- */

static gboolean
on_anything (const SerTrack *track, const SerRecordingWindow *window, double position, double duration, gpointer data)
{
  return TRUE;
}

static SerTracks *
analyse (const char *path, guint track)
{
  SerTrackOptions options = { .track = track, .interval = 1 };
  g_autoptr (GError) error = NULL;
  SerModel *model = ser_model_new_default (&error);
  SerTracks *tracks;

  g_assert_no_error (error);
  tracks = ser_tracks_analyse (path, &options, model, on_anything, NULL, &error);
  g_assert_no_error (error);
  ser_model_unref (model);
  return tracks;
}

/* two.mkv of a.wav and b.wav; FALSE where what makes it is missing. */
static gboolean
mux (const char *folder)
{
  g_autofree char *line = g_strdup_printf (
      "matroskamux name=mux ! filesink location=%s/two.mkv filesrc location=%s/a.wav ! wavparse ! flacenc ! queue ! "
      "mux. filesrc location=%s/b.wav ! wavparse ! flacenc ! queue ! mux.",
      folder, folder, folder);
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, NULL);
  g_autoptr (GstBus) bus = pipeline ? gst_element_get_bus (pipeline) : NULL;
  g_autoptr (GstMessage) message = NULL;

  if (!pipeline)
    return FALSE;
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
}

static void
assert_same_windows (const SerTrack *a, const SerTrack *b)
{
  g_assert_cmpuint (a->windows->len, ==, b->windows->len);
  for (guint i = 0; i < a->windows->len; i++) {
    const SerRecordingWindow *x = &g_array_index (a->windows, SerRecordingWindow, i);
    const SerRecordingWindow *y = &g_array_index (b->windows, SerRecordingWindow, i);

    g_assert_cmpfloat_with_epsilon (x->start, y->start, 1e-3);
    g_assert_cmpfloat_with_epsilon (x->duration, y->duration, 1e-3);
    g_assert_cmpint (x->result.partial, ==, y->result.partial);
    g_assert_cmpfloat_with_epsilon (x->result.confidence, y->result.confidence, 1e-3);
  }
}

/* What the demultiplexer says of a track that has ended is no silence of it, whichever tracks are asked for, nor is the
 * medium cut short. */
static void
test_shorter (void)
{
  g_autofree char *folder = fixture_folder (), *alone = fixture_path (folder, "a.wav");
  g_autofree char *both = fixture_path (folder, "two.mkv"), *output = NULL;
  g_autoptr (SerTracks) wanted = NULL;

  fixture_write_voice (folder, "a.wav", 0, 1, 11.07);
  fixture_write_voice (folder, "b.wav", 3, 2, 20);
  if (!mux (folder)) {
    g_test_skip ("GStreamer does not make what is to be read");
    return;
  }
  wanted = analyse (alone, 1);
  for (guint asked = SER_TRACK_ALL; asked <= 1; asked++) {
    g_autoptr (SerTracks) tracks = analyse (both, asked);
    const SerTrack *first = tracks->tracks->pdata[0];

    g_assert_cmpuint (tracks->tracks->len, ==, asked == SER_TRACK_ALL ? 2 : 1);
    g_assert_cmpuint (tracks->n_tracks, ==, 2);
    g_assert_cmpfloat_with_epsilon (first->end, 11.07, 0.02);
    g_assert_cmpfloat_with_epsilon (tracks->end, 20, 0.02);
    assert_same_windows (first, wanted->tracks->pdata[0]);
  }
  g_assert_cmpint (
      fixture_seremotion (&output, NULL, "analyze '%s' --no-gate --format json --output '%s'", both, folder), ==, 0);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  gst_init (NULL, NULL);
  gst_type_find_register (
      NULL, TYPE, GST_RANK_PRIMARY, find_circles, NULL, gst_static_caps_get (&sink_template.static_caps), NULL, NULL);
  gst_element_register (NULL, "circles", GST_RANK_PRIMARY, circles_get_type ());
  g_test_add_func ("/tools/tracks/notes", test_notes);
  g_test_add_func ("/tools/tracks/shorter", test_shorter);
  g_test_add_func ("/tools/tracks/circles", test_circles);
  return fixture_run ();
}
