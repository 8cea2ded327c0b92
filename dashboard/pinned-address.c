/* pinned-address.c - a host whose address has been chosen
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "pinned-address.h"

typedef struct {
  GNetworkAddress parent;
  GSocketAddress *address;
} SerPinnedAddress;

typedef struct {
  GNetworkAddressClass parent;
} SerPinnedAddressClass;

static GType ser_pinned_address_get_type (void);
static void ser_pinned_address_connectable_init (GSocketConnectableIface *iface);

G_DEFINE_TYPE_WITH_CODE (SerPinnedAddress, ser_pinned_address, G_TYPE_NETWORK_ADDRESS,
    G_IMPLEMENT_INTERFACE (G_TYPE_SOCKET_CONNECTABLE, ser_pinned_address_connectable_init))

static GSocketAddressEnumerator *
ser_pinned_address_enumerate (GSocketConnectable *connectable)
{
  SerPinnedAddress *self = (SerPinnedAddress *) connectable;

  return g_socket_connectable_enumerate (G_SOCKET_CONNECTABLE (self->address));
}

static void
ser_pinned_address_connectable_init (GSocketConnectableIface *iface)
{
  iface->enumerate = ser_pinned_address_enumerate;
  iface->proxy_enumerate = ser_pinned_address_enumerate;
}

static void
ser_pinned_address_finalize (GObject *object)
{
  SerPinnedAddress *self = (SerPinnedAddress *) object;

  g_clear_object (&self->address);
  G_OBJECT_CLASS (ser_pinned_address_parent_class)->finalize (object);
}

static void
ser_pinned_address_class_init (SerPinnedAddressClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ser_pinned_address_finalize;
}

static void
ser_pinned_address_init (SerPinnedAddress *self)
{
}

GSocketConnectable *
ser_pinned_address_new (const char *host, GInetAddress *address, guint16 port)
{
  SerPinnedAddress *self = g_object_new (ser_pinned_address_get_type (), "hostname", host, "port", port, NULL);

  self->address = g_inet_socket_address_new (address, port);
  return G_SOCKET_CONNECTABLE (self);
}
