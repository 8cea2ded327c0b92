/* access.h - who may ask: hosts, origins, the token
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Three dangers, three checks. A page of another site that sends requests here: Origin and Sec-Fetch-Site (W3C Fetch
 * Metadata) must be our own. A name of another site that resolves to this machine ("DNS rebinding"): without a token
 * only the names of loopback are answered. Anybody else who reaches the port: the token.
 */

#ifndef SER_ACCESS_H
#define SER_ACCESS_H

#include "http.h"

#define SER_TOKEN_LENGTH 32 /* characters, at least */

typedef struct _SerAccess SerAccess;

/* `token`, NULL for none, is copied; `tls`: the cookie is sent over TLS alone. */
SerAccess *ser_access_new (const char *token, gboolean tls);
void ser_access_free (SerAccess *access);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerAccess, ser_access_free)

/* Whether the request may be answered, else answers it: 403, 401 where the token is missing or wrong, or 421 for a
 * foreign host. Pages and health need no token: they hold nothing of anybody. */
gboolean ser_access_check (const SerAccess *access, const SerRequest *request);

/* Whether anybody may ask it: pages, health, and the session by which one signs in. */
gboolean ser_access_is_public (const SerRequest *request);

/* Answers POST and DELETE of the path `session`. */
void ser_access_answer_session (const SerAccess *access, const SerRequest *request);

/* The token in the file's first line; makes the file, readable by its owner alone, where there is none. Free with
 * g_free(). Fails with SER_ERROR_FILE, or SER_ERROR_DATA for a token that is short or holds other characters than
 * letters, digits and -._~, naming the file. */
char *ser_access_load_token (const char *path, GError **error);

#endif /* SER_ACCESS_H */
