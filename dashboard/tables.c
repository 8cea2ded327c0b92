/* tables.c - many recordings in one table: the API's part "Tables"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A table is made by a thread of its own in a file that is removed as soon as it is open for the client.
 */

#include "tables.h"

#include <glib/gstdio.h>
#include <string.h>

#include "exports.h"
#include "library-query.h"
#include "model/error.h"
#include "table-write.h"

#define MAX_IDS 500
#define MAX_RECORDINGS 2000
#define MAX_AT_ONCE 2
#define RETRY_AFTER 5 /* s */

static const struct {
  const char *name;
  const char *result; /* of each recording, or NULL: it is of what the library knows */
} kinds[] = {
  { "recordings.csv", NULL },
  { "summary.csv", SER_RESULTS_STEM ".summary.csv" },
  { "segments.csv", SER_RESULTS_STEM ".segments.csv" },
  { "windows.csv", SER_RESULTS_STEM ".windows.csv" },
};

struct _SerTables {
  SerStore *store;
  SerJobs *jobs;
  GPtrArray *under_way; /* Making *, not owned */
};

/* One that is made, for a client that waits as long as `tables` is not NULL. */
typedef struct {
  SerTables *tables;
  SoupServerMessage *message;
  GCancellable *cancellable;
  const char *name;
  char *path;
  GPtrArray *entries, *results; /* of the thread's while it runs */
} Making;

static void
making_free (Making *making)
{
  g_object_unref (making->cancellable);
  g_unlink (making->path);
  g_free (making->path);
  g_ptr_array_unref (making->entries);
  g_clear_pointer (&making->results, g_ptr_array_unref);
  g_free (making);
}

/* The client has its answer, or has gone. */
static void
let_go (Making *making)
{
  g_signal_handlers_disconnect_by_data (making->message, making);
  g_clear_object (&making->message);
  g_ptr_array_remove_fast (making->tables->under_way, making);
  making->tables = NULL;
  g_cancellable_cancel (making->cancellable);
}

/* ---- which recordings ---- */

/* Each once, however often it is named. NULL after an answer. */
static GPtrArray *
find_named (SerTables *tables, const SerRequest *request, const char *list)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_entry_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) ids = g_strsplit (list, ",", MAX_IDS + 1);

  if (!ids[0] || g_strv_length (ids) > MAX_IDS) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "ids: expected 1 to %d, with commas between them", MAX_IDS);
    return NULL;
  }
  for (guint i = 0; ids[i]; i++) {
    SerEntry *entry;

    if (!g_hash_table_add (seen, ids[i]))
      continue;
    entry = ser_query_find (tables->store, request, ids[i]);
    if (!entry)
      return NULL;
    g_ptr_array_add (entries, entry);
  }
  return g_steal_pointer (&entries);
}

/* As the list is asked. NULL after an answer. */
static GPtrArray *
find_matching (SerTables *tables, const SerRequest *request, gboolean done)
{
  SerQuery query = { .limit = MAX_RECORDINGS };
  g_autoptr (GPtrArray) entries = NULL;
  GError *error = NULL;
  guint total;

  if (!ser_query_read (request, &query))
    return NULL;
  if (done && query.state == SER_N_STATES)
    query.state = SER_STATE_DONE;
  entries = ser_store_list (tables->store, &query, &total, &error);
  if (!entries)
    ser_respond_error (request, error);
  else if (total > MAX_RECORDINGS)
    ser_respond_problem (
        request, SOUP_STATUS_BAD_REQUEST, "%u recordings are more than %d: search for fewer", total, MAX_RECORDINGS);
  else
    return g_steal_pointer (&entries);
  return NULL;
}

/* FALSE after an answer. */
static gboolean
check_done (const SerRequest *request, GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    if (!ser_query_check_done (request, entries->pdata[i]))
      return FALSE;
  return TRUE;
}

/* ---- making a table ---- */

static void
make (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Making *making = data;
  GError *error = NULL;

  if (making->results)
    ser_table_write_joined (making->path, making->entries, making->results, cancellable, &error);
  else
    ser_table_write_recordings (making->path, making->entries, &error);
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* After the recording, where it is of one alone. */
static char *
make_download (const Making *making)
{
  g_autofree char *suffix = g_strconcat (".", making->name, NULL);

  return making->entries->len == 1 ? ser_exports_make_name (making->entries->pdata[0], suffix)
                                   : g_strconcat ("seremotion-", making->name, NULL);
}

static void
on_made (GObject *source, GAsyncResult *result, gpointer data)
{
  Making *making = data;
  GError *error = NULL;
  gboolean made = g_task_propagate_boolean (G_TASK (result), &error);

  if (making->tables) {
    SerRequest request = { .message = making->message, .path = making->name };
    g_autofree char *name = make_download (making);

    if (made)
      ser_respond_file (&request, "text/csv", making->path, name);
    else
      ser_respond_error (&request, g_steal_pointer (&error));
    soup_server_message_unpause (making->message);
    let_go (making);
  }
  g_clear_error (&error);
  making_free (making);
}

static void
on_finished (SoupServerMessage *message, Making *making)
{
  let_go (making);
}

static GPtrArray *
list_results (SerTables *tables, GPtrArray *entries, const char *name)
{
  GPtrArray *results = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < entries->len; i++)
    g_ptr_array_add (results, ser_jobs_make_result_path (tables->jobs, ((SerEntry *) entries->pdata[i])->id, name));
  return results;
}

/* Takes the entries. */
static void
begin (SerTables *tables, const SerRequest *request, guint kind, GPtrArray *entries)
{
  Making *making = g_new0 (Making, 1);
  g_autoptr (GTask) task = NULL;

  making->tables = tables;
  making->message = g_object_ref (request->message);
  making->cancellable = g_cancellable_new ();
  making->name = kinds[kind].name;
  making->path = ser_jobs_make_incoming (tables->jobs);
  making->entries = entries;
  if (kinds[kind].result)
    making->results = list_results (tables, entries, kinds[kind].result);
  g_ptr_array_add (tables->under_way, making);
  g_signal_connect (request->message, "finished", G_CALLBACK (on_finished), making);
  soup_server_message_pause (request->message);
  task = g_task_new (NULL, making->cancellable, on_made, making);
  g_task_set_task_data (task, making, NULL);
  g_task_run_in_thread (task, make);
}

static void
answer_table (SerTables *tables, const SerRequest *request, guint kind)
{
  const char *ids = ser_request_get_query (request, "ids");
  gboolean done = kinds[kind].result != NULL;
  g_autoptr (GPtrArray) entries = NULL;

  if (tables->under_way->len >= MAX_AT_ONCE) {
    ser_respond_busy (request, RETRY_AFTER, "%d tables are being made: try again in a while", MAX_AT_ONCE);
    return;
  }
  entries = ids ? find_named (tables, request, ids) : find_matching (tables, request, done);
  if (entries && (!done || check_done (request, entries)))
    begin (tables, request, kind, g_steal_pointer (&entries));
}

gboolean
ser_tables_answer (SerTables *tables, const SerRequest *request)
{
  guint kind = 0;

  if (ser_request_count_parts (request) != 2 || strcmp (request->parts[0], "tables") != 0)
    return FALSE;
  while (kind < G_N_ELEMENTS (kinds) && strcmp (request->parts[1], kinds[kind].name) != 0)
    kind++;
  if (kind == G_N_ELEMENTS (kinds))
    return FALSE;
  if (ser_request_is (request, SOUP_METHOD_GET))
    answer_table (tables, request, kind);
  else
    ser_respond_method (request, "GET");
  return TRUE;
}

/* ---- all of it ---- */

SerTables *
ser_tables_new (SerStore *store, SerJobs *jobs)
{
  SerTables *tables = g_new0 (SerTables, 1);

  tables->store = store;
  tables->jobs = jobs;
  tables->under_way = g_ptr_array_new ();
  return tables;
}

void
ser_tables_free (SerTables *tables)
{
  if (!tables)
    return;
  while (tables->under_way->len > 0)
    let_go (tables->under_way->pdata[0]);
  g_ptr_array_unref (tables->under_way);
  g_free (tables);
}
