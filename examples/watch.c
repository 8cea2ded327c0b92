/* watch.c - an application that reads the emotions of a recording from the bus
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * watch FILE|URI prints a line for each change of emotion, when it is heard, with the level and the pitch of the voice.
 * It builds with no more than GStreamer: gcc watch.c $(pkg-config --cflags --libs gstreamer-1.0)
 */

#include <gst/gst.h>
#include <stdlib.h>

typedef struct {
  GMainLoop *loop;
  guint n_windows;
  gboolean failed;
} Watch;

/* A file's path stands for its URI. */
static gchar *
to_uri (const gchar *argument, GError **error)
{
  return gst_uri_is_valid (argument) ? g_strdup (argument) : gst_filename_to_uri (argument, error);
}

/* One result: the structure of an element message that is named seremotion. */
static void
on_result (Watch *watch, const GstStructure *result)
{
  guint64 start = 0;
  gdouble confidence = 0, loudness = 0, pitch = 0;
  gboolean changed = FALSE;

  watch->n_windows++;
  gst_structure_get (result, "stream-time", G_TYPE_UINT64, &start, "confidence", G_TYPE_DOUBLE, &confidence, "loudness",
      G_TYPE_DOUBLE, &loudness, "pitch", G_TYPE_DOUBLE, &pitch, "changed", G_TYPE_BOOLEAN, &changed, NULL);
  if (changed)
    g_print ("%8.1f s  %-10s %3.0f %%  %6.1f dB  %4.0f Hz\n", (gdouble) start / GST_SECOND,
        gst_structure_get_string (result, "emotion"), 100 * confidence, loudness, pitch);
}

static void
on_error (Watch *watch, GstMessage *message)
{
  GError *error = NULL;
  gchar *debug = NULL;

  gst_message_parse_error (message, &error, &debug);
  g_printerr ("%s: %s\n", GST_OBJECT_NAME (GST_MESSAGE_SRC (message)), error->message);
  g_error_free (error);
  g_free (debug);
  watch->failed = TRUE;
  g_main_loop_quit (watch->loop);
}

/* Called in the main loop's thread: what it does can take its time, no audio waits for it. */
static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Watch *watch = data;

  if (gst_message_has_name (message, "seremotion"))
    on_result (watch, gst_message_get_structure (message));
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    on_error (watch, message);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    g_main_loop_quit (watch->loop);
  return G_SOURCE_CONTINUE;
}

/* Pictures are not decoded. To hear the sound, end it in audioconvert ! autoaudiosink. */
static GstElement *
make_pipeline (const gchar *uri, GError **error)
{
  const gchar *line = "uridecodebin name=source caps=audio/x-raw expose-all-streams=false ! seremotion ! fakesink";
  GstElement *source, *pipeline = gst_parse_launch_full (line, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);

  if (pipeline == NULL)
    return NULL;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  g_object_set (source, "uri", uri, NULL);
  gst_object_unref (source);
  return pipeline;
}

static gboolean
run (const gchar *uri, GError **error)
{
  Watch watch = { .loop = g_main_loop_new (NULL, FALSE) };
  GstElement *pipeline = make_pipeline (uri, error);
  GstBus *bus;

  if (pipeline == NULL) {
    g_main_loop_unref (watch.loop);
    return FALSE;
  }
  bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch (bus, on_message, &watch);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  g_main_loop_run (watch.loop);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  if (!watch.failed)
    g_print ("%u windows\n", watch.n_windows);
  gst_bus_remove_watch (bus);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  g_main_loop_unref (watch.loop);
  return !watch.failed;
}

int
main (int argc, char **argv)
{
  GError *error = NULL;
  gboolean ok;
  gchar *uri;

  gst_init (&argc, &argv);
  if (argc != 2) {
    g_printerr ("usage: watch FILE|URI\n");
    return 2;
  }
  uri = to_uri (argv[1], &error);
  ok = uri != NULL && run (uri, &error);
  if (error != NULL)
    g_printerr ("%s\n", error->message);
  g_clear_error (&error);
  g_free (uri);
  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
