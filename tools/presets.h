/* presets.h - named sets of options of `seremotion train`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PRESETS_H
#define SER_PRESETS_H

/* The options of a preset as they would stand on the command line, or NULL when there is none of that name. What the
 * command line itself says goes before. */
const char *ser_preset_find (const char *name);

/* Their names. */
#define SER_PRESET_NAMES "mlp mlp-autoencoder cnn lstm cnn-lstm cnn-lstm-autoencoder crnn-attention default"

#endif /* SER_PRESETS_H */
