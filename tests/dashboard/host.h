/* host.h - a host that answers as the path says, often wrongly
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     /speech /unsized /chunked       HOST_SIZE bytes, as host_make_body() has them
 *     /zipped                         a letter, compressed by gzip to HOST_ZIPPED bytes
 *     /larger /unsized-larger         a byte more
 *     /endless                        never ends
 *     /empty                          nothing
 *     /404 /401                       that status
 *     /broken /broken-chunk           ends too early
 *     /promised                       two promises of an answer (103), then that of /speech
 *     /promises                       promises without end
 *     /silent /half                   waits for ever, before the answer or in it
 *     /hops/N                         N redirections to /speech
 *     /to/URL                         a redirection there, to nowhere without URL
 *     any other                       no HTTP
 */

#ifndef DASHBOARD_HOST_H
#define DASHBOARD_HOST_H

#include <gio/gio.h>

#define HOST_SIZE 200000
#define HOST_ZIPPED 21

/* Starts one at a free port of 127.0.0.1, which is returned; with a certificate it speaks TLS. It has threads of its
 * own, and ends with the program. */
guint host_start (GTlsCertificate *certificate);

/* The head of the last request to any of them, as it came; free with g_free(). */
char *host_get_request (void);

/* Free with g_free(). */
char *host_make_body (void);

#endif /* DASHBOARD_HOST_H */
