/* analyze-outputs.c - tests of what seremotion analyze writes for programs: the document, the sound, names, progress
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "fixture.h"
#include "media.h"

#define SECONDS 8

/* ---- helpers ---- */

/* A folder with a.wav. */
static char *
make_folder (void)
{
  char *folder = fixture_folder ();

  fixture_write_voice (folder, "a.wav", 1, 1, SECONDS);
  return folder;
}

static void
run (const char *folder, const char *options)
{
  g_autofree char *error = NULL;

  if (fixture_seremotion (NULL, &error, "analyze '%s/a.wav' --output '%s' %s", folder, folder, options) != 0)
    g_error ("%s", error);
}

static JsonObject *
load_recording (const char *folder, JsonParser *parser)
{
  g_autofree char *path = fixture_path (folder, "a.json");

  return json_object_get_object_member (fixture_load_json (path, parser), "recording");
}

static char *
read_file (const char *folder, const char *name, gsize *n)
{
  g_autofree char *path = fixture_path (folder, name);
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, n, NULL));
  return bytes;
}

static void
assert_refused (int status, const char *expected, const char *arguments)
{
  g_autofree char *error = NULL;

  g_assert_cmpint (fixture_seremotion (NULL, &error, "analyze %s", arguments), ==, status);
  fixture_assert_has (error, expected);
}

/* ---- the document ---- */

/* On standard output it is what the file is. */
static void
test_json (void)
{
  g_autofree char *folder = make_folder (), *file = NULL, *output = NULL, *arguments = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *path = fixture_path (folder, "a.json");
  JsonObject *document, *windows;

  run (folder, "--format json");
  document = fixture_load_json (path, parser);
  windows = json_object_get_object_member (document, "windows");
  g_assert_cmpstr (json_object_get_string_member (document, "schema"), ==, "seremotion-analysis-1");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (windows, "emotion")), ==, SECONDS - 2);
  g_assert_cmpint (fixture_seremotion (&output, NULL, "analyze '%s/a.wav' --format json", folder), ==, 0);
  file = read_file (folder, "a.json", NULL);
  g_assert_cmpstr (output, ==, file);
  arguments = g_strdup_printf ("'%s/a.wav' '%s/a.wav' --format json", folder, folder);
  assert_refused (2, "--output", arguments);
}

/* ---- the sound ---- */

static void
check_opus (const char *folder)
{
  g_autofree char *path = fixture_path (folder, "a.opus");
  g_autofree gint16 *samples = NULL;
  GError *error = NULL;
  gsize n;

  samples = ser_media_decode (path, 16000, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ABS ((int) n - SECONDS * 16000), <, 800);
}

/* What a script of the page holds, decoded from base64. Free with g_free(). */
static guchar *
decode_block (const char *page, const char *id, gsize *n)
{
  g_autofree char *begin = g_strdup_printf ("id=\"%s\">", id);
  g_auto (GStrv) halves = g_strsplit (page, begin, 2), parts = NULL;

  g_assert_cmpuint (g_strv_length (halves), ==, 2);
  parts = g_strsplit (halves[1], "<", 2);
  return g_base64_decode (parts[0], n);
}

static void
test_sound (void)
{
  g_autofree char *folder = make_folder (), *peaks = NULL, *arguments = NULL;
  gsize n;

  run (folder, "--format sound");
  check_opus (folder);
  peaks = read_file (folder, "a.peaks", &n);
  g_assert_cmpint (ABS ((int) n - SECONDS * 20), <=, 1);
  arguments = g_strdup_printf ("'%s/a.wav' --format sound", folder);
  assert_refused (2, "--format sound needs --output DIR", arguments);
}

/* The page holds, byte for byte, what lies beside it. */
static void
test_page (void)
{
  g_autofree char *folder = make_folder (), *error = NULL, *page = NULL;

  if (fixture_seremotion (NULL, &error, "analyze '%s/a.wav' --output '%s' --format html,sound,json", folder, folder)
      != 0) {
    fixture_assert_has (error, "built without the report page");
    g_test_skip ("the program was built without the report page");
    return;
  }
  page = read_file (folder, "a.html", NULL);
  for (guint i = 0; i < 2; i++) {
    gsize n, n_block;
    g_autofree char *bytes = read_file (folder, i == 0 ? "a.opus" : "a.peaks", &n);
    g_autofree guchar *block = decode_block (page, i == 0 ? "sound" : "peaks", &n_block);

    g_assert_cmpmem (bytes, n, block, n_block);
  }
}

/* ---- names ---- */

/* Outputs are called after the file, what is in them after what it is called. */
static void
test_name (void)
{
  static const char name[] = "../\xc3\x9c \"x\", 1/<b>.mp4";
  g_autofree char *folder = make_folder (), *quoted = g_shell_quote (name), *csv = NULL, *arguments = NULL;
  g_autofree char *options = g_strdup_printf ("--as %s --format json,csv,vtt,eaf", quoted);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *recording;

  run (folder, options);
  recording = load_recording (folder, parser);
  g_assert_cmpstr (json_object_get_string_member (recording, "file"), ==, name);
  g_assert_cmpstr (json_object_get_string_member (recording, "name"), ==, name);
  csv = read_file (folder, "a.windows.csv", NULL);
  fixture_assert_has (csv, "\"../\xc3\x9c \"\"x\"\", 1/<b>.mp4\",1,");
  arguments = g_strdup_printf ("'%s/a.wav' '%s/a.wav' --as x --output '%s'", folder, folder, folder);
  assert_refused (2, "--as names one recording", arguments);
  assert_refused (2, "expected text in UTF-8", "a.wav --as \xff");
  assert_refused (2, "--as", "a.wav --as ''");
}

/* What was done under another name is done again. */
static void
test_renamed (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (JsonParser) parser = json_parser_new ();

  run (folder, "--as one --format json --resume");
  run (folder, "--as two --format json --resume");
  g_assert_cmpstr (json_object_get_string_member (load_recording (folder, parser), "file"), ==, "two");
}

/* ---- progress ---- */

/* Fractions that grow to 1, one a line, and nothing else. */
static void
check_progress (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);
  double last = 0;

  g_assert_cmpuint (n, >=, 3);
  g_assert_cmpstr (lines[n - 1], ==, "");
  for (guint i = 0; i + 1 < n; i++) {
    double fraction;
    char *end;

    g_assert_true (g_str_has_prefix (lines[i], "progress "));
    fraction = g_ascii_strtod (lines[i] + strlen ("progress "), &end);
    g_assert_cmpstr (end, ==, "");
    g_assert_cmpfloat (fraction, >=, last);
    last = fraction;
  }
  g_assert_cmpfloat (last, ==, 1);
}

static void
test_progress (void)
{
  g_autofree char *folder = fixture_folder (), *error = NULL, *plain = NULL;
  gint64 start = g_get_monotonic_time ();
  double seconds;

  fixture_write_voice (folder, "a.wav", 1, 1, 90);
  g_assert_cmpint (fixture_seremotion (
                       NULL, &error, "analyze '%s/a.wav' --output '%s' --format json,sound --progress", folder, folder),
      ==, 0);
  seconds = (g_get_monotonic_time () - start) / 1e6;
  check_progress (error);
  g_assert_cmpfloat (strlen (error) / strlen ("progress 0.0000\n"), <=, 4 * seconds + 2);
  g_assert_cmpint (
      fixture_seremotion (NULL, &plain, "analyze '%s/a.wav' --output '%s' --format json", folder, folder), ==, 0);
  g_assert_cmpstr (plain, ==, "");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/analyze-outputs/json", test_json);
  g_test_add_func ("/tools/analyze-outputs/sound", test_sound);
  g_test_add_func ("/tools/analyze-outputs/page", test_page);
  g_test_add_func ("/tools/analyze-outputs/name", test_name);
  g_test_add_func ("/tools/analyze-outputs/renamed", test_renamed);
  g_test_add_func ("/tools/analyze-outputs/progress", test_progress);
  return fixture_run ();
}
