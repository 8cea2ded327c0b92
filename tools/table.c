/* table.c - tables of text, aligned for a terminal or as Markdown
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "table.h"

#include <math.h>

struct _SerTable {
  char *title;
  guint columns;
  GPtrArray *cells; /* char * */
};

SerTable *
ser_table_new (const char *title, guint columns)
{
  SerTable *table = g_new (SerTable, 1);

  *table = (SerTable){ g_strdup (title), columns, g_ptr_array_new_with_free_func (g_free) };
  return table;
}

void
ser_table_free (SerTable *table)
{
  if (!table)
    return;
  g_free (table->title);
  g_ptr_array_unref (table->cells);
  g_free (table);
}

void
ser_table_add (SerTable *table, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (table->cells, g_strdup_vprintf (format, args));
  va_end (args);
}

void
ser_table_add_number (SerTable *table, double value, guint decimals)
{
  if (isnan (value))
    ser_table_add (table, "-");
  else
    ser_table_add (table, "%.*f", decimals, value);
}

void
ser_table_add_share (SerTable *table, double share)
{
  if (isnan (share))
    ser_table_add (table, "-");
  else
    ser_table_add (table, "%.1f %%", 100 * share);
}

static void
append_markdown (const SerTable *table, GString *out)
{
  if (table->title)
    g_string_append_printf (out, "### %s\n\n", table->title);
  for (guint i = 0; i < table->cells->len; i++) {
    g_string_append_printf (out, "| %s %s", (char *) table->cells->pdata[i], (i + 1) % table->columns ? "" : "|\n");
    if (i + 1 == table->columns)
      for (guint c = 0; c < table->columns; c++)
        g_string_append_printf (out, "| %s %s", c ? "---:" : "---", c + 1 < table->columns ? "" : "|\n");
  }
}

static void
append_aligned (const SerTable *table, GString *out)
{
  g_autofree int *widths = g_new0 (int, table->columns);

  for (guint i = 0; i < table->cells->len; i++)
    widths[i % table->columns] = MAX (widths[i % table->columns], (int) g_utf8_strlen (table->cells->pdata[i], -1));
  if (table->title)
    g_string_append_printf (out, "%s\n", table->title);
  for (guint i = 0; i < table->cells->len; i++) {
    const char *text = table->cells->pdata[i];
    guint c = i % table->columns;
    int fill = widths[c] - (int) g_utf8_strlen (text, -1);

    if (c == 0)
      g_string_append_printf (out, "  %s%*s", text, fill, "");
    else
      g_string_append_printf (out, "  %*s%s", fill, "", text);
    if (c + 1 == table->columns)
      g_string_append_c (out, '\n');
  }
}

void
ser_table_append (const SerTable *table, GString *out, gboolean markdown)
{
  if (markdown)
    append_markdown (table, out);
  else
    append_aligned (table, out);
}
