/* track-listener.h - what passes on a track's way into its element
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRACK_LISTENER_H
#define SER_TRACK_LISTENER_H

#include <gst/gst.h>

#include "tracks.h"

/* A track, and what listens to it. What follows `probe` is of the streaming thread while there is one. */
typedef struct {
  SerTrack *track;
  GstElement *element; /* not owned; the sender of its messages. NULL: only its end is wanted */
  GstPad *pad;         /* that it comes in by */
  gulong probe;
  gint64 end;         /* ns: of the last buffer */
  gint64 silence_end; /* ns: of the last gap */
  GQueue gaps;        /* GstEvent *, since the last buffer */
  gboolean releasing; /* they pass now */
} SerTrackListener;

/* Of a track that comes into `first`, which is `element` unless there is none. Takes its tags and ends, and holds back
 * what a demultiplexer tells of silence after its end. */
SerTrackListener *ser_track_listener_new (guint number, GstElement *element, GstElement *first);
void ser_track_listener_free (SerTrackListener *listener);

/* Nothing that passes comes to it any more, though the streaming thread may go on for ever. */
void ser_track_listener_stop (SerTrackListener *listener);

void ser_track_free (SerTrack *track);

#endif /* SER_TRACK_LISTENER_H */
