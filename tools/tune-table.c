/* tune-table.c - the rows of a grid's table, kept in the folder of results
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tune-table.h"

#include <string.h>

#include "json.h"
#include "model/error.h"

static void
free_row (gpointer data)
{
  SerTuneRow *row = data;

  g_free (row->id);
  g_strfreev (row->values);
  g_free (row);
}

SerTuneTable *
ser_tune_table_new (const SerGrid *grid)
{
  SerTuneTable *table = g_new0 (SerTuneTable, 1);

  table->title = g_strdup (grid->title);
  table->fixed = g_new0 (char *, grid->fixed->len + 1);
  for (guint i = 0; i < grid->fixed->len; i++) {
    const SerSetting *setting = &g_array_index (grid->fixed, SerSetting, i);
    table->fixed[i] = g_strdup_printf ("%s = %s", setting->key, setting->value);
  }
  table->columns = g_new0 (char *, grid->columns->len + 1);
  for (guint i = 0; i < grid->columns->len; i++)
    table->columns[i] = g_strdup (grid->columns->pdata[i]);
  table->rows = g_ptr_array_new_with_free_func (free_row);
  return table;
}

void
ser_tune_table_add (SerTuneTable *table, const char *id, const char *const *values)
{
  SerTuneRow *row = g_new (SerTuneRow, 1);

  *row = (SerTuneRow){ g_strdup (id), g_strdupv ((char **) values) };
  g_ptr_array_add (table->rows, row);
}

void
ser_tune_table_free (SerTuneTable *table)
{
  if (!table)
    return;
  g_free (table->title);
  g_strfreev (table->fixed);
  g_strfreev (table->columns);
  g_ptr_array_unref (table->rows);
  g_free (table);
}

gboolean
ser_tune_table_equal (const SerTuneTable *a, const SerTuneTable *b)
{
  gboolean equal = a->rows->len == b->rows->len && strcmp (a->title, b->title) == 0
      && g_strv_equal ((const char *const *) a->columns, (const char *const *) b->columns);

  for (guint i = 0; equal && i < a->rows->len; i++) {
    const SerTuneRow *x = a->rows->pdata[i], *y = b->rows->pdata[i];
    equal =
        strcmp (x->id, y->id) == 0 && g_strv_equal ((const char *const *) x->values, (const char *const *) y->values);
  }
  return equal;
}

/* ---- grid.json ---- */

static void
add_strings (JsonBuilder *builder, const char *name, char **strings)
{
  ser_json_add_strings (builder, name, (const char *const *) strings, g_strv_length (strings));
}

gboolean
ser_tune_table_save (const SerTuneTable *table, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "grid.json", NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "schema", SER_TUNE_SCHEMA);
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_string (builder, "title", table->title);
  add_strings (builder, "fixed", table->fixed);
  add_strings (builder, "columns", table->columns);
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < table->rows->len; i++) {
    const SerTuneRow *row = table->rows->pdata[i];

    json_builder_begin_object (builder);
    ser_json_add_string (builder, "id", row->id);
    add_strings (builder, "values", row->values);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return ser_json_write (builder, path, error);
}

/* A member that is a list of text, possibly an empty one; NULL on failure. */
static char **
read_strings (const SerJsonValue *object, const char *name, GError **error)
{
  SerJsonValue list;
  JsonArray *array;
  g_auto (GStrv) strings = NULL;

  if (!ser_json_get (object, name, &list, error))
    return NULL;
  array = JSON_NODE_HOLDS_ARRAY (list.node) ? json_node_get_array (list.node) : NULL;
  strings = g_new0 (char *, array ? json_array_get_length (array) + 1 : 1);
  for (guint i = 0; array && i < json_array_get_length (array); i++) {
    SerJsonValue value = ser_json_element (&list, i);
    const char *text;

    if (!ser_json_as_text (&value, &text, error))
      return NULL;
    strings[i] = g_strdup (text);
  }
  return g_steal_pointer (&strings);
}

static gboolean
read_rows (SerTuneTable *table, const SerJsonValue *root, GError **error)
{
  SerJsonValue list;
  guint n;

  if (!ser_json_get_array (root, "runs", &list, &n, error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    SerJsonValue run = ser_json_element (&list, i), id;
    g_auto (GStrv) values = read_strings (&run, "values", error);
    const char *text;

    if (!values || !ser_json_get (&run, "id", &id, error) || !ser_json_as_text (&id, &text, error))
      return FALSE;
    if (strlen (text) != 16 || text[strspn (text, G_CSET_DIGITS "abcdef")] != '\0'
        || g_strv_length (values) != g_strv_length (table->columns))
      return ser_fail (error, SER_ERROR_DATA, "%s: %s: expected an id of 16 hexadecimal digits and %u values", run.file,
          run.place, g_strv_length (table->columns));
    ser_tune_table_add (table, text, (const char *const *) values);
  }
  return TRUE;
}

SerTuneTable *
ser_tune_table_read (const SerJsonFile *file, GError **error)
{
  g_autoptr (SerTuneTable) table = g_new0 (SerTuneTable, 1);
  SerJsonValue root, title;
  const char *text;

  table->rows = g_ptr_array_new_with_free_func (free_row);
  if (!ser_json_file_check_schema (file, SER_TUNE_SCHEMA, "seremotion tune", error))
    return NULL;
  root = ser_json_file_root (file);
  if (!ser_json_get (&root, "title", &title, error) || !ser_json_as_text (&title, &text, error))
    return NULL;
  table->title = g_strdup (text);
  table->fixed = read_strings (&root, "fixed", error);
  table->columns = table->fixed ? read_strings (&root, "columns", error) : NULL;
  return table->columns && read_rows (table, &root, error) ? g_steal_pointer (&table) : NULL;
}

SerTuneTable *
ser_tune_table_load (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "grid.json", NULL);
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);

  return file ? ser_tune_table_read (file, error) : NULL;
}

char *
ser_tune_path (const char *folder, const char *id, const char *end)
{
  g_autofree char *name = g_strconcat (id, end, NULL);

  return g_build_filename (folder, "runs", name, NULL);
}
