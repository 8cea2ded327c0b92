/* results.c - tests of what an analysis may have left, by a medium that has taken it over
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "results.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <linux/capability.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fixture.h"
#include "ser.h"

#define SCHEMA "\"schema\": \"seremotion-analysis-1\", "
#define HEAD "{\"row\": \"recording\", " SCHEMA
#define REST "\"duration\": 2.5, \"truncated\": true, \"model\": \"default\", \"model_id\": \"00ff\", "
#define LABELS "\"labels\": [\"anger\", \"neutral\"]}\n"
#define FIRST HEAD REST LABELS
#define TAIL                                                                                                           \
  "{\"row\": \"summary\", \"windows\": 3, \"speech_windows\": 2, \"none\": 0.25, \"uncertain\": 0.5, \"shares\": "
#define SHARE(label, value) "\"" label "\": {\"sampling_only\": {\"value\": " value "}}"
#define SHARES(anger, neutral) "{" SHARE ("anger", anger) ", " SHARE ("neutral", neutral) "}"
#define LAST TAIL SHARES ("0.75", "0.25") "}\n"

/* ---- folders ---- */

static char *
make_folder (const char *lines)
{
  char *folder = fixture_folder ();

  fixture_write (folder, "medium", "a medium");
  fixture_write (folder, "results/medium.json", "{}");
  fixture_write (folder, "results/medium.jsonl", lines);
  fixture_write (folder, "results/medium.csv", "start\n");
  return folder;
}

static gboolean
is_there (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK);
}

static void
link_to (const char *target, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

static void
remove_there (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  GError *error = NULL;

  g_assert_true (ser_folder_remove (path, &error));
  g_assert_no_error (error);
}

static SerEntry *
take (const char *folder)
{
  SerEntry *entry = ser_entry_new ("upload", "a.wav", NULL);
  GError *error = NULL;

  ser_results_take (folder, entry, &error);
  g_assert_no_error (error);
  return entry;
}

/* It is refused, and the entry is as it was. */
static void
assert_refused (const char *folder)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (ser_results_take (folder, entry, &error));
  g_assert_nonnull (error);
  g_assert_true (error->domain == SER_ERROR && (error->code == SER_ERROR_DATA || error->code == SER_ERROR_FILE));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strstr (error->message, folder));
  g_assert_true (isnan (entry->duration));
  g_assert_cmpstr (entry->labelling.title, ==, "a.wav");
  g_assert_null (entry->summary);
  g_assert_null (entry->model);
}

/* ---- what is said ---- */

static void
test_good (void)
{
  g_autofree char *folder = make_folder (FIRST "{\"row\": \"window\"}\n" LAST);
  g_autoptr (SerEntry) entry = take (folder);
  g_autoptr (JsonNode) node = json_from_string (entry->summary, NULL);
  JsonObject *summary = json_node_get_object (node), *shares = json_object_get_object_member (summary, "shares");

  g_assert_cmpfloat (entry->duration, ==, 2.5);
  g_assert_cmpstr (entry->model, ==, "default");
  g_assert_cmpstr (entry->model_id, ==, "00ff");
  g_assert_cmpstr (json_object_get_string_member (summary, "leading"), ==, "anger");
  g_assert_cmpint (json_object_get_int_member (summary, "windows"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (summary, "speech_windows"), ==, 2);
  g_assert_cmpfloat (json_object_get_double_member (summary, "uncertain"), ==, 0.5);
  g_assert_true (json_object_get_boolean_member (summary, "truncated"));
  g_assert_cmpint (json_object_get_size (shares), ==, 2);
  g_assert_cmpfloat (json_object_get_double_member (shares, "neutral"), ==, 0.25);
  g_assert_true (is_there (folder, "results/medium.csv"));
}

/* Without speech there are no shares. */
static void
test_no_speech (void)
{
  g_autofree char *folder = make_folder (FIRST TAIL SHARES ("null", "null") "}");
  g_autoptr (SerEntry) entry = take (folder);
  g_autoptr (JsonNode) node = json_from_string (entry->summary, NULL);
  JsonObject *summary = json_node_get_object (node);

  g_assert_true (json_object_get_null_member (summary, "leading"));
  g_assert_true (json_object_get_null_member (json_object_get_object_member (summary, "shares"), "anger"));
}

static void
check_title (const char *member, gboolean given, const char *expected)
{
  g_autofree char *lines = g_strconcat (HEAD, member, REST LABELS LAST, NULL);
  g_autofree char *folder = make_folder (lines);
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", NULL);
  GError *error = NULL;

  entry->title_given = given;
  g_assert_true (ser_results_take (folder, entry, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (entry->labelling.title, ==, expected);
  g_assert_cmpint (entry->title_given, ==, given);
}

static void
test_titles (void)
{
  g_autofree char *cut = g_strnfill (SER_TITLE_LENGTH, 'x');
  g_autofree char *longer = g_strdup_printf ("\"title\": \"%sy\", ", cut);

  check_title ("\"title\": \"A talk\", ", FALSE, "A talk");
  check_title ("\"title\": \"A talk\", ", TRUE, "a.wav");
  check_title ("\"title\": null, ", FALSE, "a.wav");
  check_title ("\"title\": 5, ", FALSE, "a.wav");
  check_title ("\"title\": \"\", ", FALSE, "a.wav");
  check_title ("\"title\": \" \\n\\u200b\", ", FALSE, "a.wav");
  check_title ("\"title\": \"<b>\\n\\u0007x\\u2028\", ", FALSE, "<b>  x");
  check_title (longer, FALSE, cut);
}

/* ---- what is not believed ---- */

static void
test_lines (void)
{
  static const char *const wrong[] = { "", "\n", "\n\n", "x", "{}", "[1]", "null\nnull", FIRST, LAST, LAST FIRST,
    FIRST LAST "{\"row\": \"fragility\"}", FIRST LAST "{", "{\"row\": \"recording\", " REST LABELS LAST,
    "{\"row\": \"window\", " SCHEMA REST LABELS LAST, HEAD "\"truncated\": false, " LABELS LAST,
    HEAD "\"duration\": -1, \"truncated\": false, " LABELS LAST,
    HEAD "\"duration\": 1e300, \"truncated\": false, " LABELS LAST,
    HEAD "\"duration\": \"2\", \"truncated\": false, " LABELS LAST,
    HEAD "\"duration\": 2, \"truncated\": 0, " LABELS LAST, HEAD REST "\"labels\": {}}\n" LAST,
    HEAD REST "\"labels\": [1, 2]}\n" LAST, HEAD REST "\"labels\": [\"fear\"]}\n" LAST,
    HEAD REST "\"labels\": [\"\xff\"]}\n" TAIL "{" SHARE ("\xff", "1") "}}", FIRST TAIL "[]}", FIRST TAIL "{}}",
    FIRST TAIL SHARES ("1.5", "0") "}", FIRST TAIL SHARES ("-0.5", "0") "}", FIRST TAIL SHARES ("\"1\"", "0") "}",
    FIRST TAIL SHARES ("1e999", "0") "}",
    FIRST "{\"row\": \"summary\", \"windows\": -1, \"speech_windows\": 2, \"shares\": " SHARES ("1", "0") "}",
    FIRST "{\"row\": \"summary\", \"windows\": 1.5, \"speech_windows\": 2, \"shares\": " SHARES ("1", "0") "}",
    FIRST "{\"row\": \"summary\", \"windows\": 4294967296, \"speech_windows\": 2, \"shares\": " SHARES ("1", "0") "}" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autofree char *folder = make_folder (wrong[i]);

    assert_refused (folder);
  }
}

/* Neither a line without an end nor one that is nested without an end is read whole. */
static void
test_long_lines (void)
{
  g_autofree char *blanks = g_strnfill (1 << 20, ' '), *brackets = g_strnfill (60000, '[');
  g_autofree char *labels = g_strnfill (65 * 4, ' ');
  g_autofree char *first = g_strconcat (HEAD, blanks, REST LABELS LAST, NULL);
  g_autofree char *last = g_strconcat (FIRST, "{", blanks, &LAST[1], NULL);
  g_autofree char *nested = g_strconcat (HEAD "\"x\": ", brackets, NULL), *many = NULL;
  const char *const lines[] = { first, last, nested, NULL };

  for (guint i = 0; lines[i]; i++) {
    g_autofree char *folder = make_folder (lines[i]);

    assert_refused (folder);
  }
  for (guint i = 0; i < 65; i++)
    memcpy (labels + 4 * i, i < 64 ? "\"a\"," : "\"a\" ", 4);
  many = g_strdup_printf (HEAD REST "\"labels\": [%s]}\n" TAIL "{" SHARE ("a", "1") "}}", labels);
  {
    g_autofree char *folder = make_folder (many);

    assert_refused (folder);
  }
}

/* Files that are mostly holes: nothing of them is read but both ends. */
static void
test_huge (void)
{
  g_autofree char *folder = make_folder (FIRST);
  g_autofree char *document = g_build_filename (folder, "results/medium.json", NULL);
  g_autofree char *lines = g_build_filename (folder, "results/medium.jsonl", NULL);
  g_autoptr (SerEntry) entry = NULL;
  off_t size = (off_t) 1 << 40;
  FILE *file;

  g_assert_cmpint (truncate (document, size), ==, 0);
  g_assert_cmpint (truncate (lines, size), ==, 0);
  file = fopen (lines, "ab");
  g_assert_nonnull (file);
  g_assert_cmpint (fprintf (file, "%070000d\n" LAST, 0), >, 70000);
  g_assert_cmpint (fclose (file), ==, 0);
  entry = take (folder);
  g_assert_cmpfloat (entry->duration, ==, 2.5);
}

/* ---- what is no file ---- */

/* Root that may not read and write what its modes forbid, as other users. */
static void
be_anybody (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct data[2] = { { 0 } };

  g_assert_cmpint (syscall (SYS_capset, &header, data), ==, 0);
}

/* Folders in it, without permissions. */
static void
make_locked (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *inner = g_build_filename (path, "inner", NULL);
  g_autofree char *shut = g_build_filename (path, "shut", NULL);

  fixture_write (inner, "file", "x");
  fixture_write (shut, "file", "x");
  g_assert_cmpint (g_chmod (inner, 0), ==, 0);
  g_assert_cmpint (g_chmod (shut, 0500), ==, 0);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
}

static void
test_others (void)
{
  static const char *const others[] = { "link", "dangling", "folder-link", "hard", "fifo", "folder", "locked" };
  g_autofree char *folder = make_folder (FIRST LAST), *outside = fixture_folder ();
  g_autofree char *results = g_build_filename (folder, "results", NULL);
  g_autofree char *file = g_build_filename (outside, "file", NULL), *fifo = g_build_filename (results, "fifo", NULL);
  g_autofree char *hard = g_build_filename (results, "hard", NULL);

  fixture_write (outside, "file", "x");
  link_to (file, results, "link");
  link_to ("/nowhere", results, "dangling");
  link_to (outside, results, "folder-link");
  g_assert_cmpint (link (file, hard), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  fixture_write (results, "folder/in/it", "x");
  link_to (outside, results, "folder/link");
  make_locked (results, "locked");
  ser_entry_free (take (folder));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (is_there (results, others[i]));
  g_assert_true (is_there (results, "medium.csv"));
  g_assert_true (is_there (outside, "file"));
}

/* The file of the results is something else. */
static void
check_other (const char *name)
{
  g_autofree char *folder = make_folder (FIRST LAST), *outside = make_folder (FIRST LAST);
  g_autofree char *here = g_build_filename (folder, "results", name, NULL);
  g_autofree char *there = g_build_filename (outside, "results", name, NULL);

  remove_there (folder, "medium");
  g_assert_cmpint (g_unlink (here), ==, 0);
  assert_refused (folder);
  g_assert_cmpint (symlink (there, here), ==, 0);
  assert_refused (folder);
  g_assert_cmpint (link (there, here), ==, 0);
  assert_refused (folder);
  g_assert_cmpint (mkfifo (here, 0600), ==, 0);
  assert_refused (folder);
  g_assert_cmpint (g_mkdir (here, 0700), ==, 0);
  assert_refused (folder);
  g_assert_true (g_file_test (there, G_FILE_TEST_IS_REGULAR));
}

static void
test_instead (void)
{
  check_other ("medium.json");
  check_other ("medium.jsonl");
}

static void
test_folder_instead (void)
{
  g_autofree char *folder = make_folder (FIRST LAST), *outside = make_folder (FIRST LAST);
  g_autofree char *results = g_build_filename (outside, "results", NULL);

  link_to ("/nowhere", results, "dangling");
  remove_there (folder, "results");
  assert_refused (folder);
  link_to (results, folder, "results");
  assert_refused (folder);
  g_assert_true (is_there (results, "dangling"));
  remove_there (folder, "results");
  fixture_write (folder, "results", "a file");
  assert_refused (folder);
}

/* ---- folders made and removed ---- */

static void
assert_prepares (const char *folder)
{
  g_autofree char *results = g_build_filename (folder, "results", NULL);
  g_autoptr (GDir) dir = NULL;
  GError *error = NULL;
  GStatBuf status;

  g_assert_true (ser_results_prepare (folder, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_lstat (results, &status), ==, 0);
  g_assert_cmpint (status.st_mode, ==, S_IFDIR | 0700);
  dir = g_dir_open (results, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
}

static void
test_prepare (void)
{
  g_autofree char *folder = make_folder (FIRST LAST), *outside = fixture_folder ();
  GError *error = NULL;

  fixture_write (outside, "file", "x");
  make_locked (folder, "results/locked");
  assert_prepares (folder);
  assert_prepares (folder);
  remove_there (folder, "results");
  assert_prepares (folder);
  remove_there (folder, "results");
  link_to (outside, folder, "results");
  assert_prepares (folder);
  remove_there (folder, "results");
  fixture_write (folder, "results", "a file");
  assert_prepares (folder);
  g_assert_true (is_there (outside, "file"));
  g_assert_true (is_there (folder, "medium"));
  g_assert_false (ser_results_prepare ("/nowhere", &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_clear_error (&error);
}

/* Deeper than any path is long, each with a file and a folder in it that has the next one's later name, some locked. */
static void
dig (const char *folder)
{
  int at = open (folder, O_RDONLY | O_DIRECTORY);

  for (guint i = 0; i < 700; i++) {
    g_autofree char *taken = g_strdup_printf ("moved-%u", i);
    int next;

    g_assert_cmpint (mkdirat (at, taken, 0700), ==, 0);
    close (openat (at, "file", O_WRONLY | O_CREAT, 0000));
    g_assert_cmpint (mkdirat (at, "deeper", 0700), ==, 0);
    next = openat (at, "deeper", O_RDONLY | O_DIRECTORY);
    g_assert_cmpint (next, >=, 0);
    if (i % 100 == 99)
      g_assert_cmpint (fchmod (at, 0000), ==, 0);
    close (at);
    at = next;
  }
  close (at);
}

static void
test_deep (void)
{
  g_autofree char *folder = make_folder (FIRST LAST), *results = g_build_filename (folder, "results", NULL);

  dig (results);
  assert_prepares (folder);
  g_assert_true (is_there (folder, "medium"));
}

int
main (int argc, char **argv)
{
  be_anybody ();
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/results/good", test_good);
  g_test_add_func ("/dashboard/results/no-speech", test_no_speech);
  g_test_add_func ("/dashboard/results/titles", test_titles);
  g_test_add_func ("/dashboard/results/lines", test_lines);
  g_test_add_func ("/dashboard/results/long-lines", test_long_lines);
  g_test_add_func ("/dashboard/results/huge", test_huge);
  g_test_add_func ("/dashboard/results/others", test_others);
  g_test_add_func ("/dashboard/results/instead", test_instead);
  g_test_add_func ("/dashboard/results/folder-instead", test_folder_instead);
  g_test_add_func ("/dashboard/results/prepare", test_prepare);
  g_test_add_func ("/dashboard/results/deep", test_deep);
  return fixture_run ();
}
