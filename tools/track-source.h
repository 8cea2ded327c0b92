/* track-source.h - where the sound of a location comes from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRACK_SOURCE_H
#define SER_TRACK_SOURCE_H

#include <gst/gst.h>

/* The location that stands for what GStreamer records from by default, where no file has this name. */
#define SER_TRACKS_MICROPHONE "microphone"

/* Adds to the pipeline what gives the audio of a path, a URI, the microphone or "-", standard input. With a raw_rate
 * over 0 that is 16-bit little-endian mono samples at so many Hz, in which nothing is looked for. The element that is
 * returned, not owned, has its one track in the pad "src"; or, without that pad, is a decoder that adds a pad for each
 * track and signals `no-more-pads`. Fails with SER_ERROR_FILE or as GStreamer does. */
GstElement *ser_track_source_add (GstBin *pipeline, const char *location, guint raw_rate, GError **error);

#endif /* SER_TRACK_SOURCE_H */
