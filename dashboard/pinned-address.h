/* pinned-address.h - a host whose address has been chosen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A GNetworkAddress, so that TLS checks the certificate against the host's name, which is never resolved again.
 */

#ifndef SER_PINNED_ADDRESS_H
#define SER_PINNED_ADDRESS_H

#include <gio/gio.h>

/* `host` at `address`. */
GSocketConnectable *ser_pinned_address_new (const char *host, GInetAddress *address, guint16 port);

#endif /* SER_PINNED_ADDRESS_H */
