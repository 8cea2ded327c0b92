/* sertimeline.h - where samples lie in the time of their stream
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Timestamps of buffers are rounded and jitter, so times are computed from an anchor, the timestamp of the first
 * sample, plus a count of samples, and never accumulate an error. A timestamp that departs from the count for good, by
 * over 100 ms at a flagged discontinuity, at once by over 1 s, or by over 100 ms for as long as 1 s, asks for a new
 * anchor; so does a flagged discontinuity without a timestamp. A shorter one, as of a lost packet, is made up for.
 */

#ifndef SER_TIMELINE_H
#define SER_TIMELINE_H

#include <gst/audio/audio.h>

G_BEGIN_DECLS

typedef struct _SerTimeline SerTimeline;

/* The time of a stretch of samples in ns, as in the message; GST_CLOCK_TIME_NONE where the segment gives none. */
typedef struct {
  GstClockTime timestamp;
  GstClockTime stream_time;
  GstClockTime running_time;
  GstClockTime duration;
} SerTimes;

SerTimeline *ser_timeline_new (void);
void ser_timeline_free (SerTimeline *timeline);

/* Sets the rates of the samples that come in and of those that are asked for, and forgets the anchor. */
void ser_timeline_set_rates (SerTimeline *timeline, guint in, guint out);

/* Forgets the anchor. */
void ser_timeline_reset (SerTimeline *timeline);

/* Counts n samples with the timestamp `pts`; without one they follow those before, or are the first of `segment`.
 * TRUE when they do not follow those before: *anchor is then the time of the first of them, and the caller, when it is
 * done with what came before, makes it the anchor. When they follow but for *missing lost samples (0 for none), those
 * are counted as well, and the caller puts as much silence in their place. */
gboolean ser_timeline_advance (SerTimeline *timeline, GstClockTime pts, guint64 n, gboolean discont,
    const GstSegment *segment, GstClockTime *anchor, guint64 *missing);
void ser_timeline_set_anchor (SerTimeline *timeline, GstClockTime anchor);

/* The time of `length` samples of the output rate, `start` samples after the anchor. */
SerTimes ser_timeline_get_times (const SerTimeline *timeline, guint64 start, guint64 length, const GstSegment *segment);

G_END_DECLS

#endif /* SER_TIMELINE_H */
