/* internet.c - an Internet for one test program: names that mean what a test says, and a public address that is here
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

/* The prototype of connect() is then that of POSIX. */
#undef _GNU_SOURCE
#define _DEFAULT_SOURCE

#include "internet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  const char *name, *addresses, *later;
  guint n_lookups;
} Name;

static GArray *names; /* Name */

/* ---- connections ---- */

/* Takes the place of the C library's, for all libraries. */
__attribute__ ((visibility ("default"))) int
connect (int fd, const struct sockaddr *address, socklen_t size)
{
  const struct sockaddr_in *internet = (const void *) address;
  struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };

  if (address->sa_family == AF_INET && internet->sin_addr.s_addr == inet_addr (INTERNET_ADDRESS)) {
    here.sin_port = internet->sin_port;
    return syscall (SYS_connect, fd, &here, sizeof here);
  }
  if (address->sa_family == AF_INET && (ntohl (internet->sin_addr.s_addr) >> 24) != 127) {
    errno = ENETUNREACH;
    return -1;
  }
  return syscall (SYS_connect, fd, address, size);
}

/* ---- names ---- */

typedef struct {
  GResolver parent;
} TestResolver;

typedef struct {
  GResolverClass parent;
} TestResolverClass;

static GType test_resolver_get_type (void);

G_DEFINE_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static Name *
find (const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (strcmp (g_array_index (names, Name, i).name, name) == 0)
      return &g_array_index (names, Name, i);
  return NULL;
}

static GList *
make_list (const char *addresses)
{
  g_auto (GStrv) words = g_strsplit (addresses, " ", -1);
  GList *list = NULL;

  for (guint i = 0; words[i]; i++)
    list = g_list_append (list, g_inet_address_new_from_string (words[i]));
  return list;
}

static void
free_list (gpointer list)
{
  g_resolver_free_addresses (list);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer task)
{
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
wait_for_ever (GTask *task)
{
  g_autoptr (GSource) source = g_cancellable_source_new (g_task_get_cancellable (task));

  g_task_attach_source (task, source, G_SOURCE_FUNC (on_cancelled));
}

static void
test_resolver_lookup_async (
    GResolver *resolver, const char *name, GCancellable *cancellable, GAsyncReadyCallback ready, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, ready, data);
  Name *found = find (name);
  const char *addresses;

  if (!found) {
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "there is no %s", name);
    return;
  }
  addresses = found->n_lookups++ > 0 && found->later ? found->later : found->addresses;
  if (addresses)
    g_task_return_pointer (task, make_list (addresses), free_list);
  else
    wait_for_ever (task);
}

static GList *
test_resolver_lookup_finish (GResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver = G_RESOLVER_CLASS (klass);

  resolver->lookup_by_name_async = test_resolver_lookup_async;
  resolver->lookup_by_name_finish = test_resolver_lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

void
internet_set_up (void)
{
  g_autoptr (GResolver) resolver = g_object_new (test_resolver_get_type (), NULL);

  names = g_array_new (FALSE, TRUE, sizeof (Name));
  g_resolver_set_default (resolver);
}

void
internet_add_name (const char *name, const char *addresses, const char *later)
{
  Name added = { name, addresses, later, 0 };

  g_array_append_val (names, added);
}

guint
internet_count_lookups (const char *name)
{
  return find (name)->n_lookups;
}
