/* pool.h - several trainings at once, each a process of its own
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A process that fails or is killed takes nothing else with it. All of them end with this one, however it ends.
 */

#ifndef SER_POOL_H
#define SER_POOL_H

#include <glib.h>

typedef struct {
  char **words; /* of `seremotion`: the subcommand and its options, without --threads, which the pool adds */
  char *log;    /* file that standard error goes to; it is removed when the process succeeds */
} SerPoolJob;

/* Called when a job is over: `fault` is NULL or says why it failed, `left` is a guess at the seconds that the others
 * still need. */
typedef void (*SerPoolFunc) (guint job, const char *fault, double left, gpointer data);

/* Runs the jobs on `threads` threads in all (0: one per core): as many processes of one thread, or of several where
 * there are fewer jobs. Shows a progress bar. Returns FALSE when SIGINT, SIGTERM or SIGHUP ended it early; the
 * processes are then gone. */
gboolean ser_pool_run (const SerPoolJob *jobs, guint n_jobs, guint threads, SerPoolFunc func, gpointer data);

#endif /* SER_POOL_H */
