/* child.c - tests of children that misbehave
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each is run in the sandbox, where there is one, and without.
 */

#include "child.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "sanitized.h"
#include "ser.h"

#define SERVER "--server" /* this program as a server that is killed */
#define PATIENCE 20       /* s for whatever a test waits for */

static char *program, *bubblewrap, *reason; /* of bwrap, or why there is none */

/* ---- running one ---- */

typedef struct {
  GMainLoop *loop;
  GString *lines, *progress;
  guint n_lines;
  gboolean ended;
  SerChildEnd end;
  char *message;
  SerChild *child;
  gboolean stop; /* with the first line */
} Run;

static void
on_line (const char *line, gpointer data)
{
  Run *run = data;

  if (run->n_lines++ < 1000)
    g_string_append_printf (run->lines, "%s\n", line);
  if (run->stop)
    ser_child_stop (run->child);
}

static void
on_progress (double progress, gpointer data)
{
  Run *run = data;

  g_string_append_printf (run->progress, "%g ", progress);
}

static void
on_end (SerChildEnd end, const char *message, gpointer data)
{
  Run *run = data;

  g_assert_false (run->ended);
  run->ended = TRUE;
  run->end = end;
  run->message = g_strdup (message);
  g_main_loop_quit (run->loop);
}

static void
run_clear (Run *run)
{
  g_main_loop_unref (run->loop);
  g_string_free (run->lines, TRUE);
  g_string_free (run->progress, TRUE);
  g_free (run->message);
}

static gboolean
on_patience (gpointer data)
{
  g_error ("the child did not end");
  return G_SOURCE_REMOVE;
}

static void
wait_for_end (Run *run)
{
  guint timer = g_timeout_add_seconds (PATIENCE, on_patience, NULL);

  if (!run->ended)
    g_main_loop_run (run->loop);
  g_source_remove (timer);
}

static const SerChildLimits usual = {
  .memory = 1 << 29, .cpu_seconds = 5, .seconds = 10, .file_size = 4 << 20, .files = 64, .growth = 8 << 20
};

static void
run_start (Run *run, gboolean sandbox, const char *folder, const SerChildLimits *limits, gboolean input,
    const char *const *arguments)
{
  SerChildSetup setup = { .program = program, .bubblewrap = sandbox ? bubblewrap : NULL };
  SerChildJob job = { .arguments = arguments,
    .folder = folder,
    .limits = *limits,
    .input = input,
    .on_line = on_line,
    .on_progress = on_progress,
    .on_end = on_end,
    .data = run };
  GError *error = NULL;

  run->loop = g_main_loop_new (NULL, FALSE);
  run->lines = g_string_new (NULL);
  run->progress = g_string_new (NULL);
  run->child = ser_child_start (&setup, &job, &error);
  g_assert_no_error (error);
  g_assert_nonnull (run->child);
}

/* The program with up to two words, in a fresh folder, until its end. */
static void
run_all (Run *run, gboolean sandbox, const SerChildLimits *limits, const char *what, const char *value)
{
  const char *const arguments[] = { what, value, NULL };
  g_autofree char *folder = fixture_folder ();

  run_start (run, sandbox, folder, limits, FALSE, arguments);
  wait_for_end (run);
}

/* For each kind of child: the sandboxed one is left out where there is no bwrap. */
#define FOR_EACH_KIND(sandbox) for (gboolean sandbox = bubblewrap != NULL; sandbox >= FALSE; sandbox--)

static void
assert_ends (const SerChildLimits *limits, const char *what, const char *value, SerChildEnd end, const char *message)
{
  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };

    run_all (&run, sandbox, limits, what, value);
    g_assert_cmpstr (run.message, ==, message);
    g_assert_cmpint (run.end, ==, end);
    run_clear (&run);
  }
}

/* ---- ends ---- */

static void
test_ends (void)
{
  assert_ends (&usual, "--version", NULL, SER_CHILD_OK, NULL);
  assert_ends (&usual, "crash", NULL, SER_CHILD_CRASHED, "the program crashed (SIGSEGV)");
#ifndef SANITIZED
  assert_ends (&usual, "abort", NULL, SER_CHILD_LIMIT, "it needed more than 512 MiB of memory");
#endif
}

static void
test_messages (void)
{
  const char *const failing[][2] = { { "seremotion analyze: medium: no sound\n", "medium: no sound" }, { "a\nb", "b" },
    { "seremotion analyze: x\nGStreamer says y\nprogress 1\n", "x" }, { "caf\xe9\n\n", "caf\xef\xbf\xbd" },
    { "", "the program failed and did not say why" } };
  g_autofree char *folder = fixture_folder (), *longer = g_strnfill (3000, 'x'), *cut = g_strnfill (500, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (failing) + 1; i++) {
    gboolean last = i == G_N_ELEMENTS (failing);
    const char *const arguments[] = { "say", last ? longer : failing[i][0], "fail", NULL };
    Run run = { .loop = NULL };

    run_start (&run, FALSE, folder, &usual, FALSE, arguments);
    wait_for_end (&run);
    g_assert_cmpint (run.end, ==, SER_CHILD_FAILED);
    g_assert_cmpstr (run.message, ==, last ? cut : failing[i][1]);
    run_clear (&run);
  }
}

/* Something else always wants the main loop, and takes longer each time than streams are waited for. */
static gboolean
on_busy (gpointer data)
{
  g_usleep (1100000);
  return G_SOURCE_CONTINUE;
}

/* All that it says is heard, however little time there is for it. */
static void
test_busy (void)
{
  g_autoptr (GString) much = g_string_new (NULL);
  g_autofree char *folder = fixture_folder ();
  const char *arguments[] = { "say", NULL, "fail", NULL };
  Run run = { .loop = NULL };
  guint busy = g_idle_add_full (G_PRIORITY_DEFAULT, on_busy, NULL, NULL);

  for (guint i = 0; i < 600; i++)
    g_string_append_printf (much, "%063u\n", i);
  g_string_append (much, "seremotion busy: why\n");
  arguments[1] = much->str;
  run_start (&run, FALSE, folder, &usual, FALSE, arguments);
  wait_for_end (&run);
  g_source_remove (busy);
  g_assert_cmpint (run.end, ==, SER_CHILD_FAILED);
  g_assert_cmpstr (run.message, ==, "why");
  run_clear (&run);
}

static void
test_progress (void)
{
  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };

    run_all (&run, sandbox, &usual, "say",
        "progress 0.25\nprogress 0.2501\nprogress nan\nprogress 2\nprogress -1\nprogress 0.1\nprogress x\n"
        "progress 0.5 \nprogress 0.75\nprogress 1\nprogress 1\n");
    g_assert_cmpstr (run.progress->str, ==, "0.25 0.75 1 ");
    run_clear (&run);
  }
}

/* ---- limits ---- */

static void
test_memory (void)
{
#ifdef SANITIZED
  g_test_skip ("a sanitizer needs more address space than any limit");
#else
  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };

    run_all (&run, sandbox, &usual, "eat", NULL);
    g_assert_cmpint (run.end, ==, SER_CHILD_OK);
    g_assert_cmpint (atoi (run.lines->str), >, 100);
    g_assert_cmpint (atoi (run.lines->str), <, 512);
    run_clear (&run);
  }
#endif
}

static void
test_time (void)
{
  SerChildLimits cpu = usual, wall = usual;

  cpu.cpu_seconds = 1;
  cpu.seconds = 0;
  wall.seconds = 1;
  assert_ends (&cpu, "spin", NULL, SER_CHILD_LIMIT, "it took more than 1 s of processor time");
  assert_ends (&wall, "wait", NULL, SER_CHILD_LIMIT, "it took more than 1 s");
}

static void
test_file_size (void)
{
  assert_ends (&usual, "write", "big", SER_CHILD_LIMIT, "it wrote a file of more than 4 MiB");
}

/* However small each file is, and whether it goes on or has ended. */
static void
test_folder (void)
{
  for (const char *const *then = (const char *const[]){ "end", "wait", NULL }; *then; then++) {
    assert_ends (&usual, "fill", *then, SER_CHILD_LIMIT, "it wrote more than 8 MiB");
    assert_ends (&usual, "litter", *then, SER_CHILD_LIMIT, "it wrote more than 1000 files, or folders in folders");
    assert_ends (&usual, "dig", *then, SER_CHILD_LIMIT, "it wrote more than 1000 files, or folders in folders");
  }
}

static void
test_floods (void)
{
  SerChildLimits second = usual;

  second.seconds = 1;
  assert_ends (&second, "flood", NULL, SER_CHILD_LIMIT, "it took more than 1 s");
  assert_ends (&usual, "endless", NULL, SER_CHILD_LIMIT, "it wrote a line of more than 1048576 bytes");
  assert_ends (&usual, "flood-errors", NULL, SER_CHILD_LIMIT, "it wrote more than 1 MiB of messages");
  assert_ends (&usual, "endless-error", NULL, SER_CHILD_LIMIT, "it wrote a message of more than 65536 bytes");
}

static void
test_limits (void)
{
  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };

    run_all (&run, sandbox, &usual, "limits", NULL);
    fixture_assert_has (run.lines->str, " 5 4194304 64 0 nice 10");
    run_clear (&run);
  }
}

/* ---- what it can reach ---- */

static void
assert_line (const Run *run, const char *what, const char *said)
{
  g_autofree char *line = g_strdup_printf ("%s: %s\n", what, said);

  fixture_assert_has (run->lines->str, line);
}

static gboolean
need_bubblewrap (void)
{
  if (!bubblewrap)
    g_test_skip (reason);
  return bubblewrap != NULL;
}

static void
test_shut_off (void)
{
  g_autofree char *data = fixture_folder (), *folder = g_build_filename (data, "job", NULL);
  g_autofree char *secret = g_build_filename (data, "secret", NULL),
                  *medium = g_build_filename (folder, "medium", NULL);
  g_autofree char *write_medium = g_strconcat ("+", medium, NULL), *write_data = g_strconcat ("+", secret, "2", NULL);
  g_autofree char *temporary = g_build_filename ("/", "tmp", "seremotion-child-test", NULL);
  g_autofree char *write_temporary = g_strconcat ("+", temporary, NULL);
  const char *const arguments[] = { "try", "/etc/passwd", secret, medium, write_medium, write_data, "+inside",
    "+/usr/x", write_temporary, "/etc/shadow", "/proc/1/environ", NULL };
  const char *const readable[] = { medium, NULL };
  SerChildSetup setup = { .program = program, .bubblewrap = bubblewrap };
  Run run = { .lines = g_string_new (NULL), .progress = g_string_new (NULL) };
  SerChildJob job = { arguments, folder, readable, usual, FALSE, on_line, NULL, on_end, &run };
  GError *error = NULL;

  fixture_write (data, "secret", "s");
  fixture_write (folder, "medium", "m");
  run.loop = g_main_loop_new (NULL, FALSE);
  if (!need_bubblewrap ()) {
    run_clear (&run);
    return;
  }
  run.child = ser_child_start (&setup, &job, &error);
  g_assert_no_error (error);
  wait_for_end (&run);
  assert_line (&run, "inet", "Operation not permitted");
  assert_line (&run, "unix", "Operation not permitted");
  assert_line (&run, "symlink", "Operation not permitted");
  assert_line (&run, "fifo", "Operation not permitted");
  assert_line (&run, "fork", "Operation not permitted");
  assert_line (&run, "thread", "ok");
  assert_line (&run, "/etc/passwd", "No such file or directory");
  assert_line (&run, "/etc/shadow", "No such file or directory");
  assert_line (&run, secret, "No such file or directory");
  assert_line (&run, medium, "ok");
  assert_line (&run, medium, "Read-only file system");
  assert_line (&run, "inside", "ok");
  assert_line (&run, "/usr/x", "Read-only file system");
  assert_line (&run, temporary, "ok");
  g_assert_null (strstr (run.lines->str, "connect: ok"));
  g_assert_false (g_file_test (temporary, G_FILE_TEST_EXISTS));
  run_clear (&run);
}

static void
test_environment (void)
{
  g_setenv ("SEREMOTION_SECRET", "s", TRUE);
  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };

    run_all (&run, sandbox, &usual, "environment", NULL);
    fixture_assert_has (run.lines->str, "MALLOC_ARENA_MAX=2\n");
    g_assert_null (strstr (run.lines->str, "SECRET"));
    run_clear (&run);
  }
}

/* ---- input, stopping ---- */

static void
test_input (void)
{
  const char *const arguments[] = { "echo", NULL };
  g_autofree char *folder = fixture_folder ();

  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };
    GOutputStream *input;

    run_start (&run, sandbox, folder, &usual, TRUE, arguments);
    input = ser_child_get_input (run.child);
    g_assert_true (g_output_stream_write_all (input, "one\ntwo\n", 8, NULL, NULL, NULL));
    g_assert_true (g_output_stream_close (input, NULL, NULL));
    wait_for_end (&run);
    g_assert_cmpstr (run.lines->str, ==, "one\ntwo\nend\n");
    g_assert_cmpint (run.end, ==, SER_CHILD_OK);
    run_clear (&run);
  }
}

static void
test_stop (void)
{
  const char *const arguments[] = { "wait", NULL }, *const flood[] = { "flood", NULL };
  g_autofree char *folder = fixture_folder ();

  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL }, flooded = { .stop = TRUE };

    run_start (&run, sandbox, folder, &usual, FALSE, arguments);
    ser_child_stop (run.child);
    wait_for_end (&run);
    g_assert_cmpint (run.end, ==, SER_CHILD_STOPPED);
    run_clear (&run);
    run_start (&flooded, sandbox, folder, &usual, FALSE, flood);
    wait_for_end (&flooded);
    g_assert_cmpint (flooded.end, ==, SER_CHILD_STOPPED);
    g_assert_cmpint (flooded.n_lines, ==, 1);
    run_clear (&flooded);
  }
}

/* Nothing is called any more. */
static void
test_free (void)
{
  const char *const arguments[] = { "flood", NULL };
  g_autofree char *folder = fixture_folder ();

  FOR_EACH_KIND (sandbox)
  {
    Run run = { .loop = NULL };

    run_start (&run, sandbox, folder, &usual, FALSE, arguments);
    ser_child_free (run.child);
    for (guint i = 0; i < 50; i++) {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
    g_assert_cmpint (run.n_lines, ==, 0);
    g_assert_false (run.ended);
    run_clear (&run);
  }
}

static gboolean
is_gone (pid_t pid)
{
  for (guint i = 0; i < 2000; i++) {
    g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid), *text = NULL;

    if (!g_file_get_contents (path, &text, NULL, NULL) || strstr (text, "State:\tZ"))
      return TRUE;
    g_usleep (10000);
  }
  return FALSE;
}

/* A process that it leaves behind is gone with it, though it holds its streams. */
static void
test_leave (void)
{
  Run run = { .loop = NULL };

  run_all (&run, FALSE, &usual, "leave", NULL);
  g_assert_cmpint (atoi (run.lines->str), >, 1);
  g_assert_true (is_gone (atoi (run.lines->str)));
  run_clear (&run);
}

/* Also where the child has ended, and the main loop has not heard of it yet. */
static void
test_leave_free (void)
{
  const char *const arguments[] = { "leave", "left", NULL };
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "left", NULL), *left = NULL;
  Run run = { .loop = NULL };

  run_start (&run, FALSE, folder, &usual, FALSE, arguments);
  for (guint i = 0; i < 1000 * PATIENCE && !g_file_test (path, G_FILE_TEST_EXISTS); i++)
    g_usleep (1000);
  g_assert_true (g_file_get_contents (path, &left, NULL, NULL));
  g_usleep (G_USEC_PER_SEC / 2);
  ser_child_free (run.child);
  g_assert_true (is_gone (atoi (left)));
  run_clear (&run);
}

static void
test_missing (void)
{
  SerChildSetup setup = { .program = (char *) "/nowhere/seremotion" };
  const char *const arguments[] = { NULL };
  SerChildJob job = { .arguments = arguments, .folder = "/", .limits = usual, .on_end = on_end };
  g_autofree char *why = NULL, *found = ser_child_find_bubblewrap (setup.program, &why);
  GError *error = NULL;

  g_assert_null (ser_child_start (&setup, &job, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  fixture_assert_has (error->message, "/nowhere/seremotion");
  g_assert_null (found);
  g_assert_nonnull (why);
  g_clear_error (&error);
}

/* ---- the server's death ---- */

/* A server whose child waits for ever. */
static int
serve (const char *folder, gboolean sandbox)
{
  const char *const arguments[] = { "wait", NULL };
  Run run = { .loop = NULL };

  run_start (&run, sandbox, folder, &usual, FALSE, arguments);
  while (run.n_lines == 0)
    g_main_context_iteration (NULL, TRUE);
  puts ("started");
  fflush (stdout);
  g_main_loop_run (run.loop);
  return 0;
}

/* How many processes have the folder as their working folder. */
static guint
count_processes (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = g_strdup_printf ("/proc/%s/cwd", name), *cwd = g_file_read_link (path, NULL);
    n += g_strcmp0 (cwd, folder) == 0;
  }
  return n;
}

static void
test_server_killed (void)
{
  FOR_EACH_KIND (sandbox)
  {
    g_autofree char *folder = fixture_folder ();
    g_autoptr (GSubprocess) server = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "/proc/self/exe", SERVER, folder, sandbox ? "sandbox" : "", NULL);
    char byte;

    g_assert_cmpint (g_input_stream_read (g_subprocess_get_stdout_pipe (server), &byte, 1, NULL, NULL), ==, 1);
    g_assert_cmpint (count_processes (folder), >, 0);
    g_subprocess_force_exit (server);
    for (guint i = 0; i < 500 && count_processes (folder) > 0; i++)
      g_usleep (10000);
    g_assert_cmpint (count_processes (folder), ==, 0);
  }
}

/* ---- the program itself ---- */

static void
test_real (void)
{
#ifdef SANITIZED
  g_test_skip ("what other libraries leave behind is a fault there");
#else
  g_autofree char *data = fixture_folder (), *folder = g_build_filename (data, "job", NULL);
  g_autofree char *sample = g_test_build_filename (G_TEST_DIST, "..", "..", "examples", "sample.opus", NULL),
                  *bytes = NULL;
  g_autofree char *medium = g_build_filename (folder, "medium", NULL), *registry = NULL, *why = NULL, *bwrap = NULL;
  const char *const arguments[] = { "analyze", "--format", "jsonl", "--jobs", "1", "--progress", "medium", NULL };
  const char *const readable[] = { medium, NULL };
  SerChildSetup setup = { .program = (char *) g_getenv ("SEREMOTION_PROGRAM") };
  Run run = { .lines = g_string_new (NULL), .progress = g_string_new (NULL) };
  SerChildJob job = { arguments, folder, readable, SER_CHILD_LIMITS, FALSE, on_line, on_progress, on_end, &run };
  GError *error = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (sample, &bytes, &size, NULL));
  g_mkdir (folder, 0700);
  g_assert_true (g_file_set_contents (medium, bytes, size, NULL));
  setup.bubblewrap = bwrap = ser_child_find_bubblewrap (setup.program, &why);
  g_assert_true ((bwrap == NULL) == (bubblewrap == NULL));
  setup.registry = registry = ser_child_make_registry (&setup, data);
  g_assert_nonnull (registry);
  run.loop = g_main_loop_new (NULL, FALSE);
  run.child = ser_child_start (&setup, &job, &error);
  g_assert_no_error (error);
  wait_for_end (&run);
  g_assert_cmpstr (run.message, ==, NULL);
  g_assert_cmpint (run.n_lines, >, 5);
  g_assert_true (g_str_has_suffix (run.progress->str, "1 "));
  run_clear (&run);
#endif
}

int
main (int argc, char **argv)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *folder = g_path_get_dirname (self);
  int status;

  program = g_build_filename (folder, "child-program", NULL);
  bubblewrap = ser_child_find_bubblewrap (program, &reason);
  if (argc == 4 && strcmp (argv[1], SERVER) == 0)
    return serve (argv[2], *argv[3] != '\0');
  fixture_init (&argc, &argv);
  if (!bubblewrap)
    g_test_message ("%s", reason);
  g_test_add_func ("/dashboard/child/ends", test_ends);
  g_test_add_func ("/dashboard/child/messages", test_messages);
  g_test_add_func ("/dashboard/child/busy", test_busy);
  g_test_add_func ("/dashboard/child/progress", test_progress);
  g_test_add_func ("/dashboard/child/memory", test_memory);
  g_test_add_func ("/dashboard/child/time", test_time);
  g_test_add_func ("/dashboard/child/file-size", test_file_size);
  g_test_add_func ("/dashboard/child/folder", test_folder);
  g_test_add_func ("/dashboard/child/floods", test_floods);
  g_test_add_func ("/dashboard/child/limits", test_limits);
  g_test_add_func ("/dashboard/child/shut-off", test_shut_off);
  g_test_add_func ("/dashboard/child/environment", test_environment);
  g_test_add_func ("/dashboard/child/input", test_input);
  g_test_add_func ("/dashboard/child/stop", test_stop);
  g_test_add_func ("/dashboard/child/free", test_free);
  g_test_add_func ("/dashboard/child/leave", test_leave);
  g_test_add_func ("/dashboard/child/leave-free", test_leave_free);
  g_test_add_func ("/dashboard/child/missing", test_missing);
  g_test_add_func ("/dashboard/child/server-killed", test_server_killed);
  g_test_add_func ("/dashboard/child/real", test_real);
  status = fixture_run ();
  g_free (program);
  g_free (bubblewrap);
  g_free (reason);
  return status;
}
