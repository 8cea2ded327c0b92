/* command.c - what the subcommands of the program share
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "command.h"

#include <string.h>

#include "clips.h"

gboolean
ser_command_parse (int argc, char **argv, const char *parameters, const char *summary, GOptionGroup *group,
    guint n_args, char ***args, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_auto (GStrv) rest = g_new0 (char *, argc + 1);
  g_autofree char *program = g_strdup_printf ("seremotion %s", argv[0]);

  for (int i = 0; i < argc; i++)
    rest[i] = g_strdup (argv[i]);
  g_set_prgname (program);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, summary);
  if (!g_option_context_parse_strv (context, &rest, error))
    return FALSE;
  if (g_strv_length (rest) != n_args + 1) {
    const char *extra = g_strv_length (rest) > n_args + 1 ? rest[n_args + 1] : NULL;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, extra ? "unexpected argument %s" : "expected %s",
        extra ? extra : parameters);
    return FALSE;
  }
  *args = g_strdupv (rest + 1);
  return TRUE;
}

int
ser_command_fail (const char *command, GError *error)
{
  gboolean usage = error->domain == G_OPTION_ERROR || g_error_matches (error, SER_ERROR, SER_ERROR_CONFIG)
      || g_error_matches (error, SER_ERROR, SER_ERROR_LINE);

  g_strdelimit (error->message, "\r\n", ' ');
  ser_say ("seremotion %s: %s%s", command, error->message,
      error->domain == G_OPTION_ERROR ? " (--help lists the options)" : "");
  g_error_free (error);
  return usage ? SER_EXIT_USAGE : SER_EXIT_FAILURE;
}

SerModel *
ser_command_load_model (const char *name, GError **error)
{
  return strcmp (name, "default") == 0 ? ser_model_new_default (error) : ser_model_load (name, error);
}
