/* server.c - the HTTP server: what every request goes through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * libsoup calls a handler twice: when the headers are there ("early"), and when the body is. An answer that the first
 * one sets stands, and what then still comes of a body is thrown away, up to a limit.
 */

#include "server.h"

#include <string.h>

#include "clients.h"
#include "model/error.h"
#include "pages.h"
#include "ser.h"
#include "websocket.h"

/* Bytes of a body that nobody wants that are read, as long as the client has time, so that it reads the answer:
 * browsers do so when they have sent all. */
#define MAX_WASTE (8 << 20)
#define MAX_MEDIUM_WASTE (G_GUINT64_CONSTANT (2) << 30)
#define BACKLOG 256

struct _SerServer {
  SerServerParts parts;
  SoupServer *soup;
  gboolean tls;
  SerClients *clients;
};

/* ---- requests ---- */

/* A connection is for one request: libsoup 3.2 forgets those that it keeps when the client closes them, and each takes
 * a descriptor and 2 kB along. */
static void
set_headers (SoupServerMessage *message)
{
  static const char *const headers[][2] = { { "Content-Security-Policy", SER_PAGES_NO_CONTENT },
    { "X-Content-Type-Options", "nosniff" }, { "Referrer-Policy", "no-referrer" },
    { "Cross-Origin-Resource-Policy", "same-origin" }, { "Cross-Origin-Opener-Policy", "same-origin" },
    { "X-Frame-Options", "DENY" }, { "Permissions-Policy", "microphone=(self), camera=(), geolocation=()" },
    { "Cache-Control", "no-store" }, { "Connection", "close" } };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), headers[i][0], headers[i][1]);
}

static void
on_websocket (SoupServerMessage *message, SoupWebsocketConnection *connection, gpointer data)
{
  const SerServer *server = data;

  ser_client_set_time (ser_client_get (message), 0);
  ser_live_take (server->parts.live, connection);
}

static void
answer_live (SerServer *server, const SerRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (request->message);

  if (server->parts.refusal)
    ser_respond_problem (request, SOUP_STATUS_FORBIDDEN, "%s", server->parts.refusal);
  else if (!soup_message_headers_header_contains (headers, "Upgrade", "websocket")) {
    soup_message_headers_replace (soup_server_message_get_response_headers (request->message), "Upgrade", "websocket");
    ser_respond_problem (request, SER_STATUS_UPGRADE_REQUIRED, "%s is a WebSocket", request->path);
  } else
    ser_websocket_answer (request, SER_LIVE_MESSAGE, on_websocket, server);
}

static void
answer_api (SerServer *server, const SerRequest *request)
{
  const SerServerParts *parts = &server->parts;

  if (g_strcmp0 (request->parts[0], "session") == 0 && !request->parts[1])
    ser_access_answer_session (parts->access, request);
  else if (g_strcmp0 (request->parts[0], "events") == 0 && !request->parts[1]) {
    if (ser_request_is (request, SOUP_METHOD_GET))
      ser_events_answer (parts->events, request);
    else
      ser_respond_method (request, "GET");
  } else if (g_strcmp0 (request->parts[0], "live") == 0 && !request->parts[1])
    answer_live (server, request);
  else if (!ser_service_answer (parts->service, request) && !ser_library_answer (parts->library, request)
      && !ser_catalogue_answer (parts->catalogue, request) && !ser_comparisons_answer (parts->comparisons, request)
      && !ser_tables_answer (parts->tables, request))
    ser_respond_problem (request, SOUP_STATUS_NOT_FOUND, "there is no %s", request->path);
}

static gboolean
is_api (const char *path)
{
  return g_str_has_prefix (path, SER_HTTP_API "/") || strcmp (path, SER_HTTP_API) == 0;
}

/* ---- bodies that are no medium ---- */

static void
on_chunk (SoupServerMessage *message, GBytes *chunk, SerClient *client)
{
  SerRequest request = { .message = message };

  client->received += g_bytes_get_size (chunk);
  if (client->received <= SER_SERVER_BODY && soup_server_message_get_status (message) == 0)
    return;
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  if (soup_server_message_get_status (message) == 0)
    ser_respond_problem (&request, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
        "the body has more than %d bytes, which only "
        "recordings have",
        SER_SERVER_BODY);
  if (client->received > (client->medium ? MAX_MEDIUM_WASTE : MAX_WASTE))
    ser_client_cut (client);
}

/* ---- libsoup's calls ---- */

/* Where what is decoded would end before its end. */
static gboolean
has_zero (SoupServerMessage *message)
{
  GUri *uri = soup_server_message_get_uri (message);
  const char *query = g_uri_get_query (uri);

  return strstr (g_uri_get_path (uri), "%00") || (query && strstr (query, "%00"));
}

static void
on_headers (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  SerServer *server = data;
  SerClient *client = ser_client_get (message);
  SerRequest request;

  set_headers (message);
  ser_client_set_time (client, SER_CLIENT_SECONDS);
  if (!ser_request_init (&request, message, path, query))
    ser_respond_problem (&request, SOUP_STATUS_NOT_FOUND, "there is no %s", path);
  else if (has_zero (message))
    ser_respond_problem (&request, SOUP_STATUS_BAD_REQUEST, "the address holds a zero byte (%%00)");
  else if (ser_clients_are_too_many (server->clients))
    ser_respond_problem (&request, SOUP_STATUS_SERVICE_UNAVAILABLE, "too many clients are here: try again in a while");
  else if (ser_access_check (server->parts.access, &request)) {
    if (!ser_access_is_public (&request))
      ser_client_let_in (client);
    client->medium = ser_library_begin (server->parts.library, &request);
    if (client->medium && soup_server_message_get_status (message) == 0)
      ser_client_set_time (client, server->parts.upload_seconds);
    else if (g_strcmp0 (request.parts[0], "live") == 0 && server->parts.refusal)
      answer_live (server, &request);
  }
  if (!client->medium || soup_server_message_get_status (message) != 0)
    g_signal_connect (message, "got-chunk", G_CALLBACK (on_chunk), client);
  ser_request_clear (&request);
}

static void
on_body (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query, gpointer data)
{
  SerServer *server = data;
  SerRequest request;

  ser_client_set_time (ser_client_get (message), 0);
  if (ser_request_init (&request, message, path, query)) {
    if (is_api (path))
      answer_api (server, &request);
    else
      ser_pages_answer (&request);
  }
  ser_request_clear (&request);
}

/* libsoup calls it when a connection is there, before anything came. */
static void
on_started (SoupServer *soup, SoupServerMessage *message, SerServer *server)
{
  ser_clients_take (server->clients, message);
}

/* ---- the server ---- */

SerServer *
ser_server_new (const SerServerParts *parts, GTlsCertificate *certificate)
{
  SerServer *server = g_new0 (SerServer, 1);

  server->parts = *parts;
  server->tls = certificate != NULL;
  server->clients = ser_clients_new (server->tls);
  server->soup = soup_server_new ("tls-certificate", certificate, NULL);
  g_signal_connect (server->soup, "request-started", G_CALLBACK (on_started), server);
  soup_server_add_early_handler (server->soup, NULL, on_headers, server, NULL);
  soup_server_add_handler (server->soup, NULL, on_body, server, NULL);
  return server;
}

void
ser_server_free (SerServer *server)
{
  if (!server)
    return;
  ser_clients_end (server->clients);
  soup_server_disconnect (server->soup);
  g_object_unref (server->soup);
  ser_clients_free (server->clients);
  g_free (server);
}

/* GLib's own queue of connections that nobody has taken yet is of ten: the next waits for a second. */
static GSocket *
make_socket (GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket =
      g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (!socket)
    return NULL;
  g_socket_set_listen_backlog (socket, BACKLOG);
  return g_socket_bind (socket, address, TRUE, error) && g_socket_listen (socket, error) ? g_steal_pointer (&socket)
                                                                                         : NULL;
}

static const char *
get_remedy (const GError *fault)
{
  if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
    return "; --port N names another one, --port 0 takes a free one";
  if (g_error_matches (fault, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return "; ports from 1024 on need no privilege";
  return "";
}

gboolean
ser_server_listen (SerServer *server, GInetAddress *address, guint port, GError **error)
{
  g_autoptr (GSocketAddress) place = g_inet_socket_address_new (address, port);
  g_autofree char *text = g_inet_address_to_string (address);
  g_autoptr (GError) local = NULL;
  g_autoptr (GSocket) socket = make_socket (place, &local);

  return (socket
             && soup_server_listen_socket (server->soup, socket, server->tls ? SOUP_SERVER_LISTEN_HTTPS : 0, &local))
      || ser_fail (error, SER_ERROR_CONFIG, "--host %s --port %u: cannot listen there: %s%s", text, port,
          local->message, get_remedy (local));
}

char *
ser_server_get_uri (const SerServer *server)
{
  GSList *uris = soup_server_get_uris (server->soup);
  char *text = g_uri_to_string (uris->data);

  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return text;
}
