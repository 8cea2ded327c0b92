/* readers.c - tests of the examples that read the bus: in C, in Python, of a broadcast, of two channels
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "play.h"

#define PYTHON "/usr/bin/python3"

static gboolean
can_decode (void)
{
  return play_has ("seremotion decodebin uridecodebin oggdemux opusdec", "timeout");
}

/* Python with the bindings of GStreamer, which are Debian's. */
static gboolean
has_python (void)
{
  int status;

  if (!g_file_test (PYTHON, G_FILE_TEST_IS_EXECUTABLE)
      || !g_spawn_command_line_sync (PYTHON
          " -c \"import gi; gi.require_version ('Gst', '1.0'); from gi.repository import Gst\"",
          NULL, NULL, &status, NULL)
      || status != 0) {
    g_test_skip ("there are no python3-gi and gir1.2-gstreamer-1.0 here");
    return FALSE;
  }
  return TRUE;
}

/* A line for each change, and their number. */
static void
check_watch (const char *path)
{
  g_autoptr (GPtrArray) results = play_results (path, "");
  g_autofree char *output = play_example (g_getenv ("SEREMOTION_EXAMPLE"), "'%s'", path), *last = NULL;
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  guint n = 0;

  for (guint i = 0; i < results->len; i++) {
    const GstStructure *result = results->pdata[i];
    gboolean changed = FALSE;
    g_autofree char *start = NULL;

    gst_structure_get (result, "changed", G_TYPE_BOOLEAN, &changed, NULL);
    if (!changed)
      continue;
    start = g_strdup_printf (
        "%8.1f s  %s ", play_get_seconds (result, "stream-time"), gst_structure_get_string (result, "emotion"));
    g_assert_true (lines[n] && g_str_has_prefix (lines[n], start));
    n++;
  }
  last = g_strdup_printf ("%u windows", results->len);
  g_assert_cmpstr (lines[n], ==, last);
}

static void
test_watch (void)
{
  g_autofree char *sample = play_sample (), *speech = play_data ("bush-columbia-2003.mp4");

  if (!can_decode ())
    return;
  check_watch (sample);
  if (speech && play_has ("qtdemux avdec_aac", ""))
    check_watch (speech);
}

/* What cannot be played is told, and the exit status says so. */
static void
test_watch_faults (void)
{
  g_autofree char *command = g_strdup_printf ("'%s' nothing.mp4", g_getenv ("SEREMOTION_EXAMPLE")), *error = NULL;
  int status;

  if (!can_decode ())
    return;
  g_assert_true (g_spawn_command_line_sync (command, NULL, &error, &status, NULL));
  g_assert_false (g_spawn_check_wait_status (status, NULL));
  fixture_assert_has (error, "not found");
}

/* Each line is the message. */
static void
assert_row (JsonObject *row, const GstStructure *result)
{
  static const char *const times[] = { "timestamp", "stream-time", "running-time", "duration" };
  static const char *const numbers[] = { "confidence", "speech", "pitch", "loudness" };
  JsonObject *scores = json_object_get_object_member (row, "scores");
  g_autoptr (GList) labels = json_object_get_members (scores);
  double sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    g_assert_cmpfloat_with_epsilon (
        json_object_get_double_member (row, times[i]), play_get_seconds (result, times[i]), 1e-6);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    g_assert_cmpfloat_with_epsilon (
        json_object_get_double_member (row, numbers[i]), play_get_double (result, numbers[i]), 1e-6);
  g_assert_cmpstr (json_object_get_string_member (row, "emotion"), ==, gst_structure_get_string (result, "emotion"));
  g_assert_cmpuint (json_object_get_size (row), ==, gst_structure_n_fields (result));
  for (GList *label = labels; label; label = label->next)
    sum += json_object_get_double_member (scores, label->data);
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
}

static void
test_python (void)
{
  g_autofree char *sample = play_sample (), *output = NULL;
  g_autoptr (GPtrArray) results = NULL;
  g_auto (GStrv) lines = NULL;

  if (!can_decode () || !has_python ())
    return;
  results = play_results (sample, "");
  output = play_example ("watch.py", "'%s'", sample);
  lines = g_strsplit (g_strchomp (output), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, results->len);
  for (guint i = 0; i < results->len; i++) {
    g_autoptr (JsonParser) parser = json_parser_new ();

    g_assert_true (json_parser_load_from_data (parser, lines[i], -1, NULL));
    assert_row (json_node_get_object (json_parser_get_root (parser)), results->pdata[i]);
  }
}

typedef struct {
  guint received, lost, windows, dropped;
  gboolean regular; /* each window a second after the one before */
} Broadcast;

static Broadcast
broadcast (const char *path)
{
  g_autofree char *output = play_example ("broadcast.py", "'%s' 0.05", path);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (output), "\n", -1);
  guint n = g_strv_length (lines) - 1;
  Broadcast heard = { .regular = TRUE };

  g_test_message ("%s", lines[n]);
  g_assert_cmpint (sscanf (lines[n], "%u packets received, %u lost; %u windows, %u dropped", &heard.received,
                       &heard.lost, &heard.windows, &heard.dropped),
      ==, 4);
  g_assert_cmpuint (heard.windows, ==, n);
  for (guint i = 1; i < n; i++)
    if (ABS (g_ascii_strtod (lines[i], NULL) - g_ascii_strtod (lines[i - 1], NULL) - 1) > 0.05)
      heard.regular = FALSE;
  return heard;
}

/* Packets are lost, and yet each second of the broadcast is told, without a window dropped. It runs in real time: a
 * machine that is too busy to send in time breaks it, so that there are three attempts. */
static void
test_broadcast (void)
{
  g_autofree char *sample = play_sample ();
  Broadcast heard = { 0 };

  if (!can_decode () || !has_python ()
      || !play_has ("opusenc rtpopuspay netsim udpsink udpsrc rtpjitterbuffer rtpopusdepay", "timeout"))
    return;
  for (guint attempt = 0; attempt < 3 && (!heard.regular || heard.windows < 17); attempt++) {
    heard = broadcast (sample);
    g_assert_cmpuint (heard.lost, >, 10);
    g_assert_cmpuint (heard.received, >, 500);
    g_assert_cmpuint (heard.dropped, ==, 0);
  }
  g_assert_true (heard.regular);
  g_assert_cmpuint (heard.windows, >=, 17);
  g_assert_cmpuint (heard.windows, <=, 19);
}

/* The sample to the left, a sound that is no speech or a speech to the right. */
static char *
make_interview (const char *folder, const char *right)
{
  char *path = fixture_path (folder, "interview.wav");
  g_autofree char *sample = play_sample ();
  g_autofree char *line = g_strdup_printf (
      "interleave name=both ! wavenc ! filesink location=\"%s\" "
      "filesrc location=\"%s\" ! decodebin ! audioconvert dithering=none ! audioresample ! "
      "audio/x-raw,format=S16LE,rate=16000,channels=1 ! queue ! both.sink_0 "
      "%s ! audioconvert dithering=none ! audioresample ! audio/x-raw,format=S16LE,rate=16000,channels=1 ! queue ! "
      "both.sink_1",
      path, sample, right);

  play_run (line, NULL, NULL);
  return path;
}

static GArray *
read_vtt (const char *path)
{
  g_autofree char *line =
      g_strdup_printf ("filesrc location=\"%s\" ! subparse ! text/x-raw ! fakesink name=cues", path);
  g_autoptr (GArray) cues = play_cues (line);

  return play_join (cues);
}

static void
check_channels (const char *right)
{
  g_autofree char *folder = fixture_folder (), *interview = make_interview (folder, right);
  g_autoptr (GPtrArray) each = play_results (interview, "channels=each");

  g_free (play_example ("two-channels.sh", "'%s' '%s/left.vtt' '%s/right.vtt'", interview, folder, folder));
  for (int channel = 0; channel < 2; channel++) {
    g_autofree char *vtt = fixture_path (folder, channel == 0 ? "left.vtt" : "right.vtt");
    g_autoptr (GPtrArray) results = g_ptr_array_new ();
    g_autoptr (GArray) cues = read_vtt (vtt), expected = NULL;

    for (guint i = 0; i < each->len; i++) {
      int of;
      gst_structure_get (each->pdata[i], "channel", G_TYPE_INT, &of, NULL);
      if (of == channel)
        g_ptr_array_add (results, each->pdata[i]);
    }
    expected = play_segments (results);
    g_test_message ("channel %d: %u windows, %u segments", channel, results->len, expected->len);
    g_assert_cmpuint (results->len, >=, 17);
    g_assert_true (channel == 1 || expected->len > 0);
    play_assert_same (cues, expected, 0.01);
  }
}

/* One who speaks beside one who is silent: nothing of the one is told of the other. */
static void
test_channels_silent (void)
{
  g_autofree char *folder = fixture_folder (), *vtt = NULL, *interview = NULL;
  g_autoptr (GArray) cues = NULL;
  const char *silence = "audiotestsrc wave=silence num-buffers=300";

  if (!can_decode () || !play_has ("interleave wavenc wavparse webvttenc subparse audiotestsrc", "gst-launch-1.0"))
    return;
  check_channels (silence);
  interview = make_interview (folder, silence);
  vtt = fixture_path (folder, "right.vtt");
  g_free (play_example ("two-channels.sh", "'%s' '%s/left.vtt' '%s'", interview, folder, vtt));
  cues = read_vtt (vtt);
  g_assert_cmpuint (cues->len, ==, 0);
}

static void
test_channels_speech (void)
{
  g_autofree char *speech = play_data ("bush-columbia-2003.mp4"), *right = NULL;

  if (!speech)
    g_test_skip ("there are no speeches");
  else if (can_decode ()
      && play_has ("interleave wavenc wavparse webvttenc subparse qtdemux avdec_aac", "gst-launch-1.0")) {
    right = g_strdup_printf ("filesrc location=\"%s\" ! decodebin", speech);
    check_channels (right);
  }
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_test_add_func ("/examples/watch/c", test_watch);
  g_test_add_func ("/examples/watch/faults", test_watch_faults);
  g_test_add_func ("/examples/watch/python", test_python);
  g_test_add_func ("/examples/broadcast", test_broadcast);
  g_test_add_func ("/examples/channels/silent", test_channels_silent);
  g_test_add_func ("/examples/channels/speech", test_channels_speech);
  return fixture_run ();
}
