/* tune-report.c - what came of the runs of a grid: runs.csv and runs.md
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "csv.h"
#include "json-read.h"
#include "model/error.h"
#include "table.h"
#include "training.h"
#include "tune-table.h"

/* The figures of a run at the epoch whose weights were kept. */
typedef struct {
  char *protocol, *corpora;
  guint train_clips, valid_clips, train_speakers, valid_speakers;
  guint kept_epoch, epochs, parameters;
  double train_loss, train_accuracy, valid_loss, valid_accuracy, valid_uar, seconds;
} Result;

static void
clear_result (Result *result)
{
  g_free (result->protocol);
  g_free (result->corpora);
}

/* ---- reading ---- */

static gboolean
read_text (const SerJsonValue *root, const char *name, char **text, GError **error)
{
  SerJsonValue member;
  const char *found;

  if (!ser_json_get (root, name, &member, error) || !ser_json_as_text (&member, &found, error))
    return FALSE;
  *text = g_strdup (found);
  return TRUE;
}

static gboolean
read_counts (const SerJsonValue *root, const char *name, guint *train, guint *valid, GError **error)
{
  SerJsonValue member;

  return ser_json_get (root, name, &member, error) && ser_json_get_count (&member, "train", train, error)
      && ser_json_get_count (&member, "valid", valid, error);
}

static gboolean
read_history (const SerJsonValue *root, Result *result, GError **error)
{
  SerJsonValue history, epoch;

  if (!ser_json_get_count (root, "kept_epoch", &result->kept_epoch, error)
      || !ser_json_get_array (root, "history", &history, &result->epochs, error))
    return FALSE;
  if (result->kept_epoch < 1 || result->kept_epoch > result->epochs)
    return ser_fail (error, SER_ERROR_DATA, "%s: kept_epoch %u: expected an epoch of the history, 1 to %u", root->file,
        result->kept_epoch, result->epochs);
  epoch = ser_json_element (&history, result->kept_epoch - 1);
  return ser_json_get_number (&epoch, "train_loss", 0, G_MAXDOUBLE, &result->train_loss, error)
      && ser_json_get_number (&epoch, "train_accuracy", 0, 1, &result->train_accuracy, error)
      && ser_json_get_figure (&epoch, "valid_loss", 0, G_MAXDOUBLE, &result->valid_loss, error)
      && ser_json_get_figure (&epoch, "valid_accuracy", 0, 1, &result->valid_accuracy, error)
      && ser_json_get_figure (&epoch, "valid_uar", 0, 1, &result->valid_uar, error);
}

static gboolean
read_result (const char *folder, const char *id, Result *result, GError **error)
{
  g_autofree char *path = ser_tune_path (folder, id, ".json");
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);
  SerJsonValue root;
  gboolean interrupted;

  *result = (Result){ 0 };
  if (!file || !ser_json_file_check_schema (file, SER_RUN_SCHEMA, "seremotion tune", error))
    return FALSE;
  root = ser_json_file_root (file);
  if (g_strcmp0 (ser_json_find_text (&root, "id"), id) != 0)
    return ser_fail (error, SER_ERROR_DATA, "%s: expected the run %s", root.file, id);
  if (!ser_json_get_boolean (&root, "interrupted", &interrupted, error))
    return FALSE;
  if (interrupted)
    return ser_fail (error, SER_ERROR_DATA, "%s: the run was interrupted", root.file);
  return read_text (&root, "protocol", &result->protocol, error)
      && read_text (&root, "corpora", &result->corpora, error)
      && read_counts (&root, "clips", &result->train_clips, &result->valid_clips, error)
      && read_counts (&root, "speakers", &result->train_speakers, &result->valid_speakers, error)
      && ser_json_get_count (&root, "parameters", &result->parameters, error)
      && ser_json_get_number (&root, "seconds", 0, G_MAXDOUBLE, &result->seconds, error)
      && read_history (&root, result, error);
}

gboolean
ser_tune_is_finished (const char *folder, const char *id)
{
  Result result;
  gboolean finished = read_result (folder, id, &result, NULL);

  clear_result (&result);
  return finished;
}

/* ---- CSV ---- */

static void
append_figure (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (csv, ",%s", isnan (value) ? "" : g_ascii_formatd (text, sizeof text, "%.6g", value));
}

/* The protocol has a column of its own in any case. */
static gboolean
has_column (const char *name)
{
  return strcmp (name, "protocol") != 0;
}

static void
append_header (GString *csv, const SerTuneTable *table)
{
  g_string_append (csv, "run,id");
  for (guint c = 0; table->columns[c]; c++)
    if (has_column (table->columns[c]))
      g_string_append_printf (csv, ",%s", table->columns[c]);
  g_string_append (csv,
      ",corpora,protocol,train_clips,valid_clips,train_loss,train_accuracy,valid_loss,valid_accuracy,valid_uar,"
      "kept_epoch,epochs_run,parameters,seconds\n");
}

static void
append_row (GString *csv, const SerTuneTable *table, guint number, const Result *result)
{
  const SerTuneRow *row = table->rows->pdata[number - 1];
  const double figures[] = { result->train_loss, result->train_accuracy, result->valid_loss, result->valid_accuracy,
    result->valid_uar };

  g_string_append_printf (csv, "%u,%s,", number, row->id);
  for (guint c = 0; table->columns[c]; c++) {
    if (!has_column (table->columns[c]))
      continue;
    ser_csv_append_field (csv, row->values[c]);
    g_string_append_c (csv, ',');
  }
  ser_csv_append_field (csv, result->corpora);
  g_string_append_c (csv, ',');
  ser_csv_append_field (csv, result->protocol);
  g_string_append_printf (csv, ",%u,%u", result->train_clips, result->valid_clips);
  for (guint i = 0; i < G_N_ELEMENTS (figures); i++)
    append_figure (csv, figures[i]);
  g_string_append_printf (csv, ",%u,%u,%u", result->kept_epoch, result->epochs, result->parameters);
  append_figure (csv, result->seconds);
  g_string_append_c (csv, '\n');
}

/* ---- tables ---- */

static SerTable *
start_table (const SerTuneTable *table)
{
  static const char *const names[] = { "train loss", "train acc.", "valid. loss", "valid. acc.", "valid. UAR", "epoch",
    "of", "weights", "s" };
  SerTable *cells = ser_table_new (NULL, g_strv_length (table->columns) + G_N_ELEMENTS (names));

  for (guint c = 0; table->columns[c]; c++)
    ser_table_add (cells, "%s", table->columns[c]);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ser_table_add (cells, "%s", names[i]);
  return cells;
}

static void
add_row (SerTable *cells, const SerTuneTable *table, guint number, const Result *result)
{
  const SerTuneRow *row = table->rows->pdata[number - 1];

  for (guint c = 0; table->columns[c]; c++)
    ser_table_add (cells, "%s", row->values[c]);
  ser_table_add_number (cells, result->train_loss, 3);
  ser_table_add_share (cells, result->train_accuracy);
  ser_table_add_number (cells, result->valid_loss, 3);
  ser_table_add_share (cells, result->valid_accuracy);
  ser_table_add_share (cells, result->valid_uar);
  ser_table_add (cells, "%u", result->kept_epoch);
  ser_table_add (cells, "%u", result->epochs);
  ser_table_add (cells, "%u", result->parameters);
  ser_table_add_number (cells, result->seconds, 0);
}

/* What validated what, once for all rows that agree. */
static void
note_clips (GPtrArray *notes, const Result *result)
{
  g_autofree char *note =
      g_strdup_printf ("%s, protocol %s: %u clips of %u speakers train, %u of %u validate.", result->corpora,
          result->protocol, result->train_clips, result->train_speakers, result->valid_clips, result->valid_speakers);

  if (!g_ptr_array_find_with_equal_func (notes, note, g_str_equal, NULL))
    g_ptr_array_add (notes, g_steal_pointer (&note));
}

static char *
to_markdown (const SerTuneTable *table, const SerTable *cells, GPtrArray *notes, guint n_finished)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "# %s\n\n", table->title);
  for (guint i = 0; i < notes->len; i++)
    g_string_append_printf (text, "%s\n\n", (char *) notes->pdata[i]);
  for (guint i = 0; table->fixed[i]; i++)
    g_string_append_printf (
        text, "%s`%s`%s", i ? ", " : "Fixed: ", table->fixed[i], table->fixed[i + 1] ? "" : ".\n\n");
  ser_table_append (cells, text, TRUE);
  if (n_finished < table->rows->len)
    g_string_append_printf (text, "\n%u of %u runs are finished.\n", n_finished, table->rows->len);
  g_string_append (text,
      "\nFigures are those of the epoch whose weights were kept (*epoch*) of those that were run (*of*). The "
      "training's are\n"
      "of the batches as they were seen, dropout and augmentation included. Where the kept epoch is the one that "
      "validates\n"
      "best, its validation figures are optimistic.\n");
  return g_string_free (text, FALSE);
}

gboolean
ser_tune_report (const SerTuneTable *table, const char *folder, guint *n_finished, GError **error)
{
  g_autofree char *csv_path = g_build_filename (folder, "runs.csv", NULL), *markdown = NULL;
  g_autofree char *markdown_path = g_build_filename (folder, "runs.md", NULL);
  g_autoptr (SerTable) cells = start_table (table);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) csv = g_string_new (NULL);

  *n_finished = 0;
  append_header (csv, table);
  for (guint i = 0; i < table->rows->len; i++) {
    const SerTuneRow *row = table->rows->pdata[i];
    Result result;

    if (read_result (folder, row->id, &result, NULL)) {
      append_row (csv, table, i + 1, &result);
      add_row (cells, table, i + 1, &result);
      note_clips (notes, &result);
      ++*n_finished;
    }
    clear_result (&result);
  }
  markdown = to_markdown (table, cells, notes, *n_finished);
  return g_file_set_contents (csv_path, csv->str, csv->len, error)
      && g_file_set_contents (markdown_path, markdown, -1, error);
}

char *
ser_tune_report_text (const SerTuneTable *table, const char *folder)
{
  g_autoptr (SerTable) cells = start_table (table);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < table->rows->len; i++) {
    Result result;

    if (read_result (folder, ((SerTuneRow *) table->rows->pdata[i])->id, &result, NULL))
      add_row (cells, table, i + 1, &result);
    clear_result (&result);
  }
  ser_table_append (cells, text, FALSE);
  return g_string_free (text, FALSE);
}
