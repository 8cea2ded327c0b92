/* table-write.c - many recordings in one table
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "table-write.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "csv.h"
#include "entry-json.h"
#include "model/error.h"

/* Of the program's own tables these are left out: nobody told it who speaks, here somebody may have said so. */
#define OWN_SPEAKER "speaker"

/* ---- rows ---- */

typedef struct {
  FILE *file;
  GString *row;
} Writer;

static gboolean
writer_open (Writer *writer, const char *path, GError **error)
{
  writer->file = g_fopen (path, "wbxe");
  if (!writer->file)
    return ser_fail (error, SER_ERROR_FILE, "%s: %s", path, g_strerror (errno));
  writer->row = g_string_new (NULL);
  return TRUE;
}

/* FALSE where it could not write all. */
static gboolean
writer_close (Writer *writer, GError **error)
{
  gboolean failed = ferror (writer->file) != 0;

  failed = fclose (writer->file) != 0 || failed;
  g_string_free (writer->row, TRUE);
  return !failed || ser_fail (error, SER_ERROR_FILE, "the table cannot be written: is the server's disk full?");
}

/* The first one of a row is never empty: an ID, or a name. */
static void
add_field (Writer *writer, const char *field)
{
  if (writer->row->len > 0)
    g_string_append_c (writer->row, ',');
  ser_csv_append_field (writer->row, field ? field : "");
}

static void
end_row (Writer *writer)
{
  g_string_append_c (writer->row, '\n');
  fwrite (writer->row->str, 1, writer->row->len, writer->file);
  g_string_truncate (writer->row, 0);
}

static void
add_number (Writer *writer, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  add_field (writer, isnan (number) ? "" : g_ascii_formatd (text, sizeof text, "%.6g", number));
}

static void
add_count (Writer *writer, guint64 count)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GUINT64_FORMAT, count);
  add_field (writer, text);
}

static void
add_time (Writer *writer, gint64 seconds)
{
  g_autofree char *text = ser_entry_format_time (seconds);

  add_field (writer, text);
}

static void
add_names (Writer *writer, const char *const *names)
{
  for (; *names; names++)
    add_field (writer, *names);
}

/* What every row begins with, whatever it is of. */
static void
add_said_names (Writer *writer)
{
  add_field (writer, "id");
  add_names (writer, ser_labelling_names);
}

static void
add_said (Writer *writer, const SerEntry *entry)
{
  SerLabelling labelling = entry->labelling;

  add_field (writer, entry->id);
  for (guint i = 0; i < SER_N_LABELLING; i++)
    add_field (writer, *ser_labelling_get (&labelling, i));
}

/* Columns in order of their first appearance. */
static void
add_column (GPtrArray *columns, const char *name)
{
  if (!g_ptr_array_find_with_equal_func (columns, name, g_str_equal, NULL))
    g_ptr_array_add (columns, g_strdup (name));
}

/* ---- a row for each recording ---- */

/* The summary, or NULL. */
static JsonNode *
parse_summary (const SerEntry *entry)
{
  return entry->summary ? json_from_string (entry->summary, NULL) : NULL;
}

static JsonObject *
get_shares (JsonObject *summary)
{
  JsonNode *shares = summary ? json_object_get_member (summary, "shares") : NULL;

  return shares && JSON_NODE_HOLDS_OBJECT (shares) ? json_node_get_object (shares) : NULL;
}

/* Models may differ in their labels. */
static GPtrArray *
find_labels (GPtrArray *entries)
{
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < entries->len; i++) {
    g_autoptr (JsonNode) summary = parse_summary (entries->pdata[i]);
    JsonObject *shares = get_shares (summary ? json_node_get_object (summary) : NULL);
    g_autoptr (GList) names = shares ? json_object_get_members (shares) : NULL;

    for (GList *name = names; name; name = name->next)
      add_column (labels, name->data);
  }
  return labels;
}

static double
get_number (JsonObject *object, const char *name)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : NAN;
}

static void
add_summary (Writer *writer, JsonObject *summary, GPtrArray *labels)
{
  static const char *const counts[] = { "windows", "speech_windows" }, *const shares[] = { "none", "uncertain" };

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    add_number (writer, get_number (summary, counts[i]));
  for (guint i = 0; i < labels->len; i++)
    add_number (writer, get_number (get_shares (summary), labels->pdata[i]));
  add_field (writer, summary ? json_object_get_string_member_with_default (summary, "leading", "") : "");
  for (guint i = 0; i < G_N_ELEMENTS (shares); i++)
    add_number (writer, get_number (summary, shares[i]));
  if (summary)
    add_count (writer, json_object_get_boolean_member_with_default (summary, "truncated", FALSE));
  else
    add_field (writer, "");
}

static void
write_recording (Writer *writer, const SerEntry *entry, GPtrArray *labels)
{
  g_autoptr (JsonNode) summary = parse_summary (entry);

  add_said (writer, entry);
  add_field (writer, entry->origin);
  add_field (writer, entry->source);
  add_field (writer, ser_state_get_name (entry->state));
  add_time (writer, entry->created);
  add_time (writer, entry->finished);
  add_number (writer, entry->duration);
  add_summary (writer, summary ? json_node_get_object (summary) : NULL, labels);
  add_field (writer, entry->model);
  add_field (writer, entry->model_id);
  add_field (writer, entry->error);
  end_row (writer);
}

gboolean
ser_table_write_recordings (const char *path, GPtrArray *entries, GError **error)
{
  static const char *const before[] = { "file", "source", "state", "created", "finished", "duration", "windows",
    "speech_windows", NULL };
  static const char *const after[] = { "leading", "none", "uncertain", "truncated", "model", "model_id", "error",
    NULL };
  g_autoptr (GPtrArray) labels = NULL;
  Writer writer = { NULL };

  if (!writer_open (&writer, path, error))
    return FALSE;
  labels = find_labels (entries);
  add_said_names (&writer);
  add_names (&writer, before);
  for (guint i = 0; i < labels->len; i++) {
    g_autofree char *name = g_strconcat ("share_", labels->pdata[i], NULL);

    add_field (&writer, name);
  }
  add_names (&writer, after);
  end_row (&writer);
  for (guint i = 0; i < entries->len; i++)
    write_recording (&writer, entries->pdata[i], labels);
  return writer_close (&writer, error);
}

/* ---- tables of the program ---- */

/* The one of an entry; what the program that wrote it may have left instead of a file is not followed. */
static SerCsv *
load (const SerEntry *entry, const char *path, guint64 *left, GError **error)
{
  g_autoptr (GError) local = NULL;
  GStatBuf status;
  SerCsv *csv;

  if (g_lstat (path, &status) != 0 || !S_ISREG (status.st_mode)) {
    ser_fail (error, SER_ERROR_DATA, "%s (%s) has no such table: analyse it again", entry->id, entry->labelling.title);
    return NULL;
  }
  if ((guint64) status.st_size > *left) {
    ser_fail (error, SER_ERROR_CONFIG, "the tables of these recordings have more than %u MiB: choose fewer",
        (guint) (SER_TABLE_MAX >> 20));
    return NULL;
  }
  *left -= (guint64) status.st_size;
  csv = ser_csv_load (path, &local);
  if (!csv)
    ser_fail (error, SER_ERROR_DATA, "%s (%s): its table cannot be read: analyse it again", entry->id,
        entry->labelling.title);
  return csv;
}

static void
find_columns (const SerCsv *csv, GPtrArray *columns)
{
  for (guint i = 0; i < ser_csv_get_n_columns (csv); i++)
    if (strcmp (ser_csv_get_column_name (csv, i), OWN_SPEAKER) != 0)
      add_column (columns, ser_csv_get_column_name (csv, i));
}

static void
write_rows (Writer *writer, const SerEntry *entry, const SerCsv *csv, GPtrArray *columns)
{
  g_autofree int *places = g_new (int, columns->len);

  for (guint i = 0; i < columns->len; i++)
    places[i] = ser_csv_find_column (csv, columns->pdata[i]);
  for (guint row = 0; row < ser_csv_get_n_rows (csv); row++) {
    add_said (writer, entry);
    for (guint i = 0; i < columns->len; i++)
      add_field (writer, ser_csv_get (csv, row, places[i]));
    end_row (writer);
  }
}

/* Each is read twice, as all columns come before the first row, and not all tables go into memory at once. */
static gboolean
write_tables (Writer *writer, GPtrArray *entries, GPtrArray *tables, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func (g_free);

  for (guint pass = 0; pass < 2; pass++) {
    guint64 left = SER_TABLE_MAX;

    for (guint i = 0; i < entries->len; i++) {
      g_autoptr (SerCsv) csv = NULL;

      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || !(csv = load (entries->pdata[i], tables->pdata[i], &left, error)))
        return FALSE;
      if (pass == 0)
        find_columns (csv, columns);
      else
        write_rows (writer, entries->pdata[i], csv, columns);
    }
    if (pass == 0) {
      add_said_names (writer);
      for (guint i = 0; i < columns->len; i++)
        add_field (writer, columns->pdata[i]);
      end_row (writer);
    }
  }
  return TRUE;
}

gboolean
ser_table_write_joined (
    const char *path, GPtrArray *entries, GPtrArray *tables, GCancellable *cancellable, GError **error)
{
  Writer writer = { NULL };

  if (!writer_open (&writer, path, error))
    return FALSE;
  if (write_tables (&writer, entries, tables, cancellable, error))
    return writer_close (&writer, error);
  writer_close (&writer, NULL);
  return FALSE;
}
