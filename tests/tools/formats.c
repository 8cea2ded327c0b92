/* formats.c - tests of the exports: each is read back by what its users read it with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * GStreamer's subparse reads the subtitles here. formats-check.py has pandas, lxml and Praat read the others, and
 * compares them with what this program knows of the recording.
 */

#include "formats.h"

#include <glib/gstdio.h>
#include <gst/app/gstappsink.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "json.h"
#include "python.h"
#include "synthetic.h"

/* ---- recordings ---- */

static const char odd_location[] = "talks/\"Wir, <das> V\xc3\xb6lk\" & co ]]> --> 1,5\nline two.mp4";
static const char *const odd_names[] = { "Dr. \"Quote\" O'Neil, <b>A&B</b>", "\xc3\x9cn\xc3\xaf --> ]]> \xe6\xbc\xa2",
  "two\nlines", "windows", "silent one", NULL };

/* An hour-long pause, 3 h in all, labels that are none, and windows that are nobody's. */
static SerRecording *
make_odd (void)
{
  SerRecording *recording = synthetic_new (odd_location, odd_names);

  recording->title = g_strdup ("He said: \"-->\"\nand <more> ]]>, &c.");
  recording->date = g_strdup ("2003-02-01");
  recording->truncated = TRUE;
  recording->expected = 11000;
  synthetic_add_run (recording, 0, 5, 0, 0);
  synthetic_add_run (recording, 5, 4, SER_LABEL_UNCERTAIN, 1);
  synthetic_add_run (recording, 9, 3, SER_LABEL_NONE, 2);
  synthetic_add_run (recording, 3599.5, 2, 3, 3);
  synthetic_add_run (recording, 3601.5, 6, 5, SER_NO_SPEAKER);
  synthetic_add_run (recording, 3607.5, 1, 4, 3);
  synthetic_add_run (recording, 10790.125, 7, 2, 0);
  synthetic_add_run (recording, 10797.125, 3, 4, 1);
  synthetic_finish (recording);
  return recording;
}

static SerRecording *
make_plain (void)
{
  SerRecording *recording = synthetic_new ("plain.wav", NULL);

  synthetic_add_run (recording, 0, 12, 4, SER_NO_SPEAKER);
  synthetic_add_run (recording, 12, 2, SER_LABEL_NONE, SER_NO_SPEAKER);
  synthetic_add_run (recording, 14, 9, 0, SER_NO_SPEAKER);
  synthetic_finish (recording);
  return recording;
}

static SerRecording *
make_empty (void)
{
  SerRecording *recording = synthetic_new ("empty.wav", NULL);

  recording->duration = 0.4;
  synthetic_finish (recording);
  return recording;
}

typedef SerRecording *(*Maker) (void);

static const struct {
  const char *name;
  Maker make;
} recordings[] = { { "odd", make_odd }, { "plain", make_plain }, { "empty", make_empty } };

/* ---- what is expected ---- */

static const char *
get_name (const SerRecording *recording, guint speaker)
{
  return speaker == SER_NO_SPEAKER ? NULL : recording->speakers[speaker].name;
}

static void
add_numbers (JsonBuilder *builder, const char *name, const double *values, guint n)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    if (isnan (values[i]))
      json_builder_add_null_value (builder);
    else
      json_builder_add_double_value (builder, values[i]);
  json_builder_end_array (builder);
}

static void
add_scores (JsonBuilder *builder, const float *scores)
{
  double values[SYNTHETIC_LABELS];

  for (guint k = 0; k < SYNTHETIC_LABELS; k++)
    values[k] = scores[k];
  add_numbers (builder, "scores", values, SYNTHETIC_LABELS);
}

static void
add_window (JsonBuilder *builder, const SerRecording *recording, const SerRecordingWindow *window)
{
  const SerResult *result = &window->result;

  json_builder_begin_object (builder);
  ser_json_add_double (builder, "start", window->start);
  ser_json_add_double (builder, "end", window->start + window->duration);
  ser_json_add_string (builder, "speaker", get_name (recording, window->speaker));
  ser_json_add_string (builder, "emotion", result->emotion);
  ser_json_add_string (builder, "leading", synthetic_labels[window->leading]);
  ser_json_add_double (builder, "confidence", result->confidence);
  add_scores (builder, result->scores);
  ser_json_add_string (builder, "gate", result->gate == SER_GATE_SPEECH ? "speech" : "silence");
  ser_json_add_double (builder, "speech", result->speech);
  ser_json_add_double (builder, "pitch", result->pitch > 0 ? result->pitch : NAN);
  ser_json_add_double (builder, "loudness", result->loudness);
  ser_json_add_double (builder, "pitch_z", window->pitch_z);
  ser_json_add_double (builder, "loudness_z", window->loudness_z);
  add_numbers (builder, "scores_z", window->scores_z, SYNTHETIC_LABELS);
  json_builder_end_object (builder);
}

static void
add_segment (JsonBuilder *builder, const SerRecording *recording, const SerRecordingSegment *segment)
{
  json_builder_begin_object (builder);
  ser_json_add_double (builder, "start", segment->segment.start);
  ser_json_add_double (builder, "end", segment->segment.end);
  ser_json_add_string (builder, "speaker", get_name (recording, segment->speaker));
  ser_json_add_string (builder, "emotion", segment->emotion);
  ser_json_add_double (builder, "confidence", segment->segment.confidence);
  add_scores (builder, segment->segment.scores);
  ser_json_add_int (builder, "first_window", segment->segment.first);
  ser_json_add_int (builder, "windows", segment->segment.n_windows);
  ser_json_add_double (builder, "pitch", segment->pitch > 0 ? segment->pitch : NAN);
  ser_json_add_double (builder, "loudness", segment->loudness);
  ser_json_add_double (builder, "pitch_z", segment->pitch_z);
  ser_json_add_double (builder, "loudness_z", segment->loudness_z);
  json_builder_end_object (builder);
}

static void
add_shares (JsonBuilder *builder, const SerRecordingSummary *summary)
{
  double values[SYNTHETIC_LABELS];

  for (guint k = 0; k < SYNTHETIC_LABELS; k++)
    values[k] = summary->shares[k].share;
  add_numbers (builder, "shares", values, SYNTHETIC_LABELS);
}

/* Writes expected.json into the folder. */
static void
write_expected (const SerRecording *recording, const char *folder)
{
  g_autofree char *path = fixture_path (folder, "expected.json");
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GError *error = NULL;

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "location", recording->file);
  ser_json_add_string (builder, "title", recording->title);
  ser_json_add_double (builder, "duration", recording->duration);
  ser_json_add_boolean (builder, "truncated", recording->truncated);
  ser_json_add_strings (builder, "labels", synthetic_labels, SYNTHETIC_LABELS);
  json_builder_set_member_name (builder, "speakers");
  json_builder_begin_array (builder);
  for (guint i = 0; i < recording->n_speakers; i++)
    json_builder_add_string_value (builder, recording->speakers[i].name);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "windows");
  json_builder_begin_array (builder);
  for (guint i = 0; i < recording->n_windows; i++)
    add_window (builder, recording, &recording->windows[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "segments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < recording->n_segments; i++)
    add_segment (builder, recording, &recording->segments[i]);
  json_builder_end_array (builder);
  ser_json_add_int (builder, "counted", recording->summary.n_windows);
  add_shares (builder, &recording->summary);
  json_builder_end_object (builder);
  ser_json_write (builder, path, &error);
  g_assert_no_error (error);
}

/* Writes the recording in a format to a fresh folder; gives the stem of its files. */
static char *
write_format (const SerRecording *recording, const char *name, char **folder)
{
  const SerFormatOptions options = { SER_MEDIA_NONE };
  char *stem;
  GError *error = NULL;

  *folder = fixture_folder ();
  stem = fixture_path (*folder, "out");
  g_assert_true (ser_format_write (ser_format_find (name), recording, NULL, &options, stem, &error));
  g_assert_no_error (error);
  return stem;
}

/* ---- read by Python, and through it by Praat ---- */

static void
test_foreign (gconstpointer data)
{
  const char *format = data;

  for (guint i = 0; i < G_N_ELEMENTS (recordings); i++) {
    g_autoptr (SerRecording) recording = recordings[i].make ();
    g_autofree char *folder = NULL, *stem = write_format (recording, format, &folder);
    g_autofree char *expected = fixture_path (folder, "expected.json");
    const char *const arguments[] = { format, stem, expected, NULL };

    g_test_message ("%s", recordings[i].name);
    write_expected (recording, folder);
    if (!run_python ("formats-check.py", arguments))
      return;
  }
}

/* ---- read by GStreamer ---- */

static void
take_text (GMarkupParseContext *context, const char *text, gsize length, gpointer data, GError **error)
{
  g_string_append_len (data, text, length);
}

/* The text of markup; free with g_free(). */
static char *
strip_markup (const char *markup)
{
  const GMarkupParser parser = { .text = take_text };
  GString *text = g_string_new (NULL);
  g_autofree char *whole = g_strdup_printf ("<cue>%s</cue>", markup);
  GMarkupParseContext *context = g_markup_parse_context_new (&parser, 0, text, NULL);
  GError *error = NULL;

  g_markup_parse_context_parse (context, whole, -1, &error);
  g_assert_no_error (error);
  g_markup_parse_context_free (context);
  return g_string_free (text, FALSE);
}

/* "NAME: EMOTION 80 %", in one line. In SubRip, which has no way to write them, angle brackets are others. */
static char *
make_caption (const SerRecording *recording, const SerRecordingSegment *segment, gboolean is_srt)
{
  const char *name = get_name (recording, segment->speaker);
  GString *text = g_string_new (name ? name : "");

  if (name)
    g_string_append (text, ": ");
  if (segment->segment.label == SER_LABEL_NONE)
    g_string_append (text, "no speech");
  else
    g_string_append_printf (text, "%s %.0f %%", segment->emotion, 100 * segment->segment.confidence);
  g_string_replace (text, "\n", " ", 0);
  if (is_srt) {
    g_string_replace (text, "<", "\xe2\x80\xb9", 0);
    g_string_replace (text, ">", "\xe2\x80\xba", 0);
  }
  return g_string_free (text, FALSE);
}

/* subparse takes the character references of WebVTT for text, so that a second reading of markup gives the text. */
static void
check_cue (GstSample *sample, const SerRecording *recording, const SerRecordingSegment *segment, gboolean is_srt)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  g_autofree char *bytes = NULL, *once = NULL, *text = NULL, *expected = make_caption (recording, segment, is_srt);
  gsize size = gst_buffer_get_size (buffer);

  bytes = g_malloc0 (size + 1);
  gst_buffer_extract (buffer, 0, bytes, size);
  once = strip_markup (bytes);
  text = is_srt ? g_strdup (once) : strip_markup (once);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, (guint64) llround (segment->segment.start * 1000) * GST_MSECOND);
  g_assert_cmpuint (GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer), ==,
      (guint64) llround (segment->segment.end * 1000) * GST_MSECOND);
}

static void
check_cues (const SerRecording *recording, const char *path, gboolean is_srt)
{
  g_autoptr (GstElement) pipeline =
      gst_parse_launch ("filesrc name=from ! subparse ! appsink name=to sync=false", NULL);
  g_autoptr (GstElement) from = gst_bin_get_by_name (GST_BIN (pipeline), "from");
  g_autoptr (GstElement) to = gst_bin_get_by_name (GST_BIN (pipeline), "to");
  GstSample *sample;
  guint n = 0;

  g_object_set (from, "location", path, NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while ((sample = gst_app_sink_pull_sample (GST_APP_SINK (to)))) {
    g_assert_cmpuint (n, <, recording->n_segments);
    check_cue (sample, recording, &recording->segments[n++], is_srt);
    gst_sample_unref (sample);
  }
  g_assert_cmpuint (n, ==, recording->n_segments);
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static gboolean
has_subparse (void)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find ("subparse");

  if (!factory)
    g_test_skip ("there is no subparse: install gstreamer1.0-plugins-base");
  return factory != NULL;
}

static void
test_cues (gconstpointer data)
{
  const char *format = data;
  gboolean is_srt = strcmp (format, "srt") == 0;

  for (guint i = 0; has_subparse () && i < G_N_ELEMENTS (recordings); i++) {
    g_autoptr (SerRecording) recording = recordings[i].make ();
    g_autofree char *folder = NULL, *stem = write_format (recording, format, &folder);
    g_autofree char *path = g_strdup_printf ("%s.%s", stem, format);

    g_test_message ("%s", recordings[i].name);
    if (recording->n_segments > 0)
      check_cues (recording, path, is_srt);
  }
}

/* What subparse does not see: WebVTT's header, and that nothing but timings has an arrow. */
static void
test_vtt_lines (void)
{
  g_autoptr (SerRecording) recording = make_odd ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  guint arrows = 0;

  ser_format_vtt (recording, text);
  lines = g_strsplit (text->str, "\n", -1);
  g_assert_cmpstr (lines[0], ==, "WEBVTT");
  g_assert_cmpstr (lines[1], ==, "");
  for (guint i = 0; lines[i]; i++) {
    if (!strstr (lines[i], "-->"))
      continue;
    arrows++;
    g_assert_true (
        g_regex_match_simple ("^\\d\\d:\\d\\d:\\d\\d\\.\\d{3} --> \\d\\d:\\d\\d:\\d\\d\\.\\d{3}$", lines[i], 0, 0));
  }
  g_assert_cmpuint (arrows, ==, recording->n_segments);
  fixture_assert_has (text->str, "02:59:50.125 --> ");
}

/* ---- writing ---- */

/* TRUE when LC_NUMERIC is one that writes commas, made here, since few machines have one. */
static gboolean
set_german (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "de_DE.UTF-8");
  char *argv[] = { (char *) "localedef", (char *) "-i", (char *) "de_DE", (char *) "-f", (char *) "UTF-8", path, NULL };

  if (!g_spawn_sync (
          NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, NULL, NULL))
    return FALSE;
  g_setenv ("LOCPATH", folder, TRUE);
  return setlocale (LC_NUMERIC, "de_DE.UTF-8") != NULL;
}

/* What programs read has points in numbers, whatever the locale. */
static void
test_locale (void)
{
  static const char *const formats[] = { "csv", "jsonl", "textgrid", "audacity", "vtt", "srt" };
  g_autofree char *kept = g_strdup (setlocale (LC_NUMERIC, NULL));
  g_autoptr (SerRecording) recording = make_plain ();

  if (!set_german ()) {
    g_test_skip ("localedef makes no de_DE.UTF-8: install locales");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GString) comma = g_string_new (NULL), point = g_string_new (NULL);

    ser_format_append (ser_format_find (formats[i]), recording, comma);
    setlocale (LC_NUMERIC, "C");
    ser_format_append (ser_format_find (formats[i]), recording, point);
    setlocale (LC_NUMERIC, "de_DE.UTF-8");
    g_test_message ("%s", formats[i]);
    g_assert_true (g_string_equal (comma, point));
  }
  setlocale (LC_NUMERIC, kept);
}

/* A folder in the file's place has its writing fail for root too. */
static void
test_unwritable (void)
{
  const SerFormatOptions options = { SER_MEDIA_NONE };
  g_autoptr (SerRecording) recording = make_plain ();
  g_autofree char *folder = fixture_folder (), *stem = fixture_path (folder, "out");
  g_autofree char *taken = fixture_path (folder, "out.vtt"), *missing = fixture_path (folder, "no/out");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (taken, 0777), ==, 0);
  g_assert_false (ser_format_write (ser_format_find ("vtt"), recording, NULL, &options, stem, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, taken);
  g_assert_cmpuint (fixture_count_files (folder), ==, 1);
  g_clear_error (&error);
  g_assert_false (ser_format_write (ser_format_find ("srt"), recording, NULL, &options, missing, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, "no/out.srt");
}

/* Recordings that follow each other share one header. */
static void
test_joined (void)
{
  g_autoptr (SerRecording) first = make_plain (), second = make_odd ();
  g_autoptr (GString) text = g_string_new (NULL);
  const SerFormat *csv = ser_format_find ("csv");
  const char *header;

  g_assert_true (ser_format_is_joinable (csv));
  ser_format_append (csv, first, text);
  ser_format_append (csv, second, text);
  header = strstr (text->str, "file,track");
  g_assert_true (header == text->str);
  g_assert_null (strstr (header + 1, "file,track"));
  fixture_assert_has (text->str, "plain.wav,1,0,0,3,");
}

/* The document as one line; several do not make one. */
static void
test_json (void)
{
  g_autoptr (SerRecording) recording = make_odd ();
  g_autofree char *folder = NULL, *stem = write_format (recording, "json", &folder);
  g_autofree char *path = g_strconcat (stem, ".json", NULL), *text = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *document = fixture_load_json (path, parser);

  g_assert_cmpstr (json_object_get_string_member (document, "schema"), ==, "seremotion-analysis-1");
  g_assert_cmpstr (
      json_object_get_string_member (json_object_get_object_member (document, "recording"), "file"), ==, odd_location);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (strchr (text, '\n') == text + strlen (text) - 1);
  g_assert_false (ser_format_is_joinable (ser_format_find ("json")));
}

/* Only those that hold the sound have it made, and no more of it than they need. */
static void
test_sound (void)
{
  static const struct {
    const char *format, *location;
    SerReportMedia media;
    SerSoundParts parts;
  } cases[] = {
    { "json", "a.wav", SER_MEDIA_EMBED, SER_SOUND_NONE },
    { "sound", "a.wav", SER_MEDIA_NONE, SER_SOUND_OPUS },
    { "html", "a.wav", SER_MEDIA_EMBED, SER_SOUND_OPUS },
    { "html", "a.wav", SER_MEDIA_LINK, SER_SOUND_PEAKS },
    { "html", "http://example.org/a.wav", SER_MEDIA_LINK, SER_SOUND_NONE },
    { "html", "http://example.org/a.wav", SER_MEDIA_EMBED, SER_SOUND_OPUS },
    { "html", "a.wav", SER_MEDIA_NONE, SER_SOUND_NONE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const SerFormatOptions options = { cases[i].media };
    g_assert_cmpint (
        ser_format_get_sound (ser_format_find (cases[i].format), cases[i].location, &options), ==, cases[i].parts);
  }
}

/* A row of the codebook begins with it. */
static void
assert_explained (const char *book, const char *name)
{
  g_autofree char *cell = g_strdup_printf ("\n| `%s` |", name);

  fixture_assert_has (book, cell);
}

/* Each column that is written is explained, and each measure of the summary. */
static void
test_codebook (void)
{
  static const SerFormatFunc parts[] = { ser_format_csv_windows, ser_format_csv_segments, ser_format_csv_summary };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "..", "docs", "codebook.md", NULL), *book = NULL;
  g_autoptr (SerRecording) recording = make_plain ();

  recording->fragility.n_sampled = 1;
  g_assert_true (g_file_get_contents (path, &book, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_auto (GStrv) lines = NULL, columns = NULL;

    parts[i](recording, text);
    lines = g_strsplit (g_strchomp (text->str), "\n", -1);
    for (guint k = 0; k < SYNTHETIC_LABELS; k++) {
      g_auto (GStrv) around = g_strsplit (lines[0], synthetic_labels[k], -1);
      g_free (lines[0]);
      lines[0] = g_strjoinv ("LABEL", around);
    }
    columns = g_strsplit (lines[0], ",", -1);
    for (guint k = 0; columns[k]; k++)
      assert_explained (book, columns[k]);
    for (guint k = 1; parts[i] == ser_format_csv_summary && lines[k]; k++) {
      g_auto (GStrv) fields = g_strsplit (lines[k], ",", -1);
      assert_explained (book, fields[3]);
    }
  }
}

int
main (int argc, char **argv)
{
  static const char *const foreign[] = { "csv", "jsonl", "textgrid", "eaf", "audacity" };
  static const char *const cues[] = { "vtt", "srt" };

  fixture_init (&argc, &argv);
  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    g_autofree char *path = g_strdup_printf ("/tools/formats/%s", foreign[i]);
    g_test_add_data_func (path, foreign[i], test_foreign);
  }
  for (guint i = 0; i < G_N_ELEMENTS (cues); i++) {
    g_autofree char *path = g_strdup_printf ("/tools/formats/%s", cues[i]);
    g_test_add_data_func (path, cues[i], test_cues);
  }
  g_test_add_func ("/tools/formats/vtt-lines", test_vtt_lines);
  g_test_add_func ("/tools/formats/locale", test_locale);
  g_test_add_func ("/tools/formats/unwritable", test_unwritable);
  g_test_add_func ("/tools/formats/joined", test_joined);
  g_test_add_func ("/tools/formats/json", test_json);
  g_test_add_func ("/tools/formats/sound", test_sound);
  g_test_add_func ("/tools/formats/codebook", test_codebook);
  return fixture_run ();
}
