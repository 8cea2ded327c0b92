/* track-window.h - an element's message read back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TRACK_WINDOW_H
#define SER_TRACK_WINDOW_H

#include <gst/gst.h>

#include "recording.h"

/* Sets start, duration, result and leading label of a window by a message of an element that runs `model`. The start
 * is the stream time, or the timestamp where there is no stream time. */
void ser_track_window_read (SerRecordingWindow *window, const GstStructure *message, const SerModel *model);

#endif /* SER_TRACK_WINDOW_H */
