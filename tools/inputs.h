/* inputs.h - which media a command line means, and what their outputs are called
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_INPUTS_H
#define SER_INPUTS_H

#include <glib.h>

typedef struct {
  char *location; /* a path, a URI or "-" */
  char *name;     /* of its outputs, without extension; no two inputs have the same */
} SerInput;

/* Paths, URIs and "-" as they are; of folders all media in them and their folders, told by their extensions, in the
 * order of their names. The names are the files' own; where two would be the same, the extension joins them, then a
 * number. Returns a list of SerInput *. Fails with SER_ERROR_DATA, naming a folder without media, and SER_ERROR_FILE,
 * naming one that cannot be read. */
GPtrArray *ser_inputs_list (char *const *arguments, GError **error);

/* Keeps those whose place in the list is `shard` (from 1) modulo n_shards. */
void ser_inputs_take_shard (GPtrArray *inputs, guint shard, guint n_shards);

#endif /* SER_INPUTS_H */
