/* store-schema.c - the tables of the library, and how older ones become the present ones
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * PRAGMA user_version is the number of migrations that a file has had. What is released here is never changed: a new
 * schema is a migration more.
 */

#include "store-private.h"

#include "model/error.h"

#define APPLICATION 0x5365724c /* "SerL" */

static const char *const migrations[] = {
  "CREATE TABLE recordings ("
  "  serial INTEGER PRIMARY KEY AUTOINCREMENT,"
  "  id TEXT NOT NULL UNIQUE CHECK (length (id) = 16 AND id NOT GLOB '*[^0-9a-f]*'),"
  "  source TEXT NOT NULL,"
  "  origin TEXT NOT NULL,"
  "  title TEXT NOT NULL,"
  "  speaker TEXT NOT NULL,"
  "  date TEXT NOT NULL,"
  "  place TEXT NOT NULL,"
  "  party TEXT NOT NULL,"
  "  sex TEXT NOT NULL,"
  "  title_given INTEGER NOT NULL CHECK (title_given IN (0, 1)),"
  "  state TEXT NOT NULL CHECK (state IN ('queued', 'fetching', 'analysing', 'done', 'failed', 'cancelled')),"
  "  error TEXT,"
  "  attempts INTEGER NOT NULL,"
  "  created INTEGER NOT NULL,"
  "  finished INTEGER NOT NULL,"
  "  bytes INTEGER NOT NULL,"
  "  duration REAL,"
  "  summary TEXT,"
  "  model TEXT,"
  "  model_id TEXT"
  ") STRICT;"
  "CREATE INDEX recordings_state ON recordings (state, created, serial);"
  "CREATE INDEX recordings_created ON recordings (created, serial);"
  "CREATE INDEX recordings_speaker ON recordings (speaker);",
};

static gboolean
run (SerStore *store, guint version, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %u", version);

  return ser_store_execute (store, migrations[version - 1], error) && ser_store_execute (store, mark, error);
}

static gboolean
check_owner (SerStore *store, gint64 application, GError **error)
{
  gint64 tables = ser_store_ask (store, "SELECT count (*) FROM sqlite_schema", error);

  if (tables < 0)
    return FALSE;
  if (application == APPLICATION || (application == 0 && tables == 0))
    return TRUE;
  return ser_fail (
      error, SER_ERROR_DATA, "%s: a database of another program; give a folder of its own to --data", store->shown);
}

static gboolean
bring_up (SerStore *store, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA application_id = %d", APPLICATION);
  gint64 application = ser_store_ask (store, "PRAGMA application_id", error), version;

  if (application < 0 || !check_owner (store, application, error))
    return FALSE;
  version = ser_store_ask (store, "PRAGMA user_version", error);
  if (version < 0)
    return FALSE;
  if (version > (gint64) G_N_ELEMENTS (migrations))
    return ser_fail (error, SER_ERROR_DATA,
        "%s: of schema version %" G_GINT64_FORMAT ", which a newer seremotion wrote; this one knows up to %zu",
        store->shown, version, G_N_ELEMENTS (migrations));
  if (application == 0 && !ser_store_execute (store, mark, error))
    return FALSE;
  while (version < (gint64) G_N_ELEMENTS (migrations))
    if (!run (store, ++version, error))
      return FALSE;
  return TRUE;
}

gboolean
ser_store_migrate (SerStore *store, GError **error)
{
  if (!ser_store_execute (store, "BEGIN IMMEDIATE", error))
    return FALSE;
  if (bring_up (store, error) && ser_store_execute (store, "COMMIT", error))
    return TRUE;
  sqlite3_exec (store->db, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}
