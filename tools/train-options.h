/* train-options.h - what the command line of `seremotion train` says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRAIN_OPTIONS_H
#define SER_TRAIN_OPTIONS_H

#include "augmentation.h"
#include "protocol.h"
#include "train/train.h"

/* Strings are NULL where nothing was given. */
typedef struct {
  SerSources *sources;
  SerAugmentation augmentation;
  char *preset, *arch, *features, *labels, *schedule, *crop, *train_split, *valid_split, *output;
  char *json, *predictions, *protocol_name, *name, *notes, *licence, *init;
  char **soft_labels;                                   /* paths */
  int epochs, batch, encoder_epochs, patience, threads; /* as given; checked, they stand in config */
  double window, soft_share, temperature;               /* temperature 0: fitted to the validation clips */
  gint64 seed;
  gboolean allow_overlap, half;
  SerTrainConfig config;
  SerProtocol protocol; /* without --protocol: kfold-actors where there is --fold, else actors */
} SerTrainOptions;

void ser_train_options_init (SerTrainOptions *options);
void ser_train_options_clear (SerTrainOptions *options);

/* Reads a command line of which argv[0] is "train" over the options of the preset that it names (`default` unless it
 * does). Prints help and exits when asked to. Errors are of the command line. */
gboolean ser_train_options_parse (SerTrainOptions *options, int argc, char **argv, GError **error);

/* The same without looking at clips and outputs. */
gboolean ser_train_options_read (SerTrainOptions *options, int argc, char **argv, GError **error);

/* Whether an option, named without its hyphens, takes no value. */
gboolean ser_train_options_is_flag (const char *name);

/* The splits to train on, or those that are divided for training and validation. */
const char *ser_train_options_split (const SerTrainOptions *options);

/* Finds faults of the lines and the configuration for a model of these labels, before any clip is decoded. */
gboolean ser_train_options_check_lines (const SerTrainOptions *options, const char *const *labels, GError **error);

/* ---- train-outputs.c ---- */

/* Checks that there are outputs and that they can be written; an error is the command line's. Names the predictions
 * where all folds are trained and nothing else does: the folds are put together from theirs. */
gboolean ser_train_options_check_outputs (SerTrainOptions *options, GError **error);

/* Whether all folds of kfold-actors are to be trained. */
gboolean ser_train_options_all_folds (const SerTrainOptions *options);

/* The path of an output of fold `fold` beside that of all: "m-fold1.safetensors" for "m.safetensors". Free with
 * g_free(). */
char *ser_train_fold_path (const char *path, guint fold);

#endif /* SER_TRAIN_OPTIONS_H */
