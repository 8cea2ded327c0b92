/* table-write.h - many recordings in one table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TABLE_WRITE_H
#define SER_TABLE_WRITE_H

#include <gio/gio.h>

#include "store.h"

/* Bytes of the tables that one is made of. */
#define SER_TABLE_MAX (G_GUINT64_CONSTANT (256) << 20)

/* Writes recordings (SerEntry *) as CSV, UTF-8, a row each: what is said of it, its state, and its summary. Fails with
 * SER_ERROR_FILE. */
gboolean ser_table_write_recordings (const char *path, GPtrArray *entries, GError **error);

/* Writes one table of `tables`, CSV files of the program, each of the recording (SerEntry *) of the same place:
 * before its columns come what is said of the recording and its ID, and `speaker` is of those. A column that only some
 * have is empty for the others. Fails with SER_ERROR_FILE, with SER_ERROR_DATA, naming the recording, where a table
 * is none, with SER_ERROR_CONFIG where they are more than SER_TABLE_MAX, and when it is cancelled. Both may be
 * called by any thread that has the entries for itself. */
gboolean ser_table_write_joined (
    const char *path, GPtrArray *entries, GPtrArray *tables, GCancellable *cancellable, GError **error);

#endif /* SER_TABLE_WRITE_H */
