/* child.h - a child process that does one job, shut off from all else
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Under bubblewrap it sees the system's libraries, the program and its job's folder, no network and no other process;
 * in any case it has limits. It dies with the server.
 */

#ifndef SER_CHILD_H
#define SER_CHILD_H

#include <gio/gio.h>

/* What all children have in common. */
typedef struct {
  char *program;    /* path of the seremotion program */
  char *bubblewrap; /* path of bwrap, or NULL: there is no sandbox */
  char *registry;   /* of GStreamer's plugins, made by the server, read by children; NULL: their own */
  char *model;      /* path of a model file that children may read; NULL: the built-in model */
} SerChildSetup;

/* Makes, in a child, the registry in a file of that folder, an existing absolute path, or brings it up to date: without
 * one each child would look through all plugins. Takes most of a second where there is none. Gives its path, free with
 * g_free(), or NULL where there is none for any reason. */
char *ser_child_make_registry (const SerChildSetup *setup, const char *folder);

/* Finds bwrap and tries whether it works here, by running the program in it once. NULL without an error where it does
 * not: `reason` (free with g_free()) then says why, for people. */
char *ser_child_find_bubblewrap (const char *program, char **reason);

typedef struct {
  guint64 memory;    /* bytes of address space; 0: no limit */
  guint cpu_seconds; /* of processor time */
  guint seconds;     /* of wall time; 0: no limit */
  guint64 file_size; /* bytes of any file that it writes */
  guint files;       /* open at once */
  guint64 growth;    /* bytes of its folder, by all files; 0: no limit, of their number neither */
} SerChildLimits;

/* Of an analysis: 1080p video in MP4 and WebM is analysed in 0.2 GB of address space, most of it libraries; an hour of
 * speech takes about two minutes of one core, with all formats. */
#define SER_CHILD_MEMORY (G_GUINT64_CONSTANT (2) << 30)
#define SER_CHILD_SECONDS (2 * 3600)
#define SER_CHILD_FILE_SIZE (G_GUINT64_CONSTANT (512) << 20)
#define SER_CHILD_FILES 256
#define SER_CHILD_GROWTH (G_GUINT64_CONSTANT (2) << 30)
#define SER_CHILD_LIMITS                                                                                               \
  ((SerChildLimits){ SER_CHILD_MEMORY, SER_CHILD_SECONDS, 2 * SER_CHILD_SECONDS, SER_CHILD_FILE_SIZE, SER_CHILD_FILES, \
      SER_CHILD_GROWTH })

typedef enum {
  SER_CHILD_OK,      /* exit status 0 */
  SER_CHILD_FAILED,  /* another: `message` is the last thing that it said on standard error */
  SER_CHILD_LIMIT,   /* a limit ended it: `message` says which */
  SER_CHILD_CRASHED, /* a signal did: `message` names it */
  SER_CHILD_STOPPED, /* ser_child_stop() did */
} SerChildEnd;

typedef struct _SerChild SerChild;

/* A line of standard output, without its end, as valid UTF-8; lines longer than 1 MiB end the child. */
typedef void (*SerChildLineFunc) (const char *line, gpointer data);

/* progress: 0 to 1, of lines `progress FRACTION` on standard error (`--progress`); told when it grows. */
typedef void (*SerChildProgressFunc) (double progress, gpointer data);

/* Called once, from the main loop, after the last line, when no process is left; the child is freed afterwards. The
 * message is NULL for SER_CHILD_OK. */
typedef void (*SerChildEndFunc) (SerChildEnd end, const char *message, gpointer data);

typedef struct {
  const char *const *arguments; /* of the program, NULL-terminated, without argv[0]; paths are those below */
  const char *folder; /* of the job, an existing absolute path: the child's working folder, which it may write */
  const char *const *readable; /* absolute paths that it may read, at the same paths; NULL-terminated or NULL */
  SerChildLimits limits;
  gboolean input;                   /* it reads standard input, of ser_child_get_input() */
  SerChildLineFunc on_line;         /* or NULL: standard output is thrown away */
  SerChildProgressFunc on_progress; /* or NULL */
  SerChildEndFunc on_end;
  gpointer data;
} SerChildJob;

/* Starts it, at low priority. All of `job` but its data is copied. Fails with SER_ERROR_FILE. */
SerChild *ser_child_start (const SerChildSetup *setup, const SerChildJob *job, GError **error);

/* Its standard input, owned by the child; closing it is the end of the input. */
GOutputStream *ser_child_get_input (SerChild *child);

/* Ends it now: on_end is called as soon as it is gone. */
void ser_child_stop (SerChild *child);

/* Ends it and waits for that, some ms: nothing is called any more. Not for use in its own functions. */
void ser_child_free (SerChild *child);

#endif /* SER_CHILD_H */
