/* http.h - requests and answers, as the parts of the API see them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_HTTP_H
#define SER_HTTP_H

#include <libsoup/soup.h>

#include "json-read.h"

#define SER_HTTP_API "/api/v1"
#define SER_REQUEST_PARTS 6

/* Statuses that libsoup has no names for (RFC 9110, RFC 6585). */
#define SER_STATUS_UPGRADE_REQUIRED 426
#define SER_STATUS_TOO_MANY_REQUESTS 429

/* A request whose body, if any, is complete. */
typedef struct {
  SoupServerMessage *message;
  const char *method;
  const char *path;                   /* decoded, from the root */
  char *parts[SER_REQUEST_PARTS + 1]; /* of the path after SER_HTTP_API, NULL-terminated: "recordings", "0123..." */
  GHashTable *query;                  /* decoded names and values, or NULL */
} SerRequest;

/* Cuts the path; more than SER_REQUEST_PARTS parts, and empty ones, are of no request that there is: FALSE. */
gboolean ser_request_init (SerRequest *request, SoupServerMessage *message, const char *path, GHashTable *query);
void ser_request_clear (SerRequest *request);

/* Number of parts. */
guint ser_request_count_parts (const SerRequest *request);

/* Whether the method is that; HEAD is GET, of which libsoup leaves the body out. */
gboolean ser_request_is (const SerRequest *request, const char *method);

/* Value in the query, or NULL. */
const char *ser_request_get_query (const SerRequest *request, const char *name);

/* The body as a JSON object, or NULL after an answer of 400 or 415 has been given. What nests deeply is refused before
 * it is parsed. */
SerJsonFile *ser_request_read_json (const SerRequest *request);

/* ---- answers; each sets status, headers and body ---- */

/* What was built; the text is json-glib's. */
void ser_respond_json (const SerRequest *request, guint status, JsonBuilder *builder);

/* RFC 9457, "detail" for people. */
void ser_respond_problem (const SerRequest *request, guint status, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* 429: try again after so many seconds. */
void ser_respond_busy (const SerRequest *request, guint seconds, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The GError's message as detail: 400 for SER_ERROR_DATA and SER_ERROR_CONFIG, 500 for others. Frees it. */
void ser_respond_error (const SerRequest *request, GError *error);

/* 405 with the methods that there are, as "GET, PATCH". */
void ser_respond_method (const SerRequest *request, const char *allowed);

/* Bytes with ETag (a hash of them), 304 where the client has them. */
void ser_respond_bytes (const SerRequest *request, const char *type, GBytes *bytes);

/* An SVG, as ser_respond_bytes() does, that may have its own styles and images inside when it is opened by itself. */
void ser_respond_svg (const SerRequest *request, GBytes *svg);

/* A file, mapped, with ranges; `attachment` is what a download is called, or NULL. 404 where there is no such file. */
void ser_respond_file (const SerRequest *request, const char *type, const char *path, const char *attachment);

#endif /* SER_HTTP_H */
