/* child.c - a child process, from its start to its end
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A child has ended when its process has and its standard output and error are read to their ends. With bubblewrap an
 * end by a signal comes as exit status 128 + its number.
 */

#include "child.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#include "child-spawn.h"
#include "folder-watch.h"
#include "lines.h"

#define MAX_LINE (1 << 20)       /* bytes of standard output */
#define MAX_SAID_LINE (64 << 10) /* of standard error */
#define MAX_SAID (1 << 20)       /* of all lines of standard error */
#define MAX_MESSAGE 500          /* characters */
#define PROGRESS "progress "     /* a line that tells it begins so */
#define PROGRESS_STEP 0.002      /* by which it grows at least before that is told */
#define OWN "seremotion "        /* a line that the program itself wrote begins so */
#define SHELL_SIGNAL 128
#define DRAIN 1000 /* ms after the end of the process in which another may hold its streams */

/* What waits for the process, which may outlive the child. */
typedef struct {
  SerChild *child; /* or NULL */
} Wait;

struct _SerChild {
  GSubprocess *process;
  Wait *wait;                /* NULL when it has ended */
  SerLines *output, *errors; /* or NULL */
  pid_t group;               /* of its processes */
  guint n_open;              /* of process, output and errors, those that have not ended */
  guint timer, drain;
  SerFolderWatch *watch; /* or NULL */
  gboolean stopped;
  char *limit;  /* which ended it, or NULL */
  char *said;   /* the last thing on standard error, or NULL */
  gboolean own; /* the program itself said so */
  gsize n_said; /* bytes of standard error so far */
  double progress;
  gboolean sandbox;
  SerChildLimits limits;
  SerChildLineFunc on_line;
  SerChildProgressFunc on_progress;
  SerChildEndFunc on_end;
  gpointer data;
};

static void
destroy (SerChild *child)
{
  if (child->wait)
    child->wait->child = NULL;
  ser_lines_free (child->output);
  ser_lines_free (child->errors);
  g_clear_pointer (&child->watch, ser_folder_watch_free);
  g_clear_handle_id (&child->timer, g_source_remove);
  g_clear_handle_id (&child->drain, g_source_remove);
  g_clear_object (&child->process);
  g_free (child->limit);
  g_free (child->said);
  g_free (child);
}

/* A limit ends the child; the first one is what counts. */
static void exceed (SerChild *child, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
exceed (SerChild *child, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  if (!child->limit)
    child->limit = g_strdup_vprintf (format, values);
  va_end (values);
  ser_child_kill (child->process);
}

/* ---- how it ended ---- */

static guint
to_mib (guint64 bytes)
{
  return bytes >> 20;
}

/* The signal that ended it, or 0. */
static int
get_signal (const SerChild *child)
{
  int status;

  if (g_subprocess_get_if_signaled (child->process))
    return g_subprocess_get_term_sig (child->process);
  status = g_subprocess_get_exit_status (child->process);
  return child->sandbox && status > SHELL_SIGNAL && status < SHELL_SIGNAL + NSIG ? status - SHELL_SIGNAL : 0;
}

/* GLib, and GStreamer with it, ends a process that cannot have the memory that it asks for. */
static gboolean
lacked_memory (const SerChild *child)
{
  return child->said
      && (strstr (child->said, "failed to allocate") || strstr (child->said, "Cannot allocate memory")
          || strstr (child->said, "bad_alloc"));
}

static char *
name_signal (int number)
{
  const char *name = sigabbrev_np (number);

  return name ? g_strconcat ("SIG", name, NULL) : g_strdup_printf ("signal %d", number);
}

static SerChildEnd
judge_signal (const SerChild *child, int number, char **message)
{
  const SerChildLimits *limits = &child->limits;
  g_autofree char *name = name_signal (number);

  if (number == SIGXCPU)
    *message = g_strdup_printf ("it took more than %u s of processor time", limits->cpu_seconds);
  else if (number == SIGXFSZ)
    *message = g_strdup_printf ("it wrote a file of more than %u MiB", to_mib (limits->file_size));
  else if (limits->memory > 0 && lacked_memory (child))
    *message = g_strdup_printf ("it needed more than %u MiB of memory", to_mib (limits->memory));
  else {
    *message = number == SIGKILL ? g_strdup ("it was killed, as the system does when memory runs out")
                                 : g_strdup_printf ("the program crashed (%s)", name);
    return SER_CHILD_CRASHED;
  }
  return SER_CHILD_LIMIT;
}

static SerChildEnd
judge (const SerChild *child, char **message)
{
  int number = get_signal (child);

  if (child->stopped) {
    *message = g_strdup ("stopped");
    return SER_CHILD_STOPPED;
  }
  if (child->limit) {
    *message = g_strdup (child->limit);
    return SER_CHILD_LIMIT;
  }
  if (number != 0)
    return judge_signal (child, number, message);
  if (g_subprocess_get_successful (child->process))
    return SER_CHILD_OK;
  *message = g_strdup (child->said ? child->said : "the program failed and did not say why");
  return SER_CHILD_FAILED;
}

/* One of process, output and errors has ended. */
static void
close_one (SerChild *child)
{
  g_autofree char *message = NULL;
  SerChildEnd end;

  if (--child->n_open > 0)
    return;
  end = judge (child, &message);
  child->on_end (end, message, child->data);
  destroy (child);
}

/* ---- what it writes ---- */

static void
take_progress (SerChild *child, const char *text)
{
  char *rest;
  double progress = g_ascii_strtod (text, &rest);

  if (rest == text || *rest != '\0' || !(progress >= 0 && progress <= 1) || !child->on_progress)
    return;
  if (progress < child->progress + PROGRESS_STEP && !(progress >= 1 && child->progress < 1))
    return;
  child->progress = progress;
  child->on_progress (progress, child->data);
}

/* "seremotion analyze: medium: no sound" as "medium: no sound". What the program itself says is for people; what its
 * libraries say stands in only as long as it says nothing. */
static void
take_message (SerChild *child, const char *line)
{
  gboolean own = g_str_has_prefix (line, OWN);
  const char *colon = own ? strstr (line, ": ") : NULL, *text = colon ? colon + 2 : line;

  if (*text == '\0' || (child->own && !own))
    return;
  child->own = own;
  g_free (child->said);
  child->said = g_utf8_substring (text, 0, MIN (MAX_MESSAGE, g_utf8_strlen (text, -1)));
}

static void
on_error_line (const char *line, gpointer data)
{
  SerChild *child = data;

  child->n_said += strlen (line) + 1;
  if (child->n_said > MAX_SAID)
    exceed (child, "it wrote more than %u MiB of messages", to_mib (MAX_SAID));
  else if (g_str_has_prefix (line, PROGRESS))
    take_progress (child, line + strlen (PROGRESS));
  else
    take_message (child, line);
}

static void
on_errors_end (gboolean too_long, gpointer data)
{
  SerChild *child = data;

  g_clear_pointer (&child->errors, ser_lines_free);
  if (too_long)
    exceed (child, "it wrote a message of more than %d bytes", MAX_SAID_LINE);
  close_one (child);
}

static void
on_output_line (const char *line, gpointer data)
{
  SerChild *child = data;

  if (!child->stopped && !child->limit)
    child->on_line (line, child->data);
}

static void
on_output_end (gboolean too_long, gpointer data)
{
  SerChild *child = data;

  g_clear_pointer (&child->output, ser_lines_free);
  if (too_long)
    exceed (child, "it wrote a line of more than %d bytes", MAX_LINE);
  close_one (child);
}

/* ---- its process ---- */

/* Somebody else has its streams and does not end: what they hold is not waited for. */
static gboolean
on_drained (gpointer data)
{
  SerChild *child = data;
  guint n_lines = (child->output != NULL) + (child->errors != NULL);

  child->drain = 0;
  g_clear_pointer (&child->output, ser_lines_free);
  g_clear_pointer (&child->errors, ser_lines_free);
  child->n_open -= n_lines - 1;
  close_one (child);
  return G_SOURCE_REMOVE;
}

static void
on_look (gpointer data)
{
  SerChild *child = data;
  g_autofree char *why = ser_folder_watch_judge (child->watch);

  if (why)
    exceed (child, "%s", why);
}

/* What it has started and left behind; a sandbox's are gone. */
static void
end_group (const SerChild *child)
{
  if (!child->sandbox && child->group > 1)
    kill (-child->group, SIGKILL);
}

static void
on_gone (GObject *source, GAsyncResult *result, gpointer data)
{
  Wait *wait = data;
  SerChild *child = wait->child;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_free (wait);
  if (!child)
    return;
  child->wait = NULL;
  g_clear_handle_id (&child->timer, g_source_remove);
  end_group (child);
  if (child->watch)
    on_look (child);
  /* Only when nothing can be read at the moment: a busy main loop may come to that later. */
  if (child->n_open > 1)
    child->drain = g_timeout_add_full (G_PRIORITY_LOW + 1, DRAIN, on_drained, child, NULL);
  close_one (child);
}

static gboolean
on_late (gpointer data)
{
  SerChild *child = data;

  child->timer = 0;
  exceed (child, "it took more than %u s", child->limits.seconds);
  return G_SOURCE_REMOVE;
}

static void
watch (SerChild *child)
{
  child->wait = g_new0 (Wait, 1);
  child->wait->child = child;
  g_subprocess_wait_async (child->process, NULL, on_gone, child->wait);
  child->errors =
      ser_lines_new (g_subprocess_get_stderr_pipe (child->process), MAX_SAID_LINE, on_error_line, on_errors_end, child);
  if (child->on_line)
    child->output =
        ser_lines_new (g_subprocess_get_stdout_pipe (child->process), MAX_LINE, on_output_line, on_output_end, child);
  child->n_open = child->output ? 3 : 2;
  if (child->limits.seconds > 0)
    child->timer = g_timeout_add_seconds (child->limits.seconds, on_late, child);
}

SerChild *
ser_child_start (const SerChildSetup *setup, const SerChildJob *job, GError **error)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDERR_PIPE
      | (job->on_line ? G_SUBPROCESS_FLAGS_STDOUT_PIPE : G_SUBPROCESS_FLAGS_STDOUT_SILENCE)
      | (job->input ? G_SUBPROCESS_FLAGS_STDIN_PIPE : G_SUBPROCESS_FLAGS_NONE);
  SerChild *child = g_new0 (SerChild, 1);

  child->sandbox = setup->bubblewrap != NULL;
  child->limits = job->limits;
  child->on_line = job->on_line;
  child->on_progress = job->on_progress;
  child->on_end = job->on_end;
  child->data = job->data;
  /* What is in the folder before is looked at before the process can write there. */
  if (job->limits.growth > 0)
    child->watch = ser_folder_watch_new (job->folder, job->limits.growth, on_look, child);
  child->process = ser_child_spawn (setup, job, flags, &child->group, error);
  if (!child->process) {
    destroy (child);
    return NULL;
  }
  watch (child);
  return child;
}

GOutputStream *
ser_child_get_input (SerChild *child)
{
  return g_subprocess_get_stdin_pipe (child->process);
}

void
ser_child_stop (SerChild *child)
{
  child->stopped = TRUE;
  ser_child_kill (child->process);
}

void
ser_child_free (SerChild *child)
{
  if (!child)
    return;
  ser_child_kill (child->process);
  /* It may have ended already, which the main loop has not heard of. */
  if (child->wait)
    end_group (child);
  g_subprocess_wait (child->process, NULL, NULL);
  destroy (child);
}
