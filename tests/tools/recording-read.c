/* recording-read.c - tests of documents read back: what they say, and what is refused
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "recording-read.h"

#include <stdlib.h>
#include <string.h>

#include <gst/gst.h>

#include "fixture.h"
#include "report-json.h"
#include "synthetic.h"

/* ---- helpers ---- */

static SerRecording *
make_recording (const char *const *speakers)
{
  SerRecording *recording = synthetic_new ("a folder/a \"b\".wav", speakers);

  synthetic_add_run (recording, 0, 12, 0, SER_NO_SPEAKER);
  synthetic_add_run (recording, 12, 4, SER_LABEL_UNCERTAIN, SER_NO_SPEAKER);
  synthetic_add_run (recording, 16, 3, SER_LABEL_NONE, SER_NO_SPEAKER);
  synthetic_add (recording, 19, 5, SER_NO_SPEAKER);
  recording->windows[recording->n_windows - 1].result.partial = TRUE;
  /* json-glib's own generator, which changes documents below, cannot write 1e-9. */
  for (guint i = 0; i < recording->n_windows; i++)
    recording->windows[i].loudness_z *= 1e9;
  synthetic_finish (recording);
  recording->title = g_strdup ("A speech");
  recording->date = g_strdup ("2003-02-01");
  return recording;
}

/* The document in a fresh folder. Free with g_free(). */
static char *
write_document (void)
{
  g_autoptr (SerRecording) recording = make_recording (NULL);
  g_autofree char *folder = fixture_folder (), *text = ser_report_to_json (recording);

  fixture_write (folder, "a.json", text);
  return fixture_path (folder, "a.json");
}

/* The node at a place as in "windows.scores.fear[3]", in its object or array. */
static void
replace (JsonNode *node, const char *place, JsonNode *value)
{
  g_auto (GStrv) names = g_strsplit_set (place, ".[]", -1);
  g_autoptr (GPtrArray) steps = g_ptr_array_new ();

  for (guint i = 0; names[i]; i++)
    if (*names[i])
      g_ptr_array_add (steps, names[i]);
  for (guint i = 0; i + 1 < steps->len; i++)
    node = JSON_NODE_HOLDS_OBJECT (node) ? json_object_get_member (json_node_get_object (node), steps->pdata[i])
                                         : json_array_get_element (json_node_get_array (node), atoi (steps->pdata[i]));
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    guint i = atoi (steps->pdata[steps->len - 1]);

    json_array_remove_element (array, i);
    if (value)
      json_array_add_element (array, value);
  } else {
    JsonObject *object = json_node_get_object (node);
    const char *name = steps->pdata[steps->len - 1];

    g_assert_true (json_object_has_member (object, name));
    json_object_remove_member (object, name);
    if (value)
      json_object_set_member (object, name, value);
  }
}

/* Puts JSON in the place, or removes what is there. An element of an array moves to its end. */
static void
change (const char *path, const char *place, const char *json)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  GError *error = NULL;

  g_assert_true (json_parser_load_from_file (parser, path, &error));
  replace (json_parser_get_root (parser), place, json ? json_from_string (json, NULL) : NULL);
  json_generator_set_root (generator, json_parser_get_root (parser));
  g_assert_true (json_generator_to_file (generator, path, &error));
}

/* Refused with words that name the file. */
static void
assert_refused (const char *path, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ser_recording_read (path, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
  g_test_message ("%s", error->message);
  fixture_assert_has (error->message, path);
  fixture_assert_has (error->message, says);
}

/* ---- what it says ---- */

static void
assert_same (const char *a, const char *b, const char *member)
{
  g_autoptr (JsonParser) first = json_parser_new (), second = json_parser_new ();

  g_assert_true (json_parser_load_from_data (first, a, -1, NULL));
  g_assert_true (json_parser_load_from_data (second, b, -1, NULL));
  g_assert_true (json_node_equal (json_object_get_member (json_node_get_object (json_parser_get_root (first)), member),
      json_object_get_member (json_node_get_object (json_parser_get_root (second)), member)));
}

/* Written once more it is the same. */
static void
test_there_and_back (void)
{
  g_autoptr (SerRecording) recording = make_recording (NULL), read = NULL;
  g_autofree char *path = write_document (), *before = ser_report_to_json (recording), *after = NULL;
  GError *error = NULL;

  read = ser_recording_read (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (read->location, ==, path);
  g_assert_cmpuint (read->n_windows, ==, recording->n_windows);
  g_assert_cmpint (read->windows[12].result.label, ==, SER_LABEL_UNCERTAIN);
  g_assert_cmpstr (read->windows[16].result.emotion, ==, "none");
  g_assert_cmpuint (read->windows[0].speaker, ==, SER_NO_SPEAKER);
  after = ser_report_to_json (read);
  assert_same (before, after, "recording");
  assert_same (before, after, "windows");
  assert_same (before, after, "summary");
}

static void
test_is_document (void)
{
  g_assert_true (ser_recording_is_document ("a/b.json"));
  g_assert_false (ser_recording_is_document ("a/b.jsonl"));
  g_assert_false (ser_recording_is_document ("a.json/b.wav"));
  g_assert_false (ser_recording_is_document ("https://example.org/a.json"));
}

/* ---- what is refused ---- */

static const struct {
  const char *place, *json, *says;
} faults[] = {
  { "schema", "\"seremotion-analysis-2\"", "schema `seremotion-analysis-2`: expected seremotion-analysis-1" },
  { "recording", NULL, "there is no member `recording`" },
  { "recording", "[]", "there is no member `recording.file`" },
  { "recording.file", "null", "recording.file `null`: expected text" },
  { "recording.title", "3", "recording.title `3`: expected text" },
  { "recording.duration", "-1", "recording.duration `-1`" },
  { "recording.duration", "\"1\"", "recording.duration" },
  { "recording.truncated", "1", "recording.truncated `1`: expected true or false" },
  { "recording.labels", "[]", "recording.labels" },
  { "recording.labels", "[\"anger\",\"anger\"]", "recording.labels[1] `anger`" },
  { "recording.labels", "[\"<b>\"]", "recording.labels[0] `<b>`" },
  { "recording.labels", "[1]", "recording.labels[0] `1`: expected text" },
  { "recording.labels",
      "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\",\"l\",\"m\",\"n\",\"o\",\"p\",\"q\",\"r\","
      "\"s\",\"t\",\"u\",\"v\",\"w\",\"x\",\"y\",\"z\",\"aa\",\"ab\",\"ac\",\"ad\",\"ae\",\"af\",\"ag\"]",
      "recording.labels: 33 labels" },
  { "recording.gates[0]", "\"speech\"", "recording.gates[0] `silence`: expected speech" },
  { "recording.gates[3]", NULL, "recording.gates" },
  { "windows.stream-time", "[]", "windows.stream-time" },
  { "windows.stream-time[3]", "1e300", "windows.stream-time[19]" },
  { "windows.stream-time[3]", NULL, "windows.duration" },
  { "windows.duration", "3", "windows.duration `3`: expected a list of 20" },
  { "windows.emotion[0]", "6", "windows.emotion[19] `6`: expected a number of -2 to 5" },
  { "windows.emotion[0]", "-3", "windows.emotion[19] `-3`" },
  { "windows.emotion[0]", "1.5", "windows.emotion[19] `1.5`: expected a whole number" },
  { "windows.emotion[0]", "null", "windows.emotion[19] `null`" },
  { "windows.leading[0]", "-1", "windows.leading[19] `-1`" },
  { "windows.gate[0]", "4", "windows.gate[19] `4`" },
  { "windows.partial[0]", "true", "windows.partial[19] `true`" },
  { "windows.loudness_z[0]", "\"x\"", "windows.loudness_z[19]" },
  { "windows.scores", "[]", "windows.scores.anger" },
  { "windows.scores.fear", NULL, "there is no member `windows.scores.fear`" },
  { "windows.scores.fear[0]", NULL, "windows.scores.fear" },
  { "windows.scores.fear[0]", "1.1", "windows.scores.fear[19] `1.1`" },
  { "windows.scores_z.fear[0]", "{}", "windows.scores_z.fear[19]" },
  { "summary.windows", "19", "summary: windows `19`" },
  { "summary.speech_windows", "20", "speech_windows `20`: expected 20 and 17" },
  { "summary.shares.fear", NULL, "there is no member `summary.shares.fear`" },
  { "summary.shares.fear.sampling_only.low", "2", "summary.shares.fear.sampling_only.low `2`" },
  { "summary.shares.fear.corrected", NULL, "summary.shares.fear.corrected" },
  { "summary.peaks", "{}", "summary.peaks" },
  { "summary.peaks", "[1]", "summary.peaks[0].time" },
  { "summary.peaks", "[{\"time\":1,\"score\":0.5,\"emotion\":\"joy\"}]", "summary.peaks[0].emotion `joy`" },
};

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_autofree char *path = write_document ();

    change (path, faults[i].place, faults[i].json);
    assert_refused (path, faults[i].says);
  }
}

/* The same changes with what may stand there are none. */
static void
test_sound_changes (void)
{
  g_autofree char *path = write_document ();
  g_autoptr (SerRecording) recording = NULL;
  GError *error = NULL;

  change (path, "windows.loudness_z[0]", "null");
  change (path, "recording.title", "null");
  change (path, "summary.peaks", "[]");
  change (path, "fragility", "[[1]]");
  recording = ser_recording_read (path, &error);
  g_assert_no_error (error);
  g_assert_null (recording->title);
  g_assert_cmpuint (recording->summary.n_peaks, ==, 0);
}

static void
test_speakers (void)
{
  static const char *const speakers[] = { "A", NULL };
  g_autoptr (SerRecording) recording = make_recording (speakers);
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.json");
  g_autofree char *text = ser_report_to_json (recording);

  fixture_write (folder, "a.json", text);
  assert_refused (path, "recording.speakers_separated is true");
}

/* Cut anywhere, or not JSON at all. */
static void
test_cut (void)
{
  g_autofree char *path = write_document (), *text = NULL, *deep = g_strnfill (100000, '[');
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  for (gsize n = 0; n + 1 < size; n += 61) {
    g_assert_true (g_file_set_contents (path, text, n, NULL));
    assert_refused (path, "");
  }
  g_assert_true (g_file_set_contents (path, deep, -1, NULL));
  assert_refused (path, "nested too deeply");
  g_assert_true (g_file_set_contents (path, "RIFF\0\0\0\0WAVE", 12, NULL));
  assert_refused (path, "not JSON");
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ser_recording_read ("/nowhere/a.json", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, "/nowhere/a.json");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  gst_init (NULL, NULL);
  g_test_add_func ("/tools/recording-read/there-and-back", test_there_and_back);
  g_test_add_func ("/tools/recording-read/is-document", test_is_document);
  g_test_add_func ("/tools/recording-read/faults", test_faults);
  g_test_add_func ("/tools/recording-read/sound-changes", test_sound_changes);
  g_test_add_func ("/tools/recording-read/speakers", test_speakers);
  g_test_add_func ("/tools/recording-read/cut", test_cut);
  g_test_add_func ("/tools/recording-read/missing", test_missing);
  return fixture_run ();
}
