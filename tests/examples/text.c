/* text.c - tests of the examples that write timed text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each finishes with default queues, and what it wrote, played back, says what the messages of seremotion say.
 */

#include <string.h>

#include "fixture.h"
#include "play.h"

#define SPEECH "bush-columbia-2003.mp4"

/* Of the MP4's edit list, which a player of text need not follow. */
#define TOLERANCE 0.1

/* ---- what they are given ---- */

/* The sample with a black picture: H.264 and AAC. */
static char *
make_video (const char *folder)
{
  char *path = fixture_path (folder, "a video.mp4");
  g_autofree char *sample = play_sample ();
  g_autofree char *line = g_strdup_printf (
      "mp4mux name=m ! filesink location=\"%s\" "
      "videotestsrc pattern=black num-buffers=500 ! video/x-raw,width=320,height=180,framerate=25/1,format=I420 ! "
      "x264enc tune=zerolatency speed-preset=ultrafast ! h264parse ! queue ! m. "
      "filesrc location=\"%s\" ! decodebin ! audioconvert ! audioresample ! avenc_aac bitrate=128000 ! aacparse ! "
      "queue ! m.",
      path, sample);

  play_run (line, NULL, NULL);
  return path;
}

static gboolean
can_make (void)
{
  return play_has (
      "seremotiontext x264enc h264parse avenc_aac avdec_aac aacparse mp4mux qtdemux decodebin opusdec queue "
      "videotestsrc",
      "gst-launch-1.0 timeout");
}

/* ---- what the messages say ---- */

/* With cues=latest: from each window's end, for an interval. */
static GArray *
get_latest (GPtrArray *results)
{
  GArray *cues = play_segments (results);

  g_array_set_size (cues, 0);
  for (guint i = 0; i < results->len; i++) {
    const GstStructure *result = results->pdata[i];
    const char *emotion = gst_structure_get_string (result, "emotion");
    PlayCue cue = { 0 };

    cue.start = play_get_seconds (result, "stream-time") + play_get_seconds (result, "duration");
    cue.end = cue.start + 1;
    cue.text = strcmp (emotion, "uncertain") == 0
        ? g_strdup (emotion)
        : g_strdup_printf ("%s %.0f %%", emotion, 100 * play_get_double (result, "confidence"));
    if (strcmp (emotion, "none") != 0)
      g_array_append_val (cues, cue);
    else
      g_free (cue.text);
  }
  return cues;
}

/* ---- tests ---- */

/* subparse is GStreamer's own reader of WebVTT. */
static void
check_subtitles (const char *path)
{
  g_autofree char *folder = fixture_folder (), *vtt = fixture_path (folder, "the speech.vtt"), *line = NULL;
  g_autoptr (GPtrArray) results = play_results (path, "");
  g_autoptr (GArray) expected = play_segments (results), cues = NULL, joined = NULL;

  g_free (play_example ("subtitles.sh", "'%s' '%s'", path, vtt));
  line = g_strdup_printf ("filesrc location=\"%s\" ! subparse ! text/x-raw ! fakesink name=cues", vtt);
  cues = play_cues (line);
  joined = play_join (cues);
  g_test_message ("%u cues, %u segments", cues->len, expected->len);
  g_assert_cmpuint (cues->len, >=, joined->len);
  play_assert_same (joined, expected, TOLERANCE);
}

static void
test_subtitles_sample (void)
{
  g_autofree char *sample = play_sample ();

  if (play_has ("seremotiontext decodebin opusdec webvttenc subparse", "gst-launch-1.0 timeout"))
    check_subtitles (sample);
}

/* Runs `check` on a real speech where there is one. */
static void
with_speech (void (*check) (const char *path))
{
  g_autofree char *speech = play_data (SPEECH);

  if (!speech)
    g_test_skip ("there are no speeches");
  else if (can_make () && play_has ("webvttenc subparse matroskamux matroskademux", ""))
    check (speech);
}

static void
test_subtitles_speech (void)
{
  with_speech (check_subtitles);
}

static void
check_matroska (const char *path)
{
  g_autofree char *folder = fixture_folder (), *mkv = fixture_path (folder, "with text.mkv"), *line = NULL;
  g_autoptr (GPtrArray) results = play_results (path, "");
  g_autoptr (GArray) expected = get_latest (results), cues = NULL;

  g_free (play_example ("matroska.sh", "'%s' '%s'", path, mkv));
  line = g_strdup_printf ("filesrc location=\"%s\" ! matroskademux name=d  d.subtitle_0 ! queue ! fakesink name=cues  "
                          "d.video_0 ! queue ! fakesink  d.audio_0 ! queue ! fakesink",
      mkv);
  cues = play_cues (line);
  g_test_message ("%u cues", cues->len);
  play_assert_same (cues, expected, TOLERANCE);
}

static void
check_mp4 (const char *path)
{
  g_autofree char *folder = fixture_folder (), *mp4 = fixture_path (folder, "with text.mp4"), *line = NULL;
  g_autoptr (GPtrArray) results = play_results (path, "");
  g_autoptr (GArray) expected = play_segments (results), cues = NULL, joined = NULL;

  g_free (play_example ("mp4.sh", "'%s' '%s'", path, mp4));
  line = g_strdup_printf ("filesrc location=\"%s\" ! qtdemux name=d  d.subtitle_0 ! queue ! fakesink name=cues  "
                          "d.video_0 ! queue ! fakesink  d.audio_0 ! queue ! fakesink",
      mp4);
  cues = play_cues (line);
  joined = play_join (cues);
  g_test_message ("%u cues, %u segments", cues->len, expected->len);
  play_assert_same (joined, expected, TOLERANCE);
}

static void
with_video (void (*check) (const char *path))
{
  g_autofree char *folder = fixture_folder (), *video = NULL;

  if (!can_make () || !play_has ("matroskamux matroskademux textoverlay avdec_h264", ""))
    return;
  video = make_video (folder);
  check (video);
}

static void
test_matroska_sample (void)
{
  with_video (check_matroska);
}

static void
test_matroska_speech (void)
{
  with_speech (check_matroska);
}

static void
test_mp4_sample (void)
{
  with_video (check_mp4);
}

static void
test_mp4_speech (void)
{
  with_speech (check_mp4);
}

typedef struct {
  guint n_frames, n_wrong;
  const GArray *cues;
} Pictures;

static gboolean
shows (const GArray *cues, double time)
{
  for (guint i = 0; i < cues->len; i++) {
    const PlayCue *cue = &g_array_index (cues, PlayCue, i);
    if (time >= cue->start && time < cue->end)
      return TRUE;
  }
  return FALSE;
}

/* A picture is black but for text, which is white. Those within a tenth of a second of a change are left out. */
static void
on_picture (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Pictures *pictures = data;
  double time = (double) GST_BUFFER_PTS (buffer) / GST_SECOND;
  gboolean expected = shows (pictures->cues, time), white = FALSE;
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i < map.size && !white; i++)
    white = map.data[i] > 200;
  gst_buffer_unmap (buffer, &map);
  if (shows (pictures->cues, time - TOLERANCE) != expected || shows (pictures->cues, time + TOLERANCE) != expected)
    return;
  pictures->n_frames++;
  pictures->n_wrong += white != expected;
}

static void
check_burn_in (const char *path)
{
  g_autofree char *folder = fixture_folder (), *burnt = fixture_path (folder, "burnt in.mp4"), *line = NULL;
  g_autoptr (GPtrArray) results = play_results (path, "");
  g_autoptr (GArray) latest = get_latest (results);
  Pictures pictures = { .cues = latest };
  g_autoptr (GstElement) pipeline = NULL, sink = NULL;
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  g_free (play_example ("burn-in.sh", "'%s' '%s'", path, burnt));
  line = g_strdup_printf ("filesrc location=\"%s\" ! qtdemux ! h264parse ! avdec_h264 ! videoconvert ! "
                          "video/x-raw,format=GRAY8 ! fakesink name=pictures signal-handoffs=true",
      burnt);
  pipeline = gst_parse_launch (line, NULL);
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "pictures");
  g_signal_connect (sink, "handoff", G_CALLBACK (on_picture), &pictures);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  g_test_message ("%u pictures, %u of them wrong", pictures.n_frames, pictures.n_wrong);
  g_assert_cmpuint (pictures.n_frames, >, 450);
  g_assert_cmpuint (pictures.n_wrong, ==, 0);
}

static void
test_burn_in (void)
{
  with_video (check_burn_in);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  gst_init (&argc, &argv);
  g_test_add_func ("/examples/subtitles/sample", test_subtitles_sample);
  g_test_add_func ("/examples/subtitles/speech", test_subtitles_speech);
  g_test_add_func ("/examples/matroska/sample", test_matroska_sample);
  g_test_add_func ("/examples/matroska/speech", test_matroska_speech);
  g_test_add_func ("/examples/mp4/sample", test_mp4_sample);
  g_test_add_func ("/examples/mp4/speech", test_mp4_speech);
  g_test_add_func ("/examples/burn-in", test_burn_in);
  return fixture_run ();
}
