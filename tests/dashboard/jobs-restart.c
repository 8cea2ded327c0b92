/* jobs-restart.c - tests of what the next server finds, however the last one ended
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "jobs.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "host.h"
#include "internet.h"
#include "jobs-fixture.h"
#include "ser.h"

#define SERVER "--server" /* this program as a server that is killed */
#define HOST "speech.example"

static guint port;

static char *
make_url (const char *path)
{
  return g_strdup_printf ("http://" HOST ":%u%s", port, path);
}

/* ---- stopped ---- */

static void
assert_entry (const Library *library, const char *id, SerState state, guint attempts)
{
  g_autoptr (SerEntry) entry = library_get (library, id);

  g_assert_cmpstr (ser_state_get_name (entry->state), ==, ser_state_get_name (state));
  g_assert_cmpint (entry->attempts, ==, attempts);
  g_assert_true ((entry->finished != 0) == (state == SER_STATE_DONE || state == SER_STATE_FAILED));
}

/* The store as the next server finds it, without jobs. */
static void
open_store (Library *library)
{
  g_autofree char *path = g_build_filename (library->folder, "x.sqlite", NULL);
  GError *error = NULL;

  library->store = ser_store_open (path, &error);
  g_assert_no_error (error);
}

static void
reopen (Library *library)
{
  library_close (library);
  g_string_truncate (library->told, 0);
  library_open (library);
}

/* One recording in each state; what is under way goes on and is no attempt more. */
static void
test_stopped (void)
{
  Library library;
  g_autofree char *half = make_url ("/half"), *done = NULL, *failed = NULL, *url = NULL, *under_way = NULL,
                  *next = NULL;
  int process;

  library_init (&library, NULL);
  library_open (&library);
  ser_jobs_run (library.jobs);
  done = library_add (&library, "done", "good");
  failed = library_add (&library, "failed", "fail");
  library_wait (&library, failed, SER_STATE_FAILED);
  url = library_add_url (&library, half);
  under_way = library_add (&library, "under-way", "first");
  next = library_add (&library, "next", "good");
  process = library_wait_process (&library, under_way);
  library_wait_told (&library, "fetching 0.005\n");
  g_clear_pointer (&library.jobs, ser_jobs_free);
  g_assert_true (library_is_gone (process));
  assert_entry (&library, done, SER_STATE_DONE, 1);
  assert_entry (&library, failed, SER_STATE_FAILED, 1);
  assert_entry (&library, url, SER_STATE_QUEUED, 0);
  assert_entry (&library, under_way, SER_STATE_QUEUED, 0);
  assert_entry (&library, next, SER_STATE_QUEUED, 0);
  reopen (&library);
  g_assert_cmpint (ser_jobs_count_queued (library.jobs), ==, 3);
  ser_jobs_run (library.jobs);
  g_assert_cmpint (library_get_state (&library, url), ==, SER_STATE_FETCHING);
  library_wait (&library, next, SER_STATE_DONE);
  assert_entry (&library, under_way, SER_STATE_DONE, 1);
  assert_entry (&library, failed, SER_STATE_FAILED, 1);
  g_assert_null (strstr (library.told->str, "failed"));
  fixture_assert_has (library.told->str, "under-way done\nnext analysing\n");
  library_clear (&library);
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return g_dir_read_name (dir) == NULL;
}

/* Freed jobs tell nothing and leave nothing, though a fetch ends later. */
static void
test_silent_end (void)
{
  Library library;
  g_autofree char *half = make_url ("/half"), *speech = make_url ("/speech"), *incoming = NULL;
  g_autofree char *a = NULL, *b = NULL, *c = NULL, *told = NULL;

  library_init (&library, NULL);
  library_open (&library);
  ser_jobs_run (library.jobs);
  a = library_add_url (&library, half);
  library_wait_told (&library, "fetching 0.005\n");
  b = library_add_url (&library, speech);
  c = library_add (&library, "c", "progress 0.5");
  told = g_strdup (library.told->str);
  library_close (&library);
  incoming = g_build_filename (library.folder, "incoming", NULL);
  for (guint i = 0; i < 5000 && !is_empty (incoming); i++)
    library_iterate (1);
  g_assert_true (is_empty (incoming));
  g_assert_cmpstr (library.told->str, ==, told);
  library_clear (&library);
}

/* ---- killed ---- */

/* What a server that was killed leaves in the store. */
static void
set_state (const Library *library, const char *id, SerState state, guint attempts)
{
  g_autoptr (SerEntry) entry = library_get (library, id);

  entry->state = state;
  entry->attempts = attempts;
  g_assert_true (ser_store_update (library->store, entry, NULL));
}

static void
test_killed_in_states (void)
{
  Library library;
  g_autofree char *speech = make_url ("/speech"), *once = NULL, *often = NULL, *url = NULL;
  g_autoptr (SerEntry) entry = NULL;

  library_init (&library, NULL);
  library_open (&library);
  once = library_add (&library, "once", "good");
  often = library_add (&library, "often", "good");
  url = library_add_url (&library, speech);
  library_close (&library);
  open_store (&library);
  set_state (&library, once, SER_STATE_ANALYSING, SER_JOBS_ATTEMPTS - 1);
  set_state (&library, often, SER_STATE_ANALYSING, SER_JOBS_ATTEMPTS);
  set_state (&library, url, SER_STATE_FETCHING, 0);
  reopen (&library);
  assert_entry (&library, once, SER_STATE_QUEUED, SER_JOBS_ATTEMPTS - 1);
  assert_entry (&library, often, SER_STATE_FAILED, SER_JOBS_ATTEMPTS);
  assert_entry (&library, url, SER_STATE_QUEUED, 0);
  entry = library_get (&library, often);
  fixture_assert_has (entry->error, "3");
  ser_jobs_run (library.jobs);
  library_wait (&library, url, SER_STATE_DONE);
  assert_entry (&library, once, SER_STATE_DONE, SER_JOBS_ATTEMPTS);
  assert_entry (&library, often, SER_STATE_FAILED, SER_JOBS_ATTEMPTS);
  g_assert_true (ser_jobs_retry (library.jobs, often, NULL));
  library_wait (&library, often, SER_STATE_DONE);
  assert_entry (&library, often, SER_STATE_DONE, 1);
  library_clear (&library);
}

static void
write_in (const Library *library, const char *id, const char *name)
{
  g_autofree char *path = g_build_filename ("recordings", id, name, NULL);

  fixture_write (library->folder, path, "good");
}

/* Files are there before the store knows, or are still there after: of what was fetched the size becomes known, and of
 * what failed or was cancelled no results are left. */
static void
test_killed_between (void)
{
  Library library;
  g_autofree char *speech = make_url ("/speech"), *url = NULL, *often = NULL, *cancelled = NULL;
  g_autofree char *half = NULL, *left = NULL;
  g_autoptr (SerEntry) entry = NULL;

  library_init (&library, NULL);
  library_open (&library);
  url = library_add_url (&library, speech);
  often = library_add (&library, "often", "good");
  cancelled = library_add (&library, "cancelled", "good");
  g_assert_true (ser_jobs_cancel (library.jobs, cancelled, NULL));
  set_state (&library, url, SER_STATE_FETCHING, 0);
  set_state (&library, often, SER_STATE_ANALYSING, SER_JOBS_ATTEMPTS);
  library_close (&library);
  write_in (&library, url, "medium");
  write_in (&library, often, "results/medium.json");
  write_in (&library, cancelled, "results/medium.json");
  library_open (&library);
  half = library_path (&library, often, "results");
  left = library_path (&library, cancelled, "results");
  g_assert_false (g_file_test (half, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  ser_jobs_run (library.jobs);
  library_wait (&library, url, SER_STATE_DONE);
  entry = library_get (&library, url);
  g_assert_cmpuint (entry->bytes, ==, strlen ("good"));
  library_clear (&library);
}

/* A server that analyses what waits for ever. */
static int
serve (const char *folder)
{
  Library library;

  library_init (&library, folder);
  library_open (&library);
  ser_jobs_run (library.jobs);
  library_wait_told (&library, "analysing 0.5\n");
  puts ("started");
  fflush (stdout);
  library_iterate (G_MAXUINT);
  return 0;
}

static void
run_and_kill (const Library *library)
{
  g_autoptr (GSubprocess) server =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "/proc/self/exe", SERVER, library->folder, NULL);
  char byte;

  g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (server), &byte, 1, NULL, NULL), ==, 1);
  g_subprocess_force_exit (server);
  g_assert_true (g_subprocess_wait (server, NULL, NULL));
}

/* It fails after as many servers as it may take with it, each of which begins anew. */
static void
test_killed (void)
{
  Library library;
  g_autofree char *id = NULL;

  library_init (&library, NULL);
  library_open (&library);
  id = library_add (&library, "a.wav", "progress 0.5\nwait");
  library_close (&library);
  for (guint i = 1; i <= SER_JOBS_ATTEMPTS; i++) {
    run_and_kill (&library);
    open_store (&library);
    assert_entry (&library, id, SER_STATE_ANALYSING, i);
    g_assert_true (library_is_gone (library_wait_process (&library, id)));
    library_close (&library);
  }
  library_open (&library);
  assert_entry (&library, id, SER_STATE_FAILED, SER_JOBS_ATTEMPTS);
  library_clear (&library);
}

/* ---- files ---- */

static void
assert_there (const Library *library, const char *name, gboolean there)
{
  g_autofree char *path = g_build_filename (library->folder, name, NULL);

  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK) == there);
}

static void
test_leftovers (void)
{
  Library library;
  g_autofree char *other = fixture_folder (), *id = NULL, *medium = NULL, *link = NULL, *kept = NULL;

  library_init (&library, NULL);
  library_open (&library);
  id = library_add (&library, "a.wav", "good");
  library_close (&library);
  fixture_write (other, "another's", "x");
  fixture_write (library.folder, "incoming/7", "half a medium");
  fixture_write (library.folder, "incoming/gone/results/medium.json", "{}");
  fixture_write (library.folder, "recordings/0123456789abcdef/results/medium.json", "{}");
  fixture_write (library.folder, "recordings/no-recording", "x");
  link = g_build_filename (library.folder, "recordings", "fedcba9876543210", NULL);
  g_assert_cmpint (symlink (other, link), ==, 0);
  library_open (&library);
  assert_there (&library, "incoming/7", FALSE);
  assert_there (&library, "incoming/gone", FALSE);
  assert_there (&library, "recordings/0123456789abcdef", FALSE);
  assert_there (&library, "recordings/no-recording", FALSE);
  assert_there (&library, "recordings/fedcba9876543210", FALSE);
  kept = g_build_filename (other, "another's", NULL);
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  medium = library_path (&library, id, "medium");
  g_assert_true (g_file_test (medium, G_FILE_TEST_IS_REGULAR));
  library_clear (&library);
}

/* A folder whose paths are longer than the system takes. */
static void
make_deep (const char *folder)
{
  g_autofree char *name = g_strnfill (200, 'x');
  int at = open (folder, O_RDONLY | O_DIRECTORY), next;

  for (guint i = 0; i < 30; i++) {
    g_assert_cmpint (mkdirat (at, name, 0700), ==, 0);
    next = openat (at, name, O_RDONLY | O_DIRECTORY);
    g_assert_cmpint (next, >=, 0);
    close (at);
    at = next;
  }
  close (at);
}

/* What was being received goes, whatever it has become. */
static void
test_incoming (void)
{
  Library library;
  g_autofree char *incoming = NULL, *id = NULL, *first = NULL;

  library_init (&library, NULL);
  library_open (&library);
  first = ser_jobs_make_incoming (library.jobs);
  library_close (&library);
  incoming = g_build_filename (library.folder, "incoming", NULL);
  g_assert_cmpint (g_mkdir (first, 0700), ==, 0);
  make_deep (first);
  fixture_write (incoming, "zz", "half a medium");
  fixture_write (incoming, "aa", "half a medium");
  library_open (&library);
  assert_there (&library, "incoming/aa", FALSE);
  assert_there (&library, "incoming/zz", FALSE);
  g_assert_false (g_file_test (first, G_FILE_TEST_EXISTS));
  id = library_add (&library, "a.wav", "good");
  ser_jobs_run (library.jobs);
  library_wait (&library, id, SER_STATE_DONE);
  library_clear (&library);
}

/* An upload whose file somebody removed cannot be analysed; of a URL it is fetched again. */
static void
test_no_medium (void)
{
  Library library;
  g_autofree char *speech = make_url ("/speech"), *file = NULL, *url = NULL, *medium = NULL, *fetched = NULL;
  g_autoptr (SerEntry) entry = NULL;

  library_init (&library, NULL);
  library_open (&library);
  ser_jobs_run (library.jobs);
  url = library_add_url (&library, speech);
  library_wait (&library, url, SER_STATE_DONE);
  library_close (&library);
  open_store (&library);
  set_state (&library, url, SER_STATE_QUEUED, 0);
  reopen (&library);
  file = library_add (&library, "a.wav", "good");
  medium = library_path (&library, file, "medium");
  fetched = library_path (&library, url, "medium");
  g_assert_cmpint (g_remove (medium), ==, 0);
  g_assert_cmpint (g_remove (fetched), ==, 0);
  ser_jobs_run (library.jobs);
  assert_entry (&library, file, SER_STATE_FAILED, 0);
  entry = library_get (&library, file);
  fixture_assert_has (entry->error, "file");
  g_assert_cmpint (library_get_state (&library, url), ==, SER_STATE_FETCHING);
  library_wait (&library, url, SER_STATE_DONE);
  library_clear (&library);
}

static void
test_no_folder (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "x.sqlite", NULL);
  g_autoptr (SerStore) store = ser_store_open (path, NULL);
  SerJobsSettings settings = { .n_children = 1 };
  GError *error = NULL;

  g_assert_null (ser_jobs_new (store, "/nowhere", &settings, NULL, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_clear_error (&error);
  fixture_write (folder, "recordings", "a file");
  g_assert_null (ser_jobs_new (store, folder, &settings, NULL, NULL, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_clear_error (&error);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && strcmp (argv[1], SERVER) == 0)
    return serve (argv[2]);
  fixture_init (&argc, &argv);
  internet_set_up ();
  internet_add_name (HOST, INTERNET_ADDRESS, NULL);
  port = host_start (NULL);
  g_test_add_func ("/dashboard/jobs-restart/stopped", test_stopped);
  g_test_add_func ("/dashboard/jobs-restart/silent-end", test_silent_end);
  g_test_add_func ("/dashboard/jobs-restart/killed-in-states", test_killed_in_states);
  g_test_add_func ("/dashboard/jobs-restart/killed-between", test_killed_between);
  g_test_add_func ("/dashboard/jobs-restart/killed", test_killed);
  g_test_add_func ("/dashboard/jobs-restart/leftovers", test_leftovers);
  g_test_add_func ("/dashboard/jobs-restart/incoming", test_incoming);
  g_test_add_func ("/dashboard/jobs-restart/no-medium", test_no_medium);
  g_test_add_func ("/dashboard/jobs-restart/no-folder", test_no_folder);
  return fixture_run ();
}
