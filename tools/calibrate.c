/* calibrate.c - seremotion calibrate: what the folds of a recipe showed, told to the model that was trained by it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A model that ships is trained on all speakers, so nothing can be measured on it: its temperature, its confusion
 * matrix and what it does to groups of speakers come from the models of the folds, each on the speakers that it had not
 * heard. */

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "confusion.h"
#include "folds.h"
#include "json-read.h"
#include "model/error.h"

/* ---- options ---- */

static GOptionGroup *
make_group (char **crossval)
{
  const GOptionEntry entries[] = {
    { "crossval", 0, 0, G_OPTION_ARG_FILENAME, crossval, "What crossval --json wrote of the folds", "JSON" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static gboolean
check_options (const char *crossval, char **args, GError **error)
{
  const char *const inputs[] = { crossval, NULL };

  if (!crossval) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--crossval JSON is missing");
    return FALSE;
  }
  return ser_command_check_output ("OUT", args[1], inputs, error);
}

/* ---- what the folds showed ---- */

static gboolean
check_labels (const SerJsonValue *root, const SerModel *model, GError **error)
{
  SerJsonValue labels;
  guint n;

  if (!ser_json_get_array (root, "labels", &labels, &n, error)
      || !ser_json_check_length (&labels, ser_model_get_n_labels (model), error))
    return FALSE;
  for (guint i = 0; i < n; i++) {
    SerJsonValue label = ser_json_element (&labels, i);
    const char *name;

    if (!ser_json_as_text (&label, &name, error))
      return FALSE;
    if (strcmp (name, ser_model_get_label (model, i)) != 0)
      return ser_fail (error, SER_ERROR_DATA, "%s: %s `%s`: the model's label there is `%s`", root->file, label.place,
          name, ser_model_get_label (model, i));
  }
  return TRUE;
}

static gboolean
set_confusion (SerModel *model, const SerJsonValue *root, GError **error)
{
  guint counts[SER_MAX_LABELS][SER_MAX_LABELS], n = ser_model_get_n_labels (model), rows;
  g_autofree char *text = NULL;
  SerConfusion confusion;
  SerJsonValue matrix;

  if (!ser_json_get_array (root, "confusion", &matrix, &rows, error) || !ser_json_check_length (&matrix, n, error))
    return FALSE;
  for (guint r = 0; r < n; r++) {
    SerJsonValue row = ser_json_element (&matrix, r);

    if (!ser_json_check_length (&row, n, error))
      return FALSE;
    for (guint c = 0; c < n; c++) {
      SerJsonValue count = ser_json_element (&row, c);
      if (!ser_json_as_count (&count, &counts[r][c], error))
        return FALSE;
    }
  }
  text = ser_confusion_to_text (&counts[0][0], n, SER_MAX_LABELS);
  ser_model_set_metadata (model, SER_CONFUSION_KEY, text);
  return ser_confusion_read (&confusion, model, error);
}

/* "female:0.19,0.15,...;male:...": the shares of the labels that the folds gave each group. */
static gboolean
append_group (GString *text, const SerModel *model, const SerJsonValue *groups, const char *name, GError **error)
{
  SerJsonValue group, predicted;

  if (!ser_json_get (groups, name, &group, error) || !ser_json_get (&group, "predicted", &predicted, error))
    return FALSE;
  g_string_append_printf (text, "%s%s:", text->len > 0 ? ";" : "", name);
  for (guint i = 0; i < ser_model_get_n_labels (model); i++) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    double share;

    if (!ser_json_get_number (&predicted, ser_model_get_label (model, i), 0, 1, &share, error))
      return FALSE;
    g_string_append_printf (text, "%s%s", i > 0 ? "," : "", g_ascii_formatd (number, sizeof number, "%.5f", share));
  }
  return TRUE;
}

static gboolean
set_groups (SerModel *model, const SerJsonValue *root, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GList) names = NULL;
  SerJsonValue groups;

  if (!ser_json_get (root, "by_group", &groups, NULL) || !JSON_NODE_HOLDS_OBJECT (groups.node))
    return TRUE;
  names = json_object_get_members (json_node_get_object (groups.node));
  for (GList *name = names; name; name = name->next)
    if (!append_group (text, model, &groups, name->data, error))
      return FALSE;
  ser_model_set_metadata (model, SER_GROUPS_KEY, text->len > 0 ? text->str : NULL);
  return TRUE;
}

static gboolean
set_figures (SerModel *model, const SerJsonValue *root, GError **error)
{
  const char *protocol = ser_json_find_text (root, "protocol");
  g_autofree char *text = NULL;
  double temperature, uar, ece;
  guint clips, speakers;

  if (!ser_json_get_number (
          root, "temperature", SER_MODEL_MIN_TEMPERATURE, SER_MODEL_MAX_TEMPERATURE, &temperature, error)
      || !ser_json_get_number (root, "uar", 0, 1, &uar, error) || !ser_json_get_number (root, "ece", 0, 1, &ece, error)
      || !ser_json_get_count (root, "clips", &clips, error) || !ser_json_get_count (root, "speakers", &speakers, error))
    return FALSE;
  ser_model_set_temperature (model, temperature);
  text = g_strdup_printf (
      "%s, %u clips of %u speakers: UAR %.4f, ECE %.4f", protocol ? protocol : "folds", clips, speakers, uar, ece);
  ser_model_set_metadata (model, "out_of_fold", text);
  printf ("out of fold, %s; temperature %.4f\n", text, temperature);
  return TRUE;
}

static gboolean
calibrate (SerModel *model, const char *crossval, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_load (crossval, error);
  SerJsonValue root;

  if (!file || !ser_json_file_check_schema (file, SER_FOLDS_SCHEMA, "seremotion crossval --json", error))
    return FALSE;
  root = ser_json_file_root (file);
  return check_labels (&root, model, error) && set_confusion (model, &root, error) && set_groups (model, &root, error)
      && set_figures (model, &root, error);
}

static gboolean
run (char **args, const char *crossval, GError **error)
{
  SerModel *model = ser_model_load (args[0], error);
  gboolean ok = model && calibrate (model, crossval, error) && ser_model_save (model, args[1], FALSE, error);

  if (ok)
    printf ("wrote %s\n", args[1]);
  if (model)
    ser_model_unref (model);
  return ok;
}

int
ser_command_calibrate (int argc, char **argv)
{
  g_autofree char *crossval = NULL;
  g_auto (GStrv) args = NULL;
  GError *error = NULL;

  if (ser_command_parse (argc, argv, "MODEL OUT",
          "Writes a model with the temperature, the confusion matrix and the shares by group that the folds of its "
          "recipe gave.",
          make_group (&crossval), 2, &args, &error)
      && check_options (crossval, args, &error) && run (args, crossval, &error))
    return SER_EXIT_OK;
  return ser_command_fail (argv[0], error);
}
