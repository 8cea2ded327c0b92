/* serstreams.h - the streams of all channels that are analysed, in step
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each channel has a SerStream. All are given as many samples, so their windows become ready together: one step holds
 * the windows of all channels that cover the same time.
 */

#ifndef SER_STREAMS_H
#define SER_STREAMS_H

#include "ser.h"

G_BEGIN_DECLS

typedef struct _SerStreams SerStreams;

typedef struct {
  SerStreams *streams; /* a reference: a step may outlive what its owner does with the streams */
  guint n;             /* channels */
  SerWindow **windows; /* [n] */
  guint64 start;       /* first sample and length, as of SerWindow */
  guint64 length;
} SerStep;

/* Takes over a step. */
typedef void (*SerStepFunc) (SerStep *step, gpointer data);

/* Makes n streams. Fails as ser_stream_new() does. */
SerStreams *ser_streams_new (SerModel *model, const SerStreamConfig *config, guint n, GError **error);
SerStreams *ser_streams_ref (SerStreams *streams);
void ser_streams_unref (SerStreams *streams);

/* Takes n samples of each channel and hands out the steps that are ready. */
void ser_streams_push (SerStreams *streams, const gint16 *const *planes, gsize n, SerStepFunc func, gpointer data);

/* Hands out the last, partial step if there is one, and starts anew. */
void ser_streams_finish (SerStreams *streams, SerStepFunc func, gpointer data);

/* Forgets all samples and starts anew. */
void ser_streams_reset (SerStreams *streams);

/* Classifies the window of a channel, as ser_stream_classify(), with these settings from here on. */
void ser_step_classify (SerStep *step, guint channel, gdouble threshold, gdouble smoothing, SerResult *result);
void ser_step_free (SerStep *step);

G_END_DECLS

#endif /* SER_STREAMS_H */
