/* sandbox.h - the command line of bubblewrap, and what is forbidden behind it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SANDBOX_H
#define SER_SANDBOX_H

#include "child.h"

/* What children find in their environment, NULL-terminated pairs of name and value. */
extern const char *const ser_sandbox_environment[][2];

/* Whether the job is that of making the registry: it lies in the job's folder. */
gboolean ser_sandbox_makes_registry (const SerChildSetup *setup, const SerChildJob *job);

/* Appends bwrap's command line up to the program, exclusive. The system's libraries can be read, the job's folder can
 * be written; there is no network, no other process, and nothing of anybody's home. `filter` is the descriptor, in
 * the child, of what ser_sandbox_open_filter() gave. */
void ser_sandbox_append (GStrvBuilder *line, const SerChildSetup *setup, const SerChildJob *job, int filter);

/* A seccomp program for bwrap to read: no new processes, sockets, mounts, links, tracing of others and other things of
 * the kernel's that decoding has no need of. Returns a descriptor, or -1 with SER_ERROR_FILE. */
int ser_sandbox_open_filter (GError **error);

#endif /* SER_SANDBOX_H */
