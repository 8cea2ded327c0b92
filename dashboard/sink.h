/* sink.h - bytes on their way into a stream that may not take them at once
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SINK_H
#define SER_SINK_H

#include <gio/gio.h>

typedef struct _SerSink SerSink;

/* Writes to the stream, of which it takes a reference, as fast as it takes what comes; up to `max` bytes wait. */
SerSink *ser_sink_new (GOutputStream *stream, gsize max);

/* Drops what waits; the stream is left open. */
void ser_sink_free (SerSink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSink, ser_sink_free)

/* FALSE, having taken nothing, where too much would wait. What can no longer be written is dropped: whoever reads the
 * other end knows why. Not after the end. */
gboolean ser_sink_push (SerSink *sink, GBytes *bytes);

/* Closes the stream when all that waits is written. */
void ser_sink_end (SerSink *sink);

#endif /* SER_SINK_H */
