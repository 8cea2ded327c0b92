/* pool.c - several trainings at once, each a process of its own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

#include "clips.h"
#include "progress.h"

#define PROGRAM "/proc/self/exe"

/* How often the bar is drawn while nothing happens, ms. */
#define INTERVAL 500

typedef struct {
  GPid pid;
  guint job, threads;
  int output;    /* its standard output, -1 when it has ended */
  GString *line; /* of the output, so far */
  double done;   /* share of its epochs */
} Child;

typedef struct {
  const SerPoolJob *jobs;
  guint n_jobs, next, n_over;
  guint free_threads;
  GArray *children; /* Child */
  SerPoolFunc func;
  gpointer data;
  SerProgress *progress;
  gint64 start;
} Pool;

static volatile sig_atomic_t stopped;

static void
on_stop (int number)
{
  stopped = 1;
}

/* ---- processes ---- */

/* Runs in the child. The interrupt key is for the parent alone, which ends its children itself. */
static void
tie_to_parent (gpointer parent)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != GPOINTER_TO_INT (parent))
    _exit (1);
  setpgid (0, 0);
}

/* The threads of the next job: its share of those that are free, if the jobs that wait all started now. */
static guint
choose_threads (const Pool *pool)
{
  return MAX (pool->free_threads / (pool->n_jobs - pool->next), 1);
}

static char **
make_argv (const SerPoolJob *job, guint threads)
{
  GPtrArray *argv = g_ptr_array_new ();

  g_ptr_array_add (argv, g_strdup (PROGRAM));
  for (guint i = 0; job->words[i]; i++)
    g_ptr_array_add (argv, g_strdup (job->words[i]));
  g_ptr_array_add (argv, g_strdup_printf ("--threads=%u", threads));
  g_ptr_array_add (argv, NULL);
  return (char **) g_ptr_array_free (argv, FALSE);
}

static gboolean
spawn (const SerPoolJob *job, Child *child, GError **error)
{
  g_auto (GStrv) argv = make_argv (job, child->threads);
  int log = g_open (job->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), pipe[2] = { -1, -1 };
  gboolean ok;

  if (log < 0) {
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", job->log, g_strerror (errno));
    return FALSE;
  }
  ok = g_unix_open_pipe (pipe, FD_CLOEXEC, error)
      && g_spawn_async_with_fds (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, tie_to_parent,
          GINT_TO_POINTER (getpid ()), &child->pid, -1, pipe[1], log, error);
  close (log);
  if (pipe[1] >= 0)
    close (pipe[1]);
  if (!ok && pipe[0] >= 0)
    close (pipe[0]);
  child->output = pipe[0];
  return ok;
}

/* ---- progress ---- */

static double
share_done (const Pool *pool)
{
  double done = pool->n_over;

  for (guint i = 0; i < pool->children->len; i++)
    done += g_array_index (pool->children, Child, i).done;
  return done / pool->n_jobs;
}

static double
seconds_left (const Pool *pool)
{
  double done = share_done (pool), elapsed = (g_get_monotonic_time () - pool->start) / 1e6;

  return done > 0 ? elapsed * (1 - done) / done : 0;
}

static void
show_progress (const Pool *pool)
{
  g_autofree char *note =
      g_strdup_printf ("%u of %u runs, %u at work", pool->n_over, pool->n_jobs, pool->children->len);

  ser_progress_update (pool->progress, share_done (pool), note);
}

/* ---- jobs ---- */

/* What the job said last, without the name of the program. Free with g_free(). */
static char *
read_fault (const SerPoolJob *job, int status)
{
  g_autofree char *text = NULL;
  const char *last;

  if (WIFSIGNALED (status))
    return g_strdup_printf ("killed by signal %d (%s)", WTERMSIG (status), g_strsignal (WTERMSIG (status)));
  if (!g_file_get_contents (job->log, &text, NULL, NULL) || *g_strchomp (text) == '\0')
    return g_strdup_printf ("exit status %d", WEXITSTATUS (status));
  last = strrchr (text, '\n') ? strrchr (text, '\n') + 1 : text;
  if (g_str_has_prefix (last, "seremotion train: "))
    last += strlen ("seremotion train: ");
  return g_strdup (last);
}

static void
end_job (Pool *pool, guint job, const char *fault)
{
  pool->n_over++;
  ser_progress_clear (pool->progress);
  pool->func (job, fault, seconds_left (pool), pool->data);
}

static void
start_job (Pool *pool)
{
  Child child = { .job = pool->next, .threads = choose_threads (pool), .line = g_string_new (NULL) };
  g_autoptr (GError) error = NULL;

  pool->next++;
  if (!spawn (&pool->jobs[child.job], &child, &error)) {
    g_string_free (child.line, TRUE);
    end_job (pool, child.job, error->message);
    return;
  }
  pool->free_threads -= child.threads;
  g_array_append_val (pool->children, child);
}

static void
reap (Pool *pool, guint index)
{
  Child child = g_array_index (pool->children, Child, index);
  const SerPoolJob *job = &pool->jobs[child.job];
  g_autofree char *fault = NULL;
  int status = 0;

  close (child.output);
  while (waitpid (child.pid, &status, 0) < 0 && errno == EINTR)
    ;
  g_string_free (child.line, TRUE);
  g_array_remove_index (pool->children, index);
  pool->free_threads += child.threads;
  if (stopped)
    return;
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    g_unlink (job->log);
  else
    fault = read_fault (job, status);
  end_job (pool, child.job, fault);
}

static void
read_line (Child *child)
{
  guint epoch, epochs;

  if (sscanf (child->line->str, "epoch %u/%u", &epoch, &epochs) == 2 && epoch <= epochs)
    child->done = epoch / (double) epochs;
}

/* FALSE at the end of the output. */
static gboolean
read_output (Child *child)
{
  char bytes[4096];
  ssize_t n = read (child->output, bytes, sizeof bytes);

  for (ssize_t i = 0; i < n; i++) {
    if (bytes[i] != '\n') {
      g_string_append_c (child->line, bytes[i]);
      continue;
    }
    read_line (child);
    g_string_truncate (child->line, 0);
  }
  return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

static void
await (Pool *pool)
{
  guint n = pool->children->len;
  g_autofree struct pollfd *fds = g_new0 (struct pollfd, n);

  for (guint i = 0; i < n; i++)
    fds[i] = (struct pollfd){ g_array_index (pool->children, Child, i).output, POLLIN, 0 };
  if (poll (fds, n, INTERVAL) <= 0)
    return;
  for (guint i = n; i-- > 0;)
    if (fds[i].revents && !read_output (&g_array_index (pool->children, Child, i)))
      reap (pool, i);
}

static void
stop_children (Pool *pool)
{
  for (guint i = 0; i < pool->children->len; i++)
    kill (g_array_index (pool->children, Child, i).pid, SIGKILL);
  while (pool->children->len > 0)
    reap (pool, pool->children->len - 1);
}

static void
run (Pool *pool)
{
  while (!stopped && pool->n_over < pool->n_jobs) {
    while (!stopped && pool->next < pool->n_jobs && pool->free_threads > 0)
      start_job (pool);
    show_progress (pool);
    if (pool->children->len > 0)
      await (pool);
  }
  stop_children (pool);
}

gboolean
ser_pool_run (const SerPoolJob *jobs, guint n_jobs, guint threads, SerPoolFunc func, gpointer data)
{
  static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction action = { .sa_handler = on_stop }, before[G_N_ELEMENTS (signals)];
  Pool pool = { .jobs = jobs,
    .n_jobs = n_jobs,
    .free_threads = threads ? threads : g_get_num_processors (),
    .children = g_array_new (FALSE, FALSE, sizeof (Child)),
    .func = func,
    .data = data,
    .progress = ser_progress_new ("tune"),
    .start = g_get_monotonic_time () };

  stopped = 0;
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &action, &before[i]);
  run (&pool);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    sigaction (signals[i], &before[i], NULL);
  g_array_unref (pool.children);
  ser_progress_free (pool.progress);
  return !stopped;
}
