/* history.h - how a training goes: FILE.history.csv, a line per epoch or a progress bar, and the interrupt key
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_HISTORY_H
#define SER_HISTORY_H

#include "train/train.h"

typedef struct _SerHistory SerHistory;

/* Starts FILE.history.csv anew for the model file `output`: to be called when nothing but the training itself can fail
 * any more, since it ends the history of a model written before. Without `output` (NULL) no file is written. Fails with
 * SER_ERROR_FILE. */
SerHistory *ser_history_new (const char *output, GError **error);
void ser_history_free (SerHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerHistory, ser_history_free)

/* Runs the trainer and records each epoch. The first SIGINT stops it after the epoch under way, the second kills. */
void ser_history_run (SerHistory *history, SerTrainer *trainer);

/* What the autoencoder that was trained first came to, in words; NULL where there was none. Free with g_free(). */
char *ser_history_describe_encoder (const SerTrainProgress *progress);

/* The epochs so far (SerTrainProgress), and whether SIGINT ended the run. */
const GArray *ser_history_get_epochs (const SerHistory *history);
gboolean ser_history_was_interrupted (const SerHistory *history);

#endif /* SER_HISTORY_H */
