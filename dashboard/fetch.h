/* fetch.h - a URL into a file, within limits and never from a private network
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Every host, also of a redirection, is resolved once, all its addresses are checked, and the connection goes to the
 * address that was checked: a name that changes its mind gains nothing. No proxy, no cookies, no credentials.
 */

#ifndef SER_FETCH_H
#define SER_FETCH_H

#include <gio/gio.h>

#define SER_FETCH_REDIRECTS 5

/* http or https, with a host, without user and password, of port 80, 443 or one above 1023, at most 2000 characters.
 * Fails with SER_ERROR_DATA, naming what is wrong. An address in the host's place is checked, too. */
gboolean ser_fetch_check_url (const char *url, GError **error);

/* Whether the address is of the public Internet: not loopback, private (RFC 1918, 4193), link-local, shared (RFC 6598),
 * multicast, reserved, documentation or benchmarking (RFC 6890), nor an IPv6 form of one that is (mapped, 6to4, NAT64,
 * Teredo). */
gboolean ser_fetch_is_public (GInetAddress *address);

/* Whether an interface of this machine has it, other than loopback: what a firewall keeps others from, at an address
 * that is public, is open to us. */
gboolean ser_fetch_is_own (GInetAddress *address);

typedef struct {
  guint64 max_bytes;
  guint seconds;          /* for all of it */
  gboolean allow_private; /* of tests alone */
} SerFetchLimits;

/* received of total bytes; total 0: not known. */
typedef void (*SerFetchProgressFunc) (guint64 received, guint64 total, gpointer data);

/* Fetches into the file `path`, which must not exist and is removed again when that fails: SER_ERROR_DATA or
 * SER_ERROR_FILE, whose message says for people what happened (name not found, status 404, too large, too slow, an
 * address that is not public, ends too early). `cancellable` ends it. */
void ser_fetch_async (const char *url, const char *path, const SerFetchLimits *limits, SerFetchProgressFunc func,
    gpointer data, GCancellable *cancellable, GAsyncReadyCallback ready, gpointer ready_data);
gboolean ser_fetch_finish (GAsyncResult *result, GError **error);

#endif /* SER_FETCH_H */
