/* file.h - a file that nobody vouches for, read whole
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_MODEL_FILE_H
#define SER_MODEL_FILE_H

#include <glib.h>

/* The bytes of a safetensors file. Refuses, with SER_ERROR_FILE and a message that begins with `name`, what cannot be
 * read, a pipe or device, which may never end, and what is over 300 MiB. Free with g_free(). */
guint8 *ser_file_read (const char *path, const char *name, gsize *size, GError **error);

#endif /* SER_MODEL_FILE_H */
