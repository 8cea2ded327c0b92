/* websocket.h - WebSockets of clients that are not trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * libsoup 3.2 bounds each frame of a message, but not how many a message has, reads on as long as anything comes, and
 * by itself unpacks what is deflated to any size.
 */

#ifndef SER_WEBSOCKET_H
#define SER_WEBSOCKET_H

#include "http.h"

typedef void (*SerWebsocketFunc) (SoupServerMessage *message, SoupWebsocketConnection *connection, gpointer data);

/* Answers the request for one with what the protocol wants (RFC 6455), and calls `func` when the connection is there:
 * one that breaks when more than `max` bytes come without being the end of a message, and that knows no compression. */
void ser_websocket_answer (const SerRequest *request, gsize max, SerWebsocketFunc func, gpointer data);

#endif /* SER_WEBSOCKET_H */
