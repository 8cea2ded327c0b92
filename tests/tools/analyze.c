/* analyze.c - tests of seremotion analyze: what it hears, what it writes, and what it refuses
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "fixture.h"
#include "media.h"
#include "recording.h"
#include "ser.h"

#define SECONDS 12

/* ---- helpers ---- */

/* The rows of a kind in text of JSON lines; each belongs to a parser in the list, which is to be unreffed. */
static GPtrArray *
read_rows (const char *text, const char *kind)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] && *lines[i]; i++) {
    JsonParser *parser = json_parser_new ();
    JsonObject *row;
    GError *error = NULL;

    json_parser_load_from_data (parser, lines[i], -1, &error);
    g_assert_no_error (error);
    row = json_node_get_object (json_parser_get_root (parser));
    if (strcmp (json_object_get_string_member (row, "row"), kind) == 0)
      g_ptr_array_add (rows, parser);
    else
      g_object_unref (parser);
  }
  return rows;
}

static JsonObject *
get_row (const GPtrArray *rows, guint i)
{
  return json_node_get_object (json_parser_get_root (rows->pdata[i]));
}

static char *
analyze (const char *location, const char *options)
{
  g_autofree char *error = NULL;
  char *output;

  if (fixture_seremotion (&output, &error, "analyze '%s' --format jsonl %s", location, options) != 0)
    g_error ("%s", error);
  return output;
}

/* One clear line that has `expected` in it, nothing on standard output, and this status. */
static void
assert_refused (int status, const char *expected, const char *arguments)
{
  g_autofree char *output = NULL, *error = NULL;
  int found = fixture_seremotion (&output, &error, "analyze %s", arguments);

  fixture_assert_has (error, expected);
  if (found != status)
    g_error ("status %d of `analyze %s`", found, arguments);
  g_assert_cmpstr (output, ==, "");
  g_assert_true (strchr (error, '\n') == error + strlen (error) - 1);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)))
    n += *name != '.';
  return n;
}

/* ---- what it hears ---- */

/* The windows are those of a stream that is given the same samples: what a model is evaluated by is what is
 * reported. */
static void
test_windows (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *text = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree gint16 *samples = NULL;
  SerModel *model = ser_model_new_default (NULL);
  SerStream *stream = ser_stream_new (model, NULL, NULL);
  SerResult result;
  gsize n;
  guint i = 0;

  fixture_write_voice (folder, "a.wav", 2, 1, SECONDS + 0.7);
  text = analyze (path, "");
  rows = read_rows (text, "window");
  samples = ser_media_decode (path, 16000, &n, NULL);
  for (gsize at = 0; at < n || !ser_stream_next (stream, &result);) {
    at += ser_stream_push_s16 (stream, samples + at, n - at);
    if (at == n)
      ser_stream_finish (stream);
    while (ser_stream_next (stream, &result)) {
      JsonObject *row = get_row (rows, i++), *scores = json_object_get_object_member (row, "scores");

      g_assert_cmpfloat (json_object_get_double_member (row, "stream-time"), ==, result.start / 16000.0);
      g_assert_cmpfloat_with_epsilon (json_object_get_double_member (row, "duration"), result.length / 16000.0, 1e-9);
      g_assert_cmpstr (json_object_get_string_member (row, "emotion"), ==, result.emotion);
      for (guint k = 0; k < result.n_labels; k++)
        g_assert_cmpfloat_with_epsilon (
            json_object_get_double_member (scores, ser_model_get_label (model, k)), result.scores[k], 1e-6);
    }
    if (at == n)
      break;
  }
  g_assert_cmpuint (i, ==, SECONDS - 2 + 1);
  g_assert_cmpuint (rows->len, ==, i);
  ser_stream_free (stream);
  ser_model_unref (model);
}

/* Segments tile the time of the windows, and hold each of them once. */
static void
test_segments (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *text = NULL;
  g_autoptr (GPtrArray) segments = NULL, windows = NULL, recordings = NULL;
  double end = 0;
  guint n = 0;

  fixture_write_voice (folder, "a.wav", 1, 3, 40);
  text = analyze (path, "--no-gate");
  segments = read_rows (text, "segment");
  windows = read_rows (text, "window");
  recordings = read_rows (text, "recording");
  for (guint i = 0; i < segments->len; i++) {
    JsonObject *row = get_row (segments, i);
    g_assert_cmpfloat_with_epsilon (json_object_get_double_member (row, "stream-time"), end, 1e-9);
    end += json_object_get_double_member (row, "duration");
    n += json_object_get_int_member (row, "windows");
  }
  g_assert_cmpuint (n, ==, windows->len);
  g_assert_cmpfloat_with_epsilon (end, 40, 1e-6);
  g_assert_cmpuint (recordings->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (json_object_get_double_member (get_row (recordings, 0), "duration"), 40, 1e-6);
}

/* z-scores are those of the windows so far, computed anew from what was written. */
static void
test_baseline (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *text = NULL;
  g_autoptr (GPtrArray) windows = NULL;
  double sum = 0, squares = 0;

  fixture_write_voice (folder, "a.wav", 1, 3, 30);
  text = analyze (path, "--no-gate");
  windows = read_rows (text, "window");
  g_assert_cmpuint (windows->len, >, 20);
  for (guint i = 0; i < windows->len; i++) {
    JsonObject *row = get_row (windows, i);
    double level = json_object_get_double_member (row, "loudness"), n = i + 1, sd;

    sum += level;
    squares += level * level;
    sd = sqrt ((squares - sum * sum / n) / (n - 1));
    if (i < 9)
      g_assert_true (json_object_get_null_member (row, "loudness_z"));
    else
      g_assert_cmpfloat_with_epsilon (json_object_get_double_member (row, "loudness_z"), (level - sum / n) / sd, 1e-3);
  }
}

/* Turns give windows to speakers, and what they share to nobody; shares are of each speaker's own windows. */
static void
test_speakers (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *text = NULL;
  g_autofree char *turns = fixture_path (folder, "turns.csv"),
                  *options = g_strdup_printf ("--no-gate --segments '%s'", turns);
  g_autoptr (GPtrArray) windows = NULL, summaries = NULL, segments = NULL;
  guint counts[3] = { 0 };

  fixture_write_voice (folder, "a.wav", 1, 3, 30);
  fixture_write (folder, "turns.csv", "start,end,speaker\n0,10,Ann\n10,20,\"Bob, Jr.\"\n");
  text = analyze (path, options);
  windows = read_rows (text, "window");
  for (guint i = 0; i < windows->len; i++) {
    const char *speaker = json_object_get_string_member_with_default (get_row (windows, i), "speaker", NULL);
    double start = json_object_get_double_member (get_row (windows, i), "stream-time");

    counts[!speaker ? 2 : strcmp (speaker, "Ann") == 0 ? 0 : 1]++;
    if (speaker && strcmp (speaker, "Ann") == 0)
      g_assert_cmpfloat (start, <=, 8);
    else if (speaker)
      g_assert_true (start >= 9 && start <= 18);
  }
  g_assert_cmpuint (counts[0], ==, 9);
  g_assert_cmpuint (counts[1], ==, 10);
  summaries = read_rows (text, "summary");
  g_assert_cmpuint (summaries->len, ==, 3);
  g_assert_cmpint (json_object_get_int_member (get_row (summaries, 0), "windows"), ==, 19);
  g_assert_cmpstr (json_object_get_string_member (get_row (summaries, 2), "speaker"), ==, "Bob, Jr.");
  g_assert_cmpint (json_object_get_int_member (get_row (summaries, 2), "windows"), ==, 10);
  segments = read_rows (text, "segment");
  for (guint i = 1; i < segments->len; i++) {
    JsonObject *before = get_row (segments, i - 1);
    g_assert_cmpfloat (json_object_get_double_member (get_row (segments, i), "stream-time"), >=,
        json_object_get_double_member (before, "stream-time") + json_object_get_double_member (before, "duration")
            - 1e-9);
  }
}

/* Every window is looked at, and what changes under one kind of alteration changes under any. */
static void
test_fragility (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *text = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  JsonObject *row, *changed;

  fixture_write_voice (folder, "a.wav", 1, 3, 20);
  text = analyze (path, "--no-gate --fragility");
  rows = read_rows (text, "fragility");
  g_assert_cmpuint (rows->len, ==, 1);
  row = get_row (rows, 0);
  g_assert_cmpint (json_object_get_int_member (row, "sampled"), ==, 18);
  changed = json_object_get_object_member (row, "changed");
  g_assert_cmpint (json_object_get_size (changed), ==, 4);
  for (guint i = 0; i < SER_N_FRAGILITY; i++) {
    double share = json_object_get_double_member (changed, ser_fragility_get_name (i));
    g_assert_true (share >= 0 && share <= json_object_get_double_member (row, "any"));
  }
}

static void
test_info (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "the talk.wav"), *text = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  fixture_write_voice (folder, "the talk.wav", 0, 1, 3);
  fixture_write (folder, "the talk.info.json",
      "{\"title\": \"A \\\"talk\\\"\", \"uploader\": \"W\", \"upload_date\": \"20030201\", \"formats\": [{}]}");
  text = analyze (path, "");
  rows = read_rows (text, "recording");
  g_assert_cmpstr (json_object_get_string_member (get_row (rows, 0), "title"), ==, "A \"talk\"");
  g_assert_cmpstr (json_object_get_string_member (get_row (rows, 0), "date"), ==, "2003-02-01");
}

/* What is live is told window by window. */
static void
test_live (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *text = NULL;
  g_autoptr (GPtrArray) windows = NULL;

  fixture_write_voice (folder, "a.wav", 0, 1, 6);
  text = analyze (path, "--live");
  windows = read_rows (text, "window");
  g_assert_cmpuint (windows->len, ==, 4);
}

/* ---- many ---- */

static char *
make_many (guint n)
{
  char *folder = fixture_folder ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("%02u.wav", i);
    fixture_write_voice (folder, name, i % 6, i, 3 + i % 3);
  }
  return folder;
}

/* One that cannot be read is reported, the rest is done. */
static void
test_folder (void)
{
  g_autofree char *folder = make_many (5), *out = fixture_path (folder, "out"), *output = NULL, *error = NULL;
  g_autofree char *sub = fixture_path (folder, "sub");

  fixture_write (folder, "03.wav", "no sound");
  fixture_write (folder, "notes.txt", "no medium");
  g_mkdir (sub, 0777);
  fixture_write_voice (sub, "00.wav", 0, 1, 3);
  g_assert_cmpint (
      fixture_seremotion (&output, &error, "analyze '%s' --format csv,vtt --output '%s' --jobs 3", folder, out), ==, 1);
  fixture_assert_has (error, "03.wav");
  fixture_assert_has (error, "1 of 6");
  g_assert_cmpuint (count_files (out), ==, 5 * 4);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
read_all (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GString *all = g_string_new (NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    if (*name != '.')
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = fixture_path (folder, names->pdata[i]), *text = NULL;
    g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
    g_string_append_printf (all, "%s:\n%s\n", (char *) names->pdata[i], text);
  }
  return g_string_free (all, FALSE);
}

/* Shards put together are the whole, whatever the number of jobs. */
static void
test_shards (void)
{
  g_autofree char *folder = make_many (5), *whole = fixture_folder (), *parts = fixture_folder ();
  g_autofree char *a = NULL, *b = NULL;

  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "analyze '%s' --format csv,srt --output '%s' --jobs 1", folder, whole), ==, 0);
  for (guint i = 1; i <= 3; i++)
    g_assert_cmpint (fixture_seremotion (NULL, NULL,
                         "analyze '%s' --format csv,srt --output '%s' --shard %u/3 --jobs 4", folder, parts, i),
        ==, 0);
  a = read_all (whole);
  b = read_all (parts);
  g_assert_cmpstr (a, ==, b);
}

static void
set_old (const char *path)
{
  struct utimbuf times = { 1000, 1000 };

  g_assert_cmpint (utime (path, &times), ==, 0);
}

static gboolean
is_old (const char *path)
{
  GStatBuf st;

  g_assert_cmpint (g_stat (path, &st), ==, 0);
  return st.st_mtime == 1000;
}

/* What is done is left alone, unless the file or the options are others. */
static void
test_resume (void)
{
  g_autofree char *folder = make_many (3), *out = fixture_folder (), *first = fixture_path (out, "00.srt");
  g_autofree char *second = fixture_path (out, "01.srt"), *medium = fixture_path (folder, "01.wav");
  const char *const run = "analyze '%s' --format srt --output '%s' --resume %s";

  g_assert_cmpint (fixture_seremotion (NULL, NULL, run, folder, out, ""), ==, 0);
  set_old (first);
  set_old (second);
  set_old (medium);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, run, folder, out, ""), ==, 0);
  g_assert_true (is_old (first));
  g_assert_false (is_old (second));
  g_assert_cmpint (fixture_seremotion (NULL, NULL, run, folder, out, "--interval 2"), ==, 0);
  g_assert_false (is_old (first));
  g_unlink (first);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, run, folder, out, "--interval 2"), ==, 0);
  g_assert_true (g_file_test (first, G_FILE_TEST_EXISTS));
}

/* Links that lead back make neither a loop nor a second result. */
static void
test_links (void)
{
  g_autofree char *folder = make_many (2), *out = fixture_folder (), *x = fixture_path (folder, "x");
  g_autofree char *y = fixture_path (folder, "y");

  g_assert_cmpint (symlink (".", x), ==, 0);
  g_assert_cmpint (symlink (".", y), ==, 0);
  g_assert_cmpint (fixture_seremotion (NULL, NULL, "analyze '%s' --format srt --output '%s'", folder, out), ==, 0);
  g_assert_cmpuint (count_files (out), ==, 2);
}

/* ---- what it refuses ---- */

static void
test_faults (void)
{
  g_autofree char *folder = fixture_folder (), *arguments = NULL;

  fixture_write_voice (folder, "a.wav", 0, 1, 3);
  fixture_write (folder, "text.mp4", "This is no film.");
  fixture_write (folder, "empty.wav", "");
  fixture_write_wav (folder, "silent.wav", 16000, 1, NULL, 0);
  g_chdir (folder);
  assert_refused (1, "text.mp4: not audio or video", "text.mp4");
  assert_refused (1, "empty.wav: ", "empty.wav");
  assert_refused (1, "silent.wav: ", "silent.wav");
  assert_refused (1, "missing.wav: no such file", "missing.wav");
  assert_refused (1, "http://127.0.0.1:9/x: ", "http://127.0.0.1:9/x");
  assert_refused (1, "it has no audio track 2", "a.wav --track 2");
  assert_refused (1, "cannot be made", "a.wav --output /dev/null/x");
  assert_refused (1, "nothing.csv", "a.wav --segments nothing.csv");
  assert_refused (2, "--track", "a.wav --track first");
  assert_refused (2, "--format", "a.wav --format ''");
  assert_refused (2, "--format mp3", "a.wav --format mp3");
  assert_refused (2, "--output", "a.wav --format vtt,srt");
  assert_refused (2, "--output", "a.wav a.wav --format vtt");
  assert_refused (2, "--output", "a.wav --resume");
  assert_refused (2, "--shard", "a.wav --shard 3/2");
  assert_refused (2, "--media", "a.wav --media big");
  assert_refused (2, "interval", "a.wav --interval 0.01");
  assert_refused (2, "window", "a.wav --window 100");
  assert_refused (2, "threshold", "a.wav --threshold 2");
  assert_refused (2, "one source", "a.wav a.wav --live");
  arguments = g_strdup_printf ("'%s' --model a.wav", folder);
  assert_refused (1, "a.wav", arguments);
  g_chdir ("/");
}

/* A file that ends before its header says. */
static void
test_truncated (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *out = fixture_folder ();
  g_autofree char *bytes = NULL, *text = NULL, *error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gsize size;

  fixture_write_voice (folder, "a.wav", 0, 1, 10);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, size / 2, NULL));
  g_assert_cmpint (fixture_seremotion (NULL, &error, "analyze '%s' --format csv --output '%s'", path, out), ==, 1);
  fixture_assert_has (error, "truncated: 5.0 s of sound where the file says 10.0 s");
  g_assert_cmpuint (count_files (out), ==, 0);
  text = analyze (path, "--allow-truncated");
  rows = read_rows (text, "recording");
  g_assert_true (json_object_get_boolean_member (get_row (rows, 0), "truncated"));
}

/* Where the disk is full nothing partial is left. A limit on the size of files stands for the disk. */
static void
test_full_disk (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *out = fixture_folder ();
  g_autofree char *command = NULL, *error = NULL;
  const char *words[] = { "sh", "-c", NULL, NULL };
  int status;

  fixture_write_voice (folder, "a.wav", 0, 1, 60);
  words[2] = command =
      g_strdup_printf ("trap '' XFSZ; ulimit -f 8; exec '%s' analyze '%s' --format jsonl --output '%s'",
          g_getenv ("SEREMOTION_PROGRAM"), path, out);
  g_assert_true (
      g_spawn_sync (NULL, (char **) words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &error, &status, NULL));
  fixture_assert_has (error, "a.jsonl");
  g_assert_false (g_spawn_check_wait_status (status, NULL));
  g_assert_cmpuint (count_files (out), ==, 0);
}

/* ---- what people have ---- */

static gboolean
run_ffmpeg (const char *folder, const char *arguments)
{
  g_autofree char *command = g_strdup_printf ("ffmpeg -v error -y %s", arguments), *error = NULL;
  g_auto (GStrv) words = NULL;
  int status = 1;

  g_shell_parse_argv (command, NULL, &words, NULL);
  if (!g_spawn_sync (folder, words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, &error, &status, NULL) || status != 0)
    g_test_message ("ffmpeg %s: %s", arguments, error ? error : "is not there");
  return status == 0;
}

/* All give as many windows, and the lossless ones the same scores. */
static void
test_containers (void)
{
  static const struct {
    const char *name, *arguments;
  } media[] = {
    { "aac.mp4", "-f lavfi -i testsrc=size=64x64:duration=8 -i a.wav -c:v mpeg4 -c:a aac aac.mp4" },
    { "opus.webm",
        "-f lavfi -i testsrc=size=64x64:duration=8 -i a.wav -c:v libvpx-vp9 -deadline realtime -c:a libopus "
        "opus.webm" },
    { "flac.mkv", "-i a.wav -c:a flac flac.mkv" },
    { "ac3.ts",
        "-i a.wav -i a.wav -map 0:a -map 1:a -c:a:0 ac3 -ac:a:0 6 -c:a:1 mp2 -metadata:s:a:0 language=eng "
        "-metadata:s:a:1 language=deu ac3.ts" },
    { "a.mp3", "-i a.wav a.mp3" },
    { "a.opus", "-i a.wav -c:a libopus a.opus" },
    { "a.flac", "-i a.wav a.flac" },
    { "a.wma", "-i a.wav a.wma" },
  };
  g_autofree char *folder = fixture_folder ();

  fixture_write_voice (folder, "a.wav", 0, 1, 8);
  for (guint i = 0; i < G_N_ELEMENTS (media); i++) {
    g_autofree char *medium = fixture_path (folder, media[i].name), *text = NULL;
    g_autoptr (GPtrArray) windows = NULL;

    if (!run_ffmpeg (folder, media[i].arguments)) {
      g_test_skip ("ffmpeg does not make what is to be read");
      return;
    }
    text = analyze (medium, "--no-gate");
    windows = read_rows (text, "window");
    g_assert_cmpuint (windows->len, ==, 6);
  }
}

/* Two languages, told by their tags, each with its sound. */
static void
test_tracks (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "two.ts"), *text = NULL;
  g_autoptr (GPtrArray) recordings = NULL;

  fixture_write_voice (folder, "a.wav", 0, 1, 8);
  fixture_write_voice (folder, "b.wav", 3, 2, 8);
  if (!run_ffmpeg (folder,
          "-i a.wav -i b.wav -map 0:a -map 1:a -c:a:0 ac3 -c:a:1 mp2 -metadata:s:a:0 language=eng "
          "-metadata:s:a:1 language=deu two.ts")) {
    g_test_skip ("ffmpeg does not make what is to be read");
    return;
  }
  text = analyze (path, "--track all");
  recordings = read_rows (text, "recording");
  g_assert_cmpuint (recordings->len, ==, 2);
  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (json_object_get_int_member (get_row (recordings, i), "track"), ==, i + 1);
    g_assert_cmpstr (json_object_get_string_member (get_row (recordings, i), "language"), ==, i == 0 ? "en" : "de");
  }
}

/* A picture alone has nothing to hear; one that nobody decodes is no failure. */
static void
test_video (void)
{
  g_autofree char *folder = fixture_folder (), *arguments = NULL;

  if (!run_ffmpeg (folder, "-f lavfi -i testsrc=size=64x64:duration=2 -c:v mpeg4 mute.mp4")) {
    g_test_skip ("ffmpeg does not make what is to be read");
    return;
  }
  arguments = g_strdup_printf ("'%s/mute.mp4'", folder);
  assert_refused (1, "mute.mp4: it holds no audio track", arguments);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/analyze/windows", test_windows);
  g_test_add_func ("/tools/analyze/segments", test_segments);
  g_test_add_func ("/tools/analyze/baseline", test_baseline);
  g_test_add_func ("/tools/analyze/speakers", test_speakers);
  g_test_add_func ("/tools/analyze/fragility", test_fragility);
  g_test_add_func ("/tools/analyze/info", test_info);
  g_test_add_func ("/tools/analyze/live", test_live);
  g_test_add_func ("/tools/analyze/folder", test_folder);
  g_test_add_func ("/tools/analyze/shards", test_shards);
  g_test_add_func ("/tools/analyze/resume", test_resume);
  g_test_add_func ("/tools/analyze/links", test_links);
  g_test_add_func ("/tools/analyze/faults", test_faults);
  g_test_add_func ("/tools/analyze/truncated", test_truncated);
  g_test_add_func ("/tools/analyze/full-disk", test_full_disk);
  g_test_add_func ("/tools/analyze/containers", test_containers);
  g_test_add_func ("/tools/analyze/tracks", test_tracks);
  g_test_add_func ("/tools/analyze/video", test_video);
  return fixture_run ();
}
