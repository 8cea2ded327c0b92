/* bytes.h - safetensors files for tests
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef BYTES_H
#define BYTES_H

#include "model/model.h"

/* Length, header and `n` bytes of data: floats 0, 1, 2, ... cut to that many bytes. */
GBytes *make_file (const char *header, gsize n);

/* Parses a copy of exactly its size, so that a sanitizer sees a read beyond it. It is called x.safetensors. */
SerTensors *parse_file (GBytes *file, GHashTable **metadata, GError **error);

/* Four tensors of one to four dimensions, values of many magnitudes, a name that needs escapes. */
SerTensors *make_tensors (void);

#endif /* BYTES_H */
