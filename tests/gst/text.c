/* text.c - tests of seremotiontext: cues, their times, and what leads muxers on
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "check.h"

#define RATE 16000
#define SECONDS 30

typedef struct {
  GstClockTime start, end;
  gchar *text;
} Cue;

static void
cue_clear (gpointer data)
{
  g_free (((Cue *) data)->text);
}

static GstHarness *
make (const gchar *properties, const gchar *caps)
{
  g_autofree gchar *line = g_strdup_printf ("seremotiontext %s", properties);
  GstHarness *h = gst_harness_new_parse (line);

  gst_harness_set_live (h, FALSE);
  gst_harness_set_sink_caps_str (h, caps);
  gst_harness_set_src_caps_str (h, "audio/x-raw, format=S16LE, rate=16000, channels=1, layout=interleaved");
  return h;
}

/* Pushes the voice from second `from` to `to`, in buffers of a tenth of a second. */
static void
push (GstHarness *h, gdouble from, gdouble to)
{
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16LE, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1, 0);
  guint64 end = (guint64) (to * RATE);

  for (guint64 at = (guint64) (from * RATE); at < end; at += RATE / 10)
    g_assert_cmpint (gst_harness_push (h, check_voice_buffer (&info, at, MIN (RATE / 10, end - at))), ==, GST_FLOW_OK);
}

static GArray *
pull (GstHarness *h)
{
  GArray *cues = g_array_new (FALSE, FALSE, sizeof (Cue));
  GstBuffer *buffer;

  g_array_set_clear_func (cues, cue_clear);
  while ((buffer = gst_harness_try_pull (h)) != NULL) {
    Cue cue = { GST_BUFFER_PTS (buffer), GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer), NULL };
    GstMapInfo map;

    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    cue.text = g_strndup ((const gchar *) map.data, map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
    g_array_append_val (cues, cue);
  }
  return cues;
}

static const Cue *
get (const GArray *cues, guint i)
{
  return &g_array_index (cues, Cue, i);
}

/* They follow each other from `start` to `end` without overlap and gaps. */
static void
assert_tiles (const GArray *cues, GstClockTime start, GstClockTime end)
{
  g_assert_cmpuint (cues->len, >, 0);
  for (guint i = 0; i < cues->len; i++) {
    g_assert_cmpuint (get (cues, i)->start, ==, i == 0 ? start : get (cues, i - 1)->end);
    g_assert_cmpuint (get (cues, i)->end, >, get (cues, i)->start);
  }
  g_assert_cmpuint (get (cues, cues->len - 1)->end, ==, end);
}

/* ---- cues ---- */

static void
test_segment (void)
{
  GstHarness *h = make ("gate=false", "text/x-raw");
  g_autoptr (GArray) cues = NULL;

  push (h, 0, SECONDS);
  gst_harness_push_event (h, gst_event_new_eos ());
  cues = pull (h);
  assert_tiles (cues, 0, SECONDS * GST_SECOND);
  for (guint i = 0; i < cues->len; i++) {
    g_assert_cmpuint (get (cues, i)->end - get (cues, i)->start, <=, 10 * GST_SECOND);
    g_assert_true (g_str_has_suffix (get (cues, i)->text, " %"));
  }
  gst_harness_teardown (h);
}

/* A window's cue has the time around its middle, and says what the message of seremotion does. */
static void
test_interval (void)
{
  GstHarness *h = make ("gate=false cues=interval", "text/x-raw");
  Check *check = check_new ("gate=false", GST_AUDIO_FORMAT_S16LE, RATE, 1);
  g_autoptr (GPtrArray) results = NULL;
  g_autoptr (GArray) cues = NULL;

  push (h, 0, SECONDS);
  gst_harness_push_event (h, gst_event_new_eos ());
  cues = pull (h);
  check_push (check, SECONDS * RATE, RATE / 10);
  check_push_eos (check);
  results = check_results (check);
  assert_tiles (cues, 0, SECONDS * GST_SECOND);
  g_assert_cmpuint (cues->len, ==, results->len);
  for (guint i = 0; i < cues->len; i++) {
    const gchar *emotion = gst_structure_get_string (results->pdata[i], "emotion");
    g_autofree gchar *text =
        g_strdup_printf ("%s %d %%", emotion, (gint) (100 * check_get_double (results->pdata[i], "confidence") + 0.5));

    g_assert_cmpstr (get (cues, i)->text, ==, text);
    if (i > 0)
      g_assert_cmpuint (get (cues, i)->start, ==, (i + 1) * GST_SECOND);
  }
  check_free (check);
  gst_harness_teardown (h);
}

/* The latest window is there as soon as it has ended, for as long as the next one takes. */
static void
test_latest (void)
{
  GstHarness *h = make ("gate=false cues=latest", "text/x-raw");
  g_autoptr (GArray) first = NULL, second = NULL;

  push (h, 0, 3.2);
  first = pull (h);
  assert_tiles (first, 3 * GST_SECOND, 4 * GST_SECOND);
  push (h, 3.2, 6.2);
  second = pull (h);
  assert_tiles (second, 4 * GST_SECOND, 7 * GST_SECOND);
  gst_harness_teardown (h);
}

/* The gate has no text, but JSON tells of it. */
static void
test_none (void)
{
  GstHarness *h = make ("", "text/x-raw"), *json = make ("", "application/x-json");
  g_autoptr (GArray) cues = NULL, rows = NULL;
  GstBuffer *buffer = gst_buffer_new_and_alloc (RATE * 2 * 10);

  gst_buffer_memset (buffer, 0, 0, RATE * 2 * 10);
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = 10 * GST_SECOND;
  gst_harness_push (json, gst_buffer_copy (buffer));
  gst_harness_push (h, buffer);
  gst_harness_push_event (h, gst_event_new_eos ());
  gst_harness_push_event (json, gst_event_new_eos ());
  cues = pull (h);
  rows = pull (json);
  g_assert_cmpuint (cues->len, ==, 0);
  assert_tiles (rows, 0, 10 * GST_SECOND);
  g_assert_nonnull (strstr (get (rows, 0)->text, "\"emotion\": \"none\""));
  g_assert_nonnull (strstr (get (rows, 0)->text, "\"timestamp\": 0.000000000, \"stream-time\": 0.000000000"));
  g_assert_true (g_str_has_suffix (get (rows, 0)->text, "}\n"));
  gst_harness_teardown (h);
  gst_harness_teardown (json);
}

/* ---- events ---- */

/* How far the GAP events on the harness so far lead; all other events are dropped. */
static GstClockTime
pull_gaps (GstHarness *h)
{
  GstClockTime timestamp, duration, end = 0;
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (h)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_GAP) {
      gst_event_parse_gap (event, &timestamp, &duration);
      end = MAX (end, timestamp + duration);
    }
    gst_event_unref (event);
  }
  return end;
}

/* Where nothing is live, gaps are never over 0.2 s behind the audio. */
static void
test_gaps (void)
{
  GstHarness *h = make ("gate=false", "text/x-raw");

  for (gdouble at = 0; at < 12; at += 0.5) {
    g_autoptr (GArray) cues = NULL;
    GstClockTime end;

    push (h, at, at + 0.5);
    end = pull_gaps (h);
    cues = pull (h);
    for (guint i = 0; i < cues->len; i++)
      end = MAX (end, get (cues, i)->end);
    g_assert_cmpuint (end + 200 * GST_MSECOND, >=, (GstClockTime) ((at + 0.5) * GST_SECOND));
  }
  gst_harness_teardown (h);
}

/* The last cue comes before the end of the stream; the text has a stream and caps of its own, and no tags of audio. */
static void
test_order (void)
{
  GstHarness *h = make ("gate=false", "text/x-raw");
  const GstEventType expected[] = { GST_EVENT_STREAM_START, GST_EVENT_CAPS, GST_EVENT_SEGMENT };
  guint n = 0;

  push (h, 0, 4);
  gst_harness_push_event (h, gst_event_new_tag (gst_tag_list_new (GST_TAG_AUDIO_CODEC, "PCM", NULL)));
  g_assert_cmpuint (gst_harness_buffers_received (h), ==, 0);
  gst_harness_push_event (h, gst_event_new_eos ());
  g_assert_cmpuint (gst_harness_buffers_received (h), >, 0);
  for (GstEvent *event; (event = gst_harness_try_pull_event (h)) != NULL; gst_event_unref (event)) {
    g_assert_cmpint (GST_EVENT_TYPE (event), !=, GST_EVENT_TAG);
    if (n < G_N_ELEMENTS (expected))
      g_assert_cmpint (GST_EVENT_TYPE (event), ==, expected[n]);
    n++;
  }
  gst_harness_teardown (h);
}

/* After a flush nothing of before is told, and times start from the new segment's. */
static void
test_flush (void)
{
  GstHarness *h = make ("gate=false cues=interval", "text/x-raw");
  g_autoptr (GArray) before = NULL, after = NULL;
  GstSegment segment;

  push (h, 0, 5.5);
  before = pull (h);
  gst_harness_push_event (h, gst_event_new_flush_start ());
  gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = segment.time = segment.position = 100 * GST_SECOND;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  push (h, 100, 105);
  gst_harness_push_event (h, gst_event_new_eos ());
  after = pull (h);
  assert_tiles (after, 100 * GST_SECOND, 105 * GST_SECOND);
  gst_harness_teardown (h);
}

/* Where time begins again without a flush, as after concat, so do the cues. */
static void
test_again (void)
{
  GstHarness *h = make ("gate=false cues=interval", "text/x-raw");
  g_autoptr (GArray) first = NULL, second = NULL;
  GstSegment segment;

  push (h, 0, 8);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 8 * GST_SECOND;
  gst_harness_push_event (h, gst_event_new_segment (&segment));
  first = pull (h);
  assert_tiles (first, 0, 8 * GST_SECOND);
  push (h, 0, 8);
  gst_harness_push_event (h, gst_event_new_eos ());
  second = pull (h);
  assert_tiles (second, 0, 8 * GST_SECOND);
  gst_harness_teardown (h);
}

/* A jump ends a stretch; cues never overlap for it. */
static void
test_jump (void)
{
  GstHarness *h = make ("gate=false", "text/x-raw");
  g_autoptr (GArray) cues = NULL;

  push (h, 0, 6);
  push (h, 60, 66);
  push (h, 63, 70);
  gst_harness_push_event (h, gst_event_new_eos ());
  cues = pull (h);
  for (guint i = 1; i < cues->len; i++)
    g_assert_true (get (cues, i)->start >= get (cues, i - 1)->end);
  g_assert_cmpuint (get (cues, cues->len - 1)->end, ==, 70 * GST_SECOND);
  gst_harness_teardown (h);
}

/* ---- live ---- */

static void
assert_latency (const gchar *properties, GstClockTime expected)
{
  GstHarness *h = make (properties, "text/x-raw");

  gst_harness_set_live (h, TRUE);
  gst_harness_set_upstream_latency (h, 20 * GST_MSECOND);
  g_assert_cmpuint (gst_harness_query_latency (h), ==, 20 * GST_MSECOND + expected);
  gst_harness_teardown (h);
}

static void
test_latency (void)
{
  assert_latency ("cues=interval", 4 * GST_SECOND);
  assert_latency ("cues=interval window=2000000000 interval=500000000", 2500 * GST_MSECOND);
  assert_latency ("cues=latest", 0);
  assert_latency ("max-duration=5000000000", (3 + 3 + 5) * GST_SECOND);
}

/* Every cue comes within the latency that is reported. */
static void
test_in_time (void)
{
  static const gchar *const properties[] = { "gate=false cues=segment", "gate=false cues=interval",
    "gate=false cues=latest" };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    GstHarness *h = make (properties[i], "text/x-raw");
    GstClockTime latency, told = 0;

    gst_harness_set_live (h, TRUE);
    gst_harness_set_upstream_latency (h, 0);
    latency = gst_harness_query_latency (h);
    for (gdouble at = 0; at < 25; at += 0.5) {
      g_autoptr (GArray) cues = NULL;

      push (h, at, at + 0.5);
      cues = pull (h);
      for (guint k = 0; k < cues->len; k++)
        g_assert_cmpuint (get (cues, k)->start + latency, >=, (GstClockTime) (at * GST_SECOND));
      if (cues->len > 0)
        told = get (cues, cues->len - 1)->end;
      g_assert_cmpuint (pull_gaps (h), <=, (GstClockTime) ((at + 0.5) * GST_SECOND));
    }
    /* The voice is of one emotion throughout: a segment is told in parts while it lasts. */
    g_assert_cmpuint (told + latency, >=, 25 * GST_SECOND);
    gst_harness_teardown (h);
  }
}

/* ---- faults ---- */

static void
test_faults (void)
{
  static const gchar *const properties[] = { "channels=each", "channels=x", "model=/nothing", "window=500000000" };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++) {
    g_autofree gchar *line = g_strdup_printf ("seremotiontext %s", properties[i]);
    GstElement *element = gst_parse_launch (line, NULL);
    GstBus *bus = gst_bus_new ();
    g_autofree gchar *report = NULL;

    gst_element_set_bus (element, bus);
    g_assert_cmpint (gst_element_set_state (element, GST_STATE_PAUSED), ==, GST_STATE_CHANGE_FAILURE);
    report = check_pop_report (bus, GST_MESSAGE_ERROR);
    g_assert_cmpstr (report, !=, "");
    gst_element_set_state (element, GST_STATE_NULL);
    /* The bus keeps messages, which keep the element, which keeps the bus. */
    gst_bus_set_flushing (bus, TRUE);
    gst_object_unref (bus);
    gst_object_unref (element);
  }
}

int
main (int argc, char **argv)
{
  check_init (&argc, &argv, "");
  g_test_add_func ("/text/segment", test_segment);
  g_test_add_func ("/text/interval", test_interval);
  g_test_add_func ("/text/latest", test_latest);
  g_test_add_func ("/text/none", test_none);
  g_test_add_func ("/text/gaps", test_gaps);
  g_test_add_func ("/text/order", test_order);
  g_test_add_func ("/text/flush", test_flush);
  g_test_add_func ("/text/again", test_again);
  g_test_add_func ("/text/jump", test_jump);
  g_test_add_func ("/text/latency", test_latency);
  g_test_add_func ("/text/in-time", test_in_time);
  g_test_add_func ("/text/faults", test_faults);
  return g_test_run ();
}
