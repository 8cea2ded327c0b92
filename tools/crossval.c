/* crossval.c - seremotion crossval: the folds of a cross-validation put together
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "folds.h"

typedef struct {
  char *json, *markdown, *predictions;
} Options;

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &o->json, "Write the figures", "FILE" },
    { "markdown", 0, 0, G_OPTION_ARG_FILENAME, &o->markdown, "Write the figures as Markdown tables", "FILE" },
    { "predictions", 0, 0, G_OPTION_ARG_FILENAME, &o->predictions,
        "Write the clips of all folds, each calibrated by the other folds", "FILE" },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

/* No output may be an input or another output. */
static gboolean
check_outputs (const Options *o, char **inputs, GError **error)
{
  const struct {
    const char *name, *path;
  } outputs[] = { { "--json", o->json }, { "--markdown", o->markdown }, { "--predictions", o->predictions } };
  g_autoptr (GPtrArray) others = g_ptr_array_new ();

  for (; *inputs; inputs++)
    g_ptr_array_add (others, *inputs);
  g_ptr_array_add (others, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++) {
    if (!outputs[i].path)
      continue;
    if (!ser_command_check_output (outputs[i].name, outputs[i].path, (const char *const *) others->pdata, error))
      return FALSE;
    others->pdata[others->len - 1] = (gpointer) outputs[i].path;
    g_ptr_array_add (others, NULL);
  }
  return TRUE;
}

static gboolean
run (const Options *o, char **paths, GError **error)
{
  g_autoptr (SerFolds) folds = NULL;
  g_autofree char *text = NULL, *markdown = NULL;

  if (!check_outputs (o, paths, error))
    return FALSE;
  folds = ser_folds_load ((const char *const *) paths, error);
  if (!folds)
    return FALSE;
  text = ser_folds_to_text (folds, FALSE);
  markdown = ser_folds_to_text (folds, TRUE);
  fputs (text, stdout);
  return (!o->json || ser_folds_write_json (folds, o->json, error))
      && (!o->markdown || g_file_set_contents (o->markdown, markdown, -1, error))
      && (!o->predictions || ser_evaluation_write_csv (&folds->pooled, o->predictions, error));
}

int
ser_command_crossval (int argc, char **argv)
{
  Options options = { 0 };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse_list (argc, argv, "PREDICTIONS.csv PREDICTIONS.csv...",
                    "Puts the out-of-fold predictions of two or more folds together: figures, intervals, calibration.",
                    make_group (&options), 2, &args, &error)
      && run (&options, args, &error);

  g_free (options.json);
  g_free (options.markdown);
  g_free (options.predictions);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
