/* child-spawn.h - the process of a child, before anybody listens to it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CHILD_SPAWN_H
#define SER_CHILD_SPAWN_H

#include "child.h"

/* Starts the program with its limits, in a session of its own, in the sandbox if there is one. It dies with this
 * thread. The flags are those of standard streams; `group` becomes the process group, also of one that has ended.
 * Fails with SER_ERROR_FILE. */
GSubprocess *ser_child_spawn (
    const SerChildSetup *setup, const SerChildJob *job, GSubprocessFlags flags, pid_t *group, GError **error);

/* Ends the process and all that it has started. */
void ser_child_kill (GSubprocess *process);

#endif /* SER_CHILD_SPAWN_H */
