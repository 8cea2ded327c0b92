/* play.c - what the tests of the examples share: running one, and playing back what it wrote
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "play.h"

#include <math.h>
#include <string.h>

gboolean
play_has (const char *elements, const char *programs)
{
  g_auto (GStrv) names = g_strsplit (elements, " ", -1), tools = g_strsplit (programs, " ", -1);
  const char *absent = NULL;

  for (guint i = 0; names[i] && !absent; i++) {
    g_autoptr (GstElementFactory) factory = gst_element_factory_find (names[i]);
    if (!factory)
      absent = names[i];
  }
  for (guint i = 0; tools[i] && *tools[i] && !absent; i++) {
    g_autofree char *path = g_find_program_in_path (tools[i]);
    if (!path)
      absent = tools[i];
  }
  if (absent) {
    g_autofree char *message = g_strdup_printf ("there is no %s here", absent);
    g_test_skip (message);
  }
  return !absent;
}

char *
play_sample (void)
{
  return g_build_filename (g_getenv ("SEREMOTION_SOURCE_ROOT"), "examples", "sample.opus", NULL);
}

char *
play_data (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("SEREMOTION_DATA"), "speeches", name, NULL);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_test_message ("%s is not there", path);
  return NULL;
}

char *
play_example (const char *name, const char *format, ...)
{
  g_autofree char *path = NULL, *arguments = NULL, *line = NULL, *error = NULL;
  g_auto (GStrv) words = NULL;
  g_autoptr (GError) failure = NULL;
  char *output;
  int status;
  va_list args;

  va_start (args, format);
  arguments = g_strdup_vprintf (format, args);
  va_end (args);
  path = g_path_is_absolute (name) ? g_strdup (name)
                                   : g_build_filename (g_getenv ("SEREMOTION_SOURCE_ROOT"), "examples", name, NULL);
  line = g_strdup_printf ("timeout 60 '%s' %s", path, arguments);
  g_assert_true (g_shell_parse_argv (line, NULL, &words, NULL));
  g_spawn_sync (NULL, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, &error, &status, &failure);
  g_assert_no_error (failure);
  if (!g_spawn_check_wait_status (status, &failure))
    g_error ("%s %s: %s: %s", name, arguments, failure->message, error);
  return output;
}

static void
run_to_end (GstElement *pipeline, void (*func) (const GstStructure *message, gpointer data), gpointer data)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GstMessageType type = GST_MESSAGE_UNKNOWN;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (type != GST_MESSAGE_EOS) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop (bus, 60 * GST_SECOND);
    g_autoptr (GError) error = NULL;

    g_assert_nonnull (message);
    type = GST_MESSAGE_TYPE (message);
    if (type == GST_MESSAGE_ERROR)
      gst_message_parse_error (message, &error, NULL);
    g_assert_no_error (error);
    if (type == GST_MESSAGE_ELEMENT && func)
      func (gst_message_get_structure (message), data);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

void
play_run (const char *line, void (*func) (const GstStructure *message, gpointer data), gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  run_to_end (pipeline, func, data);
}

static void
take_result (const GstStructure *message, gpointer data)
{
  if (gst_structure_has_name (message, "seremotion"))
    g_ptr_array_add (data, gst_structure_copy (message));
}

GPtrArray *
play_results (const char *path, const char *properties)
{
  g_autofree char *line =
      g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! seremotion %s ! fakesink", path, properties);
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);

  play_run (line, take_result, results);
  return results;
}

static void
cue_clear (gpointer data)
{
  g_free (((PlayCue *) data)->text);
}

static GArray *
cues_new (void)
{
  GArray *cues = g_array_new (FALSE, FALSE, sizeof (PlayCue));

  g_array_set_clear_func (cues, cue_clear);
  return cues;
}

static void
cues_add (GArray *cues, double start, double end, const char *text, gsize length)
{
  PlayCue cue = { start, end, g_strndup (text, length) };

  g_array_append_val (cues, cue);
}

static void
on_text (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  double start = (double) GST_BUFFER_PTS (buffer) / GST_SECOND;
  GstMapInfo map;

  g_assert_true (GST_BUFFER_PTS_IS_VALID (buffer) && gst_buffer_map (buffer, &map, GST_MAP_READ));
  if (map.size > 0 && map.data[0]) {
    g_assert_true (GST_BUFFER_DURATION_IS_VALID (buffer));
    cues_add (
        data, start, start + (double) GST_BUFFER_DURATION (buffer) / GST_SECOND, (const char *) map.data, map.size);
  }
  gst_buffer_unmap (buffer, &map);
}

GArray *
play_cues (const char *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error), sink = NULL;
  GArray *cues = cues_new ();

  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "cues");
  g_object_set (sink, "signal-handoffs", TRUE, NULL);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_text), cues);
  run_to_end (pipeline, NULL, NULL);
  return cues;
}

double
play_get_double (const GstStructure *result, const char *field)
{
  double value;

  g_assert_true (gst_structure_get_double (result, field, &value));
  return value;
}

double
play_get_seconds (const GstStructure *result, const char *field)
{
  guint64 time;

  g_assert_true (gst_structure_get_uint64 (result, field, &time));
  return (double) time / GST_SECOND;
}

static SerResult
to_result (const GstStructure *message, const SerModel *model)
{
  const char *emotion = gst_structure_get_string (message, "emotion");
  g_autoptr (GstStructure) scores = NULL;
  SerResult result = { .confidence = play_get_double (message, "confidence"), .label = SER_LABEL_NONE };

  gst_structure_get (message, "scores", GST_TYPE_STRUCTURE, &scores, NULL);
  if (strcmp (emotion, "uncertain") == 0)
    result.label = SER_LABEL_UNCERTAIN;
  for (guint i = 0; i < ser_model_get_n_labels (model); i++) {
    result.scores[i] = play_get_double (scores, ser_model_get_label (model, i));
    if (strcmp (emotion, ser_model_get_label (model, i)) == 0)
      result.label = i;
  }
  return result;
}

GArray *
play_segments (GPtrArray *results)
{
  SerModel *model = ser_model_new_default (NULL);
  g_autoptr (SerSegmenter) segmenter = ser_segmenter_new (ser_model_get_n_labels (model));
  GArray *segments = cues_new ();
  SerSegment segment;

  for (guint i = 0; i <= results->len; i++) {
    if (i < results->len) {
      SerResult result = to_result (results->pdata[i], model);
      ser_segmenter_push (segmenter, play_get_seconds (results->pdata[i], "stream-time"),
          play_get_seconds (results->pdata[i], "duration"), &result);
    } else
      ser_segmenter_finish (segmenter);
    while (ser_segmenter_next (segmenter, &segment))
      if (segment.label != SER_LABEL_NONE) {
        const char *label =
            segment.label == SER_LABEL_UNCERTAIN ? "uncertain" : ser_model_get_label (model, segment.label);
        cues_add (segments, segment.start, segment.end, label, strlen (label));
      }
  }
  ser_model_unref (model);
  return segments;
}

GArray *
play_join (const GArray *cues)
{
  GArray *joined = cues_new ();

  for (guint i = 0; i < cues->len; i++) {
    const PlayCue *cue = &g_array_index (cues, PlayCue, i);
    PlayCue *last = joined->len > 0 ? &g_array_index (joined, PlayCue, joined->len - 1) : NULL;
    gsize length = strcspn (cue->text, " ");

    if (last && strlen (last->text) == length && strncmp (last->text, cue->text, length) == 0
        && fabs (cue->start - last->end) < 0.01)
      last->end = cue->end;
    else
      cues_add (joined, cue->start, cue->end, cue->text, length);
  }
  return joined;
}

void
play_assert_same (const GArray *cues, const GArray *expected, double tolerance)
{
  g_assert_cmpuint (cues->len, ==, expected->len);
  for (guint i = 0; i < cues->len; i++) {
    const PlayCue *a = &g_array_index (cues, PlayCue, i), *b = &g_array_index (expected, PlayCue, i);

    g_assert_cmpstr (a->text, ==, b->text);
    g_assert_cmpfloat_with_epsilon (a->start, b->start, tolerance);
    g_assert_cmpfloat_with_epsilon (a->end, b->end, tolerance);
  }
}
