/* library-query.c - which recordings a request asks for
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "library-query.h"

#include <string.h>

#define MAX_LIMIT 500
#define MAX_SEARCH (4 * SER_TITLE_LENGTH) /* bytes */

/* ---- one ---- */

SerEntry *
ser_query_find (SerStore *store, const SerRequest *request, const char *id)
{
  GError *error = NULL;
  SerEntry *entry = ser_store_get (store, id, &error);

  if (error)
    ser_respond_error (request, error);
  else if (!entry)
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no recording %s", id);
  return entry;
}

gboolean
ser_query_check_done (const SerRequest *request, const SerEntry *entry)
{
  if (entry->state == SER_STATE_DONE)
    return TRUE;
  ser_respond_problem (request, SOUP_STATUS_CONFLICT, "%s is %s: expected recordings that are done", entry->id,
      ser_state_get_name (entry->state));
  return FALSE;
}

/* ---- many ---- */

static const char *const sort_names[SER_N_SORTS] = { [SER_SORT_CREATED] = "created",
  [SER_SORT_TITLE] = "title",
  [SER_SORT_SPEAKER] = "speaker",
  [SER_SORT_DATE] = "date",
  [SER_SORT_DURATION] = "duration" };

/* The number of a value among names; n where there is none of it, or no value. */
static guint
find_name (const char *const *names, guint n, const char *value)
{
  guint i = 0;

  while (i < n && g_strcmp0 (names[i], value) != 0)
    i++;
  return i;
}

static gboolean
read_number (const SerRequest *request, const char *name, guint low, guint high, guint *number)
{
  const char *text = ser_request_get_query (request, name);
  guint64 value;

  if (!text)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, low, high, &value, NULL)) {
    ser_respond_problem (
        request, SOUP_STATUS_BAD_REQUEST, "%s=%s: expected a number from %u to %u", name, text, low, high);
    return FALSE;
  }
  *number = value;
  return TRUE;
}

static gboolean
read_sort (const SerRequest *request, SerQuery *query)
{
  static const char *const orders[] = { "asc", "desc" };
  const char *sort = ser_request_get_query (request, "sort"), *order = ser_request_get_query (request, "order");

  query->sort = sort ? find_name (sort_names, SER_N_SORTS, sort) : SER_SORT_CREATED;
  query->descending = order ? find_name (orders, 2, order) : query->sort == SER_SORT_CREATED;
  if (query->sort == SER_N_SORTS)
    ser_respond_problem (
        request, SOUP_STATUS_BAD_REQUEST, "sort=%s: expected created, title, speaker, date or duration", sort);
  else if (order && find_name (orders, 2, order) == 2)
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "order=%s: expected asc or desc", order);
  else
    return TRUE;
  return FALSE;
}

gboolean
ser_query_read (const SerRequest *request, SerQuery *query)
{
  const char *state = ser_request_get_query (request, "state");

  query->search = ser_request_get_query (request, "search");
  query->speaker = ser_request_get_query (request, "speaker");
  query->state = state && *state ? ser_state_find (state) : SER_N_STATES;
  if (state && *state && query->state == SER_N_STATES) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST,
        "state=%s: expected queued, fetching, analysing, done, failed or cancelled", state);
    return FALSE;
  }
  if (query->search && strlen (query->search) > MAX_SEARCH) {
    ser_respond_problem (request, SOUP_STATUS_BAD_REQUEST, "search: expected at most %d bytes", MAX_SEARCH);
    return FALSE;
  }
  return read_sort (request, query);
}

gboolean
ser_query_read_part (const SerRequest *request, SerQuery *query)
{
  return read_number (request, "offset", 0, G_MAXINT32, &query->offset)
      && read_number (request, "limit", 1, MAX_LIMIT, &query->limit);
}
