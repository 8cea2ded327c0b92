/* store-private.h - what the files of the store share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_STORE_PRIVATE_H
#define SER_STORE_PRIVATE_H

#include "store.h"

#include <sqlite3.h>

struct _SerStore {
  sqlite3 *db;
  char *shown; /* the file, in messages */
  int lock;    /* of PATH.lock, or -1 */
};

typedef sqlite3_stmt SerStatement;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerStatement, sqlite3_finalize)

/* Of recordings, in the order in which ser_store_read_entry() expects them. */
#define SER_STORE_COLUMNS                                                                                              \
  "id, source, origin, title, speaker, date, place, party, sex, title_given, state, error, attempts, created, "        \
  "finished, bytes, duration, summary, model, model_id"

/* What SQLite says of its last failure, as SER_ERROR_FILE. Returns FALSE. */
gboolean ser_store_fail (SerStore *store, GError **error);

/* Runs a text of one or more statements. */
gboolean ser_store_execute (SerStore *store, const char *statements, GError **error);

/* NULL when it fails. */
SerStatement *ser_store_prepare (SerStore *store, const char *statement, GError **error);

/* An integer that a statement without parameters gives; -1 when it fails. */
gint64 ser_store_ask (SerStore *store, const char *statement, GError **error);

/* The row at which the statement stands. */
SerEntry *ser_store_read_entry (SerStatement *statement);

/* Checks whose database it is, and of which version, and brings it up to date. */
gboolean ser_store_migrate (SerStore *store, GError **error);

/* Adds the functions that lists use. */
gboolean ser_store_add_functions (SerStore *store, GError **error);

#endif /* SER_STORE_PRIVATE_H */
