/* serstreams.c - the streams of all channels that are analysed, in step
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serstreams.h"

struct _SerStreams {
  gint refs; /* atomic */
  guint n;
  SerStream **streams; /* [n] */
};

SerStreams *
ser_streams_new (SerModel *model, const SerStreamConfig *config, guint n, GError **error)
{
  SerStreams *streams = g_new0 (SerStreams, 1);

  streams->refs = 1;
  streams->streams = g_new0 (SerStream *, n);
  for (streams->n = 0; streams->n < n; streams->n++) {
    streams->streams[streams->n] = ser_stream_new (model, config, error);
    if (streams->streams[streams->n] == NULL) {
      ser_streams_unref (streams);
      return NULL;
    }
  }
  return streams;
}

SerStreams *
ser_streams_ref (SerStreams *streams)
{
  g_atomic_int_inc (&streams->refs);
  return streams;
}

void
ser_streams_unref (SerStreams *streams)
{
  guint i;

  if (streams == NULL || !g_atomic_int_dec_and_test (&streams->refs))
    return;
  for (i = 0; i < streams->n; i++)
    ser_stream_free (streams->streams[i]);
  g_free (streams->streams);
  g_free (streams);
}

/* The windows that are ready, or NULL. */
static SerStep *
take_step (SerStreams *streams)
{
  SerWindow *first = ser_stream_take_window (streams->streams[0]);
  SerStep *step;
  guint i;

  if (first == NULL)
    return NULL;
  step = g_new (SerStep, 1);
  step->streams = ser_streams_ref (streams);
  step->n = streams->n;
  step->start = ser_window_get_start (first);
  step->length = ser_window_get_length (first);
  step->windows = g_new (SerWindow *, step->n);
  step->windows[0] = first;
  for (i = 1; i < step->n; i++) {
    step->windows[i] = ser_stream_take_window (streams->streams[i]);
    g_assert (step->windows[i] != NULL);
  }
  return step;
}

static void
hand_out (SerStreams *streams, SerStepFunc func, gpointer data)
{
  SerStep *step;

  while ((step = take_step (streams)) != NULL)
    func (step, data);
}

void
ser_streams_push (SerStreams *streams, const gint16 *const *planes, gsize n, SerStepFunc func, gpointer data)
{
  gsize done = 0;

  while (done < n) {
    gsize used = ser_stream_push_s16 (streams->streams[0], planes[0] + done, n - done);
    guint i;

    for (i = 1; i < streams->n; i++) {
      gsize same = ser_stream_push_s16 (streams->streams[i], planes[i] + done, n - done);

      g_assert (same == used);
    }
    done += used;
    hand_out (streams, func, data);
  }
}

void
ser_streams_finish (SerStreams *streams, SerStepFunc func, gpointer data)
{
  guint i;

  for (i = 0; i < streams->n; i++)
    ser_stream_finish (streams->streams[i]);
  hand_out (streams, func, data);
  ser_streams_reset (streams);
}

void
ser_streams_reset (SerStreams *streams)
{
  guint i;

  for (i = 0; i < streams->n; i++)
    ser_stream_reset (streams->streams[i]);
}

void
ser_step_classify (SerStep *step, guint channel, gdouble threshold, gdouble smoothing, SerResult *result)
{
  SerStream *stream = step->streams->streams[channel];

  ser_stream_set_threshold (stream, threshold);
  ser_stream_set_smoothing (stream, smoothing);
  ser_stream_classify (stream, step->windows[channel], result);
}

void
ser_step_free (SerStep *step)
{
  guint i;

  if (step == NULL)
    return;
  for (i = 0; i < step->n; i++)
    ser_window_free (step->windows[i]);
  g_free (step->windows);
  ser_streams_unref (step->streams);
  g_free (step);
}
