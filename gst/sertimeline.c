/* sertimeline.c - where samples lie in the time of their stream
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/sertimeline.h"

/* What is taken for jitter, and how long more than that may last before it counts as a jump after all. GStreamer's own
 * elements take 40 ms, because they put sound together. Here a jump ends a window, while the timestamps of real MP4
 * files lie 25 to 48 ms beside their sample count throughout: a 30th of a window is no reason to break it. Nor is a
 * DISCONT flag whose timestamp says that no more than this is missing: whatever receives RTP sets one for each packet
 * of 20 ms that is lost, and at 1 % of loss a window of 3 s would never fill if each of them ended it. */
#define ALIGNMENT_THRESHOLD (100 * GST_MSECOND)
#define DISCONT_WAIT (1 * GST_SECOND)

struct _SerTimeline {
  GstAudioStreamAlign *align;
  guint in, out;     /* Hz */
  gboolean counting; /* samples were counted since the last reset */
  GstClockTime anchor;
};

SerTimeline *
ser_timeline_new (void)
{
  SerTimeline *timeline = g_new0 (SerTimeline, 1);

  timeline->in = timeline->out = 1;
  timeline->align = gst_audio_stream_align_new (timeline->in, ALIGNMENT_THRESHOLD, DISCONT_WAIT);
  return timeline;
}

void
ser_timeline_free (SerTimeline *timeline)
{
  if (timeline == NULL)
    return;
  gst_audio_stream_align_free (timeline->align);
  g_free (timeline);
}

void
ser_timeline_set_rates (SerTimeline *timeline, guint in, guint out)
{
  timeline->in = in;
  timeline->out = out;
  gst_audio_stream_align_set_rate (timeline->align, in);
  ser_timeline_reset (timeline);
}

void
ser_timeline_reset (SerTimeline *timeline)
{
  gst_audio_stream_align_mark_discont (timeline->align);
  timeline->counting = FALSE;
}

/* When the next sample is due. */
static GstClockTime
get_expected (const SerTimeline *timeline, const GstSegment *segment)
{
  if (timeline->counting)
    return gst_audio_stream_align_get_timestamp_at_discont (timeline->align)
        + gst_util_uint64_scale (
            gst_audio_stream_align_get_samples_since_discont (timeline->align), GST_SECOND, timeline->in);
  if (segment->format == GST_FORMAT_TIME && GST_CLOCK_TIME_IS_VALID (segment->start))
    return segment->start;
  return 0;
}

gboolean
ser_timeline_advance (SerTimeline *timeline, GstClockTime pts, guint64 n, gboolean discont, const GstSegment *segment,
    GstClockTime *anchor, guint64 *missing)
{
  GstClockTime expected = get_expected (timeline, segment);
  GstClockTimeDiff departure = GST_CLOCK_TIME_IS_VALID (pts) ? GST_CLOCK_DIFF (expected, pts) : 0;
  gboolean jump;

  *missing = 0;
  if (discont && timeline->counting && GST_CLOCK_TIME_IS_VALID (pts) && ABS (departure) <= ALIGNMENT_THRESHOLD) {
    discont = FALSE;
    *missing = gst_util_uint64_scale_round (MAX (departure, 0), timeline->in, GST_SECOND);
    if (*missing > 0)
      gst_audio_stream_align_process (timeline->align, FALSE, expected, *missing, anchor, NULL, NULL);
  }
  if (!GST_CLOCK_TIME_IS_VALID (pts))
    pts = expected;
  /* GstAudioStreamAlign would wait for so large a jump to pass, too. */
  if (timeline->counting && ABS (departure) > (GstClockTimeDiff) DISCONT_WAIT)
    discont = TRUE;
  jump = gst_audio_stream_align_process (timeline->align, discont || !timeline->counting, pts, n, anchor, NULL, NULL);
  timeline->counting = TRUE;
  return jump;
}

void
ser_timeline_set_anchor (SerTimeline *timeline, GstClockTime anchor)
{
  timeline->anchor = anchor;
}

SerTimes
ser_timeline_get_times (const SerTimeline *timeline, guint64 start, guint64 length, const GstSegment *segment)
{
  SerTimes times;

  times.timestamp = timeline->anchor + gst_util_uint64_scale (start, GST_SECOND, timeline->out);
  times.duration = gst_util_uint64_scale (length, GST_SECOND, timeline->out);
  times.stream_time = times.running_time = GST_CLOCK_TIME_NONE;
  if (segment->format == GST_FORMAT_TIME) {
    times.stream_time = gst_segment_to_stream_time (segment, GST_FORMAT_TIME, times.timestamp);
    times.running_time = gst_segment_to_running_time (segment, GST_FORMAT_TIME, times.timestamp);
  }
  return times;
}
