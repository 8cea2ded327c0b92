/* tables.c - tests of the API's part "Tables", of jobs that do not run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tables.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "exchange.h"
#include "fixture.h"
#include "ser.h"

#define TABLES "/api/v1/tables/"
#define SAID "id,title,speaker,date,place,party,sex,"

static char *data;
static SerStore *store;
static SerJobs *jobs;
static SerTables *tables;
static char *first, *second, *queued; /* IDs */

static gboolean
answer (const SerRequest *request)
{
  return ser_tables_answer (tables, request);
}

static void
on_change (const SerEntry *entry, double progress, gboolean removed, gpointer user_data)
{
}

static char *
add (const char *title, const char *speaker, const char *summary)
{
  g_autoptr (SerEntry) entry = ser_entry_new ("upload", "a.wav", title);

  entry->state = summary ? SER_STATE_DONE : SER_STATE_QUEUED;
  g_free (entry->labelling.speaker);
  entry->labelling.speaker = g_strdup (speaker);
  entry->summary = g_strdup (summary);
  g_assert_true (ser_store_add (store, entry, NULL));
  return g_strdup (entry->id);
}

static char *
make_path (const char *id, const char *suffix)
{
  g_autofree char *name = g_strconcat (SER_RESULTS_STEM, suffix, NULL);

  return ser_jobs_make_result_path (jobs, id, name);
}

static void
write_table (const char *id, const char *suffix, const char *text)
{
  g_autofree char *path = make_path (id, suffix), *folder = g_path_get_dirname (path);

  g_mkdir_with_parents (folder, 0700);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* The table, free with g_free(); `name` is in what the download is called. */
static char *
get (const char *rest, const char *name)
{
  g_autofree char *path = g_strconcat (TABLES, rest, NULL);
  g_auto (Answer) given = exchange_ask ("GET", path, NULL, NULL);

  g_assert_cmpuint (given.status, ==, 200);
  g_assert_cmpstr (answer_get (&given, "Content-Type"), ==, "text/csv");
  fixture_assert_has (answer_get (&given, "Content-Disposition"), name);
  return answer_dup_text (&given);
}

static void
assert_table (const char *rest, const char *name, const char *expected)
{
  g_autofree char *text = get (rest, name);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_refused (const char *rest, guint status, const char *detail)
{
  g_autofree char *path = g_strconcat (TABLES, rest, NULL);
  g_auto (Answer) given = exchange_ask ("GET", path, NULL, NULL);

  answer_assert_problem (&given, status, detail);
}

/* Nothing is left of a table that was made. */
static void
assert_tidy (void)
{
  g_autofree char *incoming = fixture_path (data, "incoming");
  g_autoptr (GDir) dir = g_dir_open (incoming, 0, NULL);

  g_assert_nonnull (dir);
  g_assert_null (g_dir_read_name (dir));
}

/* ---- tests ---- */

/* Labels of another model are columns that are empty where they do not count; quotes and commas stay in their
 * fields. */
static void
test_recordings (void)
{
  g_autofree char *text = get ("recordings.csv?sort=title&order=asc", "\"seremotion-recordings.csv\""), *row = NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpstr (lines[0], ==,
      SAID "file,source,state,created,finished,duration,windows,speech_windows,share_anger,share_joy,leading,none,"
           "uncertain,truncated,model,model_id,error");
  row = g_strconcat (first, ",\"A, \"\"one\"\"\",Ada,,,,,a.wav,upload,done,", NULL);
  g_assert_true (g_str_has_prefix (lines[1], row));
  fixture_assert_has (lines[1], ",,,9,8,0.25,,anger,0.5,0,1,,,");
  fixture_assert_has (lines[2], "B,Bob,,,,,a.wav,upload,done,");
  fixture_assert_has (lines[2], ",,,3,0,,0.125,,0,0,0,,,");
  fixture_assert_has (lines[3], "C,,,,,,a.wav,upload,queued,");
  g_assert_true (g_str_has_suffix (lines[3], ",,,,,,,,,,,,,"));
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  assert_tidy ();
}

static void
test_joined (void)
{
  g_autofree char *all = g_strdup_printf (SAID "file,start,score_anger,score_joy\n"
                                               "%s,\"A, \"\"one\"\"\",Ada,,,,,a.wav,0,0.5,\n"
                                               "%s,\"A, \"\"one\"\"\",Ada,,,,,a.wav,1,0.25,\n"
                                               "%s,B,Bob,,,,,\"b,\"\"b\",0,,0.75\n",
      first, first, second);
  g_autofree char *one = g_strdup_printf (SAID "file,start,score_joy\n%s,B,Bob,,,,,\"b,\"\"b\",0,0.75\n", second);
  g_autofree char *named = g_strdup_printf ("windows.csv?ids=%s,%s,%s", first, second, first);
  g_autofree char *only = g_strdup_printf ("windows.csv?ids=%s", second);

  write_table (first, ".windows.csv", "file,start,speaker,score_anger\na.wav,0,x,0.5\na.wav,1,,0.25\n");
  write_table (second, ".windows.csv", "file,start,score_joy\n\"b,\"\"b\",0,0.75\n");
  assert_table (named, "\"seremotion-windows.csv\"", all);
  assert_table ("windows.csv?sort=title&order=asc", "\"seremotion-windows.csv\"", all);
  assert_table (only, "\"B.windows.csv\"", one);
  assert_table ("windows.csv?search=bob", "\"B.windows.csv\"", one);
  assert_table ("windows.csv?search=nobody", "seremotion-", "id,title,speaker,date,place,party,sex\n");
  assert_tidy ();
}

static void
test_refused (void)
{
  g_autofree char *waits = g_strdup_printf ("segments.csv?ids=%s", queued);
  GString *many = g_string_new ("windows.csv?ids=");

  for (guint i = 0; i < 501; i++)
    g_string_append_printf (many, "%016x,", i);
  assert_refused (many->str, 400, "1 to 500");
  assert_refused ("windows.csv?ids=", 400, "ids: expected");
  assert_refused ("windows.csv?ids=..%2f..%2fetc", 404, "there is no recording ../../etc");
  assert_refused (waits, 409, "is queued");
  assert_refused ("windows.csv?state=lost", 400, "state=lost");
  assert_refused ("faces.csv", 404, "nobody answers");
  assert_refused ("windows.csv/a", 404, "nobody answers");
  g_string_free (many, TRUE);
}

/* What a child that was not what it should be may have left. */
static void
test_hostile (void)
{
  g_autofree char *path = make_path (first, ".segments.csv"), *secret = fixture_path (data, "secret");
  g_autofree char *asked = g_strdup_printf ("segments.csv?ids=%s", first);

  assert_refused (asked, 400, "has no such table");
  write_table (first, ".segments.csv", "");
  g_unlink (path);
  fixture_write (data, "secret", "a,b\n1,2\n");
  g_assert_cmpint (symlink (secret, path), ==, 0);
  assert_refused (asked, 400, "has no such table");
  g_unlink (path);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_refused (asked, 400, "has no such table");
  g_rmdir (path);
  write_table (first, ".segments.csv", "a,\"b\n");
  assert_refused (asked, 400, "cannot be read");
  g_assert_cmpint (truncate (path, (off_t) 257 << 20), ==, 0);
  assert_refused (asked, 400, "more than 256 MiB");
  g_unlink (path);
  assert_tidy ();
}

/* It may have been too late. */
static void
on_gone (GObject *session, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = soup_session_send_and_read_finish (SOUP_SESSION (session), result, &error);

  if (!bytes)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *(gboolean *) user_data = TRUE;
}

static gboolean
is_tidy (void)
{
  g_autofree char *incoming = fixture_path (data, "incoming");
  g_autoptr (GDir) dir = g_dir_open (incoming, 0, NULL);

  return g_dir_read_name (dir) == NULL;
}

/* A client that goes while its table is made leaves nothing behind, and makes room for others. */
static void
test_client_goes (void)
{
  g_autofree char *asked = g_strdup_printf ("http://%s" TABLES "windows.csv?ids=%s", exchange_get_host (), first);
  GString *rows = g_string_new ("file,start\n");
  guint n = g_getenv ("SEREMOTION_TEST_QUICK") ? 5000 : 300000;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (rows, "a.wav,%u\n", i);
  write_table (first, ".windows.csv", rows->str);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (SoupSession) session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
    g_autoptr (SoupMessage) message = soup_message_new ("GET", asked);
    g_autoptr (GCancellable) cancellable = g_cancellable_new ();
    gboolean gone = FALSE;

    soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, cancellable, on_gone, &gone);
    while (!gone && is_tidy ())
      g_main_context_iteration (NULL, FALSE);
    g_cancellable_cancel (cancellable);
    while (!gone || !is_tidy ())
      g_main_context_iteration (NULL, FALSE);
  }
  write_table (first, ".windows.csv", "file,start\n");
  assert_table ("windows.csv?search=ada", "-one-", SAID "file,start\n");
  g_string_free (rows, TRUE);
}

/* More than a table is made of; those that a search finds are not. */
static void
test_too_many (void)
{
  for (guint i = 0; i < 1998; i++) {
    g_autofree char *id = add ("Crowd", "", NULL);

    g_assert_true (ser_is_id (id));
  }
  assert_refused ("recordings.csv", 400, "2001 recordings are more than 2000");
  g_free (get ("recordings.csv?search=ada", "-one-"));
  g_free (get ("recordings.csv?search=crowd", "seremotion-"));
  g_free (get ("windows.csv", "seremotion-"));
}

static void
set_up (void)
{
  const SerJobsSettings settings = { .n_children = 1, .max_queued = 10 };
  g_autofree char *path = NULL;
  GError *error = NULL;

  data = fixture_folder ();
  path = fixture_path (data, "library.db");
  store = ser_store_open (path, &error);
  g_assert_no_error (error);
  first = add ("A, \"one\"", "Ada",
      "{\"windows\":9,\"speech_windows\":8,\"shares\":{\"anger\":0.25},\"leading\":\"anger\",\"none\":0.5,"
      "\"uncertain\":0,\"truncated\":true}");
  second = add ("B", "Bob",
      "{\"windows\":3,\"speech_windows\":0,\"shares\":{\"joy\":0.125},\"leading\":null,\"none\":0,\"uncertain\":0,"
      "\"truncated\":false}");
  queued = add ("C", "", NULL);
  jobs = ser_jobs_new (store, data, &settings, on_change, NULL, &error);
  g_assert_no_error (error);
  tables = ser_tables_new (store, jobs);
  exchange_start (answer);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  set_up ();
  g_test_add_func ("/dashboard/tables/recordings", test_recordings);
  g_test_add_func ("/dashboard/tables/joined", test_joined);
  g_test_add_func ("/dashboard/tables/refused", test_refused);
  g_test_add_func ("/dashboard/tables/hostile", test_hostile);
  g_test_add_func ("/dashboard/tables/client-goes", test_client_goes);
  g_test_add_func ("/dashboard/tables/too-many", test_too_many);
  status = fixture_run ();
  ser_tables_free (tables);
  exchange_stop ();
  ser_jobs_free (jobs);
  ser_store_close (store);
  g_free (first);
  g_free (second);
  g_free (queued);
  g_free (data);
  return status;
}
