/* exchange.c - a server that answers by one function, and a client that asks it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "exchange.h"

#include <stdarg.h>
#include <string.h>

#include "fixture.h"

static SoupServer *server;
static char *host;

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  gboolean (*func) (const SerRequest *request) = data;
  SerRequest request;

  if (!ser_request_init (&request, message, path, query) || !func (&request))
    ser_respond_problem (&request, SOUP_STATUS_NOT_FOUND, "nobody answers %s", path);
  ser_request_clear (&request);
}

void
exchange_start (gboolean (*func) (const SerRequest *request))
{
  GError *error = NULL;
  GSList *uris;

  server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, on_request, func, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  host = g_strdup_printf ("127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

void
exchange_stop (void)
{
  soup_server_disconnect (server);
  g_clear_object (&server);
  g_clear_pointer (&host, g_free);
}

const char *
exchange_get_host (void)
{
  return host;
}

/* ---- asking ---- */

static void
on_answer (GObject *session, GAsyncResult *result, gpointer data)
{
  GError *error = NULL;

  *(GBytes **) data = soup_session_send_and_read_finish (SOUP_SESSION (session), result, &error);
  g_assert_no_error (error);
}

static void
add_headers (SoupMessage *message, va_list pairs)
{
  const char *name;

  while ((name = va_arg (pairs, const char *)))
    soup_message_headers_replace (soup_message_get_request_headers (message), name, va_arg (pairs, const char *));
}

Answer
exchange_ask (const char *method, const char *path, const char *body, ...)
{
  g_autoptr (SoupSession) session = soup_session_new_with_options ("proxy-resolver", NULL, NULL);
  g_autofree char *uri = g_strconcat ("http://", host, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autoptr (GBytes) bytes = body ? g_bytes_new (body, strlen (body)) : NULL;
  Answer answer = { 0 };
  va_list pairs;

  if (bytes)
    soup_message_set_request_body_from_bytes (message, "application/json", bytes);
  va_start (pairs, body);
  add_headers (message, pairs);
  va_end (pairs);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, on_answer, &answer.body);
  while (!answer.body)
    g_main_context_iteration (NULL, TRUE);
  answer.status = soup_message_get_status (message);
  answer.headers = soup_message_headers_ref (soup_message_get_response_headers (message));
  return answer;
}

/* ---- answers ---- */

void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->headers, soup_message_headers_unref);
  g_clear_pointer (&answer->body, g_bytes_unref);
}

const char *
answer_get (const Answer *answer, const char *header)
{
  const char *value = soup_message_headers_get_one (answer->headers, header);

  return value ? value : "";
}

char *
answer_dup_text (const Answer *answer)
{
  return g_strndup (g_bytes_get_data (answer->body, NULL) ?: "", g_bytes_get_size (answer->body));
}

JsonObject *
answer_read_json (const Answer *answer, JsonParser *parser)
{
  GError *error = NULL;

  json_parser_load_from_data (
      parser, g_bytes_get_data (answer->body, NULL), (gssize) g_bytes_get_size (answer->body), &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}

void
answer_assert_problem (const Answer *answer, guint status, const char *detail)
{
  g_autofree char *text = answer_dup_text (answer);

  g_assert_cmpuint (answer->status, ==, status);
  g_assert_cmpstr (answer_get (answer, "Content-Type"), ==, "application/problem+json");
  fixture_assert_has (text, detail);
}
