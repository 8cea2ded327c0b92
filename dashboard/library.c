/* library.c - the API's part "Recordings"
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "library.h"

#include <string.h>

#include "entry-json.h"
#include "exports.h"
#include "fetch.h"
#include "json.h"
#include "library-query.h"
#include "model/error.h"

#define DEFAULT_LIMIT 100

struct _SerLibrary {
  SerStore *store;
  SerJobs *jobs;
  SerUploads *uploads;
  char *refusal;
};

SerLibrary *
ser_library_new (SerStore *store, SerJobs *jobs, guint64 max_bytes, const char *refusal)
{
  SerLibrary *library = g_new0 (SerLibrary, 1);

  library->store = store;
  library->jobs = jobs;
  library->uploads = ser_uploads_new (jobs, max_bytes);
  library->refusal = g_strdup (refusal);
  return library;
}

void
ser_library_free (SerLibrary *library)
{
  if (!library)
    return;
  ser_uploads_free (library->uploads);
  g_free (library->refusal);
  g_free (library);
}

static void
respond_entry (SerLibrary *library, const SerRequest *request, guint status, const SerEntry *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  ser_entry_build (entry, ser_jobs_get_progress (library->jobs, entry->id), builder);
  ser_respond_json (request, status, builder);
}

static void
respond_again (SerLibrary *library, const SerRequest *request, const char *id)
{
  g_autoptr (SerEntry) entry = ser_query_find (library->store, request, id);

  if (entry)
    respond_entry (library, request, SOUP_STATUS_OK, entry);
}

/* ---- the list ---- */

static void
list (SerLibrary *library, const SerRequest *request)
{
  SerQuery query = { .limit = DEFAULT_LIMIT };
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) entries = NULL;
  GError *error = NULL;
  guint total;

  if (!ser_query_read (request, &query) || !ser_query_read_part (request, &query))
    return;
  entries = ser_store_list (library->store, &query, &total, &error);
  if (!entries) {
    ser_respond_error (request, error);
    return;
  }
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "recordings");
  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++) {
    const SerEntry *entry = entries->pdata[i];
    ser_entry_build (entry, ser_jobs_get_progress (library->jobs, entry->id), builder);
  }
  json_builder_end_array (builder);
  ser_json_add_int (builder, "total", total);
  json_builder_end_object (builder);
  ser_respond_json (request, SOUP_STATUS_OK, builder);
}

/* ---- new ones ---- */

static void
respond_created (SerLibrary *library, const SerRequest *request, const SerEntry *entry)
{
  g_autofree char *location = g_strdup_printf (SER_HTTP_API "/recordings/%s", entry->id);

  soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Location", location);
  respond_entry (library, request, SOUP_STATUS_CREATED, entry);
}

static gboolean
check_allowed (SerLibrary *library, const SerRequest *request)
{
  if (!library->refusal)
    return TRUE;
  ser_respond_problem (request, SOUP_STATUS_FORBIDDEN, "%s", library->refusal);
  return FALSE;
}

/* What the query says of it; FALSE after an answer. */
static gboolean
read_labelling (const SerRequest *request, SerLabelling *labelling)
{
  GError *error = NULL;

  for (guint i = 0; i < SER_N_LABELLING; i++) {
    const char *value = ser_request_get_query (request, ser_labelling_names[i]);
    char **place = ser_labelling_get (labelling, i);

    if (!value || !*value)
      continue;
    g_free (*place);
    *place = g_strstrip (g_strdup (value));
  }
  if (ser_labelling_check (labelling, &error))
    return TRUE;
  ser_respond_error (request, error);
  return FALSE;
}

static gboolean
is_json (const SerRequest *request)
{
  const char *type =
      soup_message_headers_get_content_type (soup_server_message_get_request_headers (request->message), NULL);

  return g_strcmp0 (type, "application/json") == 0;
}

gboolean
ser_library_begin (SerLibrary *library, const SerRequest *request)
{
  g_autoptr (SerEntry) entry = NULL;

  if (g_strcmp0 (request->parts[0], "recordings") != 0 || request->parts[1]
      || !ser_request_is (request, SOUP_METHOD_POST) || is_json (request))
    return FALSE;
  entry = ser_entry_new ("upload", "", "");
  if (check_allowed (library, request)) {
    g_free (entry->labelling.title);
    entry->labelling.title = g_strdup ("-");
    if (read_labelling (request, &entry->labelling))
      ser_uploads_begin (library->uploads, request);
  }
  return TRUE;
}

static void
add_upload (SerLibrary *library, const SerRequest *request)
{
  const char *name = ser_uploads_get_name (request);
  g_autoptr (SerEntry) entry = name ? ser_entry_new ("upload", name, name) : NULL;

  if (entry && read_labelling (request, &entry->labelling) && ser_uploads_end (library->uploads, request, entry))
    respond_created (library, request, entry);
}

static void
add_url (SerLibrary *library, const SerRequest *request)
{
  g_autoptr (SerJsonFile) body = ser_request_read_json (request);
  g_autoptr (SerEntry) entry = NULL;
  GError *error = NULL;
  SerJsonValue root;
  const char *url;

  if (!body || !check_allowed (library, request))
    return;
  root = ser_json_file_root (body);
  url = ser_json_find_text (&root, "url");
  if (!url) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "expected {\"url\": \"https://...\"}");
    return;
  }
  entry = ser_entry_new ("url", url, url);
  if (!ser_fetch_check_url (url, &error) || !ser_labelling_read (&entry->labelling, &root, &error))
    ser_respond_error (request, error);
  else if (!ser_jobs_submit_url (library->jobs, entry, &error))
    ser_uploads_respond_error (request, error);
  else
    respond_created (library, request, entry);
}

/* ---- one ---- */

/* Of what can be said of a recording; else "speeker" would be no mistake. */
static gboolean
check_members (const SerJsonValue *object, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (json_node_get_object (object->node));

  for (GList *name = names; name; name = name->next)
    if (!g_strv_contains (ser_labelling_names, name->data))
      return ser_fail (
          error, SER_ERROR_DATA, "%s: expected title, speaker, date, place, party or sex", (const char *) name->data);
  return TRUE;
}

static void
edit (SerLibrary *library, const SerRequest *request, SerEntry *entry)
{
  g_autoptr (SerJsonFile) body = ser_request_read_json (request);
  GError *error = NULL;
  SerJsonValue root;

  if (!body)
    return;
  root = ser_json_file_root (body);
  if (!check_members (&root, &error) || !ser_labelling_read (&entry->labelling, &root, &error)
      || !ser_jobs_label (library->jobs, entry->id, &entry->labelling, &error))
    ser_respond_error (request, error);
  else
    respond_again (library, request, entry->id);
}

static void
remove_entry (SerLibrary *library, const SerRequest *request, const SerEntry *entry)
{
  GError *error = NULL;

  if (ser_jobs_remove (library->jobs, entry->id, &error) || !error)
    soup_server_message_set_status (request->message, SOUP_STATUS_NO_CONTENT, NULL);
  else
    ser_respond_error (request, error);
}

/* Cancels or retries. */
static void
act (SerLibrary *library, const SerRequest *request, const SerEntry *entry,
    gboolean (*func) (SerJobs *jobs, const char *id, GError **error), const char *when)
{
  GError *error = NULL;

  if (!ser_request_is (request, SOUP_METHOD_POST))
    ser_respond_method (request, "POST");
  else if (func (library->jobs, entry->id, &error))
    respond_again (library, request, entry->id);
  else if (error)
    ser_uploads_respond_error (request, error);
  else
    ser_respond_problem (request, SOUP_STATUS_CONFLICT, "%s is %s: expected one that is %s", entry->id,
        ser_state_get_name (entry->state), when);
}

static void
answer_entry (SerLibrary *library, const SerRequest *request, SerEntry *entry)
{
  if (ser_request_is (request, SOUP_METHOD_GET))
    respond_entry (library, request, SOUP_STATUS_OK, entry);
  else if (ser_request_is (request, "PATCH"))
    edit (library, request, entry);
  else if (ser_request_is (request, SOUP_METHOD_DELETE))
    remove_entry (library, request, entry);
  else
    ser_respond_method (request, "GET, PATCH, DELETE");
}

static void
answer_part (SerLibrary *library, const SerRequest *request, const SerEntry *entry)
{
  const char *part = request->parts[2];

  if (strcmp (part, "cancel") == 0 && !request->parts[3])
    act (library, request, entry, ser_jobs_cancel, "queued, fetching or analysing");
  else if (strcmp (part, "retry") == 0 && !request->parts[3])
    act (library, request, entry, ser_jobs_retry, "failed or cancelled, or that another model has heard");
  else if (!ser_exports_answer (library->jobs, entry, request))
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no %s", request->path);
}

gboolean
ser_library_answer (SerLibrary *library, const SerRequest *request)
{
  g_autoptr (SerEntry) entry = NULL;

  if (g_strcmp0 (request->parts[0], "recordings") != 0)
    return FALSE;
  if (!request->parts[1]) {
    if (ser_request_is (request, SOUP_METHOD_GET))
      list (library, request);
    else if (!ser_request_is (request, SOUP_METHOD_POST))
      ser_respond_method (request, "GET, POST");
    else if (is_json (request))
      add_url (library, request);
    else
      add_upload (library, request);
    return TRUE;
  }
  entry = ser_query_find (library->store, request, request->parts[1]);
  if (entry && request->parts[2])
    answer_part (library, request, entry);
  else if (entry)
    answer_entry (library, request, entry);
  return TRUE;
}
