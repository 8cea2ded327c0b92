/* address.c - which addresses are of the public Internet
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The ranges are those of the IANA special-purpose address registries (RFC 6890) that are not globally reachable, and
 * those whose addresses stand for IPv4 addresses (6to4, Teredo), which nobody needs.
 */

#include "fetch.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>

typedef struct {
  guint8 bytes[16];
  guint bits;
} Range;

static const Range ipv4_special[] = {
  { { 0 }, 8 },             /* this network */
  { { 10 }, 8 },            /* private */
  { { 100, 64 }, 10 },      /* shared, RFC 6598 */
  { { 127 }, 8 },           /* loopback */
  { { 169, 254 }, 16 },     /* link-local, with the metadata services of clouds */
  { { 172, 16 }, 12 },      /* private */
  { { 192, 0, 0 }, 24 },    /* protocol assignments */
  { { 192, 0, 2 }, 24 },    /* documentation */
  { { 192, 88, 99 }, 24 },  /* 6to4 relays */
  { { 192, 168 }, 16 },     /* private */
  { { 198, 18 }, 15 },      /* benchmarking */
  { { 198, 51, 100 }, 24 }, /* documentation */
  { { 203, 0, 113 }, 24 },  /* documentation */
  { { 224 }, 3 },           /* multicast, reserved, broadcast */
};

/* Of IPv6 only 2000::/3 is handed out; in it: */
static const Range ipv6_global = { { 0x20 }, 3 };
static const Range ipv6_special[] = {
  { { 0x20, 0x01, 0x00 }, 23 },             /* protocol assignments, Teredo, benchmarking */
  { { 0x20, 0x01, 0x0d, 0xb8 }, 32 },       /* documentation */
  { { 0x20, 0x02 }, 16 },                   /* 6to4 */
  { { 0x26, 0x20, 0x00, 0x4f, 0x80 }, 48 }, /* AS112 */
  { { 0x3f, 0xff, 0x00 }, 20 },             /* documentation */
};

static gboolean
is_in (const guint8 *bytes, const Range *range)
{
  guint whole = range->bits / 8, rest = range->bits % 8;

  return memcmp (bytes, range->bytes, whole) == 0
      && (rest == 0 || ((bytes[whole] ^ range->bytes[whole]) >> (8 - rest)) == 0);
}

static gboolean
is_in_any (const guint8 *bytes, const Range *ranges, guint n)
{
  for (guint i = 0; i < n; i++)
    if (is_in (bytes, &ranges[i]))
      return TRUE;
  return FALSE;
}

gboolean
ser_fetch_is_public (GInetAddress *address)
{
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV4)
    return !is_in_any (bytes, ipv4_special, G_N_ELEMENTS (ipv4_special));
  return is_in (bytes, &ipv6_global) && !is_in_any (bytes, ipv6_special, G_N_ELEMENTS (ipv6_special));
}

static gboolean
has_address (const struct ifaddrs *interface, GInetAddress *address)
{
  const struct sockaddr *own = interface->ifa_addr;
  gsize size = g_inet_address_get_native_size (address);
  const void *bytes;

  if (!own || own->sa_family != (int) g_inet_address_get_family (address) || (interface->ifa_flags & IFF_LOOPBACK))
    return FALSE;
  bytes = own->sa_family == AF_INET ? (const void *) &((const struct sockaddr_in *) own)->sin_addr
                                    : (const void *) &((const struct sockaddr_in6 *) own)->sin6_addr;
  return memcmp (bytes, g_inet_address_to_bytes (address), size) == 0;
}

gboolean
ser_fetch_is_own (GInetAddress *address)
{
  struct ifaddrs *interfaces;
  gboolean found = FALSE;

  if (getifaddrs (&interfaces) != 0)
    return FALSE;
  for (const struct ifaddrs *at = interfaces; at && !found; at = at->ifa_next)
    found = has_address (at, address);
  freeifaddrs (interfaces);
  return found;
}
