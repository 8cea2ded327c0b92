/* export.c - seremotion export: a model as an ONNX file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <stdio.h>
#include <string.h>

#include "command.h"
#include "onnx-model.h"

typedef struct {
  char *model, *onnx; /* model NULL: the built-in one */
  gboolean logits;
} Options;

static GOptionGroup *
make_group (Options *o)
{
  const GOptionEntry entries[] = {
    { "model", 'm', 0, G_OPTION_ARG_FILENAME, &o->model, "Model file; `default` (the default) is the built-in model",
        "FILE" },
    { "onnx", 0, 0, G_OPTION_ARG_FILENAME, &o->onnx, "ONNX file to write", "FILE" },
    { "logits", 0, 0, G_OPTION_ARG_NONE, &o->logits, "Give the logits too, as a second output", NULL },
    { NULL },
  };
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, NULL, NULL);

  g_option_group_add_entries (group, entries);
  return group;
}

static gboolean
check_options (const Options *o, GError **error)
{
  const char *inputs[] = { o->model && strcmp (o->model, "default") != 0 ? o->model : NULL, NULL };

  if (o->onnx)
    return ser_command_check_output ("--onnx", o->onnx, inputs, error);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--onnx FILE is missing");
  return FALSE;
}

static gboolean
run (const Options *o, GError **error)
{
  SerModel *model = ser_command_load_model (o->model ? o->model : "default", error);
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize size;

  if (!model)
    return FALSE;
  bytes = ser_onnx_from_model (model, o->logits, SER_VERSION);
  ser_model_unref (model);
  data = g_bytes_get_data (bytes, &size);
  return g_file_set_contents (o->onnx, data, (gssize) size, error);
}

int
ser_command_export (int argc, char **argv)
{
  Options options = { 0 };
  g_auto (GStrv) args = NULL;
  GError *error = NULL;
  gboolean ok = ser_command_parse (argc, argv, "", "Writes a model as an ONNX file, for other programs to run.",
                    make_group (&options), 0, &args, &error)
      && check_options (&options, &error) && run (&options, &error);

  if (ok)
    printf ("wrote %s\n", options.onnx);
  g_free (options.model);
  g_free (options.onnx);
  return ok ? SER_EXIT_OK : ser_command_fail (argv[0], error);
}
