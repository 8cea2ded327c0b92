/* time.c - tests of windows, their times, and what breaks a stretch of sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#include <math.h>
#include <string.h>

#define RATE 16000
#define SECOND_WINDOWS "window=1000000000 "

static void
push_segment (Check *check, gdouble rate, GstClockTime start, GstClockTime base, GstClockTime time)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = rate;
  segment.start = start;
  segment.base = base;
  segment.time = time;
  if (rate < 0) {
    segment.start = 0;
    segment.stop = start;
    segment.position = start;
  }
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_segment (&segment)));
}

static void
push_seconds (Check *check, gdouble seconds)
{
  check_push (check, llround (seconds * check->info.rate), check->info.rate / 50);
}

/* ---- 5: windows ---- */

/* The message as docs/message.md has it: these fields, of these types, in this order. */
static void
test_message (void)
{
  static const gchar fields[] = "timestamp=guint64 stream-time=guint64 running-time=guint64 duration=guint64 "
                                "emotion=gchararray confidence=gdouble scores=GstStructure changed=gboolean "
                                "speech=gdouble gate=gchararray pitch=gdouble loudness=gdouble partial=gboolean "
                                "channel=gint dropped=guint64 ";
  Check *check = check_new (SECOND_WINDOWS "gate=false", GST_AUDIO_FORMAT_S16, RATE, 1);
  GString *found = g_string_new (NULL);
  gdouble sum = 0, highest = 0;
  GstStructure *scores;
  GPtrArray *results;
  gint i;

  check_push (check, RATE, RATE);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 1);
  for (i = 0; i < gst_structure_n_fields (results->pdata[0]); i++) {
    const gchar *name = gst_structure_nth_field_name (results->pdata[0], i);

    g_string_append_printf (
        found, "%s=%s ", name, g_type_name (gst_structure_get_field_type (results->pdata[0], name)));
  }
  g_assert_cmpstr (found->str, ==, fields);
  g_assert_true (gst_structure_get (results->pdata[0], "scores", GST_TYPE_STRUCTURE, &scores, NULL));
  g_assert_cmpint (gst_structure_n_fields (scores), ==, 6);
  for (i = 0; i < 6; i++) {
    gdouble score = check_get_double (scores, gst_structure_nth_field_name (scores, i));

    sum += score;
    highest = MAX (highest, score);
  }
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  g_assert_cmpfloat_with_epsilon (highest, check_get_double (results->pdata[0], "confidence"), 1e-6);
  g_assert_cmpfloat_with_epsilon (
      highest, check_get_double (scores, gst_structure_get_string (results->pdata[0], "emotion")), 1e-6);
  gst_structure_free (scores);
  g_string_free (found, TRUE);
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_contiguity (void)
{
  Check *check = check_new ("", GST_AUDIO_FORMAT_S16, 44100, 2);
  GPtrArray *results;
  guint i;

  check_push (check, 44100 * 79 / 10, 1024);
  check_push_eos (check);
  results = check_results (check);
  /* 3 s windows start at 0 to 4 s; the one from 5 s on is 2.9 s long. */
  check_assert_times (results, 6, 0, GST_SECOND, 3 * GST_SECOND, 2900 * GST_MSECOND);
  for (i = 0; i < 6; i++) {
    const GstStructure *result = results->pdata[i];

    g_assert_cmpuint (check_get_uint64 (result, "stream-time"), ==, check_get_uint64 (result, "timestamp"));
    g_assert_cmpuint (check_get_uint64 (result, "running-time"), ==, check_get_uint64 (result, "timestamp"));
    g_assert_cmpint (check_get_boolean (result, "partial"), ==, i == 5);
    g_assert_cmpint (check_get_int (result, "channel"), ==, -1);
    g_assert_cmpuint (check_get_uint64 (result, "dropped"), ==, 0);
    g_assert_true (check_is_sound (result));
    g_assert_cmpfloat (check_get_double (result, "pitch"), >, 80);
    g_assert_cmpfloat (check_get_double (result, "pitch"), <, 300);
    g_assert_cmpfloat (check_get_double (result, "loudness"), >, -40);
  }
  g_ptr_array_unref (results);
  check_free (check);
}

/* Many buffers of a size that divides nothing, their timestamps rounded: no drift. */
static void
test_no_drift (void)
{
  guint64 seconds = check_quick () ? 4 : 300, i;
  Check *check = check_new ("window=1000000000 interval=1000000000", GST_AUDIO_FORMAT_S16, 44100, 1);
  GstBuffer *voice = check_voice_buffer (&check->info, 0, 1021);
  GPtrArray *results;

  for (i = 0; i < seconds * 44100 / 1021; i++) {
    GstBuffer *buffer = gst_buffer_copy (voice);

    GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (i * 1021, GST_SECOND, 44100);
    check_push_buffer (check, buffer);
  }
  results = check_results (check);
  check_assert_times (results, seconds - 1, 0, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
  gst_buffer_unref (voice);
  check_free (check);
}

/* ---- 7: discontinuities ---- */

static void
test_discont (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GstBuffer *buffer;
  GPtrArray *results;

  push_seconds (check, 1.75);
  buffer = check_voice_buffer (&check->info, 10 * RATE, 2 * RATE);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  check_push_buffer (check, buffer);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 4);
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "timestamp"), ==, GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "duration"), ==, GST_SECOND * 3 / 4);
  g_assert_true (check_get_boolean (results->pdata[1], "partial"));
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "timestamp"), ==, 10 * GST_SECOND);
  g_assert_true (check_get_boolean (results->pdata[2], "changed"));
  g_assert_false (check_get_boolean (results->pdata[2], "partial"));
  g_assert_cmpuint (check_get_uint64 (results->pdata[3], "timestamp"), ==, 11 * GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

/* A receiver of RTP that loses every seventh packet of 20 ms flags the one after each: windows are full and contiguous,
 * and as long as the timestamps say. */
static void
test_packet_loss (void)
{
  Check *check = check_new ("", GST_AUDIO_FORMAT_S16, 48000, 1);
  gboolean lost = TRUE;
  GPtrArray *results;
  guint i;

  for (i = 0; i < 400; i++) {
    GstBuffer *buffer;

    if (i % 7 == 5) {
      lost = TRUE;
      continue;
    }
    buffer = check_voice_buffer (&check->info, i * 960, 960);
    if (lost)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    lost = FALSE;
    check_push_buffer (check, buffer);
  }
  check_push_eos (check);
  results = check_results (check);
  check_assert_times (results, 6, 0, GST_SECOND, 3 * GST_SECOND, 3 * GST_SECOND);
  for (i = 0; i < results->len; i++) {
    g_assert_false (check_get_boolean (results->pdata[i], "partial"));
    g_assert_true (check_is_sound (results->pdata[i]));
  }
  g_ptr_array_unref (results);
  check_free (check);
}

/* A flag alone, with timestamps that go on, or overlap by a little, changes no sample: the results are those that the
 * same sound has without it. */
static void
test_flag_alone (void)
{
  Check *flagged = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  Check *plain = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *a, *b;
  guint i;

  for (i = 0; i < 150; i++) {
    GstBuffer *buffer = check_voice_buffer (&plain->info, i * RATE / 50, RATE / 50);

    check_push_buffer (plain, gst_buffer_copy (buffer));
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    if (i > 3)
      GST_BUFFER_PTS (buffer) -= i % 3 * 30 * GST_MSECOND;
    check_push_buffer (flagged, buffer);
  }
  a = check_results (flagged);
  b = check_results (plain);
  g_assert_cmpuint (b->len, ==, 3);
  g_assert_cmpuint (a->len, ==, 3);
  for (i = 0; i < 3; i++)
    g_assert_true (gst_structure_is_equal (a->pdata[i], b->pdata[i]));
  g_ptr_array_unref (a);
  g_ptr_array_unref (b);
  check_free (flagged);
  check_free (plain);
}

/* Stretches of under 1 s between discontinuities tell nothing, of 1 s and more they do; what follows is new. */
static void
test_short_stretches (void)
{
  static const gdouble lengths[] = { 0.5, 0.9, 1.5, 0.98, 1.0, 0.25 };
  Check *check = check_new ("window=2000000000 smoothing=0.5 gate=false", GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (lengths); i++) {
    GstBuffer *buffer = check_voice_buffer (&check->info, i * 10 * RATE, llround (lengths[i] * RATE));

    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    check_push_buffer (check, buffer);
  }
  gst_harness_push_event (check->h, gst_event_new_gap (50250 * GST_MSECOND, 9750 * GST_MSECOND));
  check->position = 60 * RATE;
  push_seconds (check, 2);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 3);
  for (i = 0; i < 3; i++) {
    g_assert_true (check_get_boolean (results->pdata[i], "changed"));
    g_assert_cmpstr (gst_structure_get_string (results->pdata[i], "emotion"), !=, "uncertain");
    g_assert_cmpuint (check_get_uint64 (results->pdata[i], "timestamp"), ==, (i + 1) * 20 * GST_SECOND);
  }
  g_ptr_array_unref (results);

  /* Under a second, but the stream ends there. */
  check_push_buffer (check, check_voice_buffer (&check->info, 70 * RATE, RATE / 2));
  check_push_eos (check);
  results = check_results (check);
  check_assert_times (results, 1, 70 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND / 2);
  g_assert_cmpstr (gst_structure_get_string (results->pdata[0], "emotion"), ==, "uncertain");
  g_ptr_array_unref (results);
  check_free (check);
}

/* What comes before a discontinuity has no part in what comes after it. */
static void
test_discont_forgets (void)
{
  Check *after = check_new (SECOND_WINDOWS "smoothing=0.9 gate=false", GST_AUDIO_FORMAT_S16, 44100, 1);
  Check *alone = check_new (SECOND_WINDOWS "gate=false", GST_AUDIO_FORMAT_S16, 44100, 1);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 2 * 44100 * 2, NULL);
  GPtrArray *a, *b;

  gst_buffer_memset (buffer, 0, 0x11, -1);
  GST_BUFFER_PTS (buffer) = 0;
  check_push_buffer (after, buffer);
  buffer = check_voice_buffer (&after->info, 5 * 44100, 2 * 44100);
  check_push_buffer (alone, gst_buffer_copy (buffer));
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  check_push_buffer (after, buffer);
  a = check_results (after);
  b = check_results (alone);
  g_assert_cmpuint (a->len, >=, 3);
  g_assert_cmpuint (b->len, >=, 1);
  check_assert_scores (a->pdata[2], b->pdata[0], 1e-12);
  g_ptr_array_unref (a);
  g_ptr_array_unref (b);
  check_free (after);
  check_free (alone);
}

/* A jump of `by` ns after 1.5 s, unflagged. */
static GPtrArray *
jump (GstClockTimeDiff by)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  guint64 n, first = 100 * RATE;
  GPtrArray *results;
  gint i;

  for (i = 0; i < 300; i++) {
    GstBuffer *buffer = check_voice_buffer (&check->info, first, RATE / 50);

    n = first + RATE / 50;
    if (i >= 75)
      GST_BUFFER_PTS (buffer) += by;
    check_push_buffer (check, buffer);
    first = n;
  }
  check_push_eos (check);
  results = check_results (check);
  check_free (check);
  return results;
}

static void
test_jumps (void)
{
  GPtrArray *results;

  /* Far forwards and far backwards: at once. 1.5 s before it, 4.5 s after. */
  results = jump (60 * GST_SECOND);
  g_assert_cmpuint (results->len, ==, 7);
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "duration"), ==, GST_SECOND / 2);
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "timestamp"), ==, 161500 * GST_MSECOND);
  g_ptr_array_unref (results);
  results = jump (-(GstClockTimeDiff) 60 * GST_SECOND);
  g_assert_cmpuint (results->len, ==, 7);
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "timestamp"), ==, 41500 * GST_MSECOND);
  g_ptr_array_unref (results);

  /* A fifth of a second: once it has lasted for 1 s. */
  results = jump (GST_SECOND / 5);
  g_assert_cmpuint (results->len, ==, 7);
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "duration"), ==, GST_SECOND / 2);
  g_assert_cmpuint (check_get_uint64 (results->pdata[3], "timestamp"), ==, 102700 * GST_MSECOND);
  g_ptr_array_unref (results);

  /* 50 ms are jitter, as in MP4 files. */
  results = jump (50 * GST_MSECOND);
  check_assert_times (results, 6, 100 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
}

static void
test_jitter (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GRand *random = g_rand_new_with_seed (7);
  GPtrArray *results;
  gint i;

  for (i = 0; i < 200; i++) {
    GstBuffer *buffer = check_voice_buffer (&check->info, RATE + i * RATE / 50, RATE / 50);

    if (i > 0)
      GST_BUFFER_PTS (buffer) += g_rand_int_range (random, -90000000, 90000000);
    check_push_buffer (check, buffer);
  }
  results = check_results (check);
  check_assert_times (results, 4, GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
  g_rand_free (random);
  check_free (check);
}

/* Buffers without timestamps are counted from the start of the segment. */
static void
test_no_timestamps (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  gint i;

  push_segment (check, 1.0, 7 * GST_SECOND, 0, 0);
  for (i = 0; i < 4; i++) {
    GstBuffer *buffer = check_voice_buffer (&check->info, i * RATE / 2, RATE / 2);

    GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
    check_push_buffer (check, buffer);
  }
  /* One that has a timestamp which says the same. */
  check_push_buffer (check, check_voice_buffer (&check->info, 9 * RATE, RATE));
  results = check_results (check);
  check_assert_times (results, 3, 7 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "stream-time"), ==, 0);
  g_ptr_array_unref (results);
  check_free (check);
}

/* ---- 8: silence and other extremes ---- */

static void
assert_gates (GPtrArray *results, const gchar *gates)
{
  gchar **expected = g_strsplit (gates, " ", -1);
  guint i;

  g_assert_cmpuint (results->len, ==, g_strv_length (expected));
  for (i = 0; i < results->len; i++)
    g_assert_cmpstr (
        check_is_sound (results->pdata[i]) ? "sound" : gst_structure_get_string (results->pdata[i], "gate"), ==,
        expected[i]);
  g_strfreev (expected);
}

static void
test_gap_buffer (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GstBuffer *buffer;
  GPtrArray *results;

  push_seconds (check, 1);
  buffer = check_voice_buffer (&check->info, RATE, RATE);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  check_push_buffer (check, buffer);
  check_push_buffer (check, check_voice_buffer (&check->info, 2 * RATE, RATE));
  results = check_results (check);
  assert_gates (results, "sound silence sound");
  g_assert_cmpstr (gst_structure_get_string (results->pdata[1], "emotion"), ==, "none");
  check_assert_times (results, 3, 0, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_gap_event (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_F32, 44100, 2);
  GPtrArray *results;

  /* Before any sound, and without a duration. */
  gst_harness_push_event (check->h, gst_event_new_gap (0, GST_CLOCK_TIME_NONE));
  push_seconds (check, 1);
  gst_harness_push_event (check->h, gst_event_new_gap (GST_SECOND, GST_SECOND / 2));
  gst_harness_push_event (check->h, gst_event_new_gap (3 * GST_SECOND / 2, GST_SECOND / 2));
  check->position = 2 * 44100;
  push_seconds (check, 1.6);
  /* Too long to be silence between words: what follows is another stretch. */
  gst_harness_push_event (check->h, gst_event_new_gap (3600 * GST_MSECOND, 6400 * GST_MSECOND));
  check->position = 10 * 44100;
  push_seconds (check, 1.02);
  results = check_results (check);
  assert_gates (results, "sound silence sound sound sound");
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "timestamp"), ==, GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "timestamp"), ==, 2 * GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[3], "timestamp"), ==, 3 * GST_SECOND);
  g_assert_true (check_get_boolean (results->pdata[3], "partial"));
  g_assert_cmpuint (check_get_uint64 (results->pdata[4], "timestamp"), ==, 10 * GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_silence (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 3 * RATE * 2, NULL);
  GPtrArray *results;

  gst_buffer_memset (buffer, 0, 0, -1);
  GST_BUFFER_PTS (buffer) = 0;
  check_push_buffer (check, buffer);
  results = check_results (check);
  assert_gates (results, "silence silence silence");
  g_assert_cmpfloat (check_get_double (results->pdata[0], "loudness"), <=, -100);
  g_assert_cmpfloat (check_get_double (results->pdata[0], "pitch"), ==, 0);
  g_assert_cmpfloat (check_get_double (results->pdata[0], "speech"), ==, 0);
  g_assert_true (check_get_boolean (results->pdata[0], "changed"));
  g_assert_false (check_get_boolean (results->pdata[1], "changed"));
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_clipping (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_F32, RATE, 1);
  GstBuffer *buffer = check_voice_buffer (&check->info, 0, RATE);
  GPtrArray *results;
  GstMapInfo map;
  guint i;

  gst_buffer_map (buffer, &map, GST_MAP_READWRITE);
  for (i = 0; i < RATE; i++)
    ((gfloat *) map.data)[i] *= 1e30f;
  gst_buffer_unmap (buffer, &map);
  check_push_buffer (check, buffer);
  results = check_results (check);
  assert_gates (results, "clipped");
  g_ptr_array_unref (results);
  check_free (check);
}

/* NaN and infinity neither reach a result nor stay: the next window is what it would be anyway. */
static void
test_non_finite (void)
{
  Check *bad = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_F32, 44100, 1);
  Check *good = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_F32, 44100, 1);
  GstBuffer *buffer = check_voice_buffer (&bad->info, 0, 44100);
  GPtrArray *a, *b;
  GstMapInfo map;
  guint i, round;

  check_push_buffer (good, gst_buffer_copy_deep (buffer));
  gst_buffer_map (buffer, &map, GST_MAP_READWRITE);
  for (i = 0; i < 20000; i++)
    ((gfloat *) map.data)[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? INFINITY : -INFINITY;
  gst_buffer_unmap (buffer, &map);
  check_push_buffer (bad, buffer);
  for (round = 1; round < 3; round++) {
    check_push_buffer (bad, check_voice_buffer (&bad->info, round * 44100, 44100));
    check_push_buffer (good, check_voice_buffer (&good->info, round * 44100, 44100));
  }
  check_push_eos (bad);
  check_push_eos (good);
  a = check_results (bad);
  b = check_results (good);
  g_assert_cmpuint (a->len, ==, 3);
  g_assert_cmpuint (b->len, ==, 3);
  for (i = 0; i < 3; i++) {
    gdouble confidence = check_get_double (a->pdata[i], "confidence");

    g_assert_true (confidence >= 0 && confidence <= 1);
    g_assert_true (isfinite (check_get_double (a->pdata[i], "loudness")));
    if (i > 0)
      check_assert_scores (a->pdata[i], b->pdata[i], 1e-12);
  }
  g_ptr_array_unref (a);
  g_ptr_array_unref (b);
  check_free (bad);
  check_free (good);
}

/* ---- 9: seeks and segments ---- */

/* A flushing seek without DISCONT: what was pending is gone, and nothing of it is told. */
static void
test_flush (void)
{
  Check *check = check_new (SECOND_WINDOWS "smoothing=0.9 gate=false", GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  push_seconds (check, 1.9);
  gst_harness_push_event (check->h, gst_event_new_flush_start ());
  gst_harness_push_event (check->h, gst_event_new_flush_stop (TRUE));
  push_segment (check, 1.0, 30 * GST_SECOND, 0, 30 * GST_SECOND);
  check->position = 30 * RATE;
  push_seconds (check, 2);
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 3);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "timestamp"), ==, 0);
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "timestamp"), ==, 30 * GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "running-time"), ==, 0);
  g_assert_cmpuint (check_get_uint64 (results->pdata[1], "stream-time"), ==, 30 * GST_SECOND);
  g_assert_true (check_get_boolean (results->pdata[1], "changed"));
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "timestamp"), ==, 31 * GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

/* A new segment ends the stretch; its base and time are in the results. */
static void
test_segment (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  push_seconds (check, 1.75);
  push_segment (check, 1.0, 50 * GST_SECOND, 2 * GST_SECOND, 500 * GST_SECOND);
  results = check_results (check);
  check_assert_times (results, 2, 0, GST_SECOND, GST_SECOND, GST_SECOND * 3 / 4);
  g_ptr_array_unref (results);
  check->position = 51 * RATE;
  push_seconds (check, 1);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 1);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "timestamp"), ==, 51 * GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "running-time"), ==, 3 * GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "stream-time"), ==, 501 * GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_same_segment (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  gint i;

  for (i = 0; i < 10; i++) {
    push_segment (check, 1.0, 0, 0, 0);
    push_seconds (check, 0.25);
  }
  check_push_eos (check);
  results = check_results (check);
  check_assert_times (results, 3, 0, GST_SECOND, GST_SECOND, GST_SECOND / 2);
  g_ptr_array_unref (results);
  check_free (check);
}

/* Fast and slow play: the same windows, at other running times. */
static void
test_rate (gconstpointer data)
{
  gdouble rate = GPOINTER_TO_INT (data) / 2.0;
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  push_segment (check, rate, 4 * GST_SECOND, 0, 4 * GST_SECOND);
  check->position = 4 * RATE;
  push_seconds (check, 3);
  results = check_results (check);
  check_assert_times (results, 3, 4 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "running-time"), ==, (guint64) (2 * GST_SECOND / rate));
  g_assert_cmpuint (check_get_uint64 (results->pdata[2], "stream-time"), ==, 6 * GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

/* Backwards: nothing is told but one message that says so, and forwards it goes on. */
static void
test_backwards (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  gchar *report;
  gint i, round;

  for (round = 0; round < 2; round++) {
    push_segment (check, -1.0, (10 + round) * GST_SECOND, 0, 0);
    for (i = 9; i > 5; i--) {
      GstBuffer *buffer = check_voice_buffer (&check->info, i * RATE, RATE), *out;

      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
      out = gst_harness_push_and_pull (check->h, buffer);
      g_assert_true (out == buffer);
      gst_buffer_unref (out);
    }
  }
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 0);
  g_ptr_array_unref (results);
  push_segment (check, 1.0, 20 * GST_SECOND, 0, 0);
  check->position = 20 * RATE;
  push_seconds (check, 1);
  results = check_results (check);
  check_assert_times (results, 1, 20 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);

  check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  push_segment (check, -1.0, 10 * GST_SECOND, 0, 0);
  push_segment (check, -2.0, 10 * GST_SECOND, 0, 0);
  report = check_pop_report (check->bus, GST_MESSAGE_INFO);
  g_assert_nonnull (strstr (report, "backwards"));
  g_free (report);
  report = check_pop_report (check->bus, GST_MESSAGE_INFO);
  g_assert_cmpstr (report, ==, "");
  g_free (report);
  check_free (check);
}

/* Without a segment of time there are timestamps, but neither running time nor stream time. */
static void
test_bytes_segment (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  GstSegment segment;
  gint i;

  gst_segment_init (&segment, GST_FORMAT_BYTES);
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_segment (&segment)));
  for (i = 0; i < 2; i++) {
    GstBuffer *buffer = check_voice_buffer (&check->info, i * RATE, RATE);

    GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE;
    check_push_buffer (check, buffer);
  }
  results = check_results (check);
  check_assert_times (results, 2, 0, GST_SECOND, GST_SECOND, GST_SECOND);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "running-time"), ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (check_get_uint64 (results->pdata[0], "stream-time"), ==, GST_CLOCK_TIME_NONE);
  g_ptr_array_unref (results);
  check_free (check);
}

/* Gaps likewise: what of them lies outside is no part of any window. */
static void
test_gap_clipped_to_segment (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.start = 10 * GST_SECOND;
  segment.stop = 12 * GST_SECOND;
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_segment (&segment)));
  gst_harness_push_event (check->h, gst_event_new_gap (0, GST_SECOND));
  gst_harness_push_event (check->h, gst_event_new_gap (9 * GST_SECOND, GST_SECOND * 3 / 2));
  check->position = RATE * 21 / 2;
  push_seconds (check, 1);
  gst_harness_push_event (check->h, gst_event_new_gap (GST_SECOND * 23 / 2, 20 * GST_SECOND));
  gst_harness_push_event (check->h, gst_event_new_gap (12 * GST_SECOND, GST_SECOND));
  results = check_results (check);
  check_assert_times (results, 2, 10 * GST_SECOND, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
  check_push_eos (check);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 0);
  g_ptr_array_unref (results);
  check_free (check);
}

/* Buffers are analysed as the base class clips them to the segment. */
static void
test_clipped_to_segment (void)
{
  Check *check = check_new (SECOND_WINDOWS, GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  push_segment (check, 1.0, GST_SECOND / 2, 0, GST_SECOND / 2);
  push_seconds (check, 2.5);
  results = check_results (check);
  check_assert_times (results, 2, GST_SECOND / 2, GST_SECOND, GST_SECOND, GST_SECOND);
  g_ptr_array_unref (results);
  check_free (check);
}

int
main (int argc, char **argv)
{
  check_init (&argc, &argv, "");

  g_test_add_func ("/seremotion/windows/message", test_message);
  g_test_add_func ("/seremotion/windows/contiguity", test_contiguity);
  g_test_add_func ("/seremotion/windows/no-drift", test_no_drift);
  g_test_add_func ("/seremotion/discont/flagged", test_discont);
  g_test_add_func ("/seremotion/discont/packet-loss", test_packet_loss);
  g_test_add_func ("/seremotion/discont/flag-alone", test_flag_alone);
  g_test_add_func ("/seremotion/discont/short-stretches", test_short_stretches);
  g_test_add_func ("/seremotion/discont/forgets", test_discont_forgets);
  g_test_add_func ("/seremotion/discont/jumps", test_jumps);
  g_test_add_func ("/seremotion/discont/jitter", test_jitter);
  g_test_add_func ("/seremotion/discont/no-timestamps", test_no_timestamps);
  g_test_add_func ("/seremotion/gap/buffer", test_gap_buffer);
  g_test_add_func ("/seremotion/gap/event", test_gap_event);
  g_test_add_func ("/seremotion/extremes/silence", test_silence);
  g_test_add_func ("/seremotion/extremes/clipping", test_clipping);
  g_test_add_func ("/seremotion/extremes/non-finite", test_non_finite);
  g_test_add_func ("/seremotion/segment/flush", test_flush);
  g_test_add_func ("/seremotion/segment/new", test_segment);
  g_test_add_func ("/seremotion/segment/same", test_same_segment);
  g_test_add_data_func ("/seremotion/segment/rate-2", GINT_TO_POINTER (4), test_rate);
  g_test_add_data_func ("/seremotion/segment/rate-0.5", GINT_TO_POINTER (1), test_rate);
  g_test_add_func ("/seremotion/segment/backwards", test_backwards);
  g_test_add_func ("/seremotion/segment/bytes", test_bytes_segment);
  g_test_add_func ("/seremotion/segment/clipped", test_clipped_to_segment);
  g_test_add_func ("/seremotion/segment/gap-clipped", test_gap_clipped_to_segment);
  return g_test_run ();
}
