/* csv.c - comma-separated values: a whole file read into rows, and fields written
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "csv.h"

#include <string.h>

#include "ser.h"

typedef struct {
  GPtrArray *fields; /* char * */
  guint line;
} Row;

struct _SerCsv {
  GArray *rows; /* Row, the header first */
};

static void
clear_row (gpointer data)
{
  g_ptr_array_unref (((Row *) data)->fields);
}

void
ser_csv_free (SerCsv *csv)
{
  if (!csv)
    return;
  g_array_unref (csv->rows);
  g_free (csv);
}

/* Reads one field at *p into `field` and leaves *p on what follows it: ',', a line end or the end of the text. FALSE
 * when a quote is not closed or is followed by other text. */
static gboolean
read_field (const char **p, guint *line, GString *field)
{
  const char *s = *p;

  g_string_truncate (field, 0);
  if (*s == '"') {
    for (s++; *s != '\0' && (*s != '"' || s[1] == '"'); s++) {
      if (*s == '"')
        s++;
      else if (*s == '\n')
        (*line)++;
      g_string_append_c (field, *s);
    }
    if (*s != '"')
      return FALSE;
    s++;
  } else {
    gsize n = strcspn (s, ",\r\n");
    g_string_append_len (field, s, n);
    s += n;
  }
  if (*s == '\r' && (s[1] == '\n' || s[1] == '\0'))
    s++;
  *p = s;
  return *s == ',' || *s == '\n' || *s == '\0';
}

/* Reads a row at *p and leaves *p behind its line end. */
static gboolean
read_row (const char **p, guint *line, Row *row)
{
  g_autoptr (GString) field = g_string_new (NULL);

  row->line = *line;
  row->fields = g_ptr_array_new_with_free_func (g_free);
  for (;;) {
    if (!read_field (p, line, field))
      return FALSE;
    g_ptr_array_add (row->fields, g_strdup (field->str));
    if (**p != ',')
      break;
    (*p)++;
  }
  if (**p == '\n') {
    (*p)++;
    (*line)++;
  }
  return TRUE;
}

static gboolean
is_empty (const Row *row)
{
  return row->fields->len == 1 && *(const char *) row->fields->pdata[0] == '\0';
}

SerCsv *
ser_csv_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) local = NULL;
  gsize size;

  if (g_file_get_contents (path, &text, &size, &local))
    return ser_csv_parse (path, text, size, error);
  g_set_error_literal (error, SER_ERROR, SER_ERROR_FILE, local->message);
  return NULL;
}

SerCsv *
ser_csv_parse (const char *name, const char *text, gsize size, GError **error)
{
  g_autoptr (SerCsv) csv = NULL;
  const char *p;
  guint line = 1;

  if (memchr (text, '\0', size)) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s: not a text file", name);
    return NULL;
  }
  csv = g_new0 (SerCsv, 1);
  csv->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (csv->rows, clear_row);
  for (p = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text; *p != '\0';) {
    Row row;
    gboolean ok = read_row (&p, &line, &row);

    if (ok && !is_empty (&row)) {
      g_array_append_val (csv->rows, row);
      continue;
    }
    clear_row (&row);
    if (!ok) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s:%u: %s", name, row.line,
          *p == '\r' ? "a carriage return alone ends no line; save the file with LF or CR LF line ends"
                     : "a quoted field must end in a quote, followed by a comma or the line's end");
      return NULL;
    }
  }
  if (csv->rows->len == 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s: empty; the first line must name the columns", name);
    return NULL;
  }
  return g_steal_pointer (&csv);
}

guint
ser_csv_get_n_rows (const SerCsv *csv)
{
  return csv->rows->len - 1;
}

static const Row *
get_row (const SerCsv *csv, guint i)
{
  return &g_array_index (csv->rows, Row, i);
}

int
ser_csv_find_column (const SerCsv *csv, const char *name)
{
  const Row *header = get_row (csv, 0);

  for (guint i = 0; i < header->fields->len; i++) {
    g_autofree char *column = g_strstrip (g_strdup (header->fields->pdata[i]));
    if (g_ascii_strcasecmp (column, name) == 0)
      return i;
  }
  return -1;
}

guint
ser_csv_get_n_columns (const SerCsv *csv)
{
  return get_row (csv, 0)->fields->len;
}

const char *
ser_csv_get_column_name (const SerCsv *csv, guint column)
{
  return get_row (csv, 0)->fields->pdata[column];
}

const char *
ser_csv_get (const SerCsv *csv, guint row, int column)
{
  const Row *r = get_row (csv, row + 1);

  return column >= 0 && (guint) column < r->fields->len ? r->fields->pdata[column] : "";
}

guint
ser_csv_get_line (const SerCsv *csv, guint row)
{
  return get_row (csv, row + 1)->line;
}

void
ser_csv_append_field (GString *out, const char *field)
{
  if (!strpbrk (field, ",\"\r\n")) {
    g_string_append (out, field);
    return;
  }
  g_string_append_c (out, '"');
  for (; *field != '\0'; field++) {
    if (*field == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *field);
  }
  g_string_append_c (out, '"');
}
