/* catalogue-files.h - files of results, compiled in or in a folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CATALOGUE_FILES_H
#define SER_CATALOGUE_FILES_H

#include <gio/gio.h>

#include "json-read.h"

#define SER_CATALOGUE_MAX_BYTES (4 << 20) /* of a file: a thousand epochs are a third of a megabyte */

/* A file or folder that is compiled in, by its path below the catalogue's root, as "models/corpora". */
GFile *ser_catalogue_find (const char *path);

/* Whether there is something of that type; what a link points to does not count. */
gboolean ser_catalogue_is (GFile *file, GFileType type);

/* The names of the children that are of that type, sorted. Fails with SER_ERROR_FILE, naming the folder. */
GPtrArray *ser_catalogue_list (GFile *folder, GFileType type, GError **error);

/* A path or URI for messages. Free with g_free(). */
char *ser_catalogue_describe (GFile *file);

/* The bytes of a regular file, no link, of at most SER_CATALOGUE_MAX_BYTES, followed by a 0 that is not counted. Fails
 * with SER_ERROR_FILE or SER_ERROR_DATA, naming it. */
GBytes *ser_catalogue_read (GFile *file, GError **error);

/* The same as JSON, as ser_json_file_load() reads it. */
SerJsonFile *ser_catalogue_read_json (GFile *file, GError **error);

#endif /* SER_CATALOGUE_FILES_H */
