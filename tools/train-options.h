/* train-options.h - what the command line of `seremotion train` says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRAIN_OPTIONS_H
#define SER_TRAIN_OPTIONS_H

#include "sources.h"
#include "train/train.h"

/* Strings are NULL where nothing was given. */
typedef struct {
  SerSources *sources;
  char *preset, *arch, *features, *labels, *schedule, *spec_augment, *crop, *train_split, *valid_split, *output;
  char *name, *notes, *licence;
  int epochs, batch, patience, threads; /* as given; checked, they stand in config */
  double window;
  gint64 seed;
  gboolean allow_overlap, half, no_calibration;
  SerTrainConfig config;
} SerTrainOptions;

void ser_train_options_init (SerTrainOptions *options);
void ser_train_options_clear (SerTrainOptions *options);

/* Reads a command line of which argv[0] is "train" over the options of the preset that it names (`default` unless it
 * does). Prints help and exits when asked to. Errors are of the command line. */
gboolean ser_train_options_parse (SerTrainOptions *options, int argc, char **argv, GError **error);

#endif /* SER_TRAIN_OPTIONS_H */
