/* jobs.c - tests of recordings on their way to an analysis
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "jobs.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "host.h"
#include "internet.h"
#include "jobs-fixture.h"
#include "ser.h"

#define NOBODY "0123456789abcdef" /* an ID of nothing */
#define HOST "speech.example"

static guint port;

static char *
make_url (const char *path)
{
  return g_strdup_printf ("http://" HOST ":%u%s", port, path);
}

static void
start (Library *library)
{
  library_init (library, NULL);
  library_open (library);
  ser_jobs_run (library->jobs);
}

static void
assert_error (const Library *library, const char *id, const char *part)
{
  g_autoptr (SerEntry) entry = library_get (library, id);

  g_assert_cmpint (entry->state, ==, SER_STATE_FAILED);
  g_assert_nonnull (entry->error);
  fixture_assert_has (entry->error, part);
  g_assert_cmpint (entry->finished, >=, entry->created);
  g_assert_null (entry->summary);
  g_assert_true (isnan (entry->duration));
}

/* ---- what becomes of one ---- */

static void
assert_summary (const char *text)
{
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *summary = json_node_get_object (node), *shares = json_object_get_object_member (summary, "shares");

  g_assert_cmpint (json_object_get_int_member (summary, "windows"), ==, 18);
  g_assert_cmpint (json_object_get_int_member (summary, "speech_windows"), ==, 16);
  g_assert_cmpstr (json_object_get_string_member (summary, "leading"), ==, "neutral");
  g_assert_cmpfloat (json_object_get_double_member (shares, "anger"), ==, 0.25);
  g_assert_cmpfloat (json_object_get_double_member (shares, "neutral"), ==, 0.75);
  g_assert_cmpfloat (json_object_get_double_member (summary, "none"), ==, 0.125);
  g_assert_cmpfloat (json_object_get_double_member (summary, "uncertain"), ==, 0.25);
  g_assert_false (json_object_get_boolean_member (summary, "truncated"));
}

static void
test_done (void)
{
  Library library;
  g_autofree char *id = NULL, *arguments = NULL, *path = NULL, *result = NULL, *expected = NULL;
  g_autoptr (SerEntry) entry = NULL;

  start (&library);
  id = library_add (&library, "a.wav", "a medium");
  library_wait (&library, id, SER_STATE_DONE);
  entry = library_get (&library, id);
  g_assert_cmpfloat (entry->duration, ==, 20.5);
  g_assert_cmpstr (entry->model, ==, "default");
  g_assert_cmpstr (entry->model_id, ==, "00ff");
  g_assert_cmpint (entry->attempts, ==, 1);
  g_assert_cmpint (entry->bytes, ==, strlen ("a medium"));
  g_assert_cmpint (entry->finished, >=, entry->created);
  g_assert_null (entry->error);
  assert_summary (entry->summary);
  g_assert_cmpstr (library.told->str, ==, "a.wav queued\na.wav analysing\na.wav done\n");
  path = library_path (&library, id, "results/arguments");
  g_assert_true (g_file_get_contents (path, &arguments, NULL, NULL));
  g_assert_true (g_str_has_prefix (arguments, "analyze\n--as=a.wav\n"));
  fixture_assert_has (arguments, "\n--format\njson,jsonl,sound\n");
  fixture_assert_has (arguments, "\n--progress\n");
  fixture_assert_has (arguments, "\n--output\nresults\n");
  g_assert_true (g_str_has_suffix (arguments, "\nmedium"));
  result = ser_jobs_make_result_path (library.jobs, id, "medium.json");
  expected = library_path (&library, id, "results/medium.json");
  g_assert_cmpstr (result, ==, expected);
  g_assert_true (g_file_test (result, G_FILE_TEST_IS_REGULAR));
  library_clear (&library);
}

static void
test_fails (void)
{
  static const char *const media[][2] = { { "say medium: no sound\nfail", "no sound" },
    { "crash", "the program crashed (SIGSEGV)" }, { "bare", "medium.json" }, { "link /etc/passwd", "medium.json" } };
  Library library;

  start (&library);
  for (guint i = 0; i < G_N_ELEMENTS (media); i++) {
    g_autofree char *id = library_add (&library, "a.wav", media[i][0]), *results = NULL;

    library_wait (&library, id, SER_STATE_FAILED);
    assert_error (&library, id, media[i][1]);
    results = library_path (&library, id, "results");
    g_assert_false (g_file_test (results, G_FILE_TEST_EXISTS));
  }
  g_assert_cmpint (ser_jobs_count_running (library.jobs), ==, 0);
  library_clear (&library);
}

static void
test_late (void)
{
  Library library;
  g_autofree char *id = NULL;

  library_init (&library, NULL);
  library.settings.analysis.limits.seconds = 1;
  library_open (&library);
  ser_jobs_run (library.jobs);
  id = library_add (&library, "a.wav", "wait");
  library_wait (&library, id, SER_STATE_FAILED);
  assert_error (&library, id, "it took more than 1 s");
  library_clear (&library);
}

static void
test_no_program (void)
{
  Library library;
  g_autofree char *id = NULL;

  library_init (&library, NULL);
  g_free (library.settings.analysis.child.program);
  library.settings.analysis.child.program = g_strdup ("/nowhere/seremotion");
  library_open (&library);
  ser_jobs_run (library.jobs);
  id = library_add (&library, "a.wav", "good");
  g_assert_cmpint (library_get_state (&library, id), ==, SER_STATE_FAILED);
  assert_error (&library, id, "/nowhere/seremotion");
  library_clear (&library);
}

static void
test_progress (void)
{
  Library library;
  g_autofree char *id = NULL, *later = NULL;

  start (&library);
  id = library_add (&library, "a.wav", "progress 0.25\nwait");
  later = library_add (&library, "b.wav", "wait");
  g_assert_true (isnan (ser_jobs_get_progress (library.jobs, id)));
  library_wait_told (&library, "a.wav analysing 0.25\n");
  g_assert_cmpfloat (ser_jobs_get_progress (library.jobs, id), ==, 0.25);
  g_assert_true (isnan (ser_jobs_get_progress (library.jobs, later)));
  g_assert_true (isnan (ser_jobs_get_progress (library.jobs, NOBODY)));
  g_assert_true (ser_jobs_cancel (library.jobs, id, NULL));
  g_assert_true (isnan (ser_jobs_get_progress (library.jobs, id)));
  library_clear (&library);
}

/* ---- the queue ---- */

static void
test_order (void)
{
  Library library;
  g_autofree char *a = NULL, *b = NULL, *c = NULL;

  library_init (&library, NULL);
  library_open (&library);
  a = library_add (&library, "a.wav", "good");
  b = library_add (&library, "b.wav", "fail");
  c = library_add (&library, "c.wav", "good");
  library_iterate (20);
  g_assert_cmpstr (library.told->str, ==, "a.wav queued\nb.wav queued\nc.wav queued\n");
  g_assert_cmpint (ser_jobs_count_queued (library.jobs), ==, 3);
  g_string_truncate (library.told, 0);
  ser_jobs_run (library.jobs);
  g_assert_cmpint (ser_jobs_count_queued (library.jobs), ==, 2);
  g_assert_cmpint (ser_jobs_count_running (library.jobs), ==, 1);
  library_wait (&library, c, SER_STATE_DONE);
  g_assert_cmpstr (library.told->str, ==,
      "a.wav analysing\na.wav done\nb.wav analysing\nb.wav failed\nc.wav analysing\nc.wav done\n");
  g_assert_cmpint (ser_jobs_count_queued (library.jobs), ==, 0);
  g_assert_cmpint (ser_jobs_count_running (library.jobs), ==, 0);
  library_clear (&library);
}

static void
test_children (void)
{
  Library library;
  char *ids[4];

  library_init (&library, NULL);
  library.settings.n_children = 2;
  library_open (&library);
  ser_jobs_run (library.jobs);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    ids[i] = library_add (&library, "a.wav", i < 3 ? "wait" : "good");
  library_iterate (20);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_assert_cmpint (library_get_state (&library, ids[i]), ==, i < 2 ? SER_STATE_ANALYSING : SER_STATE_QUEUED);
  g_assert_cmpint (ser_jobs_count_running (library.jobs), ==, 2);
  g_assert_cmpint (ser_jobs_count_queued (library.jobs), ==, 2);
  g_assert_true (ser_jobs_cancel (library.jobs, ids[1], NULL));
  g_assert_cmpint (library_get_state (&library, ids[2]), ==, SER_STATE_ANALYSING);
  g_assert_true (ser_jobs_remove (library.jobs, ids[0], NULL));
  library_wait (&library, ids[3], SER_STATE_DONE);
  library_clear (&library);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    g_free (ids[i]);
}

static void
assert_no_room (Library *library, const GError *error)
{
  SerQuery all = { .state = SER_N_STATES, .limit = 10 };
  g_autoptr (GPtrArray) entries = ser_store_list (library->store, &all, NULL, NULL);

  g_assert_error (error, SER_ERROR, SER_ERROR_CONFIG);
  g_assert_cmpint (entries->len, ==, 2);
}

static void
test_full (void)
{
  Library library;
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "c.wav", NULL), url = ser_entry_new ("url", "http://x/", NULL);
  g_autoptr (GError) error = NULL, url_error = NULL, retry_error = NULL;
  g_autofree char *a = NULL, *b = NULL, *path = NULL;

  library_init (&library, NULL);
  library.settings.max_queued = 2;
  library_open (&library);
  ser_jobs_run (library.jobs);
  g_assert_false (ser_jobs_is_full (library.jobs, 1));
  g_assert_true (ser_jobs_is_full (library.jobs, 2));
  a = library_add (&library, "a.wav", "fail");
  library_wait (&library, a, SER_STATE_FAILED);
  b = library_add (&library, "b.wav", "wait");
  g_assert_true (ser_jobs_retry (library.jobs, a, &error));
  g_assert_true (ser_jobs_is_full (library.jobs, 0));
  path = library_receive (&library, "good");
  g_assert_false (ser_jobs_submit_file (library.jobs, entry, path, &error));
  assert_no_room (&library, error);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_false (ser_jobs_submit_url (library.jobs, url, &url_error));
  assert_no_room (&library, url_error);
  g_assert_true (ser_jobs_cancel (library.jobs, a, NULL));
  g_assert_true (ser_jobs_submit_file (library.jobs, entry, path, NULL));
  g_assert_false (ser_jobs_retry (library.jobs, a, &retry_error));
  g_assert_error (retry_error, SER_ERROR, SER_ERROR_CONFIG);
  library_clear (&library);
}

/* ---- URLs ---- */

static void
test_url (void)
{
  Library library;
  g_autofree char *url = make_url ("/speech"), *id = NULL, *told = NULL, *path = NULL, *bytes = NULL;
  g_autofree char *body = host_make_body ();
  g_autoptr (SerEntry) entry = NULL;
  gsize size;

  start (&library);
  id = library_add_url (&library, url);
  g_assert_cmpint (library_get_state (&library, id), ==, SER_STATE_FETCHING);
  library_wait (&library, id, SER_STATE_DONE);
  entry = library_get (&library, id);
  g_assert_cmpint (entry->bytes, ==, HOST_SIZE);
  g_assert_cmpint (entry->attempts, ==, 1);
  told = g_strdup_printf ("%s queued\n%s fetching\n", url, url);
  g_assert_true (g_str_has_prefix (library.told->str, told));
  g_free (told);
  told = g_strdup_printf ("%s queued\n%s analysing\n%s done\n", url, url, url);
  g_assert_true (g_str_has_suffix (library.told->str, told));
  path = library_path (&library, id, "medium");
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, size, body, HOST_SIZE);
  library_clear (&library);
}

static void
test_url_fails (void)
{
  Library library;
  g_autofree char *url = make_url ("/404"), *larger = make_url ("/larger"), *id = NULL, *second = NULL, *third = NULL;

  start (&library);
  id = library_add_url (&library, url);
  library_wait (&library, id, SER_STATE_FAILED);
  assert_error (&library, id, "404");
  g_assert_true (ser_jobs_retry (library.jobs, id, NULL));
  g_assert_cmpint (library_get_state (&library, id), ==, SER_STATE_FETCHING);
  library_wait (&library, id, SER_STATE_FAILED);
  second = library_add_url (&library, larger);
  library_wait (&library, second, SER_STATE_FAILED);
  assert_error (&library, second, "200001");
  third = library_add_url (&library, "http://127.0.0.1/");
  library_wait (&library, third, SER_STATE_FAILED);
  assert_error (&library, third, "127.0.0.1");
  library_clear (&library);
}

/* Fetches have places of their own, of which there are SER_JOBS_FETCHES. */
static void
test_url_places (void)
{
  Library library;
  g_autofree char *silent = make_url ("/silent"), *speech = make_url ("/speech"), *file = NULL;
  char *ids[SER_JOBS_FETCHES + 1];

  start (&library);
  for (guint i = 0; i <= SER_JOBS_FETCHES; i++)
    ids[i] = library_add_url (&library, i < SER_JOBS_FETCHES ? silent : speech);
  for (guint i = 0; i <= SER_JOBS_FETCHES; i++)
    g_assert_cmpint (
        library_get_state (&library, ids[i]), ==, i < SER_JOBS_FETCHES ? SER_STATE_FETCHING : SER_STATE_QUEUED);
  file = library_add (&library, "a.wav", "good");
  library_wait (&library, file, SER_STATE_DONE);
  g_assert_true (ser_jobs_cancel (library.jobs, ids[0], NULL));
  library_wait (&library, ids[SER_JOBS_FETCHES], SER_STATE_DONE);
  library_clear (&library);
  library_iterate (20);
  for (guint i = 0; i <= SER_JOBS_FETCHES; i++)
    g_free (ids[i]);
}

/* ---- what people do ---- */

static guint
count_incoming (const Library *library)
{
  g_autofree char *path = g_build_filename (library->folder, "incoming", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir && g_dir_read_name (dir))
    n++;
  return n;
}

/* What is stopped or removed leaves a little later. */
static void
assert_nothing_incoming (const Library *library)
{
  for (guint i = 0; i < 5000 && count_incoming (library) > 0; i++)
    library_iterate (1);
  g_assert_cmpint (count_incoming (library), ==, 0);
}

static void
assert_cannot (gboolean (*act) (SerJobs *jobs, const char *id, GError **error), Library *library, const char *id)
{
  g_autofree char *told = g_strdup (library->told->str);
  g_autoptr (GError) error = NULL;

  g_assert_false (act (library->jobs, id, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (library->told->str, ==, told);
}

static void
cancel (Library *library, const char *id)
{
  GError *error = NULL;
  g_autoptr (SerEntry) entry = NULL;

  g_string_truncate (library->told, 0);
  g_assert_true (ser_jobs_cancel (library->jobs, id, &error));
  g_assert_no_error (error);
  entry = library_get (library, id);
  g_assert_cmpint (entry->state, ==, SER_STATE_CANCELLED);
  g_assert_cmpint (entry->finished, >=, entry->created);
  g_assert_null (entry->error);
  fixture_assert_has (library->told->str, "cancelled\n");
  assert_cannot (ser_jobs_cancel, library, id);
}

static void
test_cancel (void)
{
  Library library;
  g_autofree char *half = make_url ("/half"), *url = NULL, *a = NULL, *b = NULL, *c = NULL;
  int process;

  start (&library);
  url = library_add_url (&library, half);
  a = library_add (&library, "a.wav", "wait");
  b = library_add (&library, "b.wav", "good");
  c = library_add (&library, "c.wav", "good");
  process = library_wait_process (&library, a);
  library_wait_told (&library, "fetching 0.005\n");
  cancel (&library, b);
  cancel (&library, url);
  cancel (&library, a);
  g_assert_true (library_is_gone (process));
  library_wait (&library, c, SER_STATE_DONE);
  g_assert_null (strstr (library.told->str, "b.wav"));
  g_assert_cmpint (library_get_state (&library, a), ==, SER_STATE_CANCELLED);
  g_assert_cmpint (library_get_state (&library, b), ==, SER_STATE_CANCELLED);
  g_assert_cmpint (library_get_state (&library, url), ==, SER_STATE_CANCELLED);
  assert_nothing_incoming (&library);
  assert_cannot (ser_jobs_cancel, &library, c);
  assert_cannot (ser_jobs_cancel, &library, NOBODY);
  library_clear (&library);
}

static void
test_retry (void)
{
  Library library;
  g_autofree char *a = NULL, *b = NULL;
  g_autoptr (SerEntry) entry = NULL;

  start (&library);
  a = library_add (&library, "a.wav", "first");
  b = library_add (&library, "b.wav", "good");
  library_wait_process (&library, a);
  assert_cannot (ser_jobs_retry, &library, a);
  assert_cannot (ser_jobs_retry, &library, b);
  assert_cannot (ser_jobs_retry, &library, NOBODY);
  cancel (&library, a);
  g_assert_true (ser_jobs_retry (library.jobs, a, NULL));
  g_assert_cmpint (library_get_state (&library, a), ==, SER_STATE_QUEUED);
  library_wait (&library, a, SER_STATE_DONE);
  g_assert_cmpint (library_get_state (&library, b), ==, SER_STATE_DONE);
  entry = library_get (&library, a);
  g_assert_cmpstr (entry->labelling.title, ==, "a.wav");
  g_assert_null (entry->error);
  assert_cannot (ser_jobs_retry, &library, a);
  library_clear (&library);
}

/* Of a server that now hears with another model. */
static void
test_retry_other_model (void)
{
  Library library;
  g_autofree char *a = NULL;
  g_autoptr (SerEntry) entry = NULL;

  start (&library);
  a = library_add (&library, "a.wav", "good");
  library_wait (&library, a, SER_STATE_DONE);
  library_close (&library);
  library.settings.model_id = "another";
  library_open (&library);
  g_assert_cmpint (library_get_state (&library, a), ==, SER_STATE_DONE);
  g_assert_true (ser_jobs_retry (library.jobs, a, NULL));
  entry = library_get (&library, a);
  g_assert_cmpint (entry->state, ==, SER_STATE_QUEUED);
  g_assert_null (entry->summary);
  g_assert_null (entry->model_id);
  g_assert_true (isnan (entry->duration));
  library_clear (&library);
}

/* Of one that failed, what it failed of is gone at once. */
static void
test_retry_failed (void)
{
  Library library;
  g_autofree char *a = NULL, *b = NULL;
  g_autoptr (SerEntry) entry = NULL;

  start (&library);
  a = library_add (&library, "a.wav", "fail");
  library_wait (&library, a, SER_STATE_FAILED);
  b = library_add (&library, "b.wav", "wait");
  g_assert_true (ser_jobs_retry (library.jobs, a, NULL));
  entry = library_get (&library, a);
  g_assert_cmpint (entry->state, ==, SER_STATE_QUEUED);
  g_assert_cmpint (entry->finished, ==, 0);
  g_assert_null (entry->error);
  library_clear (&library);
}

static void
assert_removed (Library *library, const char *id)
{
  g_autofree char *folder = library_path (library, id, NULL);
  GError *error = NULL;
  SerEntry *entry;

  g_string_truncate (library->told, 0);
  g_assert_true (ser_jobs_remove (library->jobs, id, &error));
  g_assert_no_error (error);
  fixture_assert_has (library->told->str, "removed\n");
  entry = ser_store_get (library->store, id, &error);
  g_assert_no_error (error);
  g_assert_null (entry);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  assert_nothing_incoming (library);
  assert_cannot (ser_jobs_remove, library, id);
}

static void
test_remove (void)
{
  Library library;
  g_autofree char *half = make_url ("/half"), *a = NULL, *b = NULL, *c = NULL, *url = NULL;
  int process;

  start (&library);
  a = library_add (&library, "a.wav", "wait");
  b = library_add (&library, "b.wav", "good");
  c = library_add (&library, "c.wav", "good");
  process = library_wait_process (&library, a);
  assert_removed (&library, b);
  assert_removed (&library, a);
  g_assert_true (library_is_gone (process));
  library_wait (&library, c, SER_STATE_DONE);
  assert_removed (&library, c);
  url = library_add_url (&library, half);
  library_wait_told (&library, "fetching 0.005\n");
  assert_removed (&library, url);
  g_assert_cmpint (ser_jobs_count_running (library.jobs) + ser_jobs_count_queued (library.jobs), ==, 0);
  library_clear (&library);
}

/* ---- labels ---- */

static void
label (Library *library, const char *id, const char *title, const char *speaker)
{
  SerLabelling labelling = { (char *) title, (char *) speaker, (char *) "", (char *) "", (char *) "", (char *) "" };
  GError *error = NULL;

  g_assert_true (ser_jobs_label (library->jobs, id, &labelling, &error));
  g_assert_no_error (error);
}

static void
assert_labels (const Library *library, const char *id, const char *title, const char *speaker)
{
  g_autoptr (SerEntry) entry = library_get (library, id);

  g_assert_cmpstr (entry->labelling.title, ==, title);
  g_assert_cmpstr (entry->labelling.speaker, ==, speaker);
}

/* What is said of a recording while it is analysed stays said. */
static void
test_labels (void)
{
  Library library;
  SerLabelling labelling = { (char *) "x", (char *) "", (char *) "", (char *) "", (char *) "", (char *) "" };
  g_autofree char *a = NULL, *b = NULL, *c = NULL;
  GError *error = NULL;

  library_init (&library, NULL);
  library_open (&library);
  a = library_add (&library, "a.wav", "title A talk");
  b = library_add (&library, "b.wav", "title A talk");
  c = library_add (&library, "c.wav", "title A talk");
  label (&library, a, "Mine", "Ada");
  label (&library, b, "b.wav", "Eva");
  fixture_assert_has (library.told->str, "b.wav queued\nc.wav queued\na.wav queued\nb.wav queued\n");
  ser_jobs_run (library.jobs);
  label (&library, a, "Mine", "Amy");
  library_wait (&library, c, SER_STATE_DONE);
  assert_labels (&library, a, "Mine", "Amy");
  assert_labels (&library, b, "A talk", "Eva");
  assert_labels (&library, c, "A talk", "");
  g_assert_false (ser_jobs_label (library.jobs, NOBODY, &labelling, &error));
  g_assert_no_error (error);
  library_clear (&library);
}

static void
test_given_title (void)
{
  Library library;
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", "Mine");
  g_autofree char *path = NULL;

  start (&library);
  path = library_receive (&library, "title A talk");
  g_assert_true (ser_jobs_submit_file (library.jobs, entry, path, NULL));
  library_wait (&library, entry->id, SER_STATE_DONE);
  assert_labels (&library, entry->id, "Mine", "");
  library_clear (&library);
}

/* ---- disks ---- */

static void
execute (const Library *library, const char *statement)
{
  g_autofree char *path = g_build_filename (library->folder, "x.sqlite", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, statement, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

/* The store can write nothing. */
static void
break_store (const Library *library)
{
  execute (library,
      "CREATE TRIGGER i BEFORE INSERT ON recordings BEGIN SELECT RAISE (ABORT, 'full'); END;"
      "CREATE TRIGGER u BEFORE UPDATE ON recordings BEGIN SELECT RAISE (ABORT, 'full'); END;"
      "CREATE TRIGGER d BEFORE DELETE ON recordings BEGIN SELECT RAISE (ABORT, 'full'); END");
}

static void
mend_store (const Library *library)
{
  execute (library, "DROP TRIGGER i; DROP TRIGGER u; DROP TRIGGER d");
}

static void
assert_broken (gboolean done, GError **error)
{
  g_assert_false (done);
  g_assert_error (*error, SER_ERROR, SER_ERROR_FILE);
  g_clear_error (error);
}

/* Nothing is done that is not in the store. */
static void
test_broken_store (void)
{
  Library library;
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "c.wav", NULL), url = ser_entry_new ("url", "http://x/", NULL);
  g_autofree char *a = NULL, *b = NULL, *path = NULL, *medium = NULL, *told = NULL;
  GError *error = NULL;
  int process;

  start (&library);
  a = library_add (&library, "a.wav", "wait");
  b = library_add (&library, "b.wav", "good");
  process = library_wait_process (&library, a);
  path = library_receive (&library, "good");
  told = g_strdup (library.told->str);
  break_store (&library);
  assert_broken (ser_jobs_submit_file (library.jobs, entry, path, &error), &error);
  assert_broken (ser_jobs_submit_url (library.jobs, url, &error), &error);
  assert_broken (ser_jobs_cancel (library.jobs, a, &error), &error);
  assert_broken (ser_jobs_remove (library.jobs, a, &error), &error);
  assert_broken (ser_jobs_cancel (library.jobs, b, &error), &error);
  mend_store (&library);
  g_assert_cmpstr (library.told->str, ==, told);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  medium = library_path (&library, a, "medium");
  g_assert_true (g_file_test (medium, G_FILE_TEST_EXISTS));
  g_assert_cmpint (library_get_state (&library, a), ==, SER_STATE_ANALYSING);
  g_assert_cmpint (kill (process, 0), ==, 0);
  g_assert_true (ser_jobs_cancel (library.jobs, a, NULL));
  library_wait (&library, b, SER_STATE_DONE);
  library_clear (&library);
}

static void
test_no_file (void)
{
  Library library;
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", NULL);
  g_autofree char *path = NULL, *folder = NULL;
  GError *error = NULL;

  start (&library);
  path = ser_jobs_make_incoming (library.jobs);
  assert_broken (ser_jobs_submit_file (library.jobs, entry, path, &error), &error);
  folder = library_path (&library, entry->id, NULL);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
  g_assert_cmpstr (library.told->str, ==, "");
  library_clear (&library);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  internet_set_up ();
  internet_add_name (HOST, INTERNET_ADDRESS, NULL);
  port = host_start (NULL);
  g_test_add_func ("/dashboard/jobs/done", test_done);
  g_test_add_func ("/dashboard/jobs/fails", test_fails);
  g_test_add_func ("/dashboard/jobs/late", test_late);
  g_test_add_func ("/dashboard/jobs/no-program", test_no_program);
  g_test_add_func ("/dashboard/jobs/progress", test_progress);
  g_test_add_func ("/dashboard/jobs/order", test_order);
  g_test_add_func ("/dashboard/jobs/children", test_children);
  g_test_add_func ("/dashboard/jobs/full", test_full);
  g_test_add_func ("/dashboard/jobs/url", test_url);
  g_test_add_func ("/dashboard/jobs/url-fails", test_url_fails);
  g_test_add_func ("/dashboard/jobs/url-places", test_url_places);
  g_test_add_func ("/dashboard/jobs/cancel", test_cancel);
  g_test_add_func ("/dashboard/jobs/retry", test_retry);
  g_test_add_func ("/dashboard/jobs/retry-failed", test_retry_failed);
  g_test_add_func ("/dashboard/jobs/retry-other-model", test_retry_other_model);
  g_test_add_func ("/dashboard/jobs/remove", test_remove);
  g_test_add_func ("/dashboard/jobs/labels", test_labels);
  g_test_add_func ("/dashboard/jobs/given-title", test_given_title);
  g_test_add_func ("/dashboard/jobs/broken-store", test_broken_store);
  g_test_add_func ("/dashboard/jobs/no-file", test_no_file);
  return fixture_run ();
}
