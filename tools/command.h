/* command.h - the subcommands of the seremotion program
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_COMMAND_H
#define SER_COMMAND_H

#include "model/model.h"

/* Exit statuses of the program. */
#define SER_EXIT_OK 0
#define SER_EXIT_FAILURE 1 /* what was asked for could not be done */
#define SER_EXIT_USAGE 2   /* the command line makes no sense */

/* Each runs one subcommand: argv[0] is the subcommand's name; returns an exit status. */
int ser_command_analyze (int argc, char **argv);
int ser_command_compare (int argc, char **argv);
int ser_command_train (int argc, char **argv);
int ser_command_tune (int argc, char **argv);
int ser_command_augment (int argc, char **argv);
int ser_command_evaluate (int argc, char **argv);
int ser_command_crossval (int argc, char **argv);
int ser_command_calibrate (int argc, char **argv);
int ser_command_gate (int argc, char **argv);
int ser_command_corpus (int argc, char **argv);
int ser_command_plot (int argc, char **argv);
int ser_command_inspect (int argc, char **argv);
int ser_command_export (int argc, char **argv);
int ser_command_import (int argc, char **argv);

/* Parses options; `group` is consumed. On success `*args` (free with g_strfreev()) holds the arguments that are no
 * options, without argv[0]: exactly n_args of them. */
gboolean ser_command_parse (int argc, char **argv, const char *parameters, const char *summary, GOptionGroup *group,
    guint n_args, char ***args, GError **error);

/* The same for any number of arguments from `at_least` on. */
gboolean ser_command_parse_list (int argc, char **argv, const char *parameters, const char *summary,
    GOptionGroup *group, guint at_least, char ***args, GError **error);

/* Prints the error as one line on standard error and gives the exit status that goes with it; frees the error. */
int ser_command_fail (const char *command, GError *error);

/* Checks, before any work, that the file `path` can be written: it is named, lies in a folder that can be written to,
 * is a regular file if it exists, and is none of `others` (NULL-terminated), which are read or written as well.
 * `option` is the option that names it. An error is SER_ERROR_CONFIG: the command line's. */
gboolean ser_command_check_output (const char *option, const char *path, const char *const *others, GError **error);

/* Checks the list that --labels gives: names of labels with commas between them, none twice. */
gboolean ser_command_check_labels (const char *list, GError **error);

/* Reads what --shard gives, I/N with I from 1 to N; NULL is 1/1. An error is the command line's. */
gboolean ser_command_parse_shard (const char *text, guint *shard, guint *n_shards, GError **error);

/* Checks that the text an option gives, NULL for none, is UTF-8, as a model file's metadata must be. */
gboolean ser_command_check_text (const char *option, const char *text, GError **error);

/* Loads a model file, or the built-in model for "default", the built-in gate for "gate". */
SerModel *ser_command_load_model (const char *name, GError **error);

#endif /* SER_COMMAND_H */
