/* data-folder.h - the data folder: the media of recordings, those on their way there, and what an earlier server left
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A file is in the folder `incoming` until it is whole, and then in the folder of its recording, as `medium`. `data` is
 * the data folder, an existing absolute path. Paths are to be freed with g_free().
 */

#ifndef SER_DATA_FOLDER_H
#define SER_DATA_FOLDER_H

#include "store.h"

#define SER_DATA_COMPARISONS "comparisons" /* its folder of comparisons */

char *ser_data_make_folder (const char *data, const char *id);
char *ser_data_make_incoming (const char *data, guint number);

/* Moves the file `path` to where the recording's medium is, or that back to `path`. Fails with SER_ERROR_FILE. */
gboolean ser_data_take (const char *data, const char *id, const char *path, GError **error);
void ser_data_give_back (const char *data, const char *id, const char *path);

/* Bytes of the medium; 0 where there is none. */
guint64 ser_data_get_size (const char *data, const char *id);

/* Moves the recording's folder to `gone`, a path for incoming files, and removes it there in a thread: gigabytes take
 * longer than the main loop may wait. What is left of it the next start removes. */
void ser_data_remove (const char *data, const char *id, const char *gone);

/* The same of its results alone. */
void ser_data_remove_results (const char *data, const char *id, const char *gone);

/* Whether a new library can begin in the folder: what lies in its folders is removed at the start where the library
 * does not know it, and so must not be somebody's own. Fails with SER_ERROR_FILE, naming it. */
gboolean ser_data_check_new (const char *data, GError **error);

/* Makes the folders, removes what was being received, the files of no entry and the results of what is not done, queues
 * again what was under way; that fails instead when its analysis was begun `attempts` times. Returns the IDs of all
 * that are queued, the oldest first; fails with SER_ERROR_FILE. */
GPtrArray *ser_data_recover (SerStore *store, const char *data, guint attempts, GError **error);

#endif /* SER_DATA_FOLDER_H */
