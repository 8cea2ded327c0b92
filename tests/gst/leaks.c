/* leaks.c - nothing that GStreamer counts is left over, whatever the element went through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * GStreamer's leaks tracer knows every object, buffer, event, message and caps that exists.
 */

#include "check.h"

#include <glib/gstdio.h>
#include <gst/gsttracer.h>
#include <unistd.h>

#define RATE 16000

static GstTracer *tracer;

/* The tracer has to be known before GStreamer starts. It is in a plugin of the system, all of which it would take too
 * long to scan. */
static gchar *
set_up_tracer (void)
{
  gchar *folder = g_dir_make_tmp ("seremotion-XXXXXX", NULL);
  gchar *link = g_build_filename (folder, "libgstcoretracers.so", NULL);
  gchar *registry = g_build_filename (folder, "registry.bin", NULL);
  gchar *path = g_strdup_printf ("%s:%s", g_getenv ("GST_PLUGIN_PATH_1_0"), folder);

  g_assert_cmpint (symlink (GST_PLUGINS_DIR "/libgstcoretracers.so", link), ==, 0);
  g_setenv ("GST_PLUGIN_PATH_1_0", path, TRUE);
  g_setenv ("GST_REGISTRY_1_0", registry, TRUE);
  g_setenv ("GST_TRACERS", "leaks", TRUE);
  g_free (link);
  g_free (registry);
  g_free (path);
  return folder;
}

static void
remove_folder (gchar *folder)
{
  gchar *link = g_build_filename (folder, "libgstcoretracers.so", NULL);
  gchar *registry = g_build_filename (folder, "registry.bin", NULL);

  g_remove (link);
  g_remove (registry);
  g_rmdir (folder);
  g_free (link);
  g_free (registry);
  g_free (folder);
}

static gboolean
find_tracer (void)
{
  GList *tracers = gst_tracing_get_active_tracers (), *item;

  for (item = tracers; item != NULL; item = item->next)
    if (g_signal_lookup ("get-live-objects", G_OBJECT_TYPE (item->data)) != 0)
      tracer = item->data;
  g_list_free_full (tracers, gst_object_unref);
  return tracer != NULL;
}

/* Asserts that there are objects, or none. */
static void
assert_live_objects (gboolean some)
{
  /* Up to GStreamer 1.22 at least, freeing the list takes references from the objects that it never had. */
  static GSList *kept = NULL;
  GstStructure *live = NULL;
  const GValue *list;
  guint i, n;

  g_signal_emit_by_name (tracer, "get-live-objects", &live);
  g_assert_nonnull (live);
  list = gst_structure_get_value (live, "live-objects-list");
  n = gst_value_list_get_size (list);
  for (i = 0; i < n && !some; i++)
    g_test_message ("left over: %" GST_PTR_FORMAT, gst_value_get_structure (gst_value_list_get_value (list, i)));
  g_assert_cmpint (n > 0, ==, some);
  if (some)
    kept = g_slist_prepend (kept, live);
  else
    gst_structure_free (live);
}

static gboolean
skip (void)
{
  if (tracer == NULL)
    g_test_skip ("GStreamer has no leaks tracer here");
  return tracer == NULL;
}

/* A stream of all that may happen. */
static void
test_stream (gconstpointer data)
{
  Check *check;
  GstSegment segment;
  GstBuffer *buffer;
  GPtrArray *results;

  if (skip ())
    return;
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = segment.position = 20 * GST_SECOND;
  check = check_new (data, GST_AUDIO_FORMAT_S16, 44100, 2);
  check_push (check, 3 * 44100, 4410);
  gst_harness_push_event (check->h, gst_event_new_gap (3 * GST_SECOND, GST_SECOND / 2));
  gst_harness_push_event (check->h, gst_event_new_segment (&segment));
  check->position = 20 * 44100;
  check_push (check, 44100 * 3 / 2, 4410);
  buffer = check_voice_buffer (&check->info, 30 * 44100, 44100);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_GAP);
  check_push_buffer (check, buffer);
  gst_harness_push_event (check->h, gst_event_new_flush_start ());
  gst_harness_push_event (check->h, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (check->h, gst_event_new_segment (&segment));
  check_push (check, 2 * 44100, 4410);
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, >, 3);
  g_ptr_array_unref (results);
  check_free (check);
  assert_live_objects (FALSE);
}

/* Stopped with windows, messages and metas under way. */
static void
test_stop (gconstpointer data)
{
  Check *check;

  if (skip ())
    return;
  check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 2);
  check_push (check, 7 * RATE / 2, RATE);
  assert_live_objects (TRUE);
  check_free (check);
  assert_live_objects (FALSE);
}

static void
test_errors (void)
{
  static const gchar *const lines[] = { "seremotion model=/nowhere", "seremotion channels=none",
    "seremotion interval=9000000000" };
  gsize i;

  if (skip ())
    return;
  for (i = 0; i < G_N_ELEMENTS (lines); i++) {
    GstElement *element = gst_parse_launch (lines[i], NULL);
    GstBus *bus = gst_bus_new ();
    gchar *report;

    gst_object_ref_sink (element);
    gst_element_set_bus (element, bus);
    g_assert_cmpint (gst_element_set_state (element, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_FAILURE);
    report = check_pop_report (bus, GST_MESSAGE_ERROR);
    g_assert_cmpstr (report, !=, "");
    g_free (report);
    gst_element_set_state (element, GST_STATE_NULL);
    gst_element_set_bus (element, NULL);
    gst_bus_set_flushing (bus, TRUE);
    gst_object_unref (bus);
    gst_object_unref (element);
  }
  assert_live_objects (FALSE);
}

int
main (int argc, char **argv)
{
  static const gchar plain[] = "window=1000000000", meta[] = "window=1000000000 channels=each add-meta=true",
                     worker[] = "window=1000000000 channels=each add-meta=true overload=block";
  gchar *folder = set_up_tracer ();
  int status;

  check_init (&argc, &argv, "");
  find_tracer ();
  g_test_add_data_func ("/seremotion/leaks/stream", plain, test_stream);
  g_test_add_data_func ("/seremotion/leaks/stream-meta", meta, test_stream);
  g_test_add_data_func ("/seremotion/leaks/stream-worker", worker, test_stream);
  g_test_add_data_func ("/seremotion/leaks/stop", plain, test_stop);
  g_test_add_data_func ("/seremotion/leaks/stop-meta", meta, test_stop);
  g_test_add_data_func ("/seremotion/leaks/stop-worker", worker, test_stop);
  g_test_add_func ("/seremotion/leaks/errors", test_errors);
  status = g_test_run ();
  remove_folder (folder);
  return status;
}
