/* clients.c - connections, and how long each is held
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "clients.h"

#define TURN (256 << 10) /* bytes that are read of a body before it is others' turn */
#define CHUNK 1024       /* that a chunk counts beside its bytes: many of one byte each take as long */
#define HANDSHAKE 10     /* s for TLS to shake hands, which keeps a thread busy; where more than ... */
#define HANDSHAKES 8     /* ... do at once, those give way ... */
#define HANDSHAKE_SOON 2 /* ... that take longer than this */
#define KEY "seremotion-client"

struct _SerClients {
  gboolean tls, ends;
  guint n;
  GQueue strangers; /* SerClient *, those that may have to give way, the oldest first */
};

/* ---- time ---- */

static void
give_way_no_longer (SerClient *client)
{
  if (client->stranger)
    g_queue_delete_link (&client->clients->strangers, g_steal_pointer (&client->stranger));
}

/* It is held no longer. */
static void
leave (SerClient *client)
{
  client->clients->n -= client->counted;
  client->counted = FALSE;
  give_way_no_longer (client);
}

/* Closed, not shut down: after a shutdown libsoup may wait for ever for the rest of a chunk. But while TLS shakes
 * hands, a thread waits for the socket, which never hears of a close. */
void
ser_client_cut (SerClient *client)
{
  GSocket *socket = soup_server_message_get_socket (client->message);

  leave (client);
  if (socket && client->clients->tls && !client->connected)
    g_socket_shutdown (socket, TRUE, TRUE, NULL);
  else if (socket)
    g_socket_close (socket, NULL);
}

static gboolean
on_late (gpointer data)
{
  SerClient *client = data;

  client->timer = 0;
  ser_client_cut (client);
  return G_SOURCE_REMOVE;
}

/* The client has so long for what comes next; 0: for ever. */
void
ser_client_set_time (SerClient *client, guint seconds)
{
  g_clear_handle_id (&client->timer, g_source_remove);
  if (seconds > 0)
    client->timer = g_timeout_add_seconds (seconds, on_late, client);
}

static void
client_free (gpointer data)
{
  SerClient *client = data;

  ser_client_set_time (client, 0);
  g_clear_handle_id (&client->turn, g_source_remove);
  g_clear_handle_id (&client->end, g_source_remove);
  leave (client);
  g_free (client);
}

/* ---- all bodies ---- */

static gboolean
on_turn (gpointer data)
{
  SerClient *client = data;

  client->turn = 0;
  client->taken = 0;
  soup_server_message_unpause (client->message);
  return G_SOURCE_REMOVE;
}

/* libsoup reads on as long as there is something to read: a client that sends faster than that would have the server
 * for itself. */
static void
take_turns (SoupServerMessage *message, GBytes *chunk, SerClient *client)
{
  client->taken += g_bytes_get_size (chunk) + CHUNK;
  if (client->taken < TURN || client->turn)
    return;
  soup_server_message_pause (message);
  client->turn = g_idle_add_full (G_PRIORITY_DEFAULT, on_turn, client, NULL);
}

/* ---- from start to end ---- */

static void
on_connected (SoupServerMessage *message, SerClient *client)
{
  client->connected = TRUE;
  ser_client_set_time (client, SER_CLIENT_SECONDS);
}

static gboolean
on_end (gpointer data)
{
  SerClient *client = data;

  client->end = 0;
  g_object_unref (client->message);
  return G_SOURCE_REMOVE;
}

/* libsoup 3.2 forgets the message of a client with whom TLS could not shake hands; one that does not is rid of it by
 * then. */
static void
on_disconnected (SoupServerMessage *message, SerClient *client)
{
  leave (client);
  ser_client_set_time (client, 0);
  if (client->clients->tls && !client->connected && !client->clients->ends)
    client->end = g_idle_add (on_end, client);
}

/* As long as something of an answer is taken it goes on. */
static void
on_wrote_headers (SoupServerMessage *message, SerClient *client)
{
  ser_client_set_time (client, client->patience);
}

static void
on_wrote (SoupServerMessage *message, guint size, SerClient *client)
{
  ser_client_set_time (client, client->patience);
}

/* Others wait for their threads. */
static void
hurry_handshakes (SerClients *clients)
{
  gint64 limit = g_get_monotonic_time () - HANDSHAKE_SOON * G_USEC_PER_SEC;
  guint n = 0;

  for (GList *at = clients->strangers.head; at; at = at->next)
    n += !((SerClient *) at->data)->connected;
  for (GList *at = clients->strangers.head, *next; at && n > HANDSHAKES; at = next) {
    SerClient *client = at->data;

    next = at->next;
    if (client->start > limit)
      break;
    if (!client->connected) {
      ser_client_cut (client);
      n--;
    }
  }
}

/* Where all places are taken, who has said least for longest gives way: else a few hundred connections that say nothing
 * would keep everybody out. Were there no more files to be had, libsoup would not listen any longer: what comes beyond
 * all measure does not even get an answer. */
static void
make_room (SerClients *clients, SerClient *newcomer)
{
  SerClient *oldest = g_queue_peek_head (&clients->strangers);

  if (clients->n > 2 * SER_CLIENTS)
    ser_client_cut (newcomer);
  else if (clients->n > SER_CLIENTS && oldest != newcomer)
    ser_client_cut (oldest);
}

void
ser_clients_take (SerClients *clients, SoupServerMessage *message)
{
  SerClient *client = g_new0 (SerClient, 1);

  client->clients = clients;
  client->message = message;
  client->start = g_get_monotonic_time ();
  client->counted = TRUE;
  client->patience = SER_CLIENT_SECONDS;
  clients->n++;
  g_queue_push_tail (&clients->strangers, client);
  client->stranger = clients->strangers.tail;
  g_object_set_data_full (G_OBJECT (message), KEY, client, client_free);
  g_signal_connect (message, "connected", G_CALLBACK (on_connected), client);
  g_signal_connect (message, "disconnected", G_CALLBACK (on_disconnected), client);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (on_wrote_headers), client);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote), client);
  g_signal_connect (message, "got-chunk", G_CALLBACK (take_turns), client);
  ser_client_set_time (client, clients->tls ? HANDSHAKE : SER_CLIENT_SECONDS);
  if (clients->tls)
    hurry_handshakes (clients);
  make_room (clients, client);
}

SerClient *
ser_client_get (SoupServerMessage *message)
{
  return g_object_get_data (G_OBJECT (message), KEY);
}

void
ser_client_let_in (SerClient *client)
{
  give_way_no_longer (client);
  client->patience = SER_CLIENT_PATIENCE;
}

/* ---- all of them ---- */

SerClients *
ser_clients_new (gboolean tls)
{
  SerClients *clients = g_new0 (SerClients, 1);

  clients->tls = tls;
  return clients;
}

gboolean
ser_clients_are_too_many (const SerClients *clients)
{
  return clients->n > SER_CLIENTS;
}

void
ser_clients_end (SerClients *clients)
{
  clients->ends = TRUE;
}

void
ser_clients_free (SerClients *clients)
{
  g_free (clients);
}
