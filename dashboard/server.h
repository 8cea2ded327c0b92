/* server.h - the HTTP server: what every request goes through
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     headers -> access -> (medium: upload) -> body -> the part of the API, or the page
 */

#ifndef SER_SERVER_H
#define SER_SERVER_H

#include "access.h"
#include "catalogue.h"
#include "comparisons.h"
#include "events.h"
#include "library.h"
#include "live.h"
#include "service.h"
#include "tables.h"

#define SER_SERVER_BODY (64 * 1024) /* bytes of a body that is no medium */

/* The parts, all borrowed. */
typedef struct {
  SerAccess *access;
  SerLibrary *library;
  SerCatalogue *catalogue;
  SerComparisons *comparisons;
  SerEvents *events;
  SerLive *live;
  SerService *service;
  SerTables *tables;
  guint upload_seconds; /* that sending a medium may take */
  const char *refusal;  /* why live sound is not taken, or NULL */
} SerServerParts;

typedef struct _SerServer SerServer;

/* `certificate`: for TLS, or NULL. */
SerServer *ser_server_new (const SerServerParts *parts, GTlsCertificate *certificate);

/* Closes all connections. */
void ser_server_free (SerServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerServer, ser_server_free)

/* Listens at an address; port 0 takes a free one. Fails with SER_ERROR_CONFIG, naming both. */
gboolean ser_server_listen (SerServer *server, GInetAddress *address, guint port, GError **error);

/* Where, as "http://127.0.0.1:8080/". Free with g_free(). */
char *ser_server_get_uri (const SerServer *server);

#endif /* SER_SERVER_H */
