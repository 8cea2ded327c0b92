/* comparisons.c - speakers of the library compared: the API's part "Comparisons"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "comparisons.h"

#include <glib/gstdio.h>
#include <string.h>

#include "comparison-job.h"
#include "data-folder.h"
#include "json.h"
#include "library-query.h"
#include "model/error.h"

#define MAX_RECORDINGS 500
#define MAX_AT_ONCE 2
#define RETRY_AFTER 5 /* s */

static const char *const types[SER_COMPARISON_FILES] = { "application/json", "text/csv", "text/html" };

struct _SerComparisons {
  SerStore *store;
  SerJobs *jobs;
  const SerChildSetup *setup;
  char *folder;
  GQueue kept;          /* char *, IDs, the oldest first */
  GPtrArray *under_way; /* Comparing * */
};

/* A client that waits. */
typedef struct {
  SerComparisons *comparisons;
  SoupServerMessage *message;
  SerComparisonJob *comparison; /* NULL when it has ended */
  char *id;
} Comparing;

static void
comparing_free (gpointer data)
{
  Comparing *comparing = data;

  if (comparing->comparison)
    ser_comparison_job_stop (comparing->comparison);
  g_signal_handlers_disconnect_by_data (comparing->message, comparing);
  g_object_unref (comparing->message);
  g_free (comparing->id);
  g_free (comparing);
}

static char *
make_path (const SerComparisons *comparisons, const char *id, const char *name)
{
  return g_build_filename (comparisons->folder, id, name, NULL);
}

/* ---- those that are kept ---- */

static void
keep (SerComparisons *comparisons, const char *id)
{
  g_queue_push_tail (&comparisons->kept, g_strdup (id));
  while (comparisons->kept.length > SER_COMPARISONS_KEPT) {
    g_autofree char *oldest = g_queue_pop_head (&comparisons->kept), *path = make_path (comparisons, oldest, NULL);

    ser_folder_remove (path, NULL);
  }
}

static gint64
get_age (const SerComparisons *comparisons, const char *id)
{
  g_autofree char *path = make_path (comparisons, id, ser_comparison_files[0]);
  GStatBuf status;

  return g_stat (path, &status) == 0 ? status.st_mtime : 0;
}

static int
compare_ages (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 age_a = get_age (data, a), age_b = get_age (data, b);

  return (age_a > age_b) - (age_a < age_b);
}

/* Those of an earlier server; what it did not finish is removed. */
static void
find_kept (SerComparisons *comparisons)
{
  g_autoptr (GDir) dir = g_dir_open (comparisons->folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir))) {
    g_autofree char *path = make_path (comparisons, name, NULL);

    if (ser_is_id (name) && get_age (comparisons, name) > 0)
      g_queue_push_tail (&comparisons->kept, g_strdup (name));
    else
      ser_folder_remove (path, NULL);
  }
  g_queue_sort (&comparisons->kept, compare_ages, comparisons);
}

/* ---- what is asked ---- */

/* Checks one that is to be compared; FALSE after an answer. */
static gboolean
check_entry (const SerRequest *request, const SerEntry *entry)
{
  if (!ser_query_check_done (request, entry))
    return FALSE;
  if (*entry->labelling.speaker)
    return TRUE;
  ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "%s (%s) has no speaker: say who speaks in it", entry->id,
      entry->labelling.title);
  return FALSE;
}

static SerEntry *
find_entry (const SerComparisons *comparisons, const SerRequest *request, const SerJsonValue *value)
{
  GError *error = NULL;
  const char *id;
  SerEntry *entry;

  if (!ser_json_as_text (value, &id, &error)) {
    ser_respond_error (request, error);
    return NULL;
  }
  entry = ser_query_find (comparisons->store, request, id);
  if (entry && check_entry (request, entry))
    return entry;
  ser_entry_free (entry);
  return NULL;
}

/* Each once, however often it is named. NULL after an answer. */
static GPtrArray *
find_entries (const SerComparisons *comparisons, const SerRequest *request, const SerJsonFile *body)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ser_entry_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  SerJsonValue root = ser_json_file_root (body), list;
  GError *error = NULL;
  guint n;

  if (!ser_json_get_array (&root, "recordings", &list, &n, &error)) {
    ser_respond_error (request, error);
    return NULL;
  }
  if (n > MAX_RECORDINGS) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "recordings: more than %d", MAX_RECORDINGS);
    return NULL;
  }
  for (guint i = 0; i < n; i++) {
    SerJsonValue value = ser_json_element (&list, i);
    SerEntry *entry = find_entry (comparisons, request, &value);

    if (!entry)
      return NULL;
    if (g_hash_table_add (seen, entry->id))
      g_ptr_array_add (entries, entry);
    else
      ser_entry_free (entry);
  }
  return g_steal_pointer (&entries);
}

/* Whether recordings that end early are compared, too; FALSE after an answer. */
static gboolean
read_allowed (const SerRequest *request, const SerJsonFile *body, gboolean *allow_truncated)
{
  SerJsonValue root = ser_json_file_root (body), member;
  GError *error = NULL;

  *allow_truncated = FALSE;
  if (!ser_json_get (&root, "allow_truncated", &member, NULL)
      || ser_json_get_boolean (&root, "allow_truncated", allow_truncated, &error))
    return TRUE;
  ser_respond_error (request, error);
  return FALSE;
}

/* ---- what is answered ---- */

static void
build_exports (JsonBuilder *builder, const char *id)
{
  json_builder_set_member_name (builder, "exports");
  json_builder_begin_array (builder);
  for (guint i = 0; i < SER_COMPARISON_FILES; i++) {
    g_autofree char *href = g_strdup_printf (SER_HTTP_API "/comparisons/%s/%s", id, ser_comparison_files[i]);

    json_builder_begin_object (builder);
    ser_json_add_string (builder, "name", ser_comparison_files[i]);
    ser_json_add_string (builder, "href", href);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
respond_result (const SerRequest *request, const char *id, const SerJsonFile *result)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "id", id);
  json_builder_set_member_name (builder, "comparison");
  json_builder_add_value (builder, json_node_copy (ser_json_file_root (result).node));
  build_exports (builder, id);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_CREATED, builder);
}

static void
on_compared (SerComparisonJob *comparison, SerJsonFile *result, const GError *error, gpointer data)
{
  Comparing *comparing = data;
  SerRequest request = { .message = comparing->message };
  gboolean unfit = g_error_matches (error, SER_ERROR, SER_ERROR_DATA);

  comparing->comparison = NULL;
  if (result) {
    respond_result (&request, comparing->id, result);
    keep (comparing->comparisons, comparing->id);
  } else
    ser_respond_problem (&request, unfit ? SOUP_STATUS_CONFLICT : SOUP_STATUS_INTERNAL_SERVER_ERROR,
        "the recordings cannot be compared: %s", error->message);
  soup_server_message_unpause (comparing->message);
  g_ptr_array_remove (comparing->comparisons->under_way, comparing);
}

/* The client has gone: nobody reads what comes of it. */
static void
on_finished (SoupServerMessage *message, Comparing *comparing)
{
  g_ptr_array_remove (comparing->comparisons->under_way, comparing);
}

static char **
list_documents (const SerComparisons *comparisons, GPtrArray *entries)
{
  char **documents = g_new0 (char *, entries->len + 1);

  for (guint i = 0; i < entries->len; i++)
    documents[i] =
        ser_jobs_make_result_path (comparisons->jobs, ((SerEntry *) entries->pdata[i])->id, SER_RESULTS_STEM ".json");
  return documents;
}

static void
begin (SerComparisons *comparisons, const SerRequest *request, GPtrArray *entries, gboolean allow_truncated)
{
  g_auto (GStrv) documents = list_documents (comparisons, entries);
  g_autofree char *id = ser_id_make (), *folder = make_path (comparisons, id, NULL);
  Comparing *comparing = g_new0 (Comparing, 1);
  GError *error = NULL;

  comparing->comparisons = comparisons;
  comparing->message = g_object_ref (request->message);
  comparing->id = g_steal_pointer (&id);
  comparing->comparison = ser_comparison_job_start (comparisons->setup, folder, entries,
      (const char *const *) documents, allow_truncated, on_compared, comparing, &error);
  if (!comparing->comparison) {
    ser_respond_error (request, error);
    comparing_free (comparing);
    return;
  }
  g_ptr_array_add (comparisons->under_way, comparing);
  g_signal_connect (request->message, "finished", G_CALLBACK (on_finished), comparing);
  soup_server_message_pause (request->message);
}

static void
answer_new (SerComparisons *comparisons, const SerRequest *request)
{
  g_autoptr (SerJsonFile) body = ser_request_read_json (request);
  g_autoptr (GPtrArray) entries = body ? find_entries (comparisons, request, body) : NULL;
  gboolean allow_truncated;

  if (!entries || !read_allowed (request, body, &allow_truncated))
    return;
  if (comparisons->under_way->len < MAX_AT_ONCE) {
    begin (comparisons, request, entries, allow_truncated);
    return;
  }
  ser_respond_busy (request, RETRY_AFTER, "%d comparisons are being made: try again in a while", MAX_AT_ONCE);
}

/* FALSE where there is no such file. */
static gboolean
answer_file (SerComparisons *comparisons, const SerRequest *request, const char *id, const char *name)
{
  g_autofree char *path = NULL;
  guint i = 0;

  while (i < SER_COMPARISON_FILES && strcmp (name, ser_comparison_files[i]) != 0)
    i++;
  if (i == SER_COMPARISON_FILES || !ser_is_id (id))
    return FALSE;
  path = make_path (comparisons, id, name);
  if (!ser_request_is (request, SOUP_METHOD_GET))
    ser_respond_method (request, "GET");
  else
    ser_respond_file (request, types[i], path, name);
  return TRUE;
}

gboolean
ser_comparisons_answer (SerComparisons *comparisons, const SerRequest *request)
{
  guint n = ser_request_count_parts (request);

  if (n == 0 || strcmp (request->parts[0], "comparisons") != 0)
    return FALSE;
  if (n == 3)
    return answer_file (comparisons, request, request->parts[1], request->parts[2]);
  if (n > 1)
    return FALSE;
  if (ser_request_is (request, SOUP_METHOD_POST))
    answer_new (comparisons, request);
  else
    ser_respond_method (request, "POST");
  return TRUE;
}

/* ---- all of it ---- */

SerComparisons *
ser_comparisons_new (SerStore *store, SerJobs *jobs, const SerChildSetup *setup, const char *folder)
{
  SerComparisons *comparisons = g_new0 (SerComparisons, 1);

  comparisons->store = store;
  comparisons->jobs = jobs;
  comparisons->setup = setup;
  comparisons->folder = g_build_filename (folder, SER_DATA_COMPARISONS, NULL);
  comparisons->under_way = g_ptr_array_new_with_free_func (comparing_free);
  g_queue_init (&comparisons->kept);
  g_mkdir (comparisons->folder, 0700);
  find_kept (comparisons);
  return comparisons;
}

void
ser_comparisons_free (SerComparisons *comparisons)
{
  if (!comparisons)
    return;
  g_ptr_array_unref (comparisons->under_way);
  g_queue_clear_full (&comparisons->kept, g_free);
  g_free (comparisons->folder);
  g_free (comparisons);
}
