/* report.c - tests of the report page: its JSON, what it keeps out, the sound in it, and files that cannot be written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>
#include <gst/gst.h>

#include "fixture.h"
#include "media.h"
#include "report-html.h"
#include "report-json.h"
#include "report-sound.h"
#include "synthetic.h"

/* ---- helpers ---- */

static const char hostile[] = "</script><script>alert (1)</script> <!-- & \"it\" \n\\ \xe2\x80\xa8 \xff";

static SerRecording *
make_recording (const char *location)
{
  static const char *const speakers[] = { "A", "</script>", NULL };
  SerRecording *recording = synthetic_new (location, speakers);

  synthetic_add_run (recording, 0, 12, 0, 0);
  synthetic_add_run (recording, 12, 4, SER_LABEL_UNCERTAIN, 0);
  synthetic_add_run (recording, 16, 3, SER_LABEL_NONE, 1);
  synthetic_add (recording, 19, 5, SER_NO_SPEAKER);
  synthetic_finish (recording);
  recording->title = g_strdup (hostile);
  return recording;
}

static JsonObject *
parse (const char *text, JsonParser *parser)
{
  GError *error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

static JsonArray *
get_column (JsonObject *document, const char *table, const char *column)
{
  return json_object_get_array_member (json_object_get_object_member (document, table), column);
}

/* What a script of the page holds. */
static char *
get_block (const char *page, const char *id)
{
  g_autofree char *begin = g_strdup_printf ("id=\"%s\">", id);
  const char *at = strstr (page, begin), *end;

  g_assert_nonnull (at);
  at += strlen (begin);
  end = strstr (at, "</script>");
  g_assert_nonnull (end);
  return g_strndup (at, end - at);
}

static gboolean
make_page (const SerRecording *recording, SerReportMedia media, const char *path, GError **error)
{
  SerSoundParts parts = ser_report_get_sound (recording->location, media);
  g_autoptr (SerSound) sound = parts ? ser_sound_new (recording, parts, NULL, NULL, error) : NULL;

  return (sound || !parts) && ser_report_write_html (recording, sound, media, path, error);
}

/* The page, or NULL, with the test skipped, where the program was built without it. */
static char *
write_page (const SerRecording *recording, SerReportMedia media, const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text;

  if (!make_page (recording, media, path, &error)) {
    if (!strstr (error->message, "built without the report page"))
      g_error ("%s", error->message);
    g_test_skip (error->message);
    return NULL;
  }
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return text;
}

static gboolean
is_without_page (const GError *error)
{
  if (!strstr (error->message, "built without the report page"))
    return FALSE;
  g_test_skip (error->message);
  return TRUE;
}

/* Fails with these words, and leaves in the folder what was there. */
static void
assert_fails (
    const SerRecording *recording, SerReportMedia media, const char *folder, const char *path, const char *says)
{
  g_autoptr (GError) error = NULL;
  guint before = fixture_count_files (folder);

  g_assert_false (make_page (recording, media, path, &error));
  if (is_without_page (error))
    return;
  fixture_assert_has (error->message, says);
  g_assert_true (g_error_matches (error, SER_ERROR, SER_ERROR_FILE));
  g_assert_cmpuint (fixture_count_files (folder), ==, before);
}

/* ---- JSON ---- */

static void
check_windows (const SerRecording *recording, JsonObject *document)
{
  JsonObject *windows = json_object_get_object_member (document, "windows");
  JsonArray *scores = json_object_get_array_member (json_object_get_object_member (windows, "scores"), "fear");
  JsonArray *z = json_object_get_array_member (windows, "loudness_z");

  g_assert_cmpuint (json_array_get_length (scores), ==, recording->n_windows);
  for (guint i = 0; i < recording->n_windows; i++) {
    const SerRecordingWindow *w = &recording->windows[i];
    int speaker = w->speaker == SER_NO_SPEAKER ? -1 : (int) w->speaker;

    g_assert_cmpfloat (
        json_array_get_double_element (get_column (document, "windows", "stream-time"), i), ==, w->start);
    g_assert_cmpint (json_array_get_int_element (get_column (document, "windows", "emotion"), i), ==, w->result.label);
    g_assert_cmpint (json_array_get_int_element (get_column (document, "windows", "leading"), i), ==, w->leading);
    g_assert_cmpint (json_array_get_int_element (get_column (document, "windows", "speaker"), i), ==, speaker);
    g_assert_cmpfloat_with_epsilon (json_array_get_double_element (scores, i), w->result.scores[2], 1e-4);
    g_assert_true (json_array_get_null_element (z, i) == isnan (w->loudness_z));
    if (!isnan (w->loudness_z))
      g_assert_cmpfloat_with_epsilon (json_array_get_double_element (z, i), w->loudness_z, 1e-12);
  }
}

static void
check_segments (const SerRecording *recording, JsonObject *document)
{
  JsonArray *times = get_column (document, "segments", "stream-time");
  JsonArray *durations = get_column (document, "segments", "duration");

  g_assert_cmpuint (json_array_get_length (times), ==, recording->n_segments);
  for (guint i = 0; i < recording->n_segments; i++) {
    const SerSegment *s = &recording->segments[i].segment;

    g_assert_cmpfloat (json_array_get_double_element (times, i), ==, s->start);
    g_assert_cmpfloat_with_epsilon (json_array_get_double_element (durations, i), s->end - s->start, 1e-6);
    g_assert_cmpint (json_array_get_int_element (get_column (document, "segments", "emotion"), i), ==, s->label);
  }
}

static void
test_json (void)
{
  g_autoptr (SerRecording) recording = make_recording ("a folder/a.wav");
  g_autofree char *text = ser_report_to_json (recording);
  g_autofree char *title = g_utf8_make_valid (hostile, -1);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *document = parse (text, parser), *about = json_object_get_object_member (document, "recording");
  JsonArray *gates = json_object_get_array_member (about, "gates");

  g_assert_cmpstr (json_object_get_string_member (document, "schema"), ==, "seremotion-analysis-1");
  g_assert_cmpstr (json_object_get_string_member (about, "title"), ==, title);
  g_assert_true (json_object_get_null_member (about, "expected_duration"));
  g_assert_cmpuint (json_array_get_length (gates), ==, SER_GATE_NON_SPEECH + 1);
  for (guint i = 0; i < json_array_get_length (gates); i++)
    g_assert_cmpstr (json_array_get_string_element (gates, i), ==, ser_gate_to_string (i));
  check_windows (recording, document);
  check_segments (recording, document);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (document, "speakers")), ==, 2);
  g_assert_true (json_object_get_null_member (document, "fragility"));
}

static void
test_json_fragility (void)
{
  g_autoptr (SerRecording) recording = make_recording ("a.wav");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *text = NULL;
  JsonObject *fragility, *window;

  recording->fragility = (SerFragility){ .n_sampled = 8, .changed = { 0.25, 0, 0, 0.5 }, .any = 0.5, .n_windows = 1 };
  recording->fragility.windows = g_new0 (SerFragileWindow, 1);
  recording->fragility.windows[0] = (SerFragileWindow){ 3, { 1, 0, SER_LABEL_NONE, SER_LABEL_UNCERTAIN } };
  text = ser_report_to_json (recording);
  fragility = json_object_get_object_member (parse (text, parser), "fragility");
  g_assert_cmpfloat (json_object_get_double_member (fragility, "any"), ==, 0.5);
  window = json_array_get_object_element (json_object_get_array_member (fragility, "windows"), 0);
  g_assert_cmpint (json_object_get_int_member (window, "index"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (window, "8 kHz band"), ==, "disgust");
  g_assert_cmpstr (json_object_get_string_member (window, "gain -20 dB"), ==, "none");
}

/* An hour of windows is small beside its sound, of some 11 MB. */
static void
test_json_hour (void)
{
  g_autoptr (SerRecording) recording = synthetic_new ("a.wav", NULL);
  g_autofree char *text = NULL;

  for (guint i = 0; i < 360; i++)
    synthetic_add_run (recording, 10 * i, 10, i % 6, SER_NO_SPEAKER);
  synthetic_finish (recording);
  text = ser_report_to_json (recording);
  g_test_message ("%zu bytes", strlen (text));
  g_assert_cmpuint (strlen (text), <, 600000);
}

/* ---- the page ---- */

/* Nothing of a recording becomes markup, and what was put in comes out again. */
static void
test_escaping (void)
{
  g_autoptr (SerRecording) recording = make_recording ("missing & <b>.wav");
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.html");
  g_autofree char *page = write_page (recording, SER_MEDIA_NONE, path);
  g_autofree char *title = g_utf8_make_valid (hostile, -1);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *block = NULL;
  JsonObject *document;

  if (!page)
    return;
  g_assert_null (strstr (page, "{{seremotion-"));
  g_assert_null (strstr (page, "<script>alert"));
  fixture_assert_has (page, "<title>&lt;/script&gt;&lt;script&gt;alert");
  block = get_block (page, "analysis");
  g_assert_null (strchr (block, '<'));
  document = parse (block, parser);
  g_assert_cmpstr (
      json_object_get_string_member (json_object_get_object_member (document, "recording"), "title"), ==, title);
  fixture_assert_has (page, "media-src 'none'");
  g_assert_cmpuint (fixture_count_files (folder), ==, 1);
}

/* A second of silence, then noise: in the peaks as in the sound. */
static void
test_embedded (void)
{
  g_autofree char *folder = fixture_folder (), *wav = fixture_path (folder, "a.wav");
  g_autofree char *path = fixture_path (folder, "a.html"), *ogg = fixture_path (folder, "a.ogg");
  g_autoptr (SerRecording) recording = make_recording (wav);
  g_autofree gint16 *samples = fixture_noise (1, 3 * 16000), *heard = NULL;
  g_autofree char *page = NULL, *sound = NULL, *text = NULL;
  g_autofree guint8 *opus = NULL, *peaks = NULL;
  gsize n;

  memset (samples, 0, 16000 * sizeof *samples);
  fixture_write_wav (folder, "a.wav", 16000, 1, samples, 3 * 16000);
  page = write_page (recording, SER_MEDIA_EMBED, path);
  if (!page)
    return;
  text = get_block (page, "peaks");
  peaks = g_base64_decode (text, &n);
  g_assert_cmpint (ABS ((int) n - 3 * SER_REPORT_PEAKS), <=, 1);
  for (guint i = 0; i < n; i++)
    if (i < SER_REPORT_PEAKS - 1)
      g_assert_cmpuint (peaks[i], <=, 1);
    else if (i > SER_REPORT_PEAKS)
      g_assert_cmpuint (peaks[i], >=, 40);
  sound = get_block (page, "sound");
  opus = g_base64_decode (sound, &n);
  g_assert_true (g_file_set_contents (ogg, (const char *) opus, n, NULL));
  heard = ser_media_decode (ogg, 16000, &n, NULL);
  g_assert_nonnull (heard);
  g_assert_cmpint (ABS ((int) n - 3 * 16000), <, 800);
  for (guint i = 0; i < 15000; i++)
    g_assert_cmpint (ABS (heard[i]), <, 100);
  fixture_assert_has (page, "media-src blob:");
}

/* The peaks are of the track that was analysed. */
static void
test_track (void)
{
  g_autofree char *folder = fixture_folder (), *mkv = fixture_path (folder, "a.mkv");
  g_autofree char *line =
      g_strdup_printf ("audiotestsrc num-buffers=50 wave=silence ! flacenc ! matroskamux name=mux ! "
                       "filesink location=%s audiotestsrc num-buffers=50 ! flacenc ! mux.",
          mkv);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (SerRecording) recording = make_recording (mkv);

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_true (message && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS);
  for (recording->track = 1; recording->track <= 2; recording->track++) {
    g_autoptr (SerSound) sound = ser_sound_new (recording, SER_SOUND_PEAKS, NULL, NULL, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (sound->opus->len, ==, 0);
    g_assert_cmpuint (sound->peaks->len, >, SER_REPORT_PEAKS);
    g_assert_true ((sound->peaks->data[10] > 100) == (recording->track == 2));
  }
}

/* What is told of the way is the time, to its end; the files are what was made. */
static void
on_time (double time, gpointer data)
{
  double *last = data;

  g_assert_cmpfloat (time, >, *last);
  *last = time;
}

static void
test_sound (void)
{
  g_autofree char *folder = fixture_folder (), *wav = fixture_path (folder, "a.wav"),
                  *stem = fixture_path (folder, "b");
  g_autofree char *opus = fixture_path (folder, "b.opus"), *peaks = fixture_path (folder, "b.peaks"), *bytes = NULL;
  g_autoptr (SerRecording) recording = make_recording (wav);
  g_autoptr (SerSound) sound = NULL;
  g_autoptr (GError) error = NULL;
  double last = 0;
  gsize n;

  fixture_write_voice (folder, "a.wav", 0, 1, 5);
  sound = ser_sound_new (recording, SER_SOUND_OPUS, on_time, &last, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat_with_epsilon (last, 5, 0.01);
  g_assert_true (ser_sound_write (sound, stem, &error));
  g_assert_true (g_file_get_contents (opus, &bytes, &n, NULL));
  g_assert_cmpmem (bytes, n, sound->opus->data, sound->opus->len);
  g_assert_cmpint (ABS ((int) n - 5 * 3000), <, 4000);
  g_free (bytes);
  g_assert_true (g_file_get_contents (peaks, &bytes, &n, NULL));
  g_assert_cmpmem (bytes, n, sound->peaks->data, sound->peaks->len);
  g_assert_cmpint (ABS ((int) n - 5 * SER_REPORT_PEAKS), <=, 1);
  g_assert_cmpuint (fixture_count_files (folder), ==, 3);
  g_assert_false (ser_sound_write (sound, "/dev/null/x", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
}

static void
assert_link (const char *location, const char *page, const char *expected)
{
  g_autofree char *link = ser_report_make_link (location, page);

  g_assert_cmpstr (link, ==, expected);
}

static void
test_link (void)
{
  assert_link ("/a/b/c.mp4", "/a/b/c.html", "c.mp4");
  assert_link ("/a/b/c.mp4", "/a/out/deep/c.html", "../../b/c.mp4");
  assert_link ("/a/b c?#%.mp4", "/a/c.html", "b%20c%3F%23%25.mp4");
  assert_link ("file:///a/b%20c.mp4", "/a/c.html", "b%20c.mp4");
  assert_link ("/ab/c.mp4", "/a/c.html", "../ab/c.mp4");
  assert_link ("./javascript:x.wav", "c.html", "javascript%3Ax.wav");
  assert_link ("https://example.org/a.mp4", "/a/c.html", NULL);
}

/* ---- what cannot be written ---- */

static void
test_refused (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.html");
  g_autofree char *missing = fixture_path (folder, "missing/a.html"), *wav = fixture_path (folder, "none.wav");
  g_autofree char *text = NULL;
  g_autoptr (SerRecording) recording = make_recording (wav);
  GStatBuf st;

  fixture_write (folder, "a.html", "what was there");
  assert_fails (recording, SER_MEDIA_EMBED, folder, path, wav);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "what was there");
  assert_fails (recording, SER_MEDIA_NONE, folder, missing, missing);
  assert_fails (recording, SER_MEDIA_NONE, folder, folder, "not a regular file");
  assert_fails (recording, SER_MEDIA_NONE, folder, "/dev/full", "/dev/full: cannot be written");
  g_assert_true (g_stat ("/dev/full", &st) == 0 && S_ISCHR (st.st_mode));
}

/* A limit on the size of files stands for a disk without room. */
static void
test_full (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.html");
  g_autoptr (SerRecording) recording = make_recording ("a.wav");
  struct rlimit before, limit;

  g_assert_true (getrlimit (RLIMIT_FSIZE, &before) == 0);
  limit = before;
  limit.rlim_cur = 50000;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_true (setrlimit (RLIMIT_FSIZE, &limit) == 0);
  assert_fails (recording, SER_MEDIA_NONE, folder, path, path);
  g_assert_true (setrlimit (RLIMIT_FSIZE, &before) == 0);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  gst_init (NULL, NULL);
  g_test_add_func ("/report/json", test_json);
  g_test_add_func ("/report/json-fragility", test_json_fragility);
  g_test_add_func ("/report/json-hour", test_json_hour);
  g_test_add_func ("/report/escaping", test_escaping);
  g_test_add_func ("/report/embedded", test_embedded);
  g_test_add_func ("/report/track", test_track);
  g_test_add_func ("/report/sound", test_sound);
  g_test_add_func ("/report/link", test_link);
  g_test_add_func ("/report/refused", test_refused);
  g_test_add_func ("/report/full", test_full);
  return fixture_run ();
}
