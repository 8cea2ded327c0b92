/* timeline.c - tests of the times of samples
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "gst/sertimeline.h"

#define HOUR 3600

/* Hours of buffers of an awkward size, whose timestamps are cut to whole ns, µs or ms: the anchor stays, and times are
 * exact. */
static void
test_no_drift (void)
{
  static const gint rates[] = { 8000, 11025, 22050, 44100, 48000 };
  static const GstClockTime units[] = { 1, GST_USECOND, GST_MSECOND };
  GstSegment segment;
  gsize r, u;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (r = 0; r < G_N_ELEMENTS (rates); r++)
    for (u = 0; u < G_N_ELEMENTS (units); u++) {
      SerTimeline *timeline = ser_timeline_new ();
      guint64 n = 0, jumps = 0, seconds = g_getenv ("SEREMOTION_TEST_QUICK") ? HOUR / 4 : 24 * HOUR;
      GstClockTime anchor;
      SerTimes times;

      ser_timeline_set_rates (timeline, rates[r], 16000);
      for (n = 0; n < seconds * rates[r]; n += 1021) {
        GstClockTime pts = gst_util_uint64_scale (n, GST_SECOND, rates[r]);

        if (ser_timeline_advance (timeline, pts / units[u] * units[u], 1021, FALSE, &segment, &anchor)) {
          jumps++;
          ser_timeline_set_anchor (timeline, anchor);
        }
      }
      g_assert_cmpuint (jumps, ==, 1);
      times = ser_timeline_get_times (timeline, 16000 * seconds, 48000, &segment);
      g_assert_cmpuint (times.timestamp, ==, seconds * GST_SECOND);
      g_assert_cmpuint (times.duration, ==, 3 * GST_SECOND);
      ser_timeline_free (timeline);
    }
}

static void
test_anchor (void)
{
  SerTimeline *timeline = ser_timeline_new ();
  GstClockTime anchor = 0;
  GstSegment segment;
  SerTimes times;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = GST_SECOND;
  segment.base = 100 * GST_SECOND;
  segment.time = 50 * GST_SECOND;
  segment.rate = 2.0;
  ser_timeline_set_rates (timeline, 48000, 16000);
  g_assert_true (ser_timeline_advance (timeline, 3 * GST_SECOND, 480, FALSE, &segment, &anchor));
  g_assert_cmpuint (anchor, ==, 3 * GST_SECOND);
  ser_timeline_set_anchor (timeline, anchor);
  times = ser_timeline_get_times (timeline, 16000, 8000, &segment);
  g_assert_cmpuint (times.timestamp, ==, 4 * GST_SECOND);
  g_assert_cmpuint (times.duration, ==, GST_SECOND / 2);
  g_assert_cmpuint (times.stream_time, ==, 53 * GST_SECOND);
  g_assert_cmpuint (times.running_time, ==, 101500 * GST_MSECOND);

  /* It follows; it is flagged; after a reset everything is new. */
  g_assert_false (ser_timeline_advance (timeline, 3010 * GST_MSECOND, 480, FALSE, &segment, &anchor));
  g_assert_true (ser_timeline_advance (timeline, 3020 * GST_MSECOND, 480, TRUE, &segment, &anchor));
  g_assert_cmpuint (anchor, ==, 3020 * GST_MSECOND);
  ser_timeline_reset (timeline);
  g_assert_true (ser_timeline_advance (timeline, GST_CLOCK_TIME_NONE, 480, FALSE, &segment, &anchor));
  g_assert_cmpuint (anchor, ==, GST_SECOND);
  g_assert_false (ser_timeline_advance (timeline, GST_CLOCK_TIME_NONE, 480, FALSE, &segment, &anchor));
  /* Back into the past by more than a second, close to 0. */
  ser_timeline_reset (timeline);
  g_assert_true (ser_timeline_advance (timeline, 2 * GST_SECOND, 480, FALSE, &segment, &anchor));
  g_assert_true (ser_timeline_advance (timeline, 0, 480, FALSE, &segment, &anchor));
  g_assert_cmpuint (anchor, ==, 0);
  ser_timeline_free (timeline);
}

static void
test_not_time (void)
{
  SerTimeline *timeline = ser_timeline_new ();
  GstSegment segment;
  SerTimes times;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  ser_timeline_set_rates (timeline, 16000, 16000);
  ser_timeline_set_anchor (timeline, GST_SECOND);
  times = ser_timeline_get_times (timeline, 16000, 16000, &segment);
  g_assert_cmpuint (times.timestamp, ==, 2 * GST_SECOND);
  g_assert_cmpuint (times.running_time, ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (times.stream_time, ==, GST_CLOCK_TIME_NONE);
  ser_timeline_free (timeline);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/timeline/no-drift", test_no_drift);
  g_test_add_func ("/timeline/anchor", test_anchor);
  g_test_add_func ("/timeline/not-time", test_not_time);
  return g_test_run ();
}
