/* live.c - tests of live streams, the worker thread, and of properties set and messages read meanwhile
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#include <string.h>

#define RATE 16000
#define SECOND_WINDOWS "window=1000000000 "

/* A bus handler, called in the thread that posts, that can hold this thread up. */
typedef struct {
  GMutex lock;
  GCond changed;
  gboolean held;
  gboolean waiting;
  GThread *thread;     /* that posted last */
  GstElement *element; /* whose properties it sets, or NULL */
  guint n;
} Handler;

static void
handler_init (Handler *handler, gboolean held)
{
  memset (handler, 0, sizeof *handler);
  g_mutex_init (&handler->lock);
  g_cond_init (&handler->changed);
  handler->held = held;
}

static void
handler_clear (Handler *handler)
{
  g_mutex_clear (&handler->lock);
  g_cond_clear (&handler->changed);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  Handler *handler = data;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return GST_BUS_PASS;
  g_mutex_lock (&handler->lock);
  handler->thread = g_thread_self ();
  handler->n++;
  handler->waiting = TRUE;
  g_cond_broadcast (&handler->changed);
  while (handler->held)
    g_cond_wait (&handler->changed, &handler->lock);
  handler->waiting = FALSE;
  g_mutex_unlock (&handler->lock);
  if (handler->element != NULL)
    g_object_set (handler->element, "threshold", (handler->n % 10) / 10.0, "smoothing", 0.5, "only-changes",
        handler->n % 2 == 0, "add-meta", handler->n % 3 == 0, "overload", handler->n % 3, "interval", GST_SECOND, NULL);
  return GST_BUS_PASS;
}

static void
wait_until_held (Handler *handler)
{
  g_mutex_lock (&handler->lock);
  while (!handler->waiting)
    g_cond_wait (&handler->changed, &handler->lock);
  g_mutex_unlock (&handler->lock);
}

static void
let_go (Handler *handler)
{
  g_mutex_lock (&handler->lock);
  handler->held = FALSE;
  g_cond_broadcast (&handler->changed);
  g_mutex_unlock (&handler->lock);
}

static guint64
get_stat (Check *check, const gchar *field)
{
  GstStructure *stats;
  guint64 value;

  g_object_get (check->element, "stats", &stats, NULL);
  value = check_get_uint64 (stats, field);
  gst_structure_free (stats);
  return value;
}

/* ---- 14: live ---- */

/* Who classifies: the streaming thread for files, a worker for live streams, whatever `overload` says. */
static void
test_threads (void)
{
  const struct {
    const gchar *properties;
    gboolean live, worker;
  } cases[] = {
    { SECOND_WINDOWS, FALSE, FALSE },
    { SECOND_WINDOWS, TRUE, TRUE },
    { SECOND_WINDOWS "overload=block", FALSE, TRUE },
    { SECOND_WINDOWS "overload=drop", FALSE, TRUE },
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    Check *check = check_new (cases[i].properties, GST_AUDIO_FORMAT_S16, RATE, 1);
    Handler handler;

    handler_init (&handler, FALSE);
    gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
    gst_harness_set_live (check->h, cases[i].live);
    check_push (check, RATE, RATE);
    check_push_eos (check);
    g_assert_cmpuint (handler.n, ==, 1);
    g_assert_cmpint (handler.thread != g_thread_self (), ==, cases[i].worker);
    check_free (check);
    handler_clear (&handler);
  }
}

/* A stream that turns out live after its start, when it plays. */
static void
test_becomes_live (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  Handler handler;

  handler_init (&handler, FALSE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  check_push (check, RATE, RATE);
  g_assert_true (handler.thread == g_thread_self ());
  gst_element_set_state (check->element, GST_STATE_PAUSED);
  gst_harness_set_live (check->h, TRUE);
  gst_element_set_state (check->element, GST_STATE_PLAYING);
  check_push (check, RATE, RATE);
  check_push_eos (check);
  g_assert_cmpuint (handler.n, ==, 2);
  g_assert_true (handler.thread != g_thread_self ());
  check_free (check);
  handler_clear (&handler);
}

/* With the worker stuck, a live stream goes on all the same; the oldest windows are dropped, for all channels alike,
 * and counted. */
static void
test_drop (void)
{
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 2, 3);
  Check *check = check_new_with_info (SECOND_WINDOWS "interval=100000000 channels=each", &info);
  gint64 begin, slowest = 0;
  GPtrArray *results;
  Handler handler;
  guint i;

  handler_init (&handler, TRUE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  gst_harness_set_live (check->h, TRUE);
  check_push (check, RATE, RATE);
  wait_until_held (&handler);
  for (i = 0; i < 20; i++) {
    begin = g_get_monotonic_time ();
    check_push (check, RATE / 10, RATE / 10);
    slowest = MAX (slowest, g_get_monotonic_time () - begin);
  }
  /* One in hand, eight queued; what matters here is that no push waits for the worker, which stands still. */
  g_assert_cmpuint (get_stat (check, "dropped"), ==, 2 * 12);
  let_go (&handler);
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 2 * 9);
  g_assert_cmpuint (get_stat (check, "windows"), ==, 2 * 9);
  for (i = 0; i < results->len; i++) {
    const GstStructure *result = results->pdata[i];

    g_assert_cmpint (check_get_int (result, "channel"), ==, i % 2);
    g_assert_cmpuint (check_get_uint64 (result, "timestamp"), ==, (i < 2 ? 0 : 12 + i / 2) * GST_SECOND / 10);
    g_assert_cmpuint (check_get_uint64 (result, "dropped"), ==, i < 1 ? 0 : 24);
  }
  g_test_message ("the slowest push took %.1f ms", slowest / 1e3);
  g_ptr_array_unref (results);
  check_free (check);
  handler_clear (&handler);
}

/* What is dropped counts for as many channels as it has, though the stream has another number of them by then. */
static void
test_drop_after_caps_change (void)
{
  GstAudioInfo stereo = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 2, 3);
  GstAudioInfo mono = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1, 0);
  Check *check = check_new_with_info (SECOND_WINDOWS "channels=each overload=drop", &stereo);
  Handler handler;

  handler_init (&handler, TRUE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  check_push (check, RATE, RATE);
  wait_until_held (&handler);
  check_push (check, 3 * RATE, RATE);
  check_set_info (check, &mono);
  check_push (check, 10 * RATE, RATE);
  /* Eight of the mono windows are queued; dropped are the three of two channels and two of one. */
  g_assert_cmpuint (get_stat (check, "dropped"), ==, 3 * 2 + 2 * 1);
  let_go (&handler);
  check_push_eos (check);
  g_assert_cmpuint (get_stat (check, "windows"), ==, 2 + 8);
  check_free (check);
  handler_clear (&handler);
}

static guint
push_and_count_metas (Check *check)
{
  GstBuffer *buffer =
      gst_harness_push_and_pull (check->h, check_voice_buffer (&check->info, check->position, RATE / 100));
  const GstMetaInfo *info = gst_meta_get_info ("GstSerEmotionMeta");
  gpointer state = NULL;
  guint n = 0;

  while (gst_buffer_iterate_meta_filtered (buffer, &state, info->api))
    n++;
  check->position += RATE / 100;
  gst_buffer_unref (buffer);
  return n;
}

/* Results that wait for a buffer when add-meta is unset are not attached any more, now or when it is set again. */
static void
test_meta_unset (void)
{
  Check *check = check_new (SECOND_WINDOWS "overload=drop add-meta=true", GST_AUDIO_FORMAT_S16, RATE, 1);
  gint round;

  for (round = 0; round < 3; round++) {
    Handler handler;

    handler_init (&handler, TRUE);
    gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
    check_push (check, RATE, RATE);
    wait_until_held (&handler);
    if (round == 0)
      g_assert_cmpuint (push_and_count_metas (check), ==, 1);
    if (round > 0)
      g_object_set (check->element, "add-meta", FALSE, NULL);
    if (round == 2)
      g_object_set (check->element, "add-meta", TRUE, NULL);
    if (round > 0)
      g_assert_cmpuint (push_and_count_metas (check), ==, 0);
    let_go (&handler);
    gst_harness_push_event (check->h, gst_event_new_segment_done (GST_FORMAT_TIME, 0));
    gst_bus_set_sync_handler (check->bus, NULL, NULL, NULL);
    handler_clear (&handler);
    g_object_set (check->element, "add-meta", TRUE, NULL);
  }
  check_free (check);
}

/* Flushed while the worker classifies: what it finds is of the time before, and no buffer after the flush gets it. */
static void
test_meta_after_flush (void)
{
  Check *check = check_new (SECOND_WINDOWS "overload=drop add-meta=true", GST_AUDIO_FORMAT_S16, RATE, 1);
  gint round, rounds = check_quick () ? 5 : 50;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  for (round = 0; round < rounds; round++) {
    check_push (check, RATE, RATE);
    g_usleep (round * 100);
    gst_harness_push_event (check->h, gst_event_new_flush_start ());
    gst_harness_push_event (check->h, gst_event_new_flush_stop (TRUE));
    gst_harness_push_event (check->h, gst_event_new_segment (&segment));
    g_usleep (500);
    g_assert_cmpuint (push_and_count_metas (check), ==, 0);
    gst_harness_push_event (check->h, gst_event_new_flush_start ());
    gst_harness_push_event (check->h, gst_event_new_flush_stop (TRUE));
    gst_harness_push_event (check->h, gst_event_new_segment (&segment));
  }
  check_free (check);
}

/* Blocking loses nothing, and gives the results that the streaming thread would have given. */
static void
test_block (void)
{
  Check *inlined =
      check_new (SECOND_WINDOWS "smoothing=0.5 gate=false interval=200000000", GST_AUDIO_FORMAT_S16, RATE, 1);
  Check *blocking = check_new (
      SECOND_WINDOWS "smoothing=0.5 gate=false interval=200000000 overload=block", GST_AUDIO_FORMAT_S16, RATE, 1);
  guint64 seconds = check_quick () ? 4 : 20;
  GPtrArray *a, *b;
  guint i;

  check_push (inlined, seconds * RATE, 5 * RATE);
  check_push (blocking, seconds * RATE, 5 * RATE);
  check_push_eos (inlined);
  check_push_eos (blocking);
  a = check_results (inlined);
  b = check_results (blocking);
  g_assert_cmpuint (a->len, ==, (seconds - 1) * 5 + 1);
  g_assert_cmpuint (b->len, ==, a->len);
  for (i = 0; i < a->len; i++)
    g_assert_true (gst_structure_is_equal (a->pdata[i], b->pdata[i]));
  g_ptr_array_unref (a);
  g_ptr_array_unref (b);
  check_free (inlined);
  check_free (blocking);
}

static GstFlowReturn
push_more (Check *check)
{
  GstFlowReturn ret;

  do {
    ret = gst_pad_push (check->h->srcpad, check_voice_buffer (&check->info, check->position, RATE));
    check->position += RATE;
  } while (ret == GST_FLOW_OK);
  return ret;
}

static gpointer
push_thread (gpointer data)
{
  return GINT_TO_POINTER (push_more (data));
}

/* A streaming thread that waits for the stuck worker is woken by a flush. After it, nothing of the time before is
 * told. */
static void
test_flush_while_blocked (void)
{
  Check *check = check_new (SECOND_WINDOWS "overload=block", GST_AUDIO_FORMAT_S16, RATE, 1);
  Handler handler;
  GPtrArray *results;
  GThread *thread;
  guint i;

  handler_init (&handler, TRUE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  thread = g_thread_new ("push", push_thread, check);
  wait_until_held (&handler);
  g_usleep (50000);
  gst_harness_push_event (check->h, gst_event_new_flush_start ());
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, GST_FLOW_FLUSHING);
  gst_harness_push_event (check->h, gst_event_new_flush_stop (TRUE));
  let_go (&handler);
  {
    GstSegment segment;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (check->h, gst_event_new_segment (&segment));
  }
  check->position = 1000 * RATE;
  check_push (check, 3 * RATE, RATE);
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 4);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "timestamp"), ==, 0);
  for (i = 1; i < 4; i++)
    g_assert_cmpuint (check_get_uint64 (results->pdata[i], "timestamp"), ==, (999 + i) * GST_SECOND);
  g_assert_true (check_get_boolean (results->pdata[1], "changed"));
  g_ptr_array_unref (results);
  check_free (check);
  handler_clear (&handler);
}

static gpointer
stop_thread (gpointer data)
{
  gst_element_set_state (data, GST_STATE_NULL);
  return NULL;
}

/* The same by a stop, which waits for the worker to end. */
static void
test_stop_while_blocked (void)
{
  Check *check = check_new (SECOND_WINDOWS "overload=block", GST_AUDIO_FORMAT_S16, RATE, 1);
  GThread *pusher, *stopper;
  Handler handler;

  handler_init (&handler, TRUE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  pusher = g_thread_new ("push", push_thread, check);
  wait_until_held (&handler);
  g_usleep (20000);
  stopper = g_thread_new ("stop", stop_thread, check->element);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (pusher)), ==, GST_FLOW_FLUSHING);
  let_go (&handler);
  g_thread_join (stopper);
  g_assert_cmpuint (handler.n, ==, 1);
  check_free (check);
  handler_clear (&handler);
}

/* The element answers for no latency of its own. */
static void
test_latency (void)
{
  static const gchar *modes[] = { "", "overload=drop", "add-meta=true" };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (modes); i++) {
    Check *check = check_new (modes[i], GST_AUDIO_FORMAT_S16, RATE, 1);

    gst_harness_set_live (check->h, TRUE);
    gst_harness_set_upstream_latency (check->h, 33 * GST_MSECOND);
    check_push (check, RATE, RATE / 10);
    g_assert_cmpuint (gst_harness_query_latency (check->h), ==, 33 * GST_MSECOND);
    check_free (check);
  }
}

/* ---- 13: properties and messages meanwhile ---- */

/* A handler that sets the posting element's properties finds no lock held. */
static void
test_set_from_handler (gconstpointer data)
{
  Check *check = check_new (data, GST_AUDIO_FORMAT_S16, RATE, 1);
  Handler handler;

  handler_init (&handler, FALSE);
  handler.element = check->element;
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  check_push (check, 29 * RATE / 10, RATE / 2);
  check_push_eos (check);
  g_assert_cmpuint (handler.n, >, 1);
  g_assert_cmpuint (get_stat (check, "windows") + get_stat (check, "dropped"), ==, 20);
  check_free (check);
  handler_clear (&handler);
}

typedef struct {
  Check *check;
  GMutex pushing; /* held by who pushes buffers or what makes them flow again */
  gint stop;      /* atomic */
} Stress;

static gpointer
push_buffers (gpointer data)
{
  Stress *stress = data;
  Check *check = stress->check;
  GstBuffer *voice = check_voice_buffer (&check->info, 0, RATE * 3 / 2);

  while (!g_atomic_int_get (&stress->stop)) {
    GstBuffer *buffer = gst_buffer_copy (voice);

    g_mutex_lock (&stress->pushing);
    GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (check->position, GST_SECOND, RATE);
    gst_harness_push (check->h, buffer);
    check->position += RATE * 3 / 2;
    g_mutex_unlock (&stress->pushing);
    g_usleep (1000);
  }
  gst_buffer_unref (voice);
  return NULL;
}

static gpointer
seek_around (gpointer data)
{
  Stress *stress = data;
  GstHarness *h = stress->check->h;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  while (!g_atomic_int_get (&stress->stop)) {
    g_usleep (30000);
    gst_harness_push_event (h, gst_event_new_flush_start ());
    g_mutex_lock (&stress->pushing);
    gst_harness_push_event (h, gst_event_new_flush_stop (TRUE));
    gst_harness_push_event (h, gst_event_new_segment (&segment));
    g_mutex_unlock (&stress->pushing);
  }
  return NULL;
}

static gpointer
set_properties (gpointer data)
{
  Stress *stress = data;
  GRand *random = g_rand_new_with_seed (3);

  while (!g_atomic_int_get (&stress->stop)) {
    GstStructure *stats;

    g_object_set (stress->check->element, "threshold", g_rand_double (random), "smoothing",
        g_rand_double_range (random, 0, 0.99), "add-meta", g_rand_boolean (random), "post-messages",
        g_rand_boolean (random), "only-changes", g_rand_boolean (random), "overload", g_rand_int_range (random, 0, 3),
        "channels", g_rand_boolean (random) ? "each" : "mix", "model", NULL, NULL);
    g_object_get (stress->check->element, "stats", &stats, NULL);
    gst_structure_free (stats);
    g_usleep (100);
  }
  g_rand_free (random);
  return NULL;
}

/* All that may be set, set all the time by two threads, while buffers flow, seeks come, and the element changes between
 * paused and playing. */
static void
test_stress (void)
{
  Check *check = check_new (SECOND_WINDOWS "channels=each", GST_AUDIO_FORMAT_S16, RATE, 2);
  Stress stress = { .check = check };
  GThreadFunc work[] = { push_buffers, seek_around, set_properties, set_properties };
  GThread *threads[G_N_ELEMENTS (work)];
  gsize i;

  g_mutex_init (&stress.pushing);
  gst_harness_set_drop_buffers (check->h, TRUE);
  for (i = 0; i < G_N_ELEMENTS (work); i++)
    threads[i] = g_thread_new ("stress", work[i], &stress);
  /* For a second, or as long as some windows take. */
  for (i = 0; i < 20 || (get_stat (check, "windows") < 10 && i < 1200); i++) {
    g_usleep (50000);
    gst_element_set_state (check->element, i % 2 ? GST_STATE_PLAYING : GST_STATE_PAUSED);
  }
  g_atomic_int_set (&stress.stop, TRUE);
  for (i = 0; i < G_N_ELEMENTS (work); i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (get_stat (check, "windows"), >=, 10);
  g_mutex_clear (&stress.pushing);
  check_free (check);
}

/* Nobody reads the bus, or there is none. */
static void
test_no_reader (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);

  gst_element_set_bus (check->element, NULL);
  check_push (check, 3 * RATE, RATE);
  check_push_eos (check);
  g_assert_cmpuint (get_stat (check, "windows"), ==, 3);
  gst_element_set_bus (check->element, check->bus);
  check_free (check);
}

/* ---- several elements ---- */

static GPtrArray *
run_pipeline (const gchar *line)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);
  GstBus *bus = gst_element_get_bus (pipeline);
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_message_unref);
  GstMessage *message;
  gboolean done = FALSE;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!done) {
    message =
        gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    done = GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
    if (done)
      gst_message_unref (message);
    else
      g_ptr_array_add (results, message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return results;
}

/* Both branches of a tee make their plans and results at once, and get the same ones. */
static void
test_tee (void)
{
  GPtrArray *messages;
  guint i, n[2] = { 0, 0 };
  gchar *last[2][64] = { { NULL } };

  if (!check_has_elements ("audiotestsrc", "tee", "queue", "fakesink", NULL))
    return;
  messages = run_pipeline ("audiotestsrc wave=saw num-buffers=100 samplesperbuffer=4410 ! "
                           "audio/x-raw,rate=44100,channels=2 ! tee name=t ! queue ! seremotion name=a ! fakesink "
                           "t. ! queue ! seremotion name=b ! fakesink");
  for (i = 0; i < messages->len; i++) {
    GstMessage *message = messages->pdata[i];
    gint which = g_strcmp0 (GST_OBJECT_NAME (GST_MESSAGE_SRC (message)), "b") == 0;

    g_assert_cmpuint (n[which], <, 64);
    last[which][n[which]++] = gst_structure_to_string (gst_message_get_structure (message));
  }
  g_assert_cmpuint (n[0], ==, 8);
  g_assert_cmpuint (n[1], ==, 8);
  for (i = 0; i < 8; i++) {
    g_assert_cmpstr (last[0][i], ==, last[1][i]);
    g_free (last[0][i]);
    g_free (last[1][i]);
  }
  g_ptr_array_unref (messages);
}

/* Events amid a live stream wait for the worker no more than buffers do: it stands still here, so one that waited would
 * do so until the test is stopped. All windows of the time before are told nevertheless. */
static void
test_events_while_held (void)
{
  Check *check = check_new (SECOND_WINDOWS "overload=drop", GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  GstSegment segment;
  Handler handler;

  handler_init (&handler, TRUE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  check_push (check, RATE, RATE);
  wait_until_held (&handler);
  check_push (check, RATE * 7 / 4, RATE / 4);
  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.base = 10 * GST_SECOND;
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_segment (&segment)));
  check_push (check, RATE, RATE);
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_stream_start ("another")));
  check_push (check, RATE, RATE);
  g_assert_cmpuint (handler.n, ==, 1);
  let_go (&handler);
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 5);
  g_assert_true (check_get_boolean (results->pdata[2], "partial"));
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "running-time"), ==, 2 * GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[3], "running-time"), ==, 12750 * GST_MSECOND);
  g_ptr_array_unref (results);
  check_free (check);
  handler_clear (&handler);
}

static gpointer
push_two_seconds (gpointer data)
{
  Check *check = data;

  return GINT_TO_POINTER (gst_harness_push (check->h, check_voice_buffer (&check->info, 2 * RATE, 2 * RATE)));
}

/* Overload set to auto has the streaming thread wait for the worker, and then classify in its place. A flush ends the
 * wait, but must not let both classify at once. */
static void
test_flush_while_switching (void)
{
  Check *check = check_new (SECOND_WINDOWS "overload=drop", GST_AUDIO_FORMAT_S16, RATE, 1);
  Handler handler;
  GThread *thread;

  handler_init (&handler, TRUE);
  gst_bus_set_sync_handler (check->bus, on_message, &handler, NULL);
  check_push (check, RATE, RATE);
  wait_until_held (&handler);
  g_object_set (check->element, "overload", 0, NULL);
  thread = g_thread_new ("push", push_two_seconds, check);
  g_usleep (100000);
  gst_harness_push_event (check->h, gst_event_new_flush_start ());
  g_thread_join (thread);
  g_assert_cmpuint (handler.n, ==, 1);
  g_assert_cmpuint (get_stat (check, "windows"), ==, 1);
  let_go (&handler);

  /* After the flush the streaming thread takes over. */
  gst_harness_push_event (check->h, gst_event_new_flush_stop (TRUE));
  {
    GstSegment segment;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (check->h, gst_event_new_segment (&segment));
  }
  check_push (check, RATE, RATE);
  g_assert_cmpuint (handler.n, ==, 2);
  g_assert_true (handler.thread == g_thread_self ());
  check_free (check);
  handler_clear (&handler);
}

/* A source that says that it is live, with a sink that keeps time: no buffer is late by the element. */
static void
test_live_pipeline (void)
{
  GPtrArray *messages;
  guint i;

  if (!check_has_elements ("audiotestsrc", "fakesink", NULL))
    return;
  messages = run_pipeline (
      "audiotestsrc is-live=true num-buffers=30 samplesperbuffer=800 ! "
      "audio/x-raw,rate=16000,channels=1 ! seremotion window=1000000000 interval=100000000 ! fakesink sync=true");
  g_assert_cmpuint (messages->len, ==, 6);
  for (i = 0; i < messages->len; i++)
    g_assert_cmpuint (check_get_uint64 (gst_message_get_structure (messages->pdata[i]), "dropped"), ==, 0);
  g_ptr_array_unref (messages);
}

int
main (int argc, char **argv)
{
  static const gchar inlined[] = SECOND_WINDOWS "interval=100000000";
  static const gchar drop[] = SECOND_WINDOWS "interval=100000000 overload=drop";

  check_init (&argc, &argv, "coreelements audiotestsrc");

  g_test_add_func ("/seremotion/live/threads", test_threads);
  g_test_add_func ("/seremotion/live/becomes-live", test_becomes_live);
  g_test_add_func ("/seremotion/live/drop", test_drop);
  g_test_add_func ("/seremotion/live/drop-after-caps-change", test_drop_after_caps_change);
  g_test_add_func ("/seremotion/live/meta-unset", test_meta_unset);
  g_test_add_func ("/seremotion/live/meta-after-flush", test_meta_after_flush);
  g_test_add_func ("/seremotion/live/block", test_block);
  g_test_add_func ("/seremotion/live/flush-while-blocked", test_flush_while_blocked);
  g_test_add_func ("/seremotion/live/stop-while-blocked", test_stop_while_blocked);
  g_test_add_func ("/seremotion/live/events-while-held", test_events_while_held);
  g_test_add_func ("/seremotion/live/flush-while-switching", test_flush_while_switching);
  g_test_add_func ("/seremotion/live/latency", test_latency);
  g_test_add_func ("/seremotion/live/pipeline", test_live_pipeline);
  g_test_add_func ("/seremotion/live/tee", test_tee);
  g_test_add_data_func ("/seremotion/stress/set-from-handler", inlined, test_set_from_handler);
  g_test_add_data_func ("/seremotion/stress/set-from-handler-worker", drop, test_set_from_handler);
  g_test_add_func ("/seremotion/stress/all", test_stress);
  g_test_add_func ("/seremotion/stress/no-reader", test_no_reader);
  return g_test_run ();
}
