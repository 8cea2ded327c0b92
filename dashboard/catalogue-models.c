/* catalogue-models.c - the networks that the project compares, and the one that ships: /models
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "catalogue-models.h"

#include <math.h>
#include <string.h>

#include "catalogue-files.h"
#include "csv.h"
#include "folds.h"
#include "json.h"
#include "model/error.h"
#include "recording-analyse.h"

#define MAX_FOLDS 20

/* Means over folds with their intervals by Student's t, as in docs/experiments.md; ECE and counts are of all clips. */
typedef struct {
  double accuracy, uar, uar_low, uar_high, macro_f1, ece;
  char *protocol;
  guint clips, speakers, n_folds;
  double folds[MAX_FOLDS]; /* UAR */
} Crossval;

typedef struct {
  SerPresetNetwork network;
  Crossval crossval;
  GBytes *drawing; /* NULL until asked for */
} Model;

struct _SerModels {
  const SerModel *served;
  char *served_id;
  Model models[SER_N_PRESET_NETWORKS];
};

/* ---- where results lie ---- */

static gboolean
is_default (const Model *model)
{
  return strcmp (model->network.name, "default") == 0;
}

static GFile *
find_report (const Model *model)
{
  g_autofree char *path = g_strdup_printf ("models/experiments/folds/%s.json", model->network.name);

  return ser_catalogue_find (is_default (model) ? "models/experiments/default/crossval.json" : path);
}

/* Of the default model's folds there are histories alone. */
static GFile *
find_run (const Model *model, guint fold)
{
  g_autofree char *path = is_default (model)
      ? g_strdup_printf ("models/experiments/default/fold%u.history.csv", fold)
      : g_strdup_printf ("models/experiments/folds/%s-fold%u.json", model->network.name, fold);

  return ser_catalogue_find (path);
}

/* ---- reading ---- */

static gboolean
read_mean (const SerJsonValue *mean, const char *name, double *value, double *low, double *high, GError **error)
{
  SerJsonValue figure;

  return ser_json_get (mean, name, &figure, error) && ser_json_get_number (&figure, "value", 0, 1, value, error)
      && (!low
          || (ser_json_get_number (&figure, "low", 0, 1, low, error)
              && ser_json_get_number (&figure, "high", 0, 1, high, error)));
}

static gboolean
read_folds (const SerJsonValue *root, Crossval *crossval, GError **error)
{
  SerJsonValue list;

  if (!ser_json_get_array (root, "folds", &list, &crossval->n_folds, error))
    return FALSE;
  if (crossval->n_folds > MAX_FOLDS)
    return ser_fail (
        error, SER_ERROR_DATA, "%s: %u folds; expected %d at most", root->file, crossval->n_folds, MAX_FOLDS);
  for (guint i = 0; i < crossval->n_folds; i++) {
    SerJsonValue fold = ser_json_element (&list, i);
    if (!ser_json_get_number (&fold, "uar", 0, 1, &crossval->folds[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_crossval (const SerJsonFile *file, Crossval *crossval, GError **error)
{
  SerJsonValue root = ser_json_file_root (file), mean, protocol;
  const char *text;

  if (!ser_json_file_check_schema (file, SER_FOLDS_SCHEMA, "seremotion crossval --json", error)
      || !ser_json_get (&root, "protocol", &protocol, error) || !ser_json_as_text (&protocol, &text, error))
    return FALSE;
  crossval->protocol = g_strdup (text);
  return ser_json_get (&root, "mean", &mean, error)
      && read_mean (&mean, "uar", &crossval->uar, &crossval->uar_low, &crossval->uar_high, error)
      && read_mean (&mean, "accuracy", &crossval->accuracy, NULL, NULL, error)
      && read_mean (&mean, "macro_f1", &crossval->macro_f1, NULL, NULL, error)
      && ser_json_get_number (&root, "ece", 0, 1, &crossval->ece, error)
      && ser_json_get_count (&root, "clips", &crossval->clips, error)
      && ser_json_get_count (&root, "speakers", &crossval->speakers, error) && read_folds (&root, crossval, error);
}

static gboolean
read_model (Model *model, guint preset, GError **error)
{
  g_autoptr (GFile) report = NULL;
  g_autoptr (SerJsonFile) file = NULL;

  if (!ser_preset_network_init (&model->network, preset, error))
    return FALSE;
  report = find_report (model);
  file = ser_catalogue_read_json (report, error);
  return file && read_crossval (file, &model->crossval, error);
}

SerModels *
ser_models_new (const SerModel *model, GError **error)
{
  g_autoptr (SerModels) models = g_new0 (SerModels, 1);

  models->served = model;
  models->served_id = ser_model_make_id (model, error);
  if (!models->served_id)
    return NULL;
  for (guint i = 0; i < SER_N_PRESET_NETWORKS; i++)
    if (!read_model (&models->models[i], i, error))
      return NULL;
  return g_steal_pointer (&models);
}

void
ser_models_free (SerModels *models)
{
  if (!models)
    return;
  for (guint i = 0; i < SER_N_PRESET_NETWORKS; i++) {
    ser_preset_network_clear (&models->models[i].network);
    g_free (models->models[i].crossval.protocol);
    g_clear_pointer (&models->models[i].drawing, g_bytes_unref);
  }
  g_free (models->served_id);
  g_free (models);
}

/* ---- what is told of a model ---- */

static void
add_crossval (JsonBuilder *builder, const Crossval *crossval)
{
  json_builder_set_member_name (builder, "crossval");
  json_builder_begin_object (builder);
  ser_json_add_double (builder, "accuracy", crossval->accuracy);
  ser_json_add_double (builder, "uar", crossval->uar);
  ser_json_add_double (builder, "uar_low", crossval->uar_low);
  ser_json_add_double (builder, "uar_high", crossval->uar_high);
  ser_json_add_double (builder, "macro_f1", crossval->macro_f1);
  ser_json_add_double (builder, "ece", crossval->ece);
  ser_json_add_string (builder, "protocol", crossval->protocol);
  ser_json_add_int (builder, "clips", crossval->clips);
  ser_json_add_int (builder, "speakers", crossval->speakers);
  json_builder_set_member_name (builder, "folds");
  json_builder_begin_array (builder);
  for (guint i = 0; i < crossval->n_folds; i++)
    json_builder_add_double_value (builder, crossval->folds[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_model (JsonBuilder *builder, const Model *model)
{
  json_builder_begin_object (builder);
  ser_preset_network_add (&model->network, builder);
  add_crossval (builder, &model->crossval);
  json_builder_end_object (builder);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* All but the long lists of numbers. */
static void
add_metadata (JsonBuilder *builder, const SerModel *model)
{
  static const char *const lists[] = { "norm_mean", "norm_std", "self_check", NULL };
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (model->metadata), compare_keys);

  json_builder_set_member_name (builder, "metadata");
  json_builder_begin_object (builder);
  for (GList *k = keys; k; k = k->next)
    if (!g_strv_contains (lists, k->data))
      ser_json_add_string (builder, k->data, g_hash_table_lookup (model->metadata, k->data));
  json_builder_end_object (builder);
}

static void
add_served (JsonBuilder *builder, const SerModels *models)
{
  const char *name = ser_model_get_metadata (models->served, "name");

  json_builder_set_member_name (builder, "default");
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "name", name ? name : "default");
  ser_json_add_string (builder, "id", models->served_id);
  ser_json_add_strings (
      builder, "labels", (const char *const *) models->served->labels, ser_model_get_n_labels (models->served));
  ser_json_add_int (builder, "parameters", ser_architecture_n_parameters (models->served->arch));
  add_metadata (builder, models->served);
  json_builder_end_object (builder);
}

/* ---- runs ---- */

static void
add_epoch (JsonBuilder *builder, const SerCsv *csv, guint row)
{
  json_builder_begin_object (builder);
  for (guint c = 0; c < ser_csv_get_n_columns (csv); c++) {
    const char *name = ser_csv_get_column_name (csv, c), *text = ser_csv_get (csv, row, c);

    if (strcmp (name, "epoch") == 0)
      ser_json_add_int (builder, name, g_ascii_strtoll (text, NULL, 10));
    else
      ser_json_add_double (builder, name, *text ? g_ascii_strtod (text, NULL) : NAN);
  }
  json_builder_end_object (builder);
}

/* A history as the run that it is of. */
static char *
make_run (const char *name, guint fold, GBytes *history, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_parse (name, g_bytes_get_data (history, NULL), g_bytes_get_size (history), error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *title = g_strdup_printf ("fold %u", fold);

  if (!csv)
    return NULL;
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "name", title);
  json_builder_set_member_name (builder, "history");
  json_builder_begin_array (builder);
  for (guint i = 0; i < ser_csv_get_n_rows (csv); i++)
    add_epoch (builder, csv, i);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return ser_json_to_text (builder);
}

/* Appends a fold's document. */
static gboolean
append_run (GString *out, const Model *model, guint fold, GError **error)
{
  g_autoptr (GFile) path = find_run (model, fold);
  g_autoptr (GBytes) bytes = ser_catalogue_read (path, error);
  g_autofree char *name = ser_catalogue_describe (path), *made = NULL;

  if (!bytes)
    return FALSE;
  if (is_default (model) && !(made = make_run (name, fold, bytes, error)))
    return FALSE;
  g_string_append (out, fold > 1 ? "," : "");
  g_string_append (out, made ? made : g_bytes_get_data (bytes, NULL));
  return TRUE;
}

/* Documents are passed on as they are: reading and writing them again would only cost time and digits. */
static GBytes *
make_document (const Model *model, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GFile) path = find_report (model);
  g_autoptr (GBytes) report = ser_catalogue_read (path, error);
  g_autofree char *head = NULL;
  GString *out;

  if (!report)
    return NULL;
  add_model (builder, model);
  head = ser_json_to_text (builder);
  out = g_string_new_len (head, strlen (head) - 1); /* without its brace */
  g_string_append_printf (out, ",\"report\":%s,\"runs\":[", (const char *) g_bytes_get_data (report, NULL));
  for (guint fold = 1; fold <= model->crossval.n_folds; fold++)
    if (!append_run (out, model, fold, error)) {
      g_string_free (out, TRUE);
      return NULL;
    }
  g_string_append (out, "]}");
  return g_string_free_to_bytes (out);
}

/* ---- answers ---- */

static void
answer_list (const SerModels *models, const SerRequest *request)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  for (guint i = 0; i < SER_N_PRESET_NETWORKS; i++)
    add_model (builder, &models->models[i]);
  json_builder_end_array (builder);
  add_served (builder, models);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

static void
answer_document (const Model *model, const SerRequest *request)
{
  GError *error = NULL;
  g_autoptr (GBytes) document = make_document (model, &error);

  if (document)
    ser_respond_bytes (request, "application/json", document);
  else
    ser_respond_error (request, error);
}

static void
answer_drawing (Model *model, const SerRequest *request)
{
  GError *error = NULL;

  if (!model->drawing)
    model->drawing = ser_preset_network_draw (&model->network, &error);
  if (model->drawing)
    ser_respond_svg (request, model->drawing);
  else
    ser_respond_error (request, error);
}

static Model *
find (SerModels *models, const char *name)
{
  for (guint i = 0; i < SER_N_PRESET_NETWORKS; i++)
    if (strcmp (models->models[i].network.name, name) == 0)
      return &models->models[i];
  return NULL;
}

gboolean
ser_models_answer (SerModels *models, const SerRequest *request)
{
  Model *model = request->parts[1] ? find (models, request->parts[1]) : NULL;

  if (!request->parts[1])
    answer_list (models, request);
  else if (!model)
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no model %s", request->parts[1]);
  else if (!request->parts[2])
    answer_document (model, request);
  else if (strcmp (request->parts[2], "architecture.svg") == 0 && !request->parts[3])
    answer_drawing (model, request);
  else
    return FALSE;
  return TRUE;
}
