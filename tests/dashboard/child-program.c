/* child-program.c - a program that does what a hostile medium could make a decoder do
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The first argument names what; `tries` prints a line for each of the others: what the system said to it.
 */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1 << 20)

static int
eat (void)
{
  guint n = 0;
  char *portion;

  while (n < 4096 && (portion = malloc (MIB))) {
    memset (portion, 1, MIB);
    n++;
  }
  printf ("%u\n", n);
  return 0;
}

/* A sanitizer would have it exit. */
static void
crash (void)
{
  signal (SIGSEGV, SIG_DFL);
  raise (SIGSEGV);
}

static int
spin (void)
{
  for (volatile guint i = 0;; i++)
    if (i == G_MAXUINT)
      i = 0;
  return 0;
}

static int
wait_for_ever (const char *word)
{
  signal (SIGTERM, SIG_IGN);
  signal (SIGINT, SIG_IGN);
  if (*word)
    puts (word);
  for (;;)
    pause ();
  return 0;
}

static int
write_much (const char *path)
{
  static char portion[MIB];
  FILE *file = fopen (path, "wb");

  for (guint i = 0; i < 4096 && file; i++)
    if (fwrite (portion, 1, MIB, file) != MIB)
      return 3;
  return 0;
}

/* Files of that size, each well below the limit. */
static int
write_many (guint n, gsize size, const char *then)
{
  g_autofree char *portion = g_malloc0 (size + 1);

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    if (!g_file_set_contents (name, portion, (gssize) size, NULL))
      return 3;
  }
  return strcmp (then, "wait") == 0 ? wait_for_ever ("") : 0;
}

/* Folders in folders. */
static int
dig (const char *then)
{
  for (guint i = 0; i < 10; i++)
    if (mkdir ("deeper", 0700) != 0 || chdir ("deeper") != 0)
      return 3;
  return strcmp (then, "wait") == 0 ? wait_for_ever ("") : 0;
}

/* Lines of 63 bytes for ever, or one without an end. */
static int
flood (FILE *stream, char end)
{
  for (;;)
    if (fprintf (stream, "%063d%c", 0, end) < 0)
      return 3;
}

static int
echo (void)
{
  char line[4096];

  while (fgets (line, sizeof line, stdin)) {
    fputs (line, stdout);
    fflush (stdout);
  }
  puts ("end");
  return 0;
}

/* One that outlives the parent, if it may, and holds its streams; its ID is also written to a file. */
static int
leave (const char *path)
{
  pid_t pid = fork ();
  g_autofree char *text = g_strdup_printf ("%d\n", (int) pid);

  if (pid == 0)
    wait_for_ever ("");
  fputs (text, stdout);
  return *path && !g_file_set_contents (path, text, -1, NULL);
}

/* ---- what the system says ---- */

static void
tell (const char *what, gboolean ok)
{
  printf ("%s: %s\n", what, ok ? "ok" : g_strerror (errno));
}

static void
try_reading (const char *path)
{
  char byte;
  int file = open (path, O_RDONLY);

  tell (path, file >= 0 && read (file, &byte, 1) >= 0);
}

static void
try_writing (const char *path)
{
  int file = open (path, O_WRONLY | O_CREAT, 0600);

  tell (path, file >= 0 && write (file, "x", 1) == 1);
}

static void
try_forking (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    _exit (0);
  tell ("fork", pid > 0);
  if (pid > 0)
    waitpid (pid, NULL, 0);
}

static gpointer
run_thread (gpointer data)
{
  return data;
}

static int
try (int n, char **arguments)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (9), .sin_addr.s_addr = htonl (0x7f000001) };

  tell ("inet", socket (AF_INET, SOCK_STREAM, 0) >= 0);
  tell ("unix", socket (AF_UNIX, SOCK_STREAM, 0) >= 0);
  tell ("connect", connect (0, (struct sockaddr *) &address, sizeof address) == 0);
  tell ("symlink", symlink ("/etc/passwd", "link") == 0);
  tell ("fifo", mkfifo ("fifo", 0600) == 0);
  tell ("signal", kill (1, 0) == 0 && kill (getppid (), SIGSTOP) == 0);
  try_forking ();
  tell ("thread", g_thread_join (g_thread_new ("t", run_thread, GINT_TO_POINTER (1))) != NULL);
  for (int i = 0; i < n; i++) {
    if (arguments[i][0] == '+')
      try_writing (arguments[i] + 1);
    else
      try_reading (arguments[i]);
  }
  return 0;
}

static int
tell_limits (void)
{
  static const int resources[] = { RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_CORE };
  struct rlimit limit;

  for (guint i = 0; i < G_N_ELEMENTS (resources); i++) {
    getrlimit (resources[i], &limit);
    printf ("%s%llu", i > 0 ? " " : "", (unsigned long long) limit.rlim_cur);
  }
  printf (" nice %d\n", getpriority (PRIO_PROCESS, 0));
  return 0;
}

static int
tell_environment (void)
{
  extern char **environ;

  for (char **variable = environ; *variable; variable++)
    puts (*variable);
  return 0;
}

int
main (int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "--version", *value = argc > 2 ? argv[2] : "";

  setvbuf (stdout, NULL, _IOLBF, 0);
  if (strcmp (what, "say") == 0)
    return fprintf (stderr, "%s", value) < 0 || argc > 3;
  if (strcmp (what, "crash") == 0)
    crash ();
  if (strcmp (what, "abort") == 0)
    g_free (g_malloc (G_MAXSIZE / 2));
  return strcmp (what, "eat") == 0          ? eat ()
      : strcmp (what, "spin") == 0          ? spin ()
      : strcmp (what, "wait") == 0          ? wait_for_ever ("waiting")
      : strcmp (what, "write") == 0         ? write_much (value)
      : strcmp (what, "fill") == 0          ? write_many (20, MIB, value)
      : strcmp (what, "litter") == 0        ? write_many (2000, 0, value)
      : strcmp (what, "dig") == 0           ? dig (value)
      : strcmp (what, "flood") == 0         ? flood (stdout, '\n')
      : strcmp (what, "endless") == 0       ? flood (stdout, '.')
      : strcmp (what, "flood-errors") == 0  ? flood (stderr, '\n')
      : strcmp (what, "endless-error") == 0 ? flood (stderr, '.')
      : strcmp (what, "echo") == 0          ? echo ()
      : strcmp (what, "leave") == 0         ? leave (value)
      : strcmp (what, "try") == 0           ? try (argc - 2, argv + 2)
      : strcmp (what, "limits") == 0        ? tell_limits ()
      : strcmp (what, "environment") == 0   ? tell_environment ()
                                            : 0;
}
