/* live.h - sound that comes through a WebSocket, told window by window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     client: samples -> WebSocket -> standard input of `seremotion analyze --live` -> lines -> WebSocket -> client
 */

#ifndef SER_LIVE_H
#define SER_LIVE_H

#include <libsoup/soup.h>

#include "child.h"

#define SER_LIVE_RATE 192000 /* Hz, at most */
#define SER_LIVE_AHEAD 10    /* s: sound may come so much sooner than it lasts, as after a jam on the line */

/* Bytes: more is too much at once at any rate. libsoup cuts the line for more, so that no reason arrives. */
#define SER_LIVE_MESSAGE ((guint64) SER_LIVE_AHEAD * SER_LIVE_RATE * sizeof (gint16))

typedef struct _SerLive SerLive;

/* s, after which a session ends: at all, when no sound comes, and when the client answers no ping. */
typedef struct {
  guint whole, idle, unanswered;
} SerLiveTimes;

#define SER_LIVE_TIMES ((SerLiveTimes){ 4 * 3600, 60, 50 })

/* `setup` is borrowed, `folder` an existing absolute path for the children's working folders. */
SerLive *ser_live_new (const SerChildSetup *setup, const char *folder, guint max_sessions);

/* Instead of SER_LIVE_TIMES; of tests alone. */
void ser_live_set_times (SerLive *live, const SerLiveTimes *times);

/* Ends all sessions, with 1001. */
void ser_live_free (SerLive *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerLive, ser_live_free)

/* Takes over a connection that has just been made; the protocol is docs/api.md's. */
void ser_live_take (SerLive *live, SoupWebsocketConnection *connection);

#endif /* SER_LIVE_H */
