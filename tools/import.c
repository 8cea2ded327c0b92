/* import.c - seremotion import: a PyTorch state_dict made a model file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <stdio.h>

#include "command.h"
#include "csv.h"
#include "sources.h"
#include "state-dict.h"

typedef struct {
  char *arch, *features, *labels, *norm, *output, *licence, *name, *notes, *trained_on;
  double window, temperature;
  gboolean half;
} Options;

static void
clear_options (Options *o)
{
  char *strings[] = { o->arch, o->features, o->labels, o->norm, o->output, o->licence, o->name, o->notes,
    o->trained_on };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
}

static GOptionGroup *
make_group (Options *o)
{
  /* Text kept in the file is taken as a file name is, byte by byte: UTF-8 in every locale. */
  const GOptionEntry entries[] = {
    { "arch", 0, 0, G_OPTION_ARG_STRING, &o->arch, "Architecture line; name=PREFIX fits it to the tensors' names",
        "LINE" },
    { "features", 0, 0, G_OPTION_ARG_STRING, &o->features, "Features line", "LINE" },
    { "labels", 0, 0, G_OPTION_ARG_STRING, &o->labels, "Labels in the order of the scores, with commas", "LIST" },
    { "norm", 0, 0, G_OPTION_ARG_FILENAME, &o->norm, "Columns mean,std with a row per value of a frame", "CSV" },
    { "window", 0, 0, G_OPTION_ARG_DOUBLE, &o->window, "Window the model is for, in seconds (default 3)", "S" },
    { "temperature", 0, 0, G_OPTION_ARG_DOUBLE, &o->temperature, "Logits are divided by it (default 1)", "X" },
    { "half", 0, 0, G_OPTION_ARG_NONE, &o->half, "Store weights as 16-bit floats", NULL },
    { "name", 0, 0, G_OPTION_ARG_FILENAME, &o->name, "The model's name, kept in the file", "TEXT" },
    { "trained-on", 0, 0, G_OPTION_ARG_FILENAME, &o->trained_on, "What it was trained on, kept in the file", "TEXT" },
    { "licence", 0, 0, G_OPTION_ARG_FILENAME, &o->licence, "The weights' licence, kept in the file", "TEXT" },
    { "notes", 0, 0, G_OPTION_ARG_FILENAME, &o->notes, "Anything else to keep in the file", "TEXT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &o->output, "Model file to write", "FILE" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static gboolean
check_options (const Options *o, GError **error)
{
  const struct {
    const char *option, *value;
  } needed[] = { { "--arch LINE", o->arch }, { "--features LINE", o->features }, { "--labels LIST", o->labels },
    { "--output FILE", o->output } };

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    if (!needed[i].value) {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s is missing", needed[i].option);
      return FALSE;
    }
  if (!ser_command_check_labels (o->labels, error) || !ser_command_check_text ("--name", o->name, error)
      || !ser_command_check_text ("--trained-on", o->trained_on, error)
      || !ser_command_check_text ("--licence", o->licence, error)
      || !ser_command_check_text ("--notes", o->notes, error))
    return FALSE;
  if (isfinite (o->temperature) && o->temperature > 0 && o->window >= SER_MIN_WINDOW && o->window <= SER_MAX_WINDOW)
    return TRUE;
  g_set_error (
      error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--temperature must be over 0 and --window 1 to 30 seconds");
  return FALSE;
}

static gboolean
check_output (const Options *o, const char *state_dict, GError **error)
{
  const char *inputs[] = { state_dict, o->norm, NULL };

  return ser_command_check_output ("--output", o->output, inputs, error);
}

/* Reads mean and std [n]. */
static gboolean
load_norm (const char *path, guint n, float *mean, float *std, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_load (path, error);
  int columns[2];

  if (!csv)
    return FALSE;
  columns[0] = ser_csv_find_column (csv, "mean");
  columns[1] = ser_csv_find_column (csv, "std");
  if (columns[0] < 0 || columns[1] < 0 || ser_csv_get_n_rows (csv) != n) {
    g_set_error (error, SER_ERROR, SER_ERROR_DATA,
        "%s: expected columns mean,std and %u rows, one per value of a frame or of its summary; found %u rows", path, n,
        ser_csv_get_n_rows (csv));
    return FALSE;
  }
  for (guint i = 0; i < n; i++) {
    const char *text[2] = { ser_csv_get (csv, i, columns[0]), ser_csv_get (csv, i, columns[1]) };
    char *end[2];

    mean[i] = g_ascii_strtod (text[0], &end[0]);
    std[i] = g_ascii_strtod (text[1], &end[1]);
    if (end[0] == text[0] || *end[0] || end[1] == text[1] || *end[1] || !isfinite (mean[i]) || !isfinite (std[i])
        || std[i] <= 0) {
      g_set_error (error, SER_ERROR, SER_ERROR_DATA, "%s:%u: expected a number and one over 0, found `%s` and `%s`",
          path, ser_csv_get_line (csv, i), text[0], text[1]);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_norm (const Options *o, const SerFeatureSpec *spec, GError **error)
{
  if (ser_norm_has_statistics (spec->norm) == (o->norm != NULL))
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "%s",
      o->norm ? "--norm goes with features of norm=model or norm=cmn only"
              : "--norm CSV is missing: the features line asks for stored statistics; "
                "norm=window or norm=none does without");
  return FALSE;
}

static SerModel *
make_model (const Options *o, const char *path, GError **error)
{
  g_auto (GStrv) labels = g_strsplit (o->labels, ",", -1);
  g_autofree float *mean = NULL, *std = NULL;
  SerModelParts parts = { .features = o->features,
    .arch = o->arch,
    .labels = (const char *const *) labels,
    .window = o->window,
    .temperature = o->temperature };
  SerFeatureSpec spec;
  SerTensors *tensors;
  guint width;

  if (!ser_features_parse (o->features, &spec, error) || !check_norm (o, &spec, error))
    return NULL;
  width = ser_feature_spec_width (&spec);
  if (o->norm) {
    parts.mean = mean = g_new (float, width);
    parts.std = std = g_new (float, width);
    if (!load_norm (o->norm, width, mean, std, error))
      return NULL;
  }
  tensors = ser_state_dict_load (path, error);
  return tensors ? ser_model_new (&parts, tensors, error) : NULL;
}

static gboolean
run (const Options *o, const char *path, GError **error)
{
  SerModel *model = make_model (o, path, error);
  gboolean ok;

  if (!model)
    return FALSE;
  ser_model_set_metadata (model, "name", o->name);
  ser_model_set_metadata (model, "trained_on", o->trained_on);
  ser_model_set_metadata (model, "licence", o->licence);
  ser_model_set_metadata (model, "notes", o->notes);
  ok = ser_model_save (model, o->output, o->half, error);
  ser_model_unref (model);
  return ok;
}

int
ser_command_import (int argc, char **argv)
{
  Options options = { .window = 3.0, .temperature = 1.0 };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse (argc, argv, "STATE_DICT",
                    "Makes a model file of a PyTorch state_dict, saved by torch.save or as safetensors.",
                    make_group (&options), 1, &args, &error)
      && check_options (&options, &error) && check_output (&options, args[0], &error)
      && run (&options, args[0], &error);

  if (ok)
    printf ("wrote %s\n", options.output);
  clear_options (&options);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
