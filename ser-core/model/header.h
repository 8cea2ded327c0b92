/* header.h - the JSON header of a safetensors file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     {"__metadata__": {"key": "string", ...},
 *      "conv1.weight": {"dtype": "F32", "shape": [64, 40, 3], "data_offsets": [0, 30720]}, ...}
 *
 * A parser for this shape alone: an object of objects, whose only deeper values are two flat arrays of whole numbers.
 * Nothing recurses, so that nesting cannot exhaust the stack; any other value, key or nesting is refused.
 */

#ifndef SER_HEADER_H
#define SER_HEADER_H

#include <glib.h>

#include "model/tensors.h"

#define SER_HEADER_MAX_SIZE (1u << 20) /* bytes */
#define SER_HEADER_MAX_TENSORS 1024
#define SER_HEADER_MAX_METADATA 256
#define SER_HEADER_MAX_NAME 255 /* bytes, of a tensor or a metadata key */

/* One tensor as the header describes it: nothing checked against the file's data yet. */
typedef struct {
  char *name;
  char dtype[8];
  guint n_dims; /* 0 for a scalar */
  guint64 dims[SER_TENSOR_MAX_DIMS];
  guint64 begin, end; /* bytes, counted from the end of the header */
} SerHeaderTensor;

typedef struct {
  GArray *tensors;      /* SerHeaderTensor, in the header's order, names unique */
  GHashTable *metadata; /* char * -> char *, both owned; empty when the header has none */
} SerHeader;

/* Parses text [size]. `file` stands for the file in messages. Free with ser_header_clear(), also after a failure. */
gboolean ser_header_parse (SerHeader *header, const char *text, gsize size, const char *file, GError **error);
void ser_header_clear (SerHeader *header);

#endif /* SER_HEADER_H */
