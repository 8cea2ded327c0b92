/* timeline.c - tests of the times of samples
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
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
      guint64 n = 0, jumps = 0, missing, seconds = g_getenv ("SEREMOTION_TEST_QUICK") ? HOUR / 4 : 24 * HOUR;
      GstClockTime anchor;
      SerTimes times;

      ser_timeline_set_rates (timeline, rates[r], 16000);
      for (n = 0; n < seconds * rates[r]; n += 1021) {
        GstClockTime pts = gst_util_uint64_scale (n, GST_SECOND, rates[r]);

        if (ser_timeline_advance (timeline, pts / units[u] * units[u], 1021, FALSE, &segment, &anchor, &missing)) {
          jumps++;
          ser_timeline_set_anchor (timeline, anchor);
        }
        g_assert_cmpuint (missing, ==, 0);
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
  guint64 missing;
  SerTimes times;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = GST_SECOND;
  segment.base = 100 * GST_SECOND;
  segment.time = 50 * GST_SECOND;
  segment.rate = 2.0;
  ser_timeline_set_rates (timeline, 48000, 16000);
  g_assert_true (ser_timeline_advance (timeline, 3 * GST_SECOND, 480, FALSE, &segment, &anchor, &missing));
  g_assert_cmpuint (anchor, ==, 3 * GST_SECOND);
  ser_timeline_set_anchor (timeline, anchor);
  times = ser_timeline_get_times (timeline, 16000, 8000, &segment);
  g_assert_cmpuint (times.timestamp, ==, 4 * GST_SECOND);
  g_assert_cmpuint (times.duration, ==, GST_SECOND / 2);
  g_assert_cmpuint (times.stream_time, ==, 53 * GST_SECOND);
  g_assert_cmpuint (times.running_time, ==, 101500 * GST_MSECOND);

  /* It follows; it is flagged, but follows; after a reset everything is new. */
  g_assert_false (ser_timeline_advance (timeline, 3010 * GST_MSECOND, 480, FALSE, &segment, &anchor, &missing));
  g_assert_false (ser_timeline_advance (timeline, 3020 * GST_MSECOND, 480, TRUE, &segment, &anchor, &missing));
  ser_timeline_reset (timeline);
  g_assert_true (ser_timeline_advance (timeline, GST_CLOCK_TIME_NONE, 480, FALSE, &segment, &anchor, &missing));
  g_assert_cmpuint (anchor, ==, GST_SECOND);
  g_assert_false (ser_timeline_advance (timeline, GST_CLOCK_TIME_NONE, 480, FALSE, &segment, &anchor, &missing));
  /* Back into the past by more than a second, close to 0. */
  ser_timeline_reset (timeline);
  g_assert_true (ser_timeline_advance (timeline, 2 * GST_SECOND, 480, FALSE, &segment, &anchor, &missing));
  g_assert_true (ser_timeline_advance (timeline, 0, 480, FALSE, &segment, &anchor, &missing));
  g_assert_cmpuint (anchor, ==, 0);
  ser_timeline_free (timeline);
}

/* Up to 100 ms that a flag says are lost are counted as missing, so that what follows is on time; more, or no telling
 * how much, is a jump. */
static void
test_flagged (void)
{
  const struct {
    GstClockTimeDiff departure; /* ms, from 2 s */
    gboolean jump;
    guint64 missing;
  } cases[] = { { 0, FALSE, 0 }, { 20, FALSE, 960 }, { 100, FALSE, 4800 }, { 101, TRUE, 0 }, { -20, FALSE, 0 },
    { -100, FALSE, 0 }, { -101, TRUE, 0 }, { 5000, TRUE, 0 } };
  GstSegment segment;
  gsize i;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstClockTime pts = 2 * GST_SECOND + cases[i].departure * GST_MSECOND, anchor;
    SerTimeline *timeline = ser_timeline_new ();
    guint64 missing;

    ser_timeline_set_rates (timeline, 48000, 16000);
    g_assert_true (ser_timeline_advance (timeline, 0, 96000, TRUE, &segment, &anchor, &missing));
    g_assert_cmpuint (missing, ==, 0);
    g_assert_cmpint (ser_timeline_advance (timeline, pts, 480, TRUE, &segment, &anchor, &missing), ==, cases[i].jump);
    g_assert_cmpuint (missing, ==, cases[i].missing);
    if (cases[i].jump)
      g_assert_cmpuint (anchor, ==, pts);
    /* After a loss the count is where the timestamps are. */
    if (cases[i].departure >= 0) {
      g_assert_false (ser_timeline_advance (timeline, pts + 10 * GST_MSECOND, 480, TRUE, &segment, &anchor, &missing));
      g_assert_cmpuint (missing, ==, 0);
    }
    g_assert_true (ser_timeline_advance (timeline, GST_CLOCK_TIME_NONE, 480, TRUE, &segment, &anchor, &missing));
    ser_timeline_free (timeline);
  }

  /* A timestamp of less than 0, which wraps, has not lost 600 years. */
  {
    SerTimeline *timeline = ser_timeline_new ();
    GstClockTime anchor;
    guint64 missing;

    ser_timeline_set_rates (timeline, 48000, 16000);
    ser_timeline_advance (timeline, 0, 960, TRUE, &segment, &anchor, &missing);
    ser_timeline_advance (timeline, -10 * GST_MSECOND, 960, TRUE, &segment, &anchor, &missing);
    g_assert_cmpuint (missing, ==, 0);
    ser_timeline_free (timeline);
  }
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
  g_test_add_func ("/timeline/flagged", test_flagged);
  g_test_add_func ("/timeline/not-time", test_not_time);
  return g_test_run ();
}
