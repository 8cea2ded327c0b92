/* child-spawn.c - the process of a child, before anybody listens to it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "child-spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "model/error.h"
#include "sandbox.h"

#define FILTER 3 /* descriptor of the sandbox's filter, in the child */
#define NICE 10
#define AUTOGROUP_NICE "5"
#define OOM "500" /* of the server and of this, the kernel that runs out of memory takes this */

/* The sanitizers' shadow memory is terabytes of address space. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define NO_MEMORY_LIMIT
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NO_MEMORY_LIMIT
#endif

/* ---- in the new process: async-signal-safe calls alone ---- */

typedef struct {
  SerChildLimits limits;
  pid_t server;
  pid_t *pid; /* memory that both share: GLib forgets the child as soon as it has ended */
} Start;

static void
set_limit (int resource, guint64 soft, guint64 hard)
{
  struct rlimit limit;

  if (getrlimit (resource, &limit) != 0)
    return;
  limit.rlim_max = MIN (limit.rlim_max, hard);
  limit.rlim_cur = MIN (limit.rlim_max, soft);
  setrlimit (resource, &limit);
}

static void
set_limits (const SerChildLimits *limits)
{
#ifndef NO_MEMORY_LIMIT
  if (limits->memory > 0)
    set_limit (RLIMIT_AS, limits->memory, limits->memory);
#endif
  /* The first second too much ends it by a signal that says so. */
  set_limit (RLIMIT_CPU, limits->cpu_seconds, limits->cpu_seconds + 1);
  set_limit (RLIMIT_FSIZE, limits->file_size, limits->file_size);
  set_limit (RLIMIT_NOFILE, limits->files, limits->files);
  set_limit (RLIMIT_CORE, 0, 0);
}

/* Where there is no such file, or it may not be written, nothing changes. */
static void
write_text (const char *path, const char *text)
{
  int file = open (path, O_WRONLY | O_CLOEXEC);
  gssize n = file >= 0 ? write (file, text, strlen (text)) : 0;

  (void) n;
  if (file >= 0)
    close (file);
}

/* Linux shares the processor among sessions first, each as nice as its group is, and only then within each by the nice
 * values of processes. */
static void
set_priority (void)
{
  setpriority (PRIO_PROCESS, 0, NICE);
  write_text ("/proc/self/autogroup", AUTOGROUP_NICE);
}

static void
prepare (gpointer data)
{
  const Start *start = data;

  signal (SIGPIPE, SIG_DFL);
  setsid ();
  *start->pid = getpid ();
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () != start->server)
    _exit (127);
  set_priority ();
  write_text ("/proc/self/oom_score_adj", OOM);
  set_limits (&start->limits);
}

/* ---- in the server ---- */

/* Without a sandbox the environment is the same, but the home is the job's folder. */
static void
set_environment (GSubprocessLauncher *launcher, const SerChildSetup *setup, const SerChildJob *job)
{
  g_auto (GStrv) environment = g_new0 (char *, 1);

  for (guint i = 0; ser_sandbox_environment[i][0]; i++)
    environment = g_environ_setenv (environment, ser_sandbox_environment[i][0], ser_sandbox_environment[i][1], TRUE);
  environment = g_environ_setenv (environment, "HOME", job->folder, TRUE);
  if (setup->registry)
    environment = g_environ_setenv (environment, "GST_REGISTRY", setup->registry, TRUE);
  if (setup->registry && !ser_sandbox_makes_registry (setup, job))
    environment = g_environ_setenv (environment, "GST_REGISTRY_UPDATE", "no", TRUE);
  g_subprocess_launcher_set_environ (launcher, environment);
}

static gboolean
take_filter (GSubprocessLauncher *launcher, const SerChildSetup *setup, GError **error)
{
  int filter = setup->bubblewrap ? ser_sandbox_open_filter (error) : -1;

  if (filter >= 0)
    g_subprocess_launcher_take_fd (launcher, filter, FILTER);
  return filter >= 0 || !setup->bubblewrap;
}

GSubprocess *
ser_child_spawn (
    const SerChildSetup *setup, const SerChildJob *job, GSubprocessFlags flags, pid_t *group, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GError) local = NULL;
  g_auto (GStrv) line = NULL;
  pid_t *shared = mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  Start start = { job->limits, getpid (), shared };
  GSubprocess *process;

  if (shared == MAP_FAILED) {
    ser_fail (error, SER_ERROR_FILE, "%s: cannot be run: %s", setup->program, g_strerror (errno));
    return NULL;
  }
  if (!take_filter (launcher, setup, error)) {
    munmap (shared, sizeof *shared);
    return NULL;
  }
  if (setup->bubblewrap)
    ser_sandbox_append (builder, setup, job, FILTER);
  g_strv_builder_add (builder, setup->program);
  for (guint i = 0; job->arguments[i]; i++)
    g_strv_builder_add (builder, job->arguments[i]);
  line = g_strv_builder_end (builder);
  set_environment (launcher, setup, job);
  g_subprocess_launcher_set_cwd (launcher, job->folder);
  g_subprocess_launcher_set_child_setup (launcher, prepare, &start, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) line, &local);
  if (!process)
    ser_fail (error, SER_ERROR_FILE, "%s: cannot be run: %s", setup->program, local->message);
  *group = *shared;
  munmap (shared, sizeof *shared);
  return process;
}

void
ser_child_kill (GSubprocess *process)
{
  const char *id = g_subprocess_get_identifier (process);

  /* It leads a process group since before its program was run. */
  if (id)
    kill (-(pid_t) g_ascii_strtoll (id, NULL, 10), SIGKILL);
  g_subprocess_force_exit (process);
}

/* ---- tries ---- */

/* Runs it to its end, with the limits of any; its standard error (free with g_free()) if it fails. */
static gboolean
try (const SerChildSetup *setup, const char *const *arguments, const char *folder, char **said)
{
  SerChildJob job = { .arguments = arguments, .folder = folder, .limits = SER_CHILD_LIMITS };
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GError) error = NULL;
  pid_t group;
  g_autoptr (GSubprocess) process = ser_child_spawn (setup, &job, flags, &group, &error);

  if (process && g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, said, &error)
      && g_subprocess_get_successful (process))
    return TRUE;
  if (error) {
    g_free (*said);
    *said = g_strdup (error->message);
  }
  g_strdelimit (g_strstrip (*said), "\r\n", ' ');
  return FALSE;
}

char *
ser_child_find_bubblewrap (const char *program, char **reason)
{
  static const char *const arguments[] = { "--version", NULL };
  g_autofree char *bubblewrap = g_find_program_in_path ("bwrap"), *folder = NULL, *said = NULL;
  SerChildSetup setup = { .program = (char *) program, .bubblewrap = bubblewrap };
  g_autoptr (GError) error = NULL;

  *reason = NULL;
  if (!bubblewrap)
    *reason = g_strdup ("bubblewrap is not installed (on Debian: apt install bubblewrap)");
  else if (!(folder = g_dir_make_tmp ("seremotion-XXXXXX", &error)))
    *reason = g_strdup (error->message);
  else {
    if (!try (&setup, arguments, folder, &said))
      *reason = g_strdup_printf ("%s does not work here: %s", bubblewrap, said);
    g_rmdir (folder);
  }
  return *reason ? NULL : g_steal_pointer (&bubblewrap);
}

char *
ser_child_make_registry (const SerChildSetup *setup, const char *folder)
{
  /* GStreamer looks through its plugins before the program finds that there is no such recording. */
  static const char *const arguments[] = { "analyze", "no-recording", NULL };
  g_autofree char *own = g_build_filename (folder, "gstreamer", NULL), *said = NULL;
  SerChildSetup maker = *setup;

  maker.registry = g_build_filename (own, "registry.bin", NULL);
  g_mkdir (own, 0700);
  try (&maker, arguments, own, &said);
  if (!g_file_test (maker.registry, G_FILE_TEST_IS_REGULAR))
    g_clear_pointer (&maker.registry, g_free);
  return maker.registry;
}
