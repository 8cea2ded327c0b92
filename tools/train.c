/* train.c - seremotion train: a model from a corpus, or one for each fold
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "folds.h"
#include "model/error.h"
#include "training.h"

/* Where the results of one training go; NULL: nowhere. */
typedef struct {
  const char *model, *json, *predictions;
} Outputs;

static gboolean
write_outputs (const SerTraining *training, const Outputs *outputs, GError **error)
{
  if (outputs->model && !ser_model_save (training->model, outputs->model, training->plan->options->half, error))
    return FALSE;
  if (outputs->predictions && !ser_evaluation_write_csv (&training->evaluation, outputs->predictions, error))
    return FALSE;
  return !outputs->json || ser_training_write_json (training, outputs->json, error);
}

static void
print_written (const Outputs *outputs)
{
  const char *paths[] = { outputs->model, outputs->predictions, outputs->json };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i])
      printf ("wrote %s\n", paths[i]);
}

/* `fold` is 0 without folds. */
static gboolean
train (const SerTrainPlan *plan, guint fold, const char *command, const Outputs *outputs, GError **error)
{
  g_autoptr (SerDivision) division = ser_train_plan_divide (plan, fold, error);
  g_autoptr (SerTraining) training = NULL;

  if (!division)
    return FALSE;
  if (division->valid)
    printf ("training on %u clips, validating on %u, protocol %s\n", division->train->len, division->valid->len,
        division->protocol);
  else
    printf ("training on %u clips, no validation: not measured, %s\n", division->train->len,
        plan->options->temperature > 0 ? "calibrated by --temperature" : "not calibrated");
  fflush (stdout);
  training = ser_training_run (plan, division, command, outputs->model, error);
  if (!training || !write_outputs (training, outputs, error))
    return FALSE;
  print_written (outputs);
  return !(ser_train_options_all_folds (plan->options) && ser_history_was_interrupted (training->history))
      || ser_fail (error, SER_ERROR_DATA, "interrupted in fold %u of %u: the folds are not put together", fold,
          plan->options->protocol.folds);
}

/* ---- all folds ---- */

/* Puts the folds together, as `seremotion crossval` does. */
static gboolean
report_folds (const SerTrainOptions *options, char **predictions, GError **error)
{
  g_autoptr (SerFolds) folds = ser_folds_load ((const char *const *) predictions, error);
  g_autofree char *text = NULL;

  if (!folds)
    return FALSE;
  text = ser_folds_to_text (folds, FALSE);
  printf ("%s: %u folds\n\n%s", options->protocol_name, folds->n_folds, text);
  return (!options->json || ser_folds_write_json (folds, options->json, error))
      && (!options->predictions || ser_evaluation_write_csv (&folds->pooled, options->predictions, error));
}

static gboolean
train_fold (const SerTrainPlan *plan, guint fold, const char *command, const char *predictions, GError **error)
{
  const SerTrainOptions *options = plan->options;
  g_autofree char *model = options->output ? ser_train_fold_path (options->output, fold) : NULL;
  g_autofree char *json = options->json ? ser_train_fold_path (options->json, fold) : NULL;
  const Outputs outputs = { model, json, predictions };

  printf ("fold %u of %u\n", fold, options->protocol.folds);
  return train (plan, fold, command, &outputs, error);
}

static gboolean
train_folds (const SerTrainPlan *plan, const char *command, GError **error)
{
  const SerTrainOptions *options = plan->options;
  g_auto (GStrv) predictions = g_new0 (char *, options->protocol.folds + 1);

  for (guint fold = 1; fold <= options->protocol.folds; fold++) {
    predictions[fold - 1] = ser_train_fold_path (options->predictions, fold);
    if (!train_fold (plan, fold, command, predictions[fold - 1], error))
      return FALSE;
  }
  return report_folds (options, predictions, error);
}

/* ---- the command ---- */

static gboolean
run (const SerTrainOptions *options, const char *command, GError **error)
{
  const Outputs outputs = { options->output, options->json, options->predictions };
  gboolean all = ser_train_options_all_folds (options);
  guint fold = all ? 1 : options->sources->fold;
  g_autoptr (SerTrainPlan) plan = ser_train_plan_new (options, error);
  g_autoptr (SerDivision) first = plan ? ser_train_plan_divide (plan, fold, error) : NULL;

  if (!first || !ser_train_plan_load (plan, error))
    return FALSE;
  return all ? train_folds (plan, command, error) : train (plan, fold, command, &outputs, error);
}

static char *
join_command (int argc, char **argv)
{
  GString *text = g_string_new ("seremotion");

  for (int i = 0; i < argc; i++) {
    gboolean plain =
        argv[i][0] != '\0' && argv[i][strspn (argv[i], G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_=./,:+%@")] == '\0';
    g_autofree char *quoted = plain ? g_strdup (argv[i]) : g_shell_quote (argv[i]);
    g_string_append_printf (text, " %s", quoted);
  }
  return g_string_free (text, FALSE);
}

int
ser_command_train (int argc, char **argv)
{
  SerTrainOptions options = { 0 };
  g_autofree char *command = join_command (argc, argv);
  GError *error = NULL;
  gboolean ok;

  ser_train_options_init (&options);
  ok = ser_train_options_parse (&options, argc, argv, &error) && run (&options, command, &error);
  ser_train_options_clear (&options);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
