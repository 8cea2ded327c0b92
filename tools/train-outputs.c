/* train-outputs.c - the files that a training writes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "command.h"
#include "train-options.h"

gboolean
ser_train_options_all_folds (const SerTrainOptions *options)
{
  return options->protocol.kind == SER_PROTOCOL_KFOLD_ACTORS && !options->sources->n_folds;
}

char *
ser_train_fold_path (const char *path, guint fold)
{
  const char *slash = strrchr (path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr (base, '.');
  int stem = dot && dot > base ? dot - path : (int) strlen (path);

  return g_strdup_printf ("%.*s-fold%u%s", stem, path, fold, path + stem);
}

/* The folds' predictions are what puts them together, so that they are written in any case. */
static void
name_predictions (SerTrainOptions *options)
{
  const char *path = options->output ? options->output : options->json;
  g_autofree char *folder = path ? g_path_get_dirname (path) : NULL, *base = path ? g_path_get_basename (path) : NULL;
  char *dot = base ? strrchr (base, '.') : NULL;

  if (!path || options->predictions || !ser_train_options_all_folds (options))
    return;
  if (dot && dot > base)
    *dot = '\0';
  options->predictions = g_strconcat (folder, G_DIR_SEPARATOR_S, base, ".csv", NULL);
}

/* `inputs` grows by the path when it can be written. */
static gboolean
check_output (const char *option, const char *path, GPtrArray *inputs, GError **error)
{
  gboolean ok;

  if (!path)
    return TRUE;
  g_ptr_array_add (inputs, NULL);
  ok = ser_command_check_output (option, path, (const char *const *) inputs->pdata, error);
  inputs->pdata[inputs->len - 1] = g_strdup (path);
  return ok;
}

/* Model file, history, figures and predictions, each of them also for a fold where `fold` is not 0. */
static gboolean
check_files (const SerTrainOptions *options, guint fold, GPtrArray *inputs, GError **error)
{
  const struct {
    const char *option, *path, *end;
  } files[] = { { "--output", options->output, "" }, { "--output's history", options->output, ".history.csv" },
    { "--json", options->json, "" }, { "--predictions", options->predictions, "" } };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *part =
        files[i].path && fold ? ser_train_fold_path (files[i].path, fold) : g_strdup (files[i].path);
    g_autofree char *path = part ? g_strconcat (part, files[i].end, NULL) : NULL;

    if (!check_output (files[i].option, path, inputs, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
ser_train_options_check_outputs (SerTrainOptions *options, GError **error)
{
  g_autoptr (GPtrArray) inputs = g_ptr_array_new_with_free_func (g_free);
  g_autofree char **manifests = ser_sources_manifests (options->sources);
  guint folds = ser_train_options_all_folds (options) ? options->protocol.folds : 0;

  if (!options->output && !options->json && !options->predictions) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--output FILE is missing");
    return FALSE;
  }
  name_predictions (options);
  for (guint i = 0; manifests[i]; i++)
    g_ptr_array_add (inputs, manifests[i]);
  for (guint fold = 0; fold <= folds; fold++)
    if (!check_files (options, fold, inputs, error))
      return FALSE;
  return TRUE;
}
