/* results.c - tests of what is believed of an analysis, and of what an earlier server left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "results.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data-folder.h"
#include "fixture.h"
#include "json-read.h"
#include "ser.h"

#define FIRST                                                                                                          \
  "{\"schema\": \"seremotion-analysis-1\", \"row\": \"recording\", \"duration\": 12.5, \"truncated\": false, "         \
  "\"title\": \"Of the medium\", \"model\": \"default\", \"model_id\": \"0123\", \"labels\": [\"anger\", \"fear\"]}\n"
#define LAST(fear)                                                                                                     \
  "{\"row\": \"summary\", \"windows\": 4, \"speech_windows\": 3, \"none\": 0.25, \"uncertain\": 0, \"shares\": "       \
  "{\"anger\": {\"sampling_only\": {\"value\": 0.2}}, \"fear\": {\"sampling_only\": {\"value\": " fear "}}}}\n"

/* A fresh folder of a recording whose results hold these lines; free with g_free(). */
static char *
make_folder (const char *lines)
{
  char *folder = fixture_folder ();

  fixture_write (folder, "results/medium.json", "{}");
  fixture_write (folder, "results/medium.jsonl", lines);
  return folder;
}

static SerEntry *
take (const char *folder, gboolean title_given)
{
  SerEntry *entry = ser_entry_new ("upload", "a.wav", "Given");
  GError *error = NULL;

  entry->title_given = title_given;
  ser_results_take (folder, entry, &error);
  g_assert_no_error (error);
  return entry;
}

/* ---- lines ---- */

static void
test_taken (void)
{
  g_autofree char *folder = make_folder (FIRST "{\"row\": \"window\"}\n" LAST ("0.8"));
  g_autoptr (SerEntry) entry = take (folder, FALSE), given = take (folder, TRUE);
  g_autoptr (SerJsonFile) summary = ser_json_file_parse ("it", entry->summary, strlen (entry->summary), NULL);
  SerJsonValue root = ser_json_file_root (summary), shares;
  double fear;

  g_assert_cmpfloat (entry->duration, ==, 12.5);
  g_assert_cmpstr (entry->labelling.title, ==, "Of the medium");
  g_assert_cmpstr (given->labelling.title, ==, "Given");
  g_assert_cmpstr (entry->model, ==, "default");
  g_assert_cmpstr (entry->model_id, ==, "0123");
  g_assert_cmpstr (ser_json_find_text (&root, "leading"), ==, "fear");
  g_assert_true (ser_json_get (&root, "shares", &shares, NULL));
  g_assert_true (ser_json_get_number (&shares, "fear", 0, 1, &fear, NULL));
  g_assert_cmpfloat (fear, ==, 0.8);
}

/* However much is between them, the first and the last line are found. */
static void
test_long (void)
{
  g_autofree char *middle = g_strnfill (1 << 20, '\n'), *lines = g_strconcat (FIRST, middle, LAST ("null"), NULL);
  g_autofree char *folder = make_folder (lines);
  g_autoptr (SerEntry) entry = take (folder, FALSE);

  fixture_assert_has (entry->summary, "\"fear\":null");
  fixture_assert_has (entry->summary, "\"leading\":\"anger\"");
}

static void
assert_not_taken (const char *folder, int code, const char *why)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", "Given");
  g_autoptr (GError) error = NULL;

  g_assert_false (ser_results_take (folder, entry, &error));
  g_assert_error (error, SER_ERROR, code);
  fixture_assert_has (error->message, why);
  g_assert_cmpstr (entry->labelling.title, ==, "Given");
  g_assert_true (isnan (entry->duration));
  g_assert_null (entry->summary);
}

static void
test_hostile_lines (void)
{
  g_autofree char *blanks = g_strnfill (70000, ' '), *line = g_strconcat (blanks, FIRST, LAST ("0"), NULL);
  const char *const lines[][2] = { { "", "medium.jsonl" }, { FIRST, "summary" }, { LAST ("0"), "schema" },
    { FIRST LAST ("2"), "value" }, { FIRST LAST ("\"0\""), "value" }, { FIRST "[]\n", "medium.jsonl" },
    { FIRST "{\"row\": \"summary\"}", "windows" }, { line, "medium.jsonl" } };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *folder = make_folder (lines[i][0]);

    assert_not_taken (folder, SER_ERROR_DATA, lines[i][1]);
  }
}

/* ---- files ---- */

static void
assert_there (const char *folder, const char *name, gboolean there)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat status;

  g_assert_cmpint (lstat (path, &status) == 0, ==, there);
}

static void
test_hostile_files (void)
{
  g_autofree char *folder = make_folder (FIRST LAST ("0")), *outside = fixture_folder ();
  g_autofree char *target = fixture_path (outside, "target"), *soft = fixture_path (folder, "results/medium.opus");
  g_autofree char *hard = fixture_path (folder, "results/medium.srt"), *pipe = fixture_path (folder, "results/pipe");
  g_autofree char *deep = fixture_path (folder, "results/folder/link");
  g_autoptr (SerEntry) entry = NULL;

  fixture_write (outside, "target", "mine");
  fixture_write (folder, "results/folder/a", "a");
  g_assert_cmpint (symlink (target, soft), ==, 0);
  g_assert_cmpint (symlink (outside, deep), ==, 0);
  g_assert_cmpint (link (target, hard), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  entry = take (folder, FALSE);
  assert_there (folder, "results/medium.opus", FALSE);
  assert_there (folder, "results/medium.srt", FALSE);
  assert_there (folder, "results/pipe", FALSE);
  assert_there (folder, "results/folder", FALSE);
  assert_there (folder, "results/medium.json", TRUE);
  assert_there (outside, "target", TRUE);
}

static void
test_missing (void)
{
  g_autofree char *folder = make_folder (FIRST LAST ("0")), *results = fixture_path (folder, "results");
  g_autofree char *document = fixture_path (folder, "results/medium.json"), *aside = fixture_path (folder, "aside");

  g_assert_cmpint (g_unlink (document), ==, 0);
  assert_not_taken (folder, SER_ERROR_DATA, "without its document");
  g_assert_cmpint (symlink ("/etc/passwd", document), ==, 0);
  assert_not_taken (folder, SER_ERROR_DATA, "without its document");
  g_assert_cmpint (g_rename (results, aside), ==, 0);
  assert_not_taken (folder, SER_ERROR_FILE, "no folder");
  g_assert_cmpint (symlink ("aside", results), ==, 0);
  assert_not_taken (folder, SER_ERROR_FILE, "no folder");
}

static void
test_prepare (void)
{
  g_autofree char *folder = make_folder ("old");
  GError *error = NULL;

  g_assert_true (ser_results_prepare (folder, &error));
  g_assert_no_error (error);
  assert_there (folder, "results", TRUE);
  assert_there (folder, "results/medium.json", FALSE);
}

/* ---- what an earlier server left ---- */

static char *
add (SerStore *store, SerState state, guint attempts)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", "A");

  entry->state = state;
  entry->attempts = attempts;
  g_assert_true (ser_store_add (store, entry, NULL));
  return g_strdup (entry->id);
}

static void
assert_state (SerStore *store, const char *id, SerState state)
{
  g_autoptr (SerEntry) entry = ser_store_get (store, id, NULL);

  g_assert_cmpint (entry->state, ==, state);
  g_assert_cmpint (entry->error != NULL, ==, state == SER_STATE_FAILED);
}

static void
test_recover (void)
{
  g_autofree char *data = fixture_folder (), *path = fixture_path (data, "library.db");
  g_autoptr (SerStore) store = ser_store_open (path, NULL);
  g_autofree char *fetching = add (store, SER_STATE_FETCHING, 0), *first = add (store, SER_STATE_ANALYSING, 2);
  g_autofree char *third = add (store, SER_STATE_ANALYSING, 3), *done = add (store, SER_STATE_DONE, 3);
  g_autoptr (GPtrArray) queued = NULL;
  GError *error = NULL;

  queued = ser_data_recover (store, data, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (queued->len, ==, 2);
  g_assert_cmpstr (queued->pdata[0], ==, fetching);
  g_assert_cmpstr (queued->pdata[1], ==, first);
  assert_state (store, fetching, SER_STATE_QUEUED);
  assert_state (store, first, SER_STATE_QUEUED);
  assert_state (store, third, SER_STATE_FAILED);
  assert_state (store, done, SER_STATE_DONE);
}

static void
test_leftovers (void)
{
  g_autofree char *data = fixture_folder (), *path = fixture_path (data, "library.db"), *outside = fixture_folder ();
  g_autoptr (SerStore) store = ser_store_open (path, NULL);
  g_autofree char *done = add (store, SER_STATE_DONE, 1),
                  *medium = g_build_filename ("recordings", done, "medium", NULL);
  g_autofree char *link = fixture_path (data, "recordings/fedcba9876543210");
  g_autoptr (GPtrArray) queued = NULL;

  fixture_write (data, medium, "sound");
  fixture_write (data, "recordings/0123456789abcdef/medium", "of no entry");
  fixture_write (data, "incoming/7", "half of one");
  fixture_write (outside, "file", "mine");
  g_assert_cmpint (symlink (outside, link), ==, 0);
  queued = ser_data_recover (store, data, 3, NULL);
  g_assert_cmpuint (queued->len, ==, 0);
  assert_there (data, medium, TRUE);
  assert_there (data, "recordings/0123456789abcdef", FALSE);
  assert_there (data, "recordings/fedcba9876543210", FALSE);
  assert_there (data, "incoming", TRUE);
  assert_there (data, "incoming/7", FALSE);
  assert_there (outside, "file", TRUE);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/results/taken", test_taken);
  g_test_add_func ("/dashboard/results/long", test_long);
  g_test_add_func ("/dashboard/results/hostile-lines", test_hostile_lines);
  g_test_add_func ("/dashboard/results/hostile-files", test_hostile_files);
  g_test_add_func ("/dashboard/results/missing", test_missing);
  g_test_add_func ("/dashboard/results/prepare", test_prepare);
  g_test_add_func ("/dashboard/results/recover", test_recover);
  g_test_add_func ("/dashboard/results/leftovers", test_leftovers);
  return fixture_run ();
}
