/* table.h - tables of text, aligned for a terminal or as Markdown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TABLE_H
#define SER_TABLE_H

#include <glib.h>

/* Cells row by row; the first row holds the names of the columns. */
typedef struct _SerTable SerTable;

/* A table of `columns` columns, under a title that is copied (NULL: none). */
SerTable *ser_table_new (const char *title, guint columns);
void ser_table_free (SerTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerTable, ser_table_free)

/* Adds the next cell: text, a share as a percentage of one decimal ("-" for NAN), or a number of `decimals`. */
void ser_table_add (SerTable *table, const char *format, ...) G_GNUC_PRINTF (2, 3);
void ser_table_add_share (SerTable *table, double share);
void ser_table_add_number (SerTable *table, double value, guint decimals);

/* Appends title and table; the first column is aligned to the left, the others to the right. */
void ser_table_append (const SerTable *table, GString *out, gboolean markdown);

#endif /* SER_TABLE_H */
