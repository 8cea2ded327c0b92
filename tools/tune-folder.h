/* tune-folder.h - the folder that the results of a grid are kept in
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TUNE_FOLDER_H
#define SER_TUNE_FOLDER_H

#include "tune-table.h"

/* Makes the folder where it does not exist, and keeps other processes out of it until it is closed or this process
 * ends, however it does. -1 on failure (SER_ERROR_FILE). */
int ser_tune_folder_open (const char *folder, GError **error);
void ser_tune_folder_close (int lock);

/* Removes what processes that were killed left half written. */
void ser_tune_folder_clean (const char *folder);

/* Copies those of the table's runs that are finished in the folder `from`, of whatever grid, and not in `folder`. */
gboolean ser_tune_folder_reuse (const char *folder, const SerTuneTable *table, const char *from, GError **error);

/* Copies the finished runs of `folders` (NULL-terminated, at least one) to `folder`, and gives their table, which is
 * saved there. Refuses with SER_ERROR_DATA folders whose tables differ. */
SerTuneTable *ser_tune_folder_merge (const char *folder, char **folders, GError **error);

#endif /* SER_TUNE_FOLDER_H */
