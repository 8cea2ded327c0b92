/* augmentation.h - the options that say what happens to clips: --augment --noise --rir
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_AUGMENTATION_H
#define SER_AUGMENTATION_H

#include "corpus.h"
#include "train/chain.h"

/* What the command line gave; starts as zeros. */
typedef struct {
  char *line;          /* --augment, NULL: not given */
  char **noise, **rir; /* each --noise and --rir, NULL: none */
} SerAugmentation;

void ser_augmentation_clear (SerAugmentation *augmentation);

/* Adds the three options to a group. */
void ser_augmentation_add_options (SerAugmentation *augmentation, GOptionGroup *group);

/* Reads the line and checks that what it needs is given; an error is the command line's. */
gboolean ser_augmentation_check (const SerAugmentation *augmentation, GError **error);

/* Says on standard error which items of the line, checked before, act on features and change no sound. */
void ser_augmentation_warn_of_features (const SerAugmentation *augmentation);

/* Adds what each of `places` (NULL-terminated), folders and manifests, holds to a corpus, undecoded. */
gboolean ser_augmentation_list (char *const *places, SerCorpus *corpus, GError **error);

/* Decodes, at `rate` Hz on `threads` threads, the recordings that items of the line draw from, each once. Those that
 * cannot be decoded or hold nothing but silence are left out, and named on standard error. NULL when none is left of an
 * option. */
SerSounds *ser_augmentation_load (const SerAugmentation *augmentation, guint rate, guint threads, GError **error);

#endif /* SER_AUGMENTATION_H */
