/* pickle.h - the tensors that a pickled PyTorch state_dict names
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A pickle is a program for a stack machine, which in Python may call anything. Here it is data: of its instructions
 * only those are known that torch.save() writes, of its functions and classes only those that make up a dictionary of
 * tensors, and nothing is ever called. All else is refused.
 */

#ifndef SER_PICKLE_H
#define SER_PICKLE_H

#include "model/tensors.h"

#define SER_PICKLE_MAX_SIZE (1u << 20)
#define SER_PICKLE_MAX_TENSORS 1024

typedef enum { SER_PICKLE_FLOAT32, SER_PICKLE_FLOAT16, SER_PICKLE_INT64 } SerPickleType;

/* A view of a storage, as the pickle claims it: nothing of it is checked but that no number is negative and that there
 * are at most SER_TENSOR_MAX_DIMS dimensions. */
typedef struct {
  char *name;    /* UTF-8, not empty, at most 255 bytes */
  char *storage; /* key of its storage: decimal digits */
  SerPickleType type;
  guint64 n_stored; /* values that the storage holds */
  guint64 offset;   /* of the first value, in values; strides too */
  guint n_dims;     /* 0: a scalar */
  guint64 dims[SER_TENSOR_MAX_DIMS], strides[SER_TENSOR_MAX_DIMS];
} SerPickledTensor;

/* Parses the pickle of a state_dict: SerPickledTensor *, in its order, names all different; free with
 * g_ptr_array_unref(). NULL with SER_ERROR_FORMAT when it is anything else; `file` begins the message. */
GPtrArray *ser_pickle_parse (const guint8 *bytes, gsize size, const char *file, GError **error);

#endif /* SER_PICKLE_H */
