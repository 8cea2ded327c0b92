/* sink.c - bytes on their way into a stream that may not take them at once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "sink.h"

struct _SerSink {
  GOutputStream *stream;
  GCancellable *cancellable;
  GQueue *queue; /* GBytes *, of which the first is being written */
  gsize n, max;  /* bytes in it */
  gboolean ended, freed;
};

static void write_first (SerSink *sink);

static void
destroy (SerSink *sink)
{
  g_queue_free_full (sink->queue, (GDestroyNotify) g_bytes_unref);
  g_object_unref (sink->cancellable);
  g_object_unref (sink->stream);
  g_free (sink);
}

static void
take_first (SerSink *sink)
{
  GBytes *bytes = g_queue_pop_head (sink->queue);

  sink->n -= g_bytes_get_size (bytes);
  g_bytes_unref (bytes);
}

static void
go_on (SerSink *sink)
{
  if (!g_queue_is_empty (sink->queue))
    write_first (sink);
  else if (sink->ended)
    g_output_stream_close (sink->stream, NULL, NULL);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  SerSink *sink = data;
  gboolean ok = g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);

  if (sink->freed) {
    destroy (sink);
    return;
  }
  take_first (sink);
  while (!ok && !g_queue_is_empty (sink->queue))
    take_first (sink);
  go_on (sink);
}

static void
write_first (SerSink *sink)
{
  gsize n;
  const void *bytes = g_bytes_get_data (g_queue_peek_head (sink->queue), &n);

  g_output_stream_write_all_async (sink->stream, bytes, n, G_PRIORITY_DEFAULT, sink->cancellable, on_written, sink);
}

SerSink *
ser_sink_new (GOutputStream *stream, gsize max)
{
  SerSink *sink = g_new0 (SerSink, 1);

  sink->stream = g_object_ref (stream);
  sink->cancellable = g_cancellable_new ();
  sink->queue = g_queue_new ();
  sink->max = max;
  return sink;
}

void
ser_sink_free (SerSink *sink)
{
  if (!sink)
    return;
  if (g_queue_is_empty (sink->queue)) {
    destroy (sink);
    return;
  }
  /* What is being written goes on to be its own until then. */
  sink->freed = TRUE;
  g_cancellable_cancel (sink->cancellable);
}

gboolean
ser_sink_push (SerSink *sink, GBytes *bytes)
{
  gsize n = g_bytes_get_size (bytes);

  g_assert (!sink->ended);
  if (n > sink->max - sink->n)
    return FALSE;
  if (n == 0)
    return TRUE;
  sink->n += n;
  g_queue_push_tail (sink->queue, g_bytes_ref (bytes));
  if (g_queue_get_length (sink->queue) == 1)
    write_first (sink);
  return TRUE;
}

void
ser_sink_end (SerSink *sink)
{
  sink->ended = TRUE;
  if (g_queue_is_empty (sink->queue))
    go_on (sink);
}
