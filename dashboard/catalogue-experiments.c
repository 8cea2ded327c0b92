/* catalogue-experiments.c - tables of trainings: /experiments
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue-experiments.h"

#include <math.h>
#include <string.h>

#include "catalogue-files.h"
#include "json.h"
#include "model/error.h"
#include "training.h"
#include "tune-table.h"

#define SHIPPED "models/experiments"

/* What a run came to; NAN and 0 where there is no result. */
typedef struct {
  double uar, accuracy, loss, macro_f1, ece;
  double train_accuracy; /* in the epoch that was kept */
  double seconds;
  guint parameters, epochs, kept_epoch;
} Figures;

typedef struct {
  char *name; /* in paths */
  gboolean shipped;
  GFile *runs; /* the folder of ID.json */
  SerTuneTable *table;
  Figures *figures; /* [rows] */
} Experiment;

struct _SerExperiments {
  GPtrArray *list; /* Experiment * */
};

static void
experiment_free (gpointer data)
{
  Experiment *experiment = data;

  g_free (experiment->name);
  g_clear_object (&experiment->runs);
  ser_tune_table_free (experiment->table);
  g_free (experiment->figures);
  g_free (experiment);
}

static const SerTuneRow *
get_row (const Experiment *experiment, guint i)
{
  return experiment->table->rows->pdata[i];
}

/* ---- reading ---- */

/* The ID has been checked to be hexadecimal digits. */
static GFile *
get_file (const Experiment *experiment, const char *id)
{
  g_autofree char *name = g_strconcat (id, ".json", NULL);

  return g_file_get_child (experiment->runs, name);
}

static gboolean
read_history (const SerJsonValue *root, Figures *figures, GError **error)
{
  SerJsonValue history, epoch;

  if (!ser_json_get_count (root, "kept_epoch", &figures->kept_epoch, error)
      || !ser_json_get_array (root, "history", &history, &figures->epochs, error))
    return FALSE;
  if (figures->kept_epoch < 1 || figures->kept_epoch > figures->epochs)
    return ser_fail (error, SER_ERROR_DATA, "%s: kept_epoch %u: expected an epoch of the history, 1 to %u", root->file,
        figures->kept_epoch, figures->epochs);
  epoch = ser_json_element (&history, figures->kept_epoch - 1);
  return ser_json_get_figure (&epoch, "train_accuracy", 0, 1, &figures->train_accuracy, error);
}

static gboolean
read_root (const SerJsonValue *root, Figures *figures, GError **error)
{
  return ser_json_get_figure (root, "uar", 0, 1, &figures->uar, error)
      && ser_json_get_figure (root, "accuracy", 0, 1, &figures->accuracy, error)
      && ser_json_get_figure (root, "loss", 0, G_MAXDOUBLE, &figures->loss, error)
      && ser_json_get_figure (root, "macro_f1", 0, 1, &figures->macro_f1, error)
      && ser_json_get_figure (root, "ece", 0, 1, &figures->ece, error)
      && ser_json_get_figure (root, "seconds", 0, G_MAXDOUBLE, &figures->seconds, error)
      && ser_json_get_count (root, "parameters", &figures->parameters, error) && read_history (root, figures, error);
}

static gboolean
check_run (const SerJsonFile *file, const char *id, GError **error)
{
  SerJsonValue root = ser_json_file_root (file);

  if (!ser_json_file_check_schema (file, SER_RUN_SCHEMA, "seremotion tune", error))
    return FALSE;
  return g_strcmp0 (ser_json_find_text (&root, "id"), id) == 0
      || ser_fail (error, SER_ERROR_DATA, "%s: expected the run %s", root.file, id);
}

/* Leaves figures as they are where the run is not finished. */
static gboolean
read_run (const Experiment *experiment, const char *id, Figures *figures, GError **error)
{
  g_autoptr (GFile) path = get_file (experiment, id);
  g_autoptr (SerJsonFile) file = NULL;
  SerJsonValue root;
  gboolean interrupted;

  if (ser_catalogue_is (path, G_FILE_TYPE_UNKNOWN))
    return TRUE;
  file = ser_catalogue_read_json (path, error);
  if (!file || !check_run (file, id, error))
    return FALSE;
  root = ser_json_file_root (file);
  return ser_json_get_boolean (&root, "interrupted", &interrupted, error)
      && (interrupted || read_root (&root, figures, error));
}

static gboolean
read_runs (Experiment *experiment, GError **error)
{
  const guint n = experiment->table->rows->len;

  experiment->figures = g_new (Figures, MAX (n, 1));
  for (guint i = 0; i < n; i++) {
    experiment->figures[i] = (Figures){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0, 0 };
    if (!read_run (experiment, get_row (experiment, i)->id, &experiment->figures[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_table (const SerTuneTable *table, GFile *grid, GError **error)
{
  g_autofree char *name = ser_catalogue_describe (grid);

  return table->rows->len <= SER_GRID_MAX_RUNS
      || ser_fail (
          error, SER_ERROR_DATA, "%s: %u runs; expected %d at most", name, table->rows->len, SER_GRID_MAX_RUNS);
}

static const Experiment *
find (const SerExperiments *experiments, const char *name)
{
  for (guint i = 0; i < experiments->list->len; i++) {
    const Experiment *experiment = experiments->list->pdata[i];
    if (strcmp (experiment->name, name) == 0)
      return experiment;
  }
  return NULL;
}

/* The folder's name, with a number where another experiment has it. */
static char *
make_name (const SerExperiments *experiments, GFile *folder)
{
  g_autofree char *base = g_file_get_basename (folder), *shown = g_filename_display_name (base);
  char *name = g_strdup (shown);

  for (guint i = 2; find (experiments, name); i++) {
    g_free (name);
    name = g_strdup_printf ("%s-%u", shown, i);
  }
  return name;
}

static gboolean
add_experiment (SerExperiments *experiments, GFile *folder, gboolean shipped, GError **error)
{
  g_autoptr (GFile) grid = g_file_get_child (folder, "grid.json");
  g_autoptr (GFile) runs = g_file_get_child (folder, "runs");
  g_autoptr (SerJsonFile) file = ser_catalogue_read_json (grid, error);
  Experiment *experiment;

  if (!file)
    return FALSE;
  if (ser_catalogue_is (runs, G_FILE_TYPE_SYMBOLIC_LINK)) {
    g_autofree char *name = ser_catalogue_describe (runs);
    return ser_fail (error, SER_ERROR_FILE, "%s: a link; expected a folder", name);
  }
  experiment = g_new0 (Experiment, 1);
  experiment->name = make_name (experiments, folder);
  experiment->shipped = shipped;
  experiment->runs = g_object_ref (runs);
  experiment->table = ser_tune_table_read (file, error);
  if (experiment->table && check_table (experiment->table, grid, error) && read_runs (experiment, error)) {
    g_ptr_array_add (experiments->list, experiment);
    return TRUE;
  }
  experiment_free (experiment);
  return FALSE;
}

static gboolean
has_grid (GFile *folder)
{
  g_autoptr (GFile) grid = g_file_get_child (folder, "grid.json");

  return !ser_catalogue_is (grid, G_FILE_TYPE_UNKNOWN);
}

/* Every folder in `parent` that holds a grid. */
static gboolean
add_children (SerExperiments *experiments, GFile *parent, gboolean shipped, GError **error)
{
  g_autoptr (GPtrArray) names = ser_catalogue_list (parent, G_FILE_TYPE_DIRECTORY, error);

  for (guint i = 0; names && i < names->len; i++) {
    g_autoptr (GFile) child = g_file_get_child (parent, names->pdata[i]);

    if (has_grid (child) && !add_experiment (experiments, child, shipped, error))
      return FALSE;
  }
  return names != NULL;
}

static gboolean
add_folder (SerExperiments *experiments, const char *path, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  const guint before = experiments->list->len;

  if (has_grid (folder))
    return add_experiment (experiments, folder, FALSE, error);
  if (!add_children (experiments, folder, FALSE, error))
    return FALSE;
  return experiments->list->len > before
      || ser_fail (error, SER_ERROR_DATA,
          "--experiments %s: there is no grid.json in it or in one of its folders; name what `seremotion tune "
          "--output` was given, or the folder around it",
          path);
}

SerExperiments *
ser_experiments_new (const char *folder, GError **error)
{
  g_autoptr (SerExperiments) experiments = g_new0 (SerExperiments, 1);
  g_autoptr (GFile) shipped = ser_catalogue_find (SHIPPED);

  experiments->list = g_ptr_array_new_with_free_func (experiment_free);
  if (!add_children (experiments, shipped, TRUE, error) || (folder && !add_folder (experiments, folder, error)))
    return NULL;
  return g_steal_pointer (&experiments);
}

void
ser_experiments_free (SerExperiments *experiments)
{
  if (!experiments)
    return;
  g_ptr_array_unref (experiments->list);
  g_free (experiments);
}

/* ---- answers ---- */

static void
add_strings (JsonBuilder *builder, const char *name, char **strings)
{
  ser_json_add_strings (builder, name, (const char *const *) strings, g_strv_length (strings));
}

/* Null where there is no result. */
static void
add_count (JsonBuilder *builder, const char *name, guint count)
{
  if (count > 0)
    ser_json_add_int (builder, name, count);
  else
    ser_json_add_string (builder, name, NULL);
}

static void
add_run (JsonBuilder *builder, const SerTuneRow *row, const Figures *figures)
{
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "id", row->id);
  add_strings (builder, "values", row->values);
  ser_json_add_double (builder, "uar", figures->uar);
  ser_json_add_double (builder, "accuracy", figures->accuracy);
  ser_json_add_double (builder, "train_accuracy", figures->train_accuracy);
  ser_json_add_double (builder, "loss", figures->loss);
  ser_json_add_double (builder, "macro_f1", figures->macro_f1);
  ser_json_add_double (builder, "ece", figures->ece);
  add_count (builder, "parameters", figures->parameters);
  ser_json_add_double (builder, "seconds", figures->seconds);
  add_count (builder, "epochs", figures->epochs);
  add_count (builder, "kept_epoch", figures->kept_epoch);
  json_builder_end_object (builder);
}

static void
answer_experiment (const Experiment *experiment, const SerRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "name", experiment->name);
  ser_json_add_string (builder, "title", experiment->table->title);
  ser_json_add_string (builder, "source", experiment->shipped ? "shipped" : "folder");
  add_strings (builder, "fixed", experiment->table->fixed);
  add_strings (builder, "columns", experiment->table->columns);
  json_builder_set_member_name (builder, "runs");
  json_builder_begin_array (builder);
  for (guint i = 0; i < experiment->table->rows->len; i++)
    add_run (builder, get_row (experiment, i), &experiment->figures[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

static void
answer_list (const SerExperiments *experiments, const SerRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "experiments");
  json_builder_begin_array (builder);
  for (guint i = 0; i < experiments->list->len; i++) {
    const Experiment *experiment = experiments->list->pdata[i];

    json_builder_begin_object (builder);
    ser_json_add_string (builder, "name", experiment->name);
    ser_json_add_string (builder, "title", experiment->table->title);
    add_strings (builder, "columns", experiment->table->columns);
    ser_json_add_int (builder, "runs", experiment->table->rows->len);
    ser_json_add_string (builder, "source", experiment->shipped ? "shipped" : "folder");
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

static const char *
find_id (const Experiment *experiment, const char *id)
{
  for (guint i = 0; i < experiment->table->rows->len; i++)
    if (strcmp (get_row (experiment, i)->id, id) == 0)
      return get_row (experiment, i)->id;
  return NULL;
}

/* The file is what it was when it was checked, or is refused. */
static void
answer_run (const Experiment *experiment, const char *id, const SerRequest *request)
{
  g_autoptr (GFile) path = get_file (experiment, id);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SerJsonFile) file = NULL;
  g_autofree char *name = ser_catalogue_describe (path);

  if (ser_catalogue_is (path, G_FILE_TYPE_UNKNOWN)) {
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "the run %s of %s has no result yet", id, experiment->name);
    return;
  }
  bytes = ser_catalogue_read (path, &error);
  if (bytes)
    file = ser_json_file_parse (name, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  if (file && check_run (file, id, &error))
    ser_respond_bytes (request, "application/json", bytes);
  else
    ser_respond_problem (request, SOUP_STATUS_INTERNAL_SERVER_ERROR, "%s", error->message);
}

static gboolean
answer_inside (const Experiment *experiment, const SerRequest *request)
{
  const char *id;

  if (!request->parts[2]) {
    answer_experiment (experiment, request);
    return TRUE;
  }
  if (strcmp (request->parts[2], "runs") != 0 || !request->parts[3] || request->parts[4])
    return FALSE;
  id = find_id (experiment, request->parts[3]);
  if (id)
    answer_run (experiment, id, request);
  else
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "%s has no run %s", experiment->name, request->parts[3]);
  return TRUE;
}

gboolean
ser_experiments_answer (const SerExperiments *experiments, const SerRequest *request)
{
  const Experiment *experiment = request->parts[1] ? find (experiments, request->parts[1]) : NULL;

  if (!request->parts[1])
    answer_list (experiments, request);
  else if (!experiment)
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no experiment %s", request->parts[1]);
  else
    return answer_inside (experiment, request);
  return TRUE;
}
