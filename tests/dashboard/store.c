/* store.c - tests of the library of recordings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "store.h"

#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "ser.h"

static SerStore *
open_store (const char *path)
{
  GError *error = NULL;
  SerStore *store = ser_store_open (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (store);
  return store;
}

static void
set (char **text, const char *value)
{
  g_free (*text);
  *text = g_strdup (value);
}

/* ---- entries ---- */

static guint
count (SerStore *store, SerState state)
{
  SerQuery query = { .state = state, .limit = 1 };
  guint total = 0;
  g_autoptr (GPtrArray) entries = ser_store_list (store, &query, &total, NULL);

  return entries ? total : 0;
}

static void
test_states (void)
{
  g_assert_cmpstr (ser_state_get_name (SER_STATE_ANALYSING), ==, "analysing");
  for (guint i = 0; i < SER_N_STATES; i++)
    g_assert_cmpint (ser_state_find (ser_state_get_name (i)), ==, i);
  g_assert_cmpint (ser_state_find ("Done"), ==, SER_N_STATES);
  g_assert_cmpint (ser_state_find (NULL), ==, SER_N_STATES);
}

static void
test_ids (void)
{
  g_autoptr (SerEntry) a = ser_entry_new ("upload", "a.wav", "A"), b = ser_entry_new ("upload", "a.wav", "A");

  g_assert_true (ser_is_id (a->id));
  g_assert_cmpstr (a->id, !=, b->id);
  g_assert_false (ser_is_id ("0123456789abcdeF"));
  g_assert_false (ser_is_id ("../../../../../x"));
  g_assert_false (ser_is_id ("0123456789abcde"));
  g_assert_false (ser_is_id ("0123456789abcdef0"));
  g_assert_false (ser_is_id (NULL));
}

static void
test_titles (void)
{
  g_autofree char *longer = g_strnfill (400, 'x'), *cut = ser_title_make (longer);
  g_autofree char *lines = ser_title_make (" a\nb\x01 "), *invalid = ser_title_make ("caf\xe9");
  g_autoptr (SerEntry) blank = ser_entry_new ("upload", " \n", "\xe2\x80\x8b");
  GError *error = NULL;

  g_assert_cmpint (strlen (cut), ==, SER_TITLE_LENGTH);
  g_assert_cmpstr (lines, ==, "a b");
  g_assert_cmpstr (invalid, ==, "caf\xef\xbf\xbd");
  g_assert_null (ser_title_make ("\t \xe2\x80\x8b"));
  g_assert_cmpstr (blank->labelling.title, ==, blank->id);
  g_assert_true (ser_labelling_check (&blank->labelling, &error));
  g_assert_no_error (error);
}

/* The labelling with one member set, of which the message must name the member; NULL: it must be taken. */
static void
check_label (guint member, const char *value, const char *message)
{
  const char *texts[6] = { "title", "", "", "", "", "" };
  SerLabelling labelling;
  GError *error = NULL;

  texts[member] = value;
  labelling = (SerLabelling){ (char *) texts[0], (char *) texts[1], (char *) texts[2], (char *) texts[3],
    (char *) texts[4], (char *) texts[5] };
  g_assert_cmpint (ser_labelling_check (&labelling, &error), ==, message == NULL);
  if (message) {
    g_assert_error (error, SER_ERROR, SER_ERROR_DATA);
    g_assert_true (g_str_has_prefix (error->message, message));
  }
  g_clear_error (&error);
}

static void
test_labelling (void)
{
  g_autofree char *hundred = g_strnfill (100, 'x'), *more = g_strnfill (101, 'x'), *title = g_strnfill (301, 'x');
  static const char *const dates[] = { "2024", "2024-02", "2024-02-29", "0001", "1999-12-31" };
  static const char *const wrong[] = { "24", "2023-02-29", "2024-13", "2024-00", "2024-1-01", "2024-01-1x", "0000",
    "2024-01-32", "2024/01", "20240101", "2024-01-01T00", " 2024", "-001" };

  check_label (0, "", "title");
  check_label (0, " ", "title");
  check_label (0, title, "title");
  check_label (0, title + 1, NULL);
  check_label (1, hundred, NULL);
  check_label (1, more, "speaker");
  check_label (3, "a\nb", "place");
  check_label (3,
      "a\xe2\x80\xa8"
      "b",
      "place");
  check_label (4, "\xff", "party");
  check_label (5, "f", NULL);
  check_label (5, "F", "sex");
  for (guint i = 0; i < G_N_ELEMENTS (dates); i++)
    check_label (2, dates[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    check_label (2, wrong[i], "date");
}

/* ---- one recording ---- */

static void
assert_equal (const SerEntry *a, const SerEntry *b)
{
  g_assert_cmpstr (a->id, ==, b->id);
  g_assert_cmpstr (a->source, ==, b->source);
  g_assert_cmpstr (a->origin, ==, b->origin);
  g_assert_cmpstr (a->labelling.title, ==, b->labelling.title);
  g_assert_cmpstr (a->labelling.speaker, ==, b->labelling.speaker);
  g_assert_cmpstr (a->labelling.date, ==, b->labelling.date);
  g_assert_cmpstr (a->labelling.place, ==, b->labelling.place);
  g_assert_cmpstr (a->labelling.party, ==, b->labelling.party);
  g_assert_cmpstr (a->labelling.sex, ==, b->labelling.sex);
  g_assert_cmpint (a->title_given, ==, b->title_given);
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpstr (a->error, ==, b->error);
  g_assert_cmpint (a->attempts, ==, b->attempts);
  g_assert_cmpint (a->created, ==, b->created);
  g_assert_cmpint (a->finished, ==, b->finished);
  g_assert_cmpint (a->bytes, ==, b->bytes);
  g_assert_true (a->duration == b->duration || (isnan (a->duration) && isnan (b->duration)));
  g_assert_cmpstr (a->summary, ==, b->summary);
  g_assert_cmpstr (a->model, ==, b->model);
  g_assert_cmpstr (a->model_id, ==, b->model_id);
}

static void
assert_stored (SerStore *store, const SerEntry *entry)
{
  GError *error = NULL;
  g_autoptr (SerEntry) found = ser_store_get (store, entry->id, &error);

  g_assert_no_error (error);
  g_assert_nonnull (found);
  assert_equal (found, entry);
}

/* No two members alike. */
static void
fill (SerEntry *entry)
{
  set (&entry->labelling.title, "Robert'); DROP TABLE recordings;--");
  set (&entry->labelling.speaker, "Ada \"x\" \xf0\x9f\x8e\xa4");
  set (&entry->labelling.date, "2024-02-29");
  set (&entry->labelling.place, "Here");
  set (&entry->labelling.party, "None");
  set (&entry->labelling.sex, "f");
  entry->title_given = TRUE;
  entry->state = SER_STATE_FAILED;
  entry->error = g_strdup ("it did");
  entry->attempts = 2;
  entry->finished = entry->created + 5;
  entry->bytes = G_GUINT64_CONSTANT (5000000000);
  entry->duration = 0.1;
  entry->summary = g_strdup ("{}");
  entry->model = g_strdup ("default");
  entry->model_id = g_strdup ("00ff");
}

static void
test_entry (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autoptr (SerEntry) entry = ser_entry_new ("url", "https://example.org/a.mp4", "A");
  SerStore *store = open_store (path);
  GError *error = NULL;

  g_assert_null (ser_store_get (store, entry->id, &error));
  g_assert_no_error (error);
  g_assert_true (ser_store_add (store, entry, &error));
  assert_stored (store, entry);
  g_assert_false (ser_store_add (store, entry, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_clear_error (&error);
  fill (entry);
  g_assert_true (ser_store_update (store, entry, &error));
  assert_stored (store, entry);
  ser_store_close (store);

  store = open_store (path);
  assert_stored (store, entry);
  g_assert_true (ser_store_remove (store, entry->id, &error));
  g_assert_null (ser_store_get (store, entry->id, &error));
  g_assert_no_error (error);
  ser_store_close (store);
}

static void
assert_new (const char *path, gboolean expected)
{
  g_autoptr (SerStore) store = open_store (path);
  gboolean is_new;

  g_assert_true (ser_store_is_new (store, &is_new, NULL));
  g_assert_cmpint (is_new, ==, expected);
}

/* As long as nothing was added, and not again when all is removed. */
static void
test_new (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", "A");
  SerStore *store;

  assert_new (path, TRUE);
  assert_new (path, TRUE);
  store = open_store (path);
  g_assert_true (ser_store_add (store, entry, NULL));
  ser_store_close (store);
  assert_new (path, FALSE);
  store = open_store (path);
  g_assert_true (ser_store_remove (store, entry->id, NULL));
  ser_store_close (store);
  assert_new (path, FALSE);
}

/* ---- lists ---- */

typedef struct {
  const char *title, *speaker, *date;
  double duration;
  SerState state;
} Row;

static const Row rows[] = {
  { "\xc3\x84rzte", "Eva", "2024", 30, SER_STATE_DONE },
  { "zebra", "", "2023-05", 10, SER_STATE_DONE },
  { "Budget 100%", "adam", "", NAN, SER_STATE_QUEUED },
  { "a_b", "Eva", "2024-01-02", 20, SER_STATE_FAILED },
};

static void
add_rows (SerStore *store)
{
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (SerEntry) entry = ser_entry_new ("upload", "file.wav", rows[i].title);

    set (&entry->labelling.speaker, rows[i].speaker);
    set (&entry->labelling.date, rows[i].date);
    entry->duration = rows[i].duration;
    entry->state = rows[i].state;
    entry->created = 1000;
    g_assert_true (ser_store_add (store, entry, &error));
  }
}

/* The first letters of the titles that the query finds must be `expected`. */
static void
assert_list (SerStore *store, const SerQuery *query, const char *expected, guint total)
{
  GError *error = NULL;
  guint n;
  g_autoptr (GPtrArray) entries = ser_store_list (store, query, &n, &error);
  g_autoptr (GString) letters = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++) {
    const SerEntry *entry = entries->pdata[i];
    g_string_append_unichar (letters, g_utf8_get_char (entry->labelling.title));
  }
  g_assert_cmpstr (letters->str, ==, expected);
  g_assert_cmpint (n, ==, total);
}

static void
test_sort (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autoptr (SerStore) store = open_store (path);
  static const struct {
    SerSort sort;
    const char *up, *down;
  } sorts[] = { { SER_SORT_CREATED, "\xc3\x84zBa", "aBz\xc3\x84" },
    { SER_SORT_TITLE,
        "a\xc3\x84"
        "Bz",
        "zB\xc3\x84"
        "a" },
    { SER_SORT_SPEAKER,
        "B\xc3\x84"
        "az",
        "a\xc3\x84"
        "Bz" },
    { SER_SORT_DATE,
        "z\xc3\x84"
        "aB",
        "a\xc3\x84zB" },
    { SER_SORT_DURATION,
        "za\xc3\x84"
        "B",
        "\xc3\x84"
        "azB" } };

  add_rows (store);
  for (guint i = 0; i < G_N_ELEMENTS (sorts); i++) {
    SerQuery query = { .state = SER_N_STATES, .sort = sorts[i].sort, .limit = 100 };

    assert_list (store, &query, sorts[i].up, 4);
    query.descending = TRUE;
    assert_list (store, &query, sorts[i].down, 4);
  }
  assert_list (store, &(SerQuery){ .state = SER_N_STATES, .limit = 2 }, "\xc3\x84z", 4);
  assert_list (store, &(SerQuery){ .state = SER_N_STATES, .offset = 3, .limit = 2 }, "a", 4);
  assert_list (store, &(SerQuery){ .state = SER_N_STATES, .offset = 9, .limit = 2 }, "", 4);
  assert_list (store, &(SerQuery){ .state = SER_N_STATES, .limit = 0 }, "", 4);
}

static void
test_search (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autoptr (SerStore) store = open_store (path);
  g_autoptr (GString) many = g_string_new (NULL);
  static const struct {
    const char *search, *found;
  } searches[] = { { "ARZTE", "\xc3\x84" },
    { "eva",
        "\xc3\x84"
        "a" },
    { "eva  a_", "a" }, { "100%", "B" }, { "%", "B" }, { "_", "a" }, { "' OR 1=1 --", "" },
    { "file.wav", "\xc3\x84zBa" }, { "", "\xc3\x84zBa" },
    { "2024",
        "\xc3\x84"
        "a" },
    { "2023-05", "z" }, { "zebra eva", "" } };

  add_rows (store);
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++) {
    SerQuery query = { .search = searches[i].search, .state = SER_N_STATES, .limit = 9 };
    assert_list (store, &query, searches[i].found, g_utf8_strlen (searches[i].found, -1));
  }
  for (guint i = 0; i < (g_getenv ("SEREMOTION_TEST_QUICK") ? 1000 : 100000); i++)
    g_string_append (many, "e ");
  assert_list (store, &(SerQuery){ .search = many->str, .state = SER_N_STATES, .limit = 9 }, "\xc3\x84zBa", 4);
  assert_list (store, &(SerQuery){ .speaker = "Eva", .state = SER_STATE_DONE, .limit = 9 }, "\xc3\x84", 1);
  assert_list (store, &(SerQuery){ .speaker = "eva", .state = SER_N_STATES, .limit = 9 }, "", 0);
  g_assert_cmpint (count (store, SER_STATE_DONE), ==, 2);
  g_assert_cmpint (count (store, SER_STATE_CANCELLED), ==, 0);
}

/* ---- files ---- */

static void
assert_refused (const char *path, SerError code, const char *part)
{
  GError *error = NULL;

  g_assert_null (ser_store_open (path, &error));
  g_assert_error (error, SER_ERROR, (int) code);
  fixture_assert_has (error->message, part);
  g_clear_error (&error);
}

static void
execute (const char *path, const char *statement)
{
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, statement, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
test_foreign (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autofree char *other = g_build_filename (folder, "y.sqlite", NULL), *text = g_build_filename (folder, "t", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "none", "x.sqlite", NULL);
  g_autofree char *inner = g_build_filename (folder, "inner", NULL);

  ser_store_close (open_store (path));
  execute (path, "PRAGMA user_version = 1000");
  assert_refused (path, SER_ERROR_DATA, "newer");
  execute (other, "CREATE TABLE t (x)");
  assert_refused (other, SER_ERROR_DATA, "another program");
  execute (path, "PRAGMA application_id = 7");
  assert_refused (path, SER_ERROR_DATA, "another program");
  fixture_write (inner, "x", "");
  fixture_write (
      folder, "t", "this is a text that is long enough to be no header of a database at all, whatever it says");
  assert_refused (text, SER_ERROR_FILE, "t: ");
  assert_refused (inner, SER_ERROR_FILE, "inner");
  assert_refused (nowhere, SER_ERROR_FILE, "none");
}

static void
test_settings (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  g_autoptr (SerStore) store = open_store (path);

  add_rows (store);
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
}

static void
test_second (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autofree char *own = g_strdup_printf ("process %d", (int) getpid ());
  SerStore *store = open_store (path);

  assert_refused (path, SER_ERROR_FILE, own);
  ser_store_close (store);
  ser_store_close (open_store (path));
}

/* A process that adds until it is killed: what it was told is stored must be there, and the file must open. */
static void
test_killed (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  int pipes[2];
  guint n_said = 0;
  char byte;
  pid_t pid;

  g_assert_cmpint (pipe (pipes), ==, 0);
  pid = fork ();
  if (pid == 0) {
    SerStore *store = ser_store_open (path, NULL);

    for (;;) {
      g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a", "a");
      if (!store || !ser_store_add (store, entry, NULL) || write (pipes[1], "x", 1) != 1)
        _exit (1);
    }
  }
  close (pipes[1]);
  while (n_said < 50 && read (pipes[0], &byte, 1) == 1)
    n_said++;
  kill (pid, SIGKILL);
  while (read (pipes[0], &byte, 1) == 1)
    n_said++;
  close (pipes[0]);
  waitpid (pid, NULL, 0);
  {
    g_autoptr (SerStore) store = open_store (path);
    guint n = count (store, SER_STATE_QUEUED);

    g_assert_cmpint (n_said, >=, 50);
    g_assert_cmpint (n, >=, n_said);
    g_assert_cmpint (n, <=, n_said + 1);
  }
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/dashboard/store/states", test_states);
  g_test_add_func ("/dashboard/store/ids", test_ids);
  g_test_add_func ("/dashboard/store/titles", test_titles);
  g_test_add_func ("/dashboard/store/labelling", test_labelling);
  g_test_add_func ("/dashboard/store/entry", test_entry);
  g_test_add_func ("/dashboard/store/new", test_new);
  g_test_add_func ("/dashboard/store/sort", test_sort);
  g_test_add_func ("/dashboard/store/search", test_search);
  g_test_add_func ("/dashboard/store/foreign", test_foreign);
  g_test_add_func ("/dashboard/store/settings", test_settings);
  g_test_add_func ("/dashboard/store/second", test_second);
  g_test_add_func ("/dashboard/store/killed", test_killed);
  return fixture_run ();
}
