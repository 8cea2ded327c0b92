/* csv.h - comma-separated values: a whole file read into rows, and fields written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CSV_H
#define SER_CSV_H

#include <glib.h>

/* A file as RFC 4180 describes it: fields may be quoted and then hold commas, doubled quotes and line ends. Lines may
 * end in CR LF or LF, a byte order mark and empty lines are skipped. The first row names the columns. */
typedef struct _SerCsv SerCsv;

/* Fails with SER_ERROR_FILE when the file cannot be read and SER_ERROR_DATA, naming file and line, when it is
 * malformed. */
SerCsv *ser_csv_load (const char *path, GError **error);

/* The same of text [size] that is at hand, followed by a 0; `name` is what messages call it. */
SerCsv *ser_csv_parse (const char *name, const char *text, gsize size, GError **error);
void ser_csv_free (SerCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerCsv, ser_csv_free)

/* Rows after the header. */
guint ser_csv_get_n_rows (const SerCsv *csv);

/* Index of the column of that name, or -1. */
int ser_csv_find_column (const SerCsv *csv, const char *name);

/* Columns of the header, and the name of one of them, as it is written; it lives as long as `csv`. */
guint ser_csv_get_n_columns (const SerCsv *csv);
const char *ser_csv_get_column_name (const SerCsv *csv, guint column);

/* A field, "" when the row is too short or `column` is -1; lives as long as `csv`. */
const char *ser_csv_get (const SerCsv *csv, guint row, int column);

/* Line of the file on which the row starts, from 1. */
guint ser_csv_get_line (const SerCsv *csv, guint row);

/* Appends a field to `out`, in quotes where it needs them. */
void ser_csv_append_field (GString *out, const char *field);

#endif /* SER_CSV_H */
