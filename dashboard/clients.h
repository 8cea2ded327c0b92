/* clients.h - connections, and how long each is held
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Whoever has not said more than anybody may is a stranger: where places are few, the oldest of them gives way.
 */

#ifndef SER_CLIENTS_H
#define SER_CLIENTS_H

#include <libsoup/soup.h>

#define SER_CLIENTS 512         /* connections that are held at once */
#define SER_CLIENT_SECONDS 60   /* that one may take for headers, for a body that is no medium, and for no answer */
#define SER_CLIENT_PATIENCE 600 /* s that one who was let in may leave an answer unread, as a player that rests */

typedef struct _SerClients SerClients;

/* A connection, for one request; belongs to its message. */
typedef struct {
  gboolean medium;  /* server.c's: the body is a medium, which uploads.c takes */
  guint64 received; /* server.c's: bytes of any other body */
  SerClients *clients;
  SoupServerMessage *message;
  gboolean connected; /* TLS, if any, has shaken hands */
  gboolean counted;   /* among those that are held */
  GList *stranger;    /* its link there, or NULL */
  gint64 start;       /* monotonic us */
  guint timer, end;
  guint patience; /* s that an answer may be left unread */
  gsize taken;    /* of its body in this turn */
  guint turn;     /* what begins the next, or 0 */
} SerClient;

SerClients *ser_clients_new (gboolean tls);

/* The server ends; then, when no message is left. */
void ser_clients_end (SerClients *clients);
void ser_clients_free (SerClients *clients);

/* Takes the message of a connection that has just been made, of which nothing came yet. */
void ser_clients_take (SerClients *clients, SoupServerMessage *message);
gboolean ser_clients_are_too_many (const SerClients *clients);

SerClient *ser_client_get (SoupServerMessage *message);

/* It gives way to nobody any longer, and has time. */
void ser_client_let_in (SerClient *client);

/* It has so long for what comes next; 0: for ever. */
void ser_client_set_time (SerClient *client, guint seconds);

/* Ends the connection. */
void ser_client_cut (SerClient *client);

#endif /* SER_CLIENTS_H */
