/* tracks.c - tests of tools/tracks.c with media that decoders do not come to the end of
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

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  gst_init (NULL, NULL);
  gst_type_find_register (
      NULL, TYPE, GST_RANK_PRIMARY, find_circles, NULL, gst_static_caps_get (&sink_template.static_caps), NULL, NULL);
  gst_element_register (NULL, "circles", GST_RANK_PRIMARY, circles_get_type ());
  g_test_add_func ("/tools/tracks/notes", test_notes);
  g_test_add_func ("/tools/tracks/circles", test_circles);
  return fixture_run ();
}
