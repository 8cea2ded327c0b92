/* state-dict.h - the weights of a PyTorch model, as torch.save() or the safetensors package wrote them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * torch.save (model.state_dict (), FILE) writes, since PyTorch 1.6, an archive in zip form: the pickle X/data.pkl,
 * which names the tensors, and for each storage that they are views of its little-endian values, X/data/KEY, not
 * compressed.
 */

#ifndef SER_STATE_DICT_H
#define SER_STATE_DICT_H

#include "model/tensors.h"

/* The tensors of a file of either kind, float32 or float16, without num_batches_tracked. Refuses what is malformed or
 * anything but a state_dict, with SER_ERROR_FILE or SER_ERROR_FORMAT: the message names file, tensor and fault. */
SerTensors *ser_state_dict_load (const char *path, GError **error);

/* The same from memory; `name` stands for the file in messages. */
SerTensors *ser_state_dict_parse (const guint8 *bytes, gsize size, const char *name, GError **error);

/* The bytes of the storage KEY, or NULL with an error. */
typedef GBytes *(*SerStorageReader) (gpointer data, const char *key, GError **error);

/* The tensors that a pickle names, of at most `max_values` values in all. */
SerTensors *ser_state_dict_from_pickle (const guint8 *bytes, gsize size, guint64 max_values, SerStorageReader reader,
    gpointer data, const char *name, GError **error);

#endif /* SER_STATE_DICT_H */
