/* exchange.h - a server that answers by one function, and a client that asks it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef DASHBOARD_EXCHANGE_H
#define DASHBOARD_EXCHANGE_H

#include "http.h"

/* Starts the server, on loopback. `func` answers a request, or gives FALSE for 404. */
void exchange_start (gboolean (*func) (const SerRequest *request));
void exchange_stop (void);

/* "127.0.0.1:" and the port, as Host says it. */
const char *exchange_get_host (void);

typedef struct {
  guint status;
  SoupMessageHeaders *headers;
  GBytes *body;
} Answer;

void answer_clear (Answer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* Asks for a path; `body` is sent as JSON, or NULL. Then names and values of headers, up to a NULL. */
Answer exchange_ask (const char *method, const char *path, const char *body, ...) G_GNUC_NULL_TERMINATED;

/* A header's value, "" where there is none. */
const char *answer_get (const Answer *answer, const char *header);

/* The body, free with g_free(). */
char *answer_dup_text (const Answer *answer);

/* The object that the body must be; belongs to `parser`. */
JsonObject *answer_read_json (const Answer *answer, JsonParser *parser);

/* Asserts a problem of that status whose text has `detail` in it. */
void answer_assert_problem (const Answer *answer, guint status, const char *detail);

#endif /* DASHBOARD_EXCHANGE_H */
