/* events.c - the stream of events that each page listens to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Server-sent events (WHATWG HTML, 9.2): a chunked answer that does not end.
 */

#include "events.h"

#include <string.h>

#define BEAT 15               /* s: keeps what is in between from closing the connection, and finds clients that left */
#define MAX_PENDING (1 << 20) /* bytes that a client may leave unread */

struct _SerEvents {
  GPtrArray *clients; /* Client * */
  guint beat;
};

typedef struct {
  SerEvents *events;
  SoupServerMessage *message;
  gsize pending;
} Client;

static void
client_free (gpointer data)
{
  Client *client = data;

  g_signal_handlers_disconnect_by_data (client->message, client);
  g_object_unref (client->message);
  g_free (client);
}

static void
client_cut (Client *client)
{
  GSocket *socket = soup_server_message_get_socket (client->message);

  if (socket)
    g_socket_close (socket, NULL);
  g_ptr_array_remove_fast (client->events->clients, client);
}

static void
client_send (Client *client, GBytes *bytes)
{
  client->pending += g_bytes_get_size (bytes);
  soup_message_body_append_bytes (soup_server_message_get_response_body (client->message), bytes);
  soup_server_message_unpause (client->message);
}

static void
send_all (SerEvents *events, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  for (guint i = events->clients->len; i > 0; i--) {
    Client *client = events->clients->pdata[i - 1];

    if (client->pending > MAX_PENDING)
      client_cut (client);
    else
      client_send (client, bytes);
  }
}

static void
on_wrote (SoupServerMessage *message, guint size, Client *client)
{
  client->pending -= MIN (size, client->pending);
}

static void
on_finished (SoupServerMessage *message, Client *client)
{
  g_ptr_array_remove_fast (client->events->clients, client);
}

static gboolean
on_beat (gpointer data)
{
  send_all (data, ":\n\n");
  return G_SOURCE_CONTINUE;
}

SerEvents *
ser_events_new (void)
{
  SerEvents *events = g_new0 (SerEvents, 1);

  events->clients = g_ptr_array_new_with_free_func (client_free);
  events->beat = g_timeout_add_seconds (BEAT, on_beat, events);
  return events;
}

void
ser_events_free (SerEvents *events)
{
  if (!events)
    return;
  g_source_remove (events->beat);
  while (events->clients->len > 0)
    client_cut (events->clients->pdata[0]);
  g_ptr_array_unref (events->clients);
  g_free (events);
}

void
ser_events_answer (SerEvents *events, const SerRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  g_autoptr (GBytes) hello = g_bytes_new_static ("retry: 2000\n\n", strlen ("retry: 2000\n\n"));
  Client *client;

  if (events->clients->len >= SER_EVENTS_CLIENTS) {
    ser_respond_problem (request, SOUP_STATUS_SERVICE_UNAVAILABLE, "%d pages listen already", SER_EVENTS_CLIENTS);
    return;
  }
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_content_type (headers, "text/event-stream", NULL);
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (request->message), FALSE);
  if (strcmp (request->method, SOUP_METHOD_HEAD) == 0) {
    soup_message_body_complete (soup_server_message_get_response_body (request->message));
    return;
  }
  client = g_new0 (Client, 1);
  client->events = events;
  client->message = g_object_ref (request->message);
  g_signal_connect (client->message, "wrote-body-data", G_CALLBACK (on_wrote), client);
  g_signal_connect (client->message, "finished", G_CALLBACK (on_finished), client);
  g_ptr_array_add (events->clients, client);
  client_send (client, hello);
}

void
ser_events_send (SerEvents *events, const char *name, const char *data)
{
  g_autofree char *text = g_strdup_printf ("event: %s\ndata: %s\n\n", name, data);

  send_all (events, text);
}

guint
ser_events_count (const SerEvents *events)
{
  return events->clients->len;
}
