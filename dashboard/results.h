/* results.h - the folder of one recording: its medium, and what an analysis left, which is not trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_RESULTS_H
#define SER_RESULTS_H

#include "store.h"

#define SER_RESULTS_STEM "medium"
#define SER_RESULTS_FOLDER "results"

/* Makes an empty folder FOLDER/results, in place of any that there is. Fails with SER_ERROR_FILE. */
gboolean ser_results_prepare (const char *folder, GError **error);

/* Leaves in it what are regular files, of which `medium.json` must be one, and takes from the first and the last line
 * of `medium.jsonl` what the library says of a finished recording: duration, summary, model and, unless somebody gave
 * one, title. Reads a bounded part of it, whatever its size. Fails with SER_ERROR_DATA and SER_ERROR_FILE, the entry
 * being as before. */
gboolean ser_results_take (const char *folder, SerEntry *entry, GError **error);

/* Removes a file or a folder with all in it, whatever its permissions, following no link. Fails with SER_ERROR_FILE;
 * nothing there is no failure. */
gboolean ser_folder_remove (const char *path, GError **error);

#endif /* SER_RESULTS_H */
