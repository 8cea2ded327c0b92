/* raw.c - tests of bare samples on standard input: what they come to, and how soon
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include <gio/gio.h>

#include "fixture.h"
#include "media.h"

#define RATE 16000
#define STEP (RATE / 50) /* samples of 20 ms */

/* ---- helpers ---- */

static GSubprocess *
start (void)
{
  GError *error = NULL;
  GSubprocess *program = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
      g_getenv ("SEREMOTION_PROGRAM"), "analyze", "-", "--live", "--raw", "16000", "--no-gate", "--format", "jsonl",
      NULL);

  g_assert_no_error (error);
  return program;
}

static JsonObject *
parse (const char *line, JsonParser *parser)
{
  GError *error = NULL;

  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

/* ---- in time ---- */

typedef struct {
  GSubprocess *program;
  gint64 start; /* monotonic us */
  guint n_windows;
  double latest; /* s: the most that a whole window came after its end */
  double end;    /* s: of the last window */
} Reader;

static gpointer
read_lines (gpointer data)
{
  Reader *reader = data;
  g_autoptr (GDataInputStream) stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (reader->program));
  char *line;

  while ((line = g_data_input_stream_read_line (stream, NULL, NULL, NULL))) {
    double now = (g_get_monotonic_time () - reader->start) / 1e6;
    g_autoptr (JsonParser) parser = json_parser_new ();
    JsonObject *row = parse (line, parser);

    reader->end = json_object_get_double_member (row, "stream-time") + json_object_get_double_member (row, "duration");
    reader->latest = MAX (reader->latest, now - reader->end);
    reader->n_windows++;
    g_free (line);
  }
  return NULL;
}

/* Writes each portion when its last sample would have been heard. */
static void
write_in_time (GSubprocess *program, const gint16 *samples, gsize n, gint64 start)
{
  GOutputStream *stream = g_subprocess_get_stdin_pipe (program);

  for (gsize at = 0; at < n; at += STEP) {
    gsize length = MIN (STEP, n - at);
    gint64 due = start + (gint64) ((at + length) * G_USEC_PER_SEC / RATE), now = g_get_monotonic_time ();

    if (due > now)
      g_usleep (due - now);
    g_assert_true (g_output_stream_write_all (stream, samples + at, 2 * length, NULL, NULL, NULL));
  }
  g_assert_true (g_output_stream_close (stream, NULL, NULL));
}

/* Sound that comes as it is spoken is told as it comes; its end gives the rest. */
static void
test_in_time (void)
{
  g_autoptr (GSubprocess) program = start ();
  Reader reader = { .program = program, .start = g_get_monotonic_time () };
  g_autofree gint16 *samples = NULL;
  GThread *thread;
  gsize n;

  samples = fixture_make_voice (RATE, &n, 5.7);
  reader.start = g_get_monotonic_time ();
  thread = g_thread_new ("reader", read_lines, &reader);
  write_in_time (program, samples, n, reader.start);
  g_thread_join (thread);
  g_assert_true (g_subprocess_wait_check (program, NULL, NULL));
  g_test_message ("windows come up to %.3f s after their end", reader.latest);
  g_assert_cmpuint (reader.n_windows, ==, 4);
  g_assert_cmpfloat_with_epsilon (reader.end, 5.7, 1e-6);
  g_assert_cmpfloat (reader.latest, <, g_getenv ("SEREMOTION_TEST_QUICK") ? 2 : 0.5);
}

/* ---- what they come to ---- */

/* Runs the program over bytes; gives standard output. Free with g_free(). */
static char *
run (const char *options, const void *bytes, gsize n)
{
  g_autofree char *line = g_strdup_printf ("'%s' analyze - %s", g_getenv ("SEREMOTION_PROGRAM"), options);
  g_auto (GStrv) words = NULL;
  g_autoptr (GSubprocess) program = NULL;
  g_autoptr (GBytes) input = g_bytes_new (bytes, n), output = NULL;
  GError *error = NULL;

  g_shell_parse_argv (line, NULL, &words, NULL);
  program = g_subprocess_newv (
      (const char *const *) words, G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (program, input, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (program));
  return g_strndup (g_bytes_get_data (output, NULL), g_bytes_get_size (output));
}

/* The windows of a document, as text. Free with g_free(). */
static char *
get_windows (const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();

  return json_to_string (json_object_get_member (parse (text, parser), "windows"), FALSE);
}

/* A byte too many, as of a writer that was cut off, counts for nothing. */
static void
test_as_file (void)
{
  g_autofree char *folder = fixture_folder (), *file = NULL, *raw = NULL, *cut = NULL, *a = NULL, *b = NULL, *c = NULL;
  g_autofree char *path = fixture_path (folder, "a.wav");
  g_autofree gint16 *samples = NULL;
  gsize n;

  fixture_write_voice (folder, "a.wav", 1, 1, 5.7);
  samples = ser_media_decode (path, RATE, &n, NULL);
  g_assert_cmpint (fixture_seremotion (&file, NULL, "analyze '%s' --format json", path), ==, 0);
  raw = run ("--raw 16000 --format json", samples, 2 * n);
  samples = g_renew (gint16, samples, n + 1);
  samples[n] = 1;
  cut = run ("--raw 16000 --format json", samples, 2 * n + 1);
  a = get_windows (file);
  b = get_windows (raw);
  c = get_windows (cut);
  g_assert_cmpstr (a, ==, b);
  g_assert_cmpstr (a, ==, c);
}

/* Nothing in the samples is looked at: what would be taken for a WAV file, or for Opus, is noise. */
static void
test_disguised (void)
{
  g_autofree char *folder = fixture_folder (), *path = fixture_path (folder, "a.wav"), *wav = NULL, *output = NULL;
  gsize n;

  fixture_write_voice (folder, "a.wav", 1, 1, 4);
  g_assert_true (g_file_get_contents (path, &wav, &n, NULL));
  output = run ("--raw 8000 --format json --no-gate", wav, n);
  fixture_assert_has (output, "\"duration\":8.00");
}

static void
test_refused (void)
{
  static const struct {
    const char *arguments, *says;
  } cases[] = { { "- --raw 7999", "--raw 7999" }, { "- --raw 192001", "--raw 192001" }, { "- --raw -1", "--raw -1" },
    { "a.wav --raw 16000", "--raw is of standard input" }, { "- - --raw 16000", "--raw is of standard input" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *error = NULL;

    g_assert_cmpint (fixture_seremotion (NULL, &error, "analyze %s", cases[i].arguments), ==, 2);
    fixture_assert_has (error, cases[i].says);
  }
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/raw/in-time", test_in_time);
  g_test_add_func ("/tools/raw/as-file", test_as_file);
  g_test_add_func ("/tools/raw/disguised", test_disguised);
  g_test_add_func ("/tools/raw/refused", test_refused);
  return fixture_run ();
}
