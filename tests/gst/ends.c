/* ends.c - tests of how streams end, and of the element's states
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#define RATE 16000
#define SECOND_WINDOWS "window=1000000000 "

/* ---- 10: the end of the stream ---- */

static void
assert_durations (gdouble seconds, guint n, guint64 last)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, 44100, 1);
  GPtrArray *results;

  check_push (check, (guint64) (seconds * 44100), 441);
  check_push_eos (check);
  results = check_results (check);
  check_assert_times (results, n, 0, GST_SECOND, GST_SECOND, last);
  if (n > 0)
    g_assert_cmpint (check_get_boolean (results->pdata[n - 1], "partial"), ==, last < GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_partial (void)
{
  assert_durations (2.75, 3, GST_SECOND * 3 / 4);
  assert_durations (2.5, 3, GST_SECOND / 2);
  /* Under half a second is not enough. */
  assert_durations (2.49, 2, GST_SECOND);
}

static void
test_boundary (void)
{
  assert_durations (2, 2, GST_SECOND);
  assert_durations (1, 1, GST_SECOND);
}

static void
test_short (void)
{
  Check *check = check_new ("gate=false", GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  check_push (check, RATE / 2, 160);
  check_push_eos (check);
  results = check_results (check);
  check_assert_times (results, 1, 0, GST_SECOND, GST_SECOND, GST_SECOND / 2);
  g_assert_cmpstr (gst_structure_get_string (results->pdata[0], "emotion"), ==, "uncertain");
  g_assert_true (check_get_boolean (results->pdata[0], "partial"));
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_nothing (gconstpointer data)
{
  Check *check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 0);
  g_ptr_array_unref (results);
  check_free (check);

  /* Before caps. */
  check = check_new (data, 0, 0, 0);
  g_assert_true (gst_pad_push_event (check->h->srcpad, gst_event_new_stream_start ("a")));
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 0);
  g_ptr_array_unref (results);
  check_free (check);
}

/* A probe on the source pad: the message of the last window is on the bus before EOS leaves. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Check *check = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_EOS) {
    GPtrArray *results = check_results (check);

    check->position = results->len;
    g_ptr_array_unref (results);
  }
  return GST_PAD_PROBE_OK;
}

static void
test_order (gconstpointer data)
{
  Check *check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 1);
  GstPad *pad = gst_element_get_static_pad (check->element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, check, NULL);
  check_push (check, RATE * 7 / 4, RATE);
  check_push_eos (check);
  g_assert_cmpuint (check->position, ==, 2);
  gst_object_unref (pad);
  check_free (check);
}

/* The end of a segment that is played in a loop is as good as the end of the stream: all is told before the event
 * leaves. */
static GstPadProbeReturn
on_segment_done (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Check *check = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_SEGMENT_DONE) {
    GPtrArray *results = check_results (check);

    check_assert_times (results, 2, 0, GST_SECOND, GST_SECOND, GST_SECOND * 3 / 4);
    check->position = 0;
    g_ptr_array_unref (results);
  }
  return GST_PAD_PROBE_OK;
}

static void
test_segment_done (gconstpointer data)
{
  Check *check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 1);
  GstPad *pad = gst_element_get_static_pad (check->element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_segment_done, check, NULL);
  check_push (check, RATE * 7 / 4, RATE);
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_segment_done (GST_FORMAT_TIME, GST_SECOND * 7 / 4)));
  g_assert_cmpuint (check->position, ==, 0);
  gst_object_unref (pad);
  check_free (check);
}

/* A new stream on the same pad, as with concat: what came before is told first, and counts start again. */
static void
test_stream_start (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  check_push (check, RATE * 7 / 4, RATE);
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_stream_start ("another")));
  results = check_results (check);
  check_assert_times (results, 2, 0, GST_SECOND, GST_SECOND, GST_SECOND * 3 / 4);
  g_ptr_array_unref (results);
  check->position = 0;
  check_push (check, RATE, RATE);
  results = check_results (check);
  check_assert_times (results, 1, 0, GST_SECOND, GST_SECOND, GST_SECOND);
  g_assert_true (check_get_boolean (results->pdata[0], "changed"));
  g_ptr_array_unref (results);
  check_free (check);
}

/* ---- 12: states ---- */

/* A new start remembers nothing of the time before. */
static void
test_reuse (gconstpointer data)
{
  Check *check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 1);
  GstStructure *stats;
  GPtrArray *results;
  gint round;

  for (round = 0; round < 3; round++) {
    check->position = round * 100 * RATE;
    check_push (check, RATE * 9 / 4, RATE / 10);
    check_push_eos (check);
    results = check_results (check);
    check_assert_times (results, 2, round * 100 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
    g_assert_true (check_get_boolean (results->pdata[0], "changed"));
    g_ptr_array_unref (results);
    g_object_get (check->element, "stats", &stats, NULL);
    g_assert_cmpuint (check_get_uint64 (stats, "windows"), ==, 2);
    gst_structure_free (stats);
    gst_element_set_state (check->element, round == 0 ? GST_STATE_READY : GST_STATE_NULL);
    gst_element_set_state (check->element, GST_STATE_PLAYING);
    gst_harness_set_live (check->h, FALSE);
    gst_pad_push_event (check->h->srcpad, gst_event_new_flush_start ());
    gst_pad_push_event (check->h->srcpad, gst_event_new_flush_stop (TRUE));
    gst_pad_push_event (check->h->srcpad, gst_event_new_stream_start ("again"));
    check_set_info (check, &check->info);
  }
  check_free (check);
}

static gpointer
push_on (gpointer data)
{
  Check *check = data;
  GstFlowReturn ret;
  guint64 first = 0;

  do {
    ret = gst_pad_push (check->h->srcpad, check_voice_buffer (&check->info, first, RATE / 4));
    first += RATE / 4;
  } while (ret == GST_FLOW_OK);
  return GINT_TO_POINTER (ret);
}

/* Shut down in full run, many times, whoever classifies. */
static void
test_shutdown (gconstpointer data)
{
  gint round, rounds = check_quick () ? 5 : 20;

  for (round = 0; round < rounds; round++) {
    Check *check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 1);
    GThread *thread = g_thread_new ("push", push_on, check);
    GstFlowReturn ret;

    g_usleep (round * 1500);
    gst_element_set_state (check->element, GST_STATE_NULL);
    ret = GPOINTER_TO_INT (g_thread_join (thread));
    g_assert_cmpint (ret, ==, GST_FLOW_FLUSHING);
    check_free (check);
  }
}

/* ---- 15: what comes from downstream ---- */

static GstFlowReturn
refuse (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  gst_buffer_unref (buffer);
  return GPOINTER_TO_INT (g_object_get_data (G_OBJECT (pad), "flow"));
}

static void
test_flow_returns (void)
{
  static const GstFlowReturn returns[] = { GST_FLOW_EOS, GST_FLOW_FLUSHING, GST_FLOW_ERROR, GST_FLOW_NOT_NEGOTIATED,
    GST_FLOW_CUSTOM_ERROR };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (returns); i++) {
    Check *check = check_new ("", GST_AUDIO_FORMAT_S16, RATE, 1);

    gst_pad_set_chain_function (check->h->sinkpad, refuse);
    g_object_set_data (G_OBJECT (check->h->sinkpad), "flow", GINT_TO_POINTER (returns[i]));
    g_assert_cmpint (gst_harness_push (check->h, check_voice_buffer (&check->info, 0, 160)), ==, returns[i]);
    check_free (check);
  }
}

int
main (int argc, char **argv)
{
  static const gchar inline_mode[] = SECOND_WINDOWS, block[] = SECOND_WINDOWS "overload=block",
                     drop[] = SECOND_WINDOWS "overload=drop";

  check_init (&argc, &argv, "");

  g_test_add_func ("/seremotion/eos/partial", test_partial);
  g_test_add_func ("/seremotion/eos/boundary", test_boundary);
  g_test_add_func ("/seremotion/eos/short", test_short);
  g_test_add_data_func ("/seremotion/eos/nothing", inline_mode, test_nothing);
  g_test_add_data_func ("/seremotion/eos/nothing-worker", drop, test_nothing);
  g_test_add_data_func ("/seremotion/eos/order", inline_mode, test_order);
  g_test_add_data_func ("/seremotion/eos/order-worker", drop, test_order);
  g_test_add_data_func ("/seremotion/eos/segment-done", inline_mode, test_segment_done);
  g_test_add_data_func ("/seremotion/eos/segment-done-worker", drop, test_segment_done);
  g_test_add_func ("/seremotion/eos/stream-start", test_stream_start);
  g_test_add_data_func ("/seremotion/states/reuse", inline_mode, test_reuse);
  g_test_add_data_func ("/seremotion/states/reuse-worker", block, test_reuse);
  g_test_add_data_func ("/seremotion/states/shutdown", inline_mode, test_shutdown);
  g_test_add_data_func ("/seremotion/states/shutdown-block", block, test_shutdown);
  g_test_add_data_func ("/seremotion/states/shutdown-drop", drop, test_shutdown);
  g_test_add_func ("/seremotion/flow-returns", test_flow_returns);
  return g_test_run ();
}
