/* whole-file.h - a file that is written in portions and appears whole or not at all
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_WHOLE_FILE_H
#define SER_WHOLE_FILE_H

#include <glib.h>

typedef struct _SerWholeFile SerWholeFile;

/* Opens a file beside `path`, under another name. Fails with SER_ERROR_FILE, naming `path`: also where that is
 * something else than a regular file. */
SerWholeFile *ser_whole_file_new (const char *path, GError **error);

/* Removes what was not finished. */
void ser_whole_file_free (SerWholeFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerWholeFile, ser_whole_file_free)

/* Appends n bytes. FALSE when this or an earlier portion could not be written; ser_whole_file_finish() says why. By one
 * thread at a time. */
gboolean ser_whole_file_write (SerWholeFile *file, const void *bytes, gsize n);
gboolean ser_whole_file_write_text (SerWholeFile *file, const char *text);

/* Puts the file in its place, on disk. Fails with SER_ERROR_FILE, naming it. To be called once. */
gboolean ser_whole_file_finish (SerWholeFile *file, GError **error);

#endif /* SER_WHOLE_FILE_H */
