/* store.c - the library of recordings: the file, and one recording in it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "store-private.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "model/error.h"

#define BUSY_TIMEOUT 2000 /* ms: somebody may be looking with sqlite3(1) */

/* ---- statements ---- */

gboolean
ser_store_fail (SerStore *store, GError **error)
{
  return ser_fail (error, SER_ERROR_FILE, "%s: %s", store->shown, sqlite3_errmsg (store->db));
}

gboolean
ser_store_execute (SerStore *store, const char *statements, GError **error)
{
  return sqlite3_exec (store->db, statements, NULL, NULL, NULL) == SQLITE_OK || ser_store_fail (store, error);
}

SerStatement *
ser_store_prepare (SerStore *store, const char *text, GError **error)
{
  SerStatement *statement = NULL;

  if (sqlite3_prepare_v2 (store->db, text, -1, &statement, NULL) != SQLITE_OK)
    ser_store_fail (store, error);
  return statement;
}

gint64
ser_store_ask (SerStore *store, const char *text, GError **error)
{
  g_autoptr (SerStatement) statement = ser_store_prepare (store, text, error);

  if (!statement)
    return -1;
  if (sqlite3_step (statement) == SQLITE_ROW)
    return sqlite3_column_int64 (statement, 0);
  ser_store_fail (store, error);
  return -1;
}

/* Of a statement that gives no rows. */
static gboolean
finish (SerStore *store, SerStatement *statement, GError **error)
{
  return sqlite3_step (statement) == SQLITE_DONE || ser_store_fail (store, error);
}

/* ---- the file ---- */

static gboolean
lock (SerStore *store, const char *path, GError **error)
{
  g_autofree char *name = g_strconcat (path, ".lock", NULL), *shown = g_filename_display_name (name);
  char holder[24] = "";

  store->lock = open (name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (store->lock < 0)
    return ser_fail (error, SER_ERROR_FILE, "%s: cannot be opened: %s", shown, g_strerror (errno));
  if (flock (store->lock, LOCK_EX | LOCK_NB) == 0) {
    g_snprintf (holder, sizeof holder, "%d\n", (int) getpid ());
    if (ftruncate (store->lock, 0) != 0 || pwrite (store->lock, holder, strlen (holder), 0) < 0)
      return ser_fail (error, SER_ERROR_FILE, "%s: cannot be written: %s", shown, g_strerror (errno));
    return TRUE;
  }
  if (errno != EWOULDBLOCK)
    return ser_fail (error, SER_ERROR_FILE, "%s: cannot be locked: %s", shown, g_strerror (errno));
  if (pread (store->lock, holder, sizeof holder - 1, 0) < 0)
    *holder = '\0';
  return ser_fail (error, SER_ERROR_FILE,
      "%s: in use by another seremotion (process %s); stop it or use another folder", store->shown,
      *holder ? g_strstrip (holder) : "unknown");
}

static gboolean
configure (SerStore *store, GError **error)
{
  sqlite3_busy_timeout (store->db, BUSY_TIMEOUT);
  sqlite3_db_config (store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  return ser_store_execute (store, "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL", error)
      && ser_store_add_functions (store, error);
}

/* Only of what is ours: the mode is kept in the file. */
static gboolean
set_wal (SerStore *store, GError **error)
{
  g_autoptr (SerStatement) statement = ser_store_prepare (store, "PRAGMA journal_mode = WAL", error);

  if (!statement)
    return FALSE;
  if (sqlite3_step (statement) != SQLITE_ROW)
    return ser_store_fail (store, error);
  return g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") == 0
      || ser_fail (error, SER_ERROR_FILE, "%s: its file system does not allow SQLite's WAL mode; use a local folder",
          store->shown);
}

SerStore *
ser_store_open (const char *path, GError **error)
{
  g_autoptr (SerStore) store = g_new0 (SerStore, 1);

  store->shown = g_filename_display_name (path);
  store->lock = -1;
  if (!lock (store, path, error))
    return NULL;
  if (sqlite3_open_v2 (path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL)
          == SQLITE_OK
      && configure (store, error) && ser_store_migrate (store, error) && set_wal (store, error))
    return g_steal_pointer (&store);
  if (error && !*error)
    ser_store_fail (store, error);
  return NULL;
}

void
ser_store_close (SerStore *store)
{
  if (!store)
    return;
  sqlite3_close (store->db);
  if (store->lock >= 0)
    close (store->lock);
  g_free (store->shown);
  g_free (store);
}

/* ---- rows ---- */

static char *
read_text (SerStatement *statement, int column)
{
  return g_strdup ((const char *) sqlite3_column_text (statement, column));
}

SerEntry *
ser_store_read_entry (SerStatement *s)
{
  SerEntry *entry = g_new0 (SerEntry, 1);
  char **texts[] = { &entry->id, &entry->source, &entry->origin, &entry->labelling.title, &entry->labelling.speaker,
    &entry->labelling.date, &entry->labelling.place, &entry->labelling.party, &entry->labelling.sex };
  int column = 0;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    *texts[i] = read_text (s, column++);
  entry->title_given = sqlite3_column_int (s, column++);
  entry->state = ser_state_find ((const char *) sqlite3_column_text (s, column++));
  entry->error = read_text (s, column++);
  entry->attempts = sqlite3_column_int (s, column++);
  entry->created = sqlite3_column_int64 (s, column++);
  entry->finished = sqlite3_column_int64 (s, column++);
  entry->bytes = sqlite3_column_int64 (s, column++);
  entry->duration = sqlite3_column_type (s, column) == SQLITE_NULL ? NAN : sqlite3_column_double (s, column);
  column++;
  entry->summary = read_text (s, column++);
  entry->model = read_text (s, column++);
  entry->model_id = read_text (s, column++);
  return entry;
}

/* NULL is SQL's NULL. The texts outlive the statement. */
static void
bind_text (SerStatement *statement, int parameter, const char *text)
{
  sqlite3_bind_text (statement, parameter, text, -1, SQLITE_STATIC);
}

/* To the parameters 1 to 20, in the order of SER_STORE_COLUMNS. A NAN is bound as NULL by SQLite itself. */
static void
bind_entry (SerStatement *s, const SerEntry *entry)
{
  const char *texts[] = { entry->id, entry->source, entry->origin, entry->labelling.title, entry->labelling.speaker,
    entry->labelling.date, entry->labelling.place, entry->labelling.party, entry->labelling.sex };
  int parameter = 1;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    bind_text (s, parameter++, texts[i]);
  sqlite3_bind_int (s, parameter++, entry->title_given != FALSE);
  bind_text (s, parameter++, ser_state_get_name (entry->state));
  bind_text (s, parameter++, entry->error);
  sqlite3_bind_int64 (s, parameter++, entry->attempts);
  sqlite3_bind_int64 (s, parameter++, entry->created);
  sqlite3_bind_int64 (s, parameter++, entry->finished);
  sqlite3_bind_int64 (s, parameter++, (gint64) entry->bytes);
  sqlite3_bind_double (s, parameter++, entry->duration);
  bind_text (s, parameter++, entry->summary);
  bind_text (s, parameter++, entry->model);
  bind_text (s, parameter++, entry->model_id);
}

/* ---- one recording ---- */

static gboolean
write_entry (SerStore *store, const char *text, const SerEntry *entry, GError **error)
{
  g_autoptr (SerStatement) statement = ser_store_prepare (store, text, error);

  if (!statement)
    return FALSE;
  bind_entry (statement, entry);
  return finish (store, statement, error);
}

gboolean
ser_store_add (SerStore *store, const SerEntry *entry, GError **error)
{
  return write_entry (store,
      "INSERT INTO recordings (" SER_STORE_COLUMNS ") VALUES "
      "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20)",
      entry, error);
}

gboolean
ser_store_update (SerStore *store, const SerEntry *entry, GError **error)
{
  return write_entry (store,
      "UPDATE recordings SET source = ?2, origin = ?3, title = ?4, speaker = ?5, date = ?6, place = ?7, party = ?8, "
      "sex = ?9, title_given = ?10, state = ?11, error = ?12, attempts = ?13, finished = ?15, bytes = ?16, "
      "duration = ?17, summary = ?18, model = ?19, model_id = ?20 WHERE id = ?1",
      entry, error);
}

SerEntry *
ser_store_get (SerStore *store, const char *id, GError **error)
{
  g_autoptr (SerStatement) statement =
      ser_store_prepare (store, "SELECT " SER_STORE_COLUMNS " FROM recordings WHERE id = ?1", error);
  int status;

  if (!statement)
    return NULL;
  bind_text (statement, 1, id);
  status = sqlite3_step (statement);
  if (status == SQLITE_ROW)
    return ser_store_read_entry (statement);
  if (status != SQLITE_DONE)
    ser_store_fail (store, error);
  return NULL;
}

gboolean
ser_store_remove (SerStore *store, const char *id, GError **error)
{
  g_autoptr (SerStatement) statement = ser_store_prepare (store, "DELETE FROM recordings WHERE id = ?1", error);

  if (!statement)
    return FALSE;
  bind_text (statement, 1, id);
  return finish (store, statement, error);
}

gboolean
ser_store_is_new (SerStore *store, gboolean *is_new, GError **error)
{
  gint64 n = ser_store_ask (store, "SELECT count (*) FROM sqlite_sequence WHERE name = 'recordings'", error);

  *is_new = n == 0;
  return n >= 0;
}
