/* websocket.c - WebSockets of clients that are not trusted
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "websocket.h"

#define TURN (256 << 10) /* bytes that are read before it is others' turn */

/* ---- what is read, counted ---- */

typedef struct {
  GFilterInputStream parent;
  gsize max, taken; /* taken since the last message */
  gsize turn;       /* in this turn */
  GSource *next;    /* what begins the next, of the source that is waited for; or NULL */
} SerCounted;

typedef GFilterInputStreamClass SerCountedClass;

static GType ser_counted_get_type (void);
static void ser_counted_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_TYPE_WITH_CODE (SerCounted, ser_counted, G_TYPE_FILTER_INPUT_STREAM,
    G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, ser_counted_pollable_init))

static GPollableInputStream *
get_base (gpointer counted)
{
  return G_POLLABLE_INPUT_STREAM (g_filter_input_stream_get_base_stream (counted));
}

static gboolean
on_next (GSource *source, GSourceFunc func, gpointer data)
{
  g_source_set_ready_time (source, -1);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs next_funcs = { NULL, NULL, on_next, NULL, NULL, NULL };

/* What a TLS connection has decrypted already makes no source ready; hence the second one. */
static GSource *
ser_counted_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  SerCounted *self = (SerCounted *) stream;
  g_autoptr (GSource) base = g_pollable_input_stream_create_source (get_base (self), cancellable);
  GSource *source = g_pollable_source_new_full (stream, base, NULL);

  g_clear_pointer (&self->next, g_source_unref);
  self->next = g_source_new (&next_funcs, sizeof (GSource));
  g_source_add_child_source (source, self->next);
  return source;
}

static gssize
ser_counted_read (GPollableInputStream *stream, void *buffer, gsize size, GError **error)
{
  SerCounted *self = (SerCounted *) stream;
  gssize n = -1;

  if (self->taken > self->max)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "a message does not end");
  else if (self->turn >= TURN) {
    self->turn = 0;
    if (self->next)
      g_source_set_ready_time (self->next, 0);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "it is others' turn");
  } else if ((n = g_pollable_input_stream_read_nonblocking (get_base (self), buffer, size, NULL, error)) > 0) {
    self->taken += n;
    self->turn += n;
  } else
    self->turn = 0;
  return n;
}

static gboolean
ser_counted_can_poll (GPollableInputStream *stream)
{
  return g_pollable_input_stream_can_poll (get_base (stream));
}

static gboolean
ser_counted_is_readable (GPollableInputStream *stream)
{
  return g_pollable_input_stream_is_readable (get_base (stream));
}

static void
ser_counted_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = ser_counted_can_poll;
  iface->is_readable = ser_counted_is_readable;
  iface->create_source = ser_counted_create_source;
  iface->read_nonblocking = ser_counted_read;
}

static void
ser_counted_finalize (GObject *object)
{
  g_clear_pointer (&((SerCounted *) object)->next, g_source_unref);
  G_OBJECT_CLASS (ser_counted_parent_class)->finalize (object);
}

static void
ser_counted_class_init (SerCountedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ser_counted_finalize;
}

static void
ser_counted_init (SerCounted *self)
{
}

/* ---- a connection whose input is counted ---- */

typedef struct {
  GIOStream parent;
  GIOStream *base;
  GInputStream *input;
} SerGuarded;

typedef GIOStreamClass SerGuardedClass;

static GType ser_guarded_get_type (void);

G_DEFINE_TYPE (SerGuarded, ser_guarded, G_TYPE_IO_STREAM)

static GInputStream *
ser_guarded_get_input (GIOStream *stream)
{
  return ((SerGuarded *) stream)->input;
}

static GOutputStream *
ser_guarded_get_output (GIOStream *stream)
{
  return g_io_stream_get_output_stream (((SerGuarded *) stream)->base);
}

static gboolean
ser_guarded_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (((SerGuarded *) stream)->base, cancellable, error);
}

static void
ser_guarded_finalize (GObject *object)
{
  SerGuarded *self = (SerGuarded *) object;

  G_OBJECT_CLASS (ser_guarded_parent_class)->finalize (object);
  g_clear_object (&self->input);
  g_clear_object (&self->base);
}

static void
ser_guarded_class_init (SerGuardedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ser_guarded_finalize;
  klass->get_input_stream = ser_guarded_get_input;
  klass->get_output_stream = ser_guarded_get_output;
  klass->close_fn = ser_guarded_close;
}

static void
ser_guarded_init (SerGuarded *self)
{
}

static GIOStream *
guard (GIOStream *base, gsize max)
{
  SerGuarded *self = g_object_new (ser_guarded_get_type (), NULL);

  self->base = g_object_ref (base);
  self->input = g_object_new (
      ser_counted_get_type (), "base-stream", g_io_stream_get_input_stream (base), "close-base-stream", FALSE, NULL);
  ((SerCounted *) self->input)->max = max;
  return G_IO_STREAM (self);
}

/* ---- from a request to a connection ---- */

typedef struct {
  gsize max;
  SerWebsocketFunc func;
  gpointer data;
} Upgrade;

static void
on_message (SoupWebsocketConnection *connection)
{
  GIOStream *stream = soup_websocket_connection_get_io_stream (connection);

  if (stream)
    ((SerCounted *) g_io_stream_get_input_stream (stream))->taken = 0;
}

static void
on_answered (SoupServerMessage *message, Upgrade *upgrade)
{
  g_autoptr (SoupServerMessage) kept = g_object_ref (message);
  g_autoptr (GIOStream) base = soup_server_message_steal_connection (kept), stream = guard (base, upgrade->max);
  const char *origin = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin");
  g_autoptr (SoupWebsocketConnection) connection = soup_websocket_connection_new (
      stream, soup_server_message_get_uri (message), SOUP_WEBSOCKET_CONNECTION_SERVER, origin, NULL, NULL);

  g_signal_connect (connection, "message", G_CALLBACK (on_message), NULL);
  g_signal_connect (connection, "pong", G_CALLBACK (on_message), NULL);
  upgrade->func (kept, connection, upgrade->data);
}

static void
upgrade_free (gpointer upgrade, GClosure *closure)
{
  g_free (upgrade);
}

void
ser_websocket_answer (const SerRequest *request, gsize max, SerWebsocketFunc func, gpointer data)
{
  Upgrade *upgrade;

  if (!soup_websocket_server_process_handshake (request->message, NULL, NULL, NULL, NULL))
    return;
  upgrade = g_new (Upgrade, 1);
  *upgrade = (Upgrade){ max, func, data };
  g_signal_connect_data (request->message, "wrote-informational", G_CALLBACK (on_answered), upgrade, upgrade_free, 0);
}
