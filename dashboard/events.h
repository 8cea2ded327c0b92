/* events.h - the stream of events that each page listens to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_EVENTS_H
#define SER_EVENTS_H

#include "http.h"

#define SER_EVENTS_CLIENTS 256

typedef struct _SerEvents SerEvents;

SerEvents *ser_events_new (void);

/* Ends all streams. */
void ser_events_free (SerEvents *events);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerEvents, ser_events_free)

/* Answers with a stream that lasts until the client goes, or does not read what it is sent. 503 when
 * SER_EVENTS_CLIENTS are there. */
void ser_events_answer (SerEvents *events, const SerRequest *request);

/* Tells all clients; `data` is JSON in one line. */
void ser_events_send (SerEvents *events, const char *name, const char *data);

guint ser_events_count (const SerEvents *events);

#endif /* SER_EVENTS_H */
