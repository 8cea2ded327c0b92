/* formats.c - tests of what the element takes, and that it passes it on untouched
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#include <math.h>
#include <string.h>

#define RATE 16000

/* ---- 2: formats ---- */

typedef struct {
  gint channels;
  guint64 mask;
} Setup;

static const Setup setups[] = { { 1, 0 }, { 2, 3 }, { 6, 0x3f }, { 4, 0 }, { 70, 0 } };
static const gint rates[] = { 8000, 11025, 16000, 44100, 48000, 96000 };

/* The result of one second of the voice in that format. */
static GstStructure *
analyse (const gchar *properties, const GstAudioInfo *info)
{
  gchar *line = g_strdup_printf ("window=1000000000 %s", properties);
  Check *check = check_new_with_info (line, info);
  GstStructure *result;
  GPtrArray *results;

  check_push (check, info->rate + info->rate / 50, info->rate / 10);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 1);
  result = gst_structure_copy (results->pdata[0]);
  g_assert_true (check_is_sound (result));
  g_ptr_array_unref (results);
  check_free (check);
  g_free (line);
  return result;
}

static void
compare (const GstStructure *reference, const GstAudioInfo *info, gdouble tolerance)
{
  GstStructure *result = analyse ("", info);

  g_test_message ("%s, %s, %d Hz, %d channels", info->finfo->name,
      info->layout == GST_AUDIO_LAYOUT_INTERLEAVED ? "interleaved" : "planar", info->rate, info->channels);
  check_assert_scores (reference, result, tolerance);
  g_assert_cmpfloat_with_epsilon (check_get_double (reference, "loudness"), check_get_double (result, "loudness"), 0.5);
  gst_structure_free (result);
}

/* Each format, layout, rate and kind of channels gives the scores that the voice has at 16 kHz. What 8 bits, a lower
 * bandwidth or 16-bit mixing cost is allowed for. */
static void
test_formats (gconstpointer data)
{
  GstAudioFormat format = GPOINTER_TO_INT (data);
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1, 0);
  GstStructure *reference;
  gsize s, l, r;

  if (check_quick () && format % 10 != 0) {
    g_test_skip ("left out here");
    return;
  }
  reference = analyse ("", &info);

  for (s = 0; s < G_N_ELEMENTS (setups); s++)
    for (l = 0; l < 2; l++) {
      r = (format + 2 * s + 3 * l) % G_N_ELEMENTS (rates);
      if (check_quick () && (format + s + l) % 5 != 0)
        continue;
      info = check_info (format, l ? GST_AUDIO_LAYOUT_NON_INTERLEAVED : GST_AUDIO_LAYOUT_INTERLEAVED, rates[r],
          setups[s].channels, setups[s].mask);
      compare (reference, &info, rates[r] < RATE || info.finfo->depth == 8 ? 0.5 : 0.05);
    }
  gst_structure_free (reference);
}

/* One format, at all rates and of all kinds of channels. */
static void
test_rates_and_channels (void)
{
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1, 0);
  GstStructure *reference = analyse ("", &info);
  gsize s, r;

  for (s = 0; s < G_N_ELEMENTS (setups); s++)
    for (r = 0; r < G_N_ELEMENTS (rates); r++) {
      if (check_quick () && r != s)
        continue;
      info = check_info (
          GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_NON_INTERLEAVED, rates[r], setups[s].channels, setups[s].mask);
      compare (reference, &info, rates[r] < RATE ? 0.5 : 0.05);
    }
  gst_structure_free (reference);
}

/* Two channels with sound of their own: each is told apart, and by number. */
static void
test_each_channel (void)
{
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 2, 3);
  Check *each = check_new_with_info ("window=1000000000 channels=each", &info);
  Check *second = check_new_with_info ("window=1000000000 channels=1", &info);
  GstBuffer *buffer = check_voice_buffer (&info, 0, 3 * RATE);
  GPtrArray *all, *one;
  GstMapInfo map;
  guint i;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (i = 0; i < 3 * RATE; i++)
    ((gint16 *) map.data)[2 * i] = 0;
  gst_buffer_unmap (buffer, &map);
  check_push_buffer (each, gst_buffer_ref (buffer));
  check_push_buffer (second, buffer);
  all = check_results (each);
  one = check_results (second);
  g_assert_cmpuint (all->len, ==, 6);
  g_assert_cmpuint (one->len, ==, 3);
  for (i = 0; i < 6; i++) {
    const GstStructure *result = all->pdata[i];

    g_assert_cmpint (check_get_int (result, "channel"), ==, i % 2);
    g_assert_cmpuint (check_get_uint64 (result, "timestamp"), ==, i / 2 * GST_SECOND);
    g_assert_true (
        i % 2 ? check_is_sound (result) : g_strcmp0 (gst_structure_get_string (result, "gate"), "silence") == 0);
    g_assert_cmpint (check_get_boolean (result, "changed"), ==,
        i < 2
            || (i % 2
                && g_strcmp0 (gst_structure_get_string (result, "emotion"),
                       gst_structure_get_string (all->pdata[i - 2], "emotion"))
                    != 0));
    if (i % 2) {
      g_assert_cmpint (check_get_int (one->pdata[i / 2], "channel"), ==, 1);
      check_assert_scores (result, one->pdata[i / 2], 1e-12);
    }
  }
  g_ptr_array_unref (all);
  g_ptr_array_unref (one);
  check_free (each);
  check_free (second);
}

/* What cannot be audio is refused by the template. */
static void
test_wrong_caps (void)
{
  static const gchar *wrong[] = { "audio/x-raw, format=(string)S16LE, rate=(int)0, channels=(int)1, layout=interleaved",
    "audio/x-raw, format=(string)A7, rate=(int)16000, channels=(int)1, layout=interleaved",
    "video/x-raw, format=(string)I420", "audio/mpeg" };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    Check *check = check_new ("", 0, 0, 0);
    GstSegment segment;
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 320, NULL);
    GstCaps *caps = gst_caps_from_string (wrong[i]);
    GstFlowReturn ret;

    gst_segment_init (&segment, GST_FORMAT_TIME);
    GST_BUFFER_PTS (buffer) = 0;
    gst_pad_push_event (check->h->srcpad, gst_event_new_stream_start ("a"));
    gst_pad_push_event (check->h->srcpad, gst_event_new_caps (caps));
    gst_pad_push_event (check->h->srcpad, gst_event_new_segment (&segment));
    ret = gst_pad_push (check->h->srcpad, buffer);
    g_assert_cmpint (ret, ==, GST_FLOW_NOT_NEGOTIATED);
    gst_caps_unref (caps);
    check_free (check);
  }
}

/* A rate that only a damaged file names is refused, not made gigabytes of filter of; and so early that negotiation can
 * find another one. */
static void
test_absurd_rate (void)
{
  static const struct {
    gint rate;
    gboolean possible;
  } cases[] = { { 1, FALSE }, { 99, FALSE }, { 100, TRUE }, { 6144000, TRUE }, { 6144001, FALSE },
    { G_MAXINT, FALSE } };
  Check *check = check_new ("", 0, 0, 0);
  GstPad *pad = gst_element_get_static_pad (check->element, "sink");
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, cases[i].rate, 1, 0);
    GstCaps *caps = gst_audio_info_to_caps (&info);

    g_assert_cmpint (gst_pad_query_accept_caps (pad, caps), ==, cases[i].possible);
    gst_caps_unref (caps);
  }
  gst_object_unref (pad);
  check_free (check);
}

/* Planar audio whose planes nobody can find is an error, not a crash. */
static void
test_planar_without_meta (void)
{
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_NON_INTERLEAVED, RATE, 2, 3);
  Check *check = check_new_with_info ("", &info);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 3200, NULL);
  gchar *report;

  GST_BUFFER_PTS (buffer) = GST_CLOCK_TIME_NONE; /* or the base class would clip it and find out first */
  g_assert_cmpint (gst_harness_push (check->h, buffer), ==, GST_FLOW_ERROR);
  report = check_pop_report (check->bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (strstr (report, "GstAudioMeta"));
  g_free (report);
  check_free (check);
}

/* ---- 11: no caps ---- */

static void
test_no_caps (gconstpointer data)
{
  GstFormat format = GPOINTER_TO_INT (data);
  Check *check = check_new ("", 0, 0, 0);
  GstSegment segment;
  gchar *report;

  gst_segment_init (&segment, format);
  gst_pad_push_event (check->h->srcpad, gst_event_new_stream_start ("a"));
  gst_pad_push_event (check->h->srcpad, gst_event_new_segment (&segment));
  g_assert_cmpint (
      gst_pad_push (check->h->srcpad, gst_buffer_new_allocate (NULL, 320, NULL)), ==, GST_FLOW_NOT_NEGOTIATED);
  report = check_pop_report (check->bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (strstr (report, "caps"));
  g_free (report);
  check_free (check);
}

/* ---- 3: passthrough ---- */

static void
test_passthrough (void)
{
  Check *check = check_new ("window=1000000000", GST_AUDIO_FORMAT_S16, RATE, 1);
  GstCaps *caps = gst_caps_new_empty_simple ("timestamp/x-test");
  guint i;

  for (i = 0; i < 5; i++) {
    GstBuffer *in = check_voice_buffer (&check->info, i * RATE, RATE), *out, *before;

    GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_MARKER | GST_BUFFER_FLAG_HEADER);
    GST_BUFFER_OFFSET (in) = 42 + i;
    gst_buffer_add_reference_timestamp_meta (in, caps, i, GST_CLOCK_TIME_NONE);
    before = gst_buffer_copy_deep (in);
    /* An upstream that keeps its buffer gets the same one through, too. */
    if (i % 2)
      gst_buffer_ref (in);
    out = gst_harness_push_and_pull (check->h, in);
    g_assert_true (out == in);
    g_assert_cmpuint (GST_BUFFER_FLAGS (out) & ~GST_BUFFER_FLAG_TAG_MEMORY, ==,
        GST_BUFFER_FLAGS (before) & ~GST_BUFFER_FLAG_TAG_MEMORY);
    g_assert_cmpuint (GST_BUFFER_PTS (out), ==, GST_BUFFER_PTS (before));
    g_assert_cmpuint (GST_BUFFER_OFFSET (out), ==, 42 + i);
    g_assert_nonnull (gst_buffer_get_reference_timestamp_meta (out, caps));
    g_assert_null (gst_buffer_get_custom_meta (out, "GstSerEmotionMeta"));
    g_assert_cmpint (GST_MINI_OBJECT_REFCOUNT_VALUE (out), ==, i % 2 ? 2 : 1);
    {
      GstMapInfo map;

      g_assert_true (gst_buffer_map (before, &map, GST_MAP_READ));
      g_assert_cmpint (gst_buffer_memcmp (out, 0, map.data, map.size), ==, 0);
      gst_buffer_unmap (before, &map);
    }
    if (i % 2)
      gst_buffer_unref (in);
    gst_buffer_unref (out);
    gst_buffer_unref (before);
  }
  gst_caps_unref (caps);
  check_free (check);
}

static guint
count_metas (GstBuffer *buffer)
{
  const GstMetaInfo *info = gst_meta_get_info ("GstSerEmotionMeta");
  gpointer state = NULL;
  guint n = 0;

  while (gst_buffer_iterate_meta_filtered (buffer, &state, info->api))
    n++;
  return n;
}

/* With add-meta a result is on the buffer that completes its window, and the audio memory is still the same. */
static void
test_meta (void)
{
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 2, 3);
  Check *check = check_new_with_info ("window=1000000000 channels=each add-meta=true", &info);
  GPtrArray *results;
  guint i;

  for (i = 0; i < 6; i++) {
    GstBuffer *in = check_voice_buffer (&info, i * RATE / 2, RATE / 2), *out;
    GstMemory *memory = gst_buffer_peek_memory (in, 0);

    gst_buffer_ref (in);
    out = gst_harness_push_and_pull (check->h, in);
    g_assert_true (gst_buffer_peek_memory (out, 0) == memory);
    g_assert_cmpuint (GST_BUFFER_PTS (out), ==, GST_BUFFER_PTS (in));
    g_assert_cmpuint (count_metas (in), ==, 0);
    g_assert_cmpuint (count_metas (out), ==, i % 2 ? 2 : 0);
    if (i % 2) {
      GstStructure *meta = gst_custom_meta_get_structure (gst_buffer_get_custom_meta (out, "GstSerEmotionMeta"));

      results = check_results (check);
      g_assert_cmpuint (results->len, ==, 2);
      g_assert_cmpuint (check_get_uint64 (meta, "index"), ==, i / 2);
      g_assert_cmpuint (check_get_uint64 (meta, "timestamp"), ==, i / 2 * GST_SECOND);
      g_assert_cmpstr (
          gst_structure_get_string (meta, "emotion"), ==, gst_structure_get_string (results->pdata[0], "emotion"));
      check_assert_scores (meta, results->pdata[0], 1e-12);
      /* All that the message has, and the index. */
      g_assert_cmpint (gst_structure_n_fields (meta), ==, gst_structure_n_fields (results->pdata[0]) + 1);
      g_ptr_array_unref (results);
    }
    gst_buffer_unref (in);
    gst_buffer_unref (out);
  }
  g_object_set (check->element, "add-meta", FALSE, NULL);
  for (i = 6; i < 8; i++) {
    GstBuffer *in = check_voice_buffer (&info, i * RATE / 2, RATE / 2);
    GstBuffer *out = gst_harness_push_and_pull (check->h, in);

    g_assert_true (in == out);
    g_assert_cmpuint (count_metas (out), ==, 0);
    gst_buffer_unref (out);
  }
  check_free (check);
}

/* The meta lives on where buffers are copied in part, and where another audio filter makes new ones. */
static void
test_meta_survives (void)
{
  GstHarness *h;
  GstBuffer *out, *part;
  GstAudioInfo info = check_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1, 0);

  if (!check_has_elements ("capsfilter", "audioconvert", "volume", NULL))
    return;
  h = gst_harness_new_parse ("seremotion window=1000000000 add-meta=true ! audioconvert ! "
                             "audio/x-raw,format=F32LE,channels=2 ! volume volume=0.5");
  gst_harness_set_live (h, FALSE);
  gst_harness_set_src_caps (h, gst_audio_info_to_caps (&info));
  out = gst_harness_push_and_pull (h, check_voice_buffer (&info, 0, RATE));
  g_assert_nonnull (out);
  g_assert_cmpuint (gst_buffer_get_size (out), ==, RATE * 8);
  g_assert_cmpuint (count_metas (out), ==, 1);
  part = gst_buffer_copy_region (out, GST_BUFFER_COPY_ALL, 80, 800);
  g_assert_cmpuint (count_metas (part), ==, 1);
  gst_buffer_unref (part);
  gst_buffer_unref (out);
  gst_harness_teardown (h);
}

/* ---- 4: caps changes ---- */

static void
test_caps_change (void)
{
  static const gint there_and_back[] = { 44100, 8000, 44100 };
  Check *check = check_new ("window=1000000000", GST_AUDIO_FORMAT_S16, there_and_back[0], 1);
  GstAudioInfo info;
  GPtrArray *results;
  guint i;

  for (i = 0; i < 3; i++) {
    info = check_info (i % 2 ? GST_AUDIO_FORMAT_F32 : GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED,
        there_and_back[i], 1 + i % 2, 0);
    check_set_info (check, &info);
    check->position = (guint64) i * 2 * info.rate;
    check_push (check, 2 * info.rate, info.rate / 10);
  }
  check_push_eos (check);
  results = check_results (check);
  /* Two whole windows of each format: none reaches over a change. */
  check_assert_times (results, 6, 0, GST_SECOND, GST_SECOND, GST_SECOND);
  for (i = 0; i < 6; i++)
    if (i % 2 == 0)
      g_assert_true (check_get_boolean (results->pdata[i], "changed"));
  g_ptr_array_unref (results);
  check_free (check);
}

/* The same caps again change nothing. */
static void
test_same_caps (void)
{
  Check *check = check_new ("window=1000000000", GST_AUDIO_FORMAT_S16, 44100, 1);
  GstAudioInfo info = check->info;
  GPtrArray *results;
  guint i;

  for (i = 0; i < 10; i++) {
    GstCaps *caps = gst_audio_info_to_caps (&info);

    gst_harness_push_event (check->h, gst_event_new_caps (caps));
    gst_caps_unref (caps);
    check_push (check, 44100 / 4, 4410);
  }
  check_push_eos (check);
  results = check_results (check);
  /* Were each a new start, these 2.5 s would give ten results. */
  check_assert_times (results, 3, 0, GST_SECOND, GST_SECOND, GST_SECOND / 2);
  g_ptr_array_unref (results);
  check_free (check);
}

/* ---- 6: portions ---- */

static gchar *
results_as_text (Check *check)
{
  GPtrArray *results = check_results (check);
  GString *text = g_string_new (NULL);
  guint i;

  g_assert_cmpuint (results->len, ==, 4);
  for (i = 0; i < results->len; i++) {
    gchar *line = gst_structure_to_string (results->pdata[i]);

    g_string_append_printf (text, "%s\n", line);
    g_free (line);
  }
  g_ptr_array_unref (results);
  return g_string_free (text, FALSE);
}

/* The buffer's bytes in several memories, of odd sizes and at odd addresses. */
static GstBuffer *
scatter (GstBuffer *buffer)
{
  GstBuffer *scattered = gst_buffer_new ();
  gsize done = 0, size = gst_buffer_get_size (buffer);

  gst_buffer_copy_into (scattered, buffer, GST_BUFFER_COPY_FLAGS | GST_BUFFER_COPY_TIMESTAMPS, 0, -1);
  while (done < size) {
    gsize n = MIN (977, size - done);
    guint8 *data = g_malloc (n + 1);

    gst_buffer_extract (buffer, done, data + 1, n);
    gst_buffer_append_memory (scattered, gst_memory_new_wrapped (0, data, n + 1, 1, n, data, g_free));
    done += n;
  }
  gst_buffer_unref (buffer);
  return scattered;
}

/* Whatever the buffers, messages are the same to the last bit. */
static void
test_portions (gconstpointer data)
{
  GstAudioFormat format = GPOINTER_TO_INT (data);
  static const gsize sizes[] = { 1, 7, 441, 1021, 4096, 44100, 200000 };
  gsize first_size = check_quick () ? 5 : 0;
  guint64 n = 44100 * 5 / 2;
  gchar *reference = NULL, *text;
  gsize i;

  for (i = first_size; i <= G_N_ELEMENTS (sizes); i++) {
    Check *check = check_new ("window=1000000000 interval=500000000", format, 44100, 2);

    if (i < G_N_ELEMENTS (sizes)) {
      GstBuffer *all = check_voice_buffer (&check->info, 0, n);
      guint64 first, bpf = check->info.bpf;

      for (first = 0; first < n; first += sizes[i]) {
        GstBuffer *part =
            gst_buffer_copy_region (all, GST_BUFFER_COPY_MEMORY, first * bpf, MIN (sizes[i], n - first) * bpf);

        GST_BUFFER_PTS (part) = gst_util_uint64_scale_round (first, GST_SECOND, 44100);
        check_push_buffer (check, part);
      }
      gst_buffer_unref (all);
    } else {
      /* Empty buffers between others in pieces at odd addresses. */
      for (; check->position < n; check->position += 4410) {
        GstBuffer *empty = gst_buffer_new ();

        GST_BUFFER_PTS (empty) = gst_util_uint64_scale_round (check->position, GST_SECOND, 44100);
        check_push_buffer (check, empty);
        check_push_buffer (check, scatter (check_voice_buffer (&check->info, check->position, 4410)));
      }
    }
    check_push_eos (check);
    text = results_as_text (check);
    if (reference == NULL)
      reference = g_strdup (text);
    g_assert_cmpstr (reference, ==, text);
    g_free (text);
    check_free (check);
  }
  g_free (reference);
}

int
main (int argc, char **argv)
{
  gint format;

  check_init (&argc, &argv, "coreelements audioconvert volume");

  for (format = GST_AUDIO_FORMAT_S8; format <= GST_AUDIO_FORMAT_F64BE; format++) {
    gchar *path = g_strdup_printf ("/seremotion/formats/%s", gst_audio_format_to_string (format));

    g_test_add_data_func (path, GINT_TO_POINTER (format), test_formats);
    g_free (path);
  }
  g_test_add_func ("/seremotion/formats/rates-and-channels", test_rates_and_channels);
  g_test_add_func ("/seremotion/formats/each-channel", test_each_channel);
  g_test_add_func ("/seremotion/formats/wrong-caps", test_wrong_caps);
  g_test_add_func ("/seremotion/formats/absurd-rate", test_absurd_rate);
  g_test_add_func ("/seremotion/formats/planar-without-meta", test_planar_without_meta);
  g_test_add_data_func ("/seremotion/no-caps/time", GINT_TO_POINTER (GST_FORMAT_TIME), test_no_caps);
  g_test_add_data_func ("/seremotion/no-caps/bytes", GINT_TO_POINTER (GST_FORMAT_BYTES), test_no_caps);
  g_test_add_func ("/seremotion/passthrough/untouched", test_passthrough);
  g_test_add_func ("/seremotion/passthrough/add-meta", test_meta);
  g_test_add_func ("/seremotion/passthrough/meta-survives", test_meta_survives);
  g_test_add_func ("/seremotion/caps/change", test_caps_change);
  g_test_add_func ("/seremotion/caps/same", test_same_caps);
  g_test_add_data_func ("/seremotion/portions/s16", GINT_TO_POINTER (GST_AUDIO_FORMAT_S16), test_portions);
  g_test_add_data_func ("/seremotion/portions/f32", GINT_TO_POINTER (GST_AUDIO_FORMAT_F32), test_portions);
  return g_test_run ();
}
