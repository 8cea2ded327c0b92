/* command.c - what the subcommands of the program share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "command.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clips.h"

/* Between at_least and at_most arguments. */
static gboolean
parse (int argc, char **argv, const char *parameters, const char *summary, GOptionGroup *group, guint at_least,
    guint at_most, char ***args, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (parameters);
  g_auto (GStrv) rest = g_new0 (char *, argc + 1);
  g_autofree char *program = g_strdup_printf ("seremotion %s", argv[0]);
  guint n;

  for (int i = 0; i < argc; i++)
    rest[i] = g_strdup (argv[i]);
  g_set_prgname (program);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context, summary);
  if (!g_option_context_parse_strv (context, &rest, error))
    return FALSE;
  n = g_strv_length (rest) - 1;
  if (n < at_least || n > at_most) {
    const char *extra = n > at_most ? rest[at_most + 1] : NULL;
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, extra ? "unexpected argument %s" : "expected %s",
        extra ? extra : parameters);
    return FALSE;
  }
  *args = g_strdupv (rest + 1);
  return TRUE;
}

gboolean
ser_command_parse (int argc, char **argv, const char *parameters, const char *summary, GOptionGroup *group,
    guint n_args, char ***args, GError **error)
{
  return parse (argc, argv, parameters, summary, group, n_args, n_args, args, error);
}

gboolean
ser_command_parse_list (int argc, char **argv, const char *parameters, const char *summary, GOptionGroup *group,
    guint at_least, char ***args, GError **error)
{
  return parse (argc, argv, parameters, summary, group, at_least, G_MAXUINT, args, error);
}

int
ser_command_fail (const char *command, GError *error)
{
  gboolean usage = error->domain == G_OPTION_ERROR || error->domain == G_CONVERT_ERROR
      || g_error_matches (error, SER_ERROR, SER_ERROR_CONFIG) || g_error_matches (error, SER_ERROR, SER_ERROR_LINE);

  g_strdelimit (error->message, "\r\n", ' ');
  ser_say ("seremotion %s: %s%s", command, error->message,
      error->domain == G_OPTION_ERROR ? " (--help lists the options)" : "");
  g_error_free (error);
  return usage ? SER_EXIT_USAGE : SER_EXIT_FAILURE;
}

static gboolean
is_same_file (const char *a, const char *b)
{
  g_autofree char *x = g_canonicalize_filename (a, NULL), *y = g_canonicalize_filename (b, NULL);
  struct stat s, t;

  return strcmp (x, y) == 0 || (stat (a, &s) == 0 && stat (b, &t) == 0 && s.st_dev == t.st_dev && s.st_ino == t.st_ino);
}

/* What is wrong with the file as an output and what to do about it, or NULL. */
static const char *
find_output_fault (const char *path, const char *const *others)
{
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat st;

  if (stat (path, &st) == 0) {
    if (!S_ISREG (st.st_mode))
      return S_ISDIR (st.st_mode) ? "is a folder; name a file in it" : "is not a regular file; name another";
    if (access (path, W_OK) != 0)
      return "cannot be written to; make it writable or name another file";
  }
  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return "its folder does not exist; make it first";
  if (access (folder, W_OK | X_OK) != 0)
    return "its folder cannot be written to; name a file in another";
  for (guint i = 0; others[i]; i++)
    if (is_same_file (path, others[i]))
      return "the command reads or writes this file already; name another";
  return NULL;
}

gboolean
ser_command_check_output (const char *option, const char *path, const char *const *others, GError **error)
{
  const char *fault = *path == '\0' ? "no file is named; give its path" : find_output_fault (path, others);
  g_autofree char *name = g_filename_display_name (path);

  if (!fault)
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "%s %s: %s", option, *path == '\0' ? "''" : name, fault);
  return FALSE;
}

gboolean
ser_command_check_labels (const char *list, GError **error)
{
  g_auto (GStrv) labels = g_strsplit (list, ",", -1);

  for (guint i = 0; labels[i]; i++) {
    if (!ser_is_label (labels[i])) {
      g_autofree char *shown = g_utf8_make_valid (list, -1);
      g_set_error (error, SER_ERROR, SER_ERROR_CONFIG,
          "--labels %s: expected lower-case letters, digits and hyphens, with commas", shown);
      return FALSE;
    }
    for (guint j = 0; j < i; j++)
      if (strcmp (labels[i], labels[j]) == 0) {
        g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "--labels %s: `%s` stands twice", list, labels[i]);
        return FALSE;
      }
  }
  return TRUE;
}

gboolean
ser_command_parse_shard (const char *text, guint *shard, guint *n_shards, GError **error)
{
  char end;

  *shard = *n_shards = 1;
  if (!text
      || (!strchr (text, '-') && sscanf (text, "%6u/%6u%c", shard, n_shards, &end) == 2 && *shard >= 1
          && *shard <= *n_shards))
    return TRUE;
  g_set_error (
      error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--shard %s: expected I/N with I from 1 to N, as in 1/4", text);
  return FALSE;
}

gboolean
ser_command_check_text (const char *option, const char *text, GError **error)
{
  g_autofree char *shown = text ? g_utf8_make_valid (text, -1) : NULL;

  if (!text || g_utf8_validate (text, -1, NULL))
    return TRUE;
  g_set_error (error, SER_ERROR, SER_ERROR_CONFIG, "%s %s: expected text in UTF-8", option, shown);
  return FALSE;
}

SerModel *
ser_command_load_model (const char *name, GError **error)
{
  if (strcmp (name, "gate") == 0)
    return ser_model_new_gate (error);
  return strcmp (name, "default") == 0 ? ser_model_new_default (error) : ser_model_load (name, error);
}
