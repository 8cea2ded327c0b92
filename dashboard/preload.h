/* preload.h - recordings that a library begins with
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PRELOAD_H
#define SER_PRELOAD_H

#include "jobs.h"

/* Submits the recordings that are compiled into the program. What cannot be is told on standard error. */
void ser_preload_shipped (SerJobs *jobs);

/* Whether the files and folders are there; `paths` may be NULL. Fails with SER_ERROR_FILE or SER_ERROR_DATA, naming the
 * path. */
gboolean ser_preload_check (char *const *paths, GError **error);

/* Copies media, and those in folders, and submits each whose file name no preloaded recording has yet; without waiting.
 * Fails as the check does. */
gboolean ser_preload_paths (SerJobs *jobs, SerStore *store, char *const *paths, GError **error);

#endif /* SER_PRELOAD_H */
