/* check.c - what the tests of the element share: a harness with a bus, a voice, results
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#include <math.h>
#include <string.h>

void
check_init (int *argc, char ***argv, const gchar *plugins)
{
  gchar **names = g_strsplit (plugins, " ", -1), **name;

  g_test_init (argc, argv, NULL);
  gst_init (argc, argv);
  for (name = names; *name != NULL; name++) {
    gchar *path = g_strdup_printf ("%s/libgst%s.so", GST_PLUGINS_DIR, *name);
    GError *error = NULL;
    GstPlugin *plugin = **name ? gst_plugin_load_file (path, &error) : NULL;

    if (**name && plugin == NULL)
      g_test_message ("%s", error->message);
    g_clear_error (&error);
    gst_clear_object (&plugin);
    g_free (path);
  }
  g_strfreev (names);
}

gboolean
check_has_elements (const gchar *first, ...)
{
  const gchar *name;
  gboolean all = TRUE;
  va_list args;

  va_start (args, first);
  for (name = first; name != NULL && all; name = va_arg (args, const gchar *)) {
    GstElementFactory *factory = gst_element_factory_find (name);

    all = factory != NULL;
    if (!all) {
      gchar *message = g_strdup_printf ("GStreamer has no element %s here", name);

      g_test_skip (message);
      g_free (message);
    }
    gst_clear_object (&factory);
  }
  va_end (args);
  return all;
}

gboolean
check_quick (void)
{
  return g_strcmp0 (g_getenv ("SEREMOTION_TEST_QUICK"), "1") == 0;
}

gchar *
check_data (const gchar *path)
{
  const gchar *folder = g_getenv ("SEREMOTION_DATA");
  gchar *full = folder ? g_build_filename (folder, path, NULL)
                       : g_build_filename (g_getenv ("SEREMOTION_SOURCE_ROOT"), "..", "shared", "data", path, NULL);

  if (g_file_test (full, G_FILE_TEST_EXISTS))
    return full;
  g_test_skip ("the recordings are absent: set SEREMOTION_DATA to their folder");
  g_free (full);
  return NULL;
}

/* ---- element ---- */

Check *
check_new_with_info (const gchar *properties, const GstAudioInfo *info)
{
  gchar *line = g_strdup_printf ("seremotion %s", properties);
  Check *check = g_new0 (Check, 1);
  GError *error = NULL;

  check->element = gst_parse_launch (line, &error);
  g_assert_no_error (error);
  gst_object_ref_sink (check->element);
  check->bus = gst_bus_new ();
  gst_element_set_bus (check->element, check->bus);
  check->h = gst_harness_new_with_element (check->element, "sink", "src");
  gst_harness_set_live (check->h, FALSE);
  if (info != NULL)
    check_set_info (check, info);
  g_free (line);
  return check;
}

Check *
check_new (const gchar *properties, GstAudioFormat format, gint rate, gint channels)
{
  GstAudioInfo info;

  if (rate == 0)
    return check_new_with_info (properties, NULL);
  info = check_info (format, GST_AUDIO_LAYOUT_INTERLEAVED, rate, channels, 0);
  return check_new_with_info (properties, &info);
}

void
check_free (Check *check)
{
  gst_harness_teardown (check->h);
  gst_element_set_bus (check->element, NULL);
  gst_bus_set_flushing (check->bus, TRUE);
  gst_object_unref (check->bus);
  g_assert_cmpint (GST_OBJECT_REFCOUNT_VALUE (check->element), ==, 1);
  gst_object_unref (check->element);
  g_free (check);
}

GstAudioInfo
check_info (GstAudioFormat format, GstAudioLayout layout, gint rate, gint channels, guint64 mask)
{
  GstAudioChannelPosition position[64];
  GstAudioInfo info;

  gst_audio_info_init (&info);
  if (mask != 0)
    g_assert_true (gst_audio_channel_positions_from_mask (channels, mask, position));
  gst_audio_info_set_format (&info, format, rate, channels, mask != 0 ? position : NULL);
  info.layout = layout;
  return info;
}

void
check_set_info (Check *check, const GstAudioInfo *info)
{
  check->info = *info;
  gst_harness_set_src_caps (check->h, gst_audio_info_to_caps (info));
}

/* ---- sound ---- */

gdouble
check_voice (gdouble t)
{
  /* A fundamental that glides, formant-like weights, syllables. */
  static const gdouble weights[] = { 1.0, 0.8, 0.9, 0.5, 0.3, 0.35, 0.2, 0.1 };
  gdouble phase = 2 * G_PI * (140 * t + 6 * sin (2 * G_PI * 0.7 * t)), sum = 0;
  guint k;

  for (k = 0; k < G_N_ELEMENTS (weights); k++)
    sum += weights[k] * sin ((k + 1) * phase + k * k);
  return 0.14 * sum * (0.55 + 0.45 * sin (2 * G_PI * 3.1 * t));
}

/* Sines take long under valgrind, so samples are kept, as far as they were asked for; after 30 s they repeat. */
static const gdouble *
get_voice (gint rate, gsize n)
{
  static GHashTable *voices = NULL;
  GArray *voice;

  if (voices == NULL)
    voices = g_hash_table_new (NULL, NULL);
  voice = g_hash_table_lookup (voices, GINT_TO_POINTER (rate));
  if (voice == NULL) {
    voice = g_array_new (FALSE, FALSE, sizeof (gdouble));
    g_hash_table_insert (voices, GINT_TO_POINTER (rate), voice);
  }
  while (voice->len < n) {
    gdouble x = check_voice ((gdouble) voice->len / rate);

    g_array_append_val (voice, x);
  }
  return (const gdouble *) voice->data;
}

/* [n] samples of the voice in `format`. */
static guint8 *
make_mono (GstAudioFormat format, gint rate, guint64 first, gsize n)
{
  GstAudioInfo from = check_info (GST_AUDIO_FORMAT_F64, GST_AUDIO_LAYOUT_INTERLEAVED, rate, 1, 0);
  GstAudioInfo to = check_info (format, GST_AUDIO_LAYOUT_INTERLEAVED, rate, 1, 0);
  GstAudioConverter *converter = gst_audio_converter_new (0, &from, &to, NULL);
  gdouble *x = g_new (gdouble, n);
  guint8 *y = g_malloc (n * GST_AUDIO_INFO_BPF (&to));
  gpointer in[1] = { x }, out[1] = { y };
  static GMutex lock;
  const gdouble *voice;
  gsize i, period = 30 * rate;

  g_mutex_lock (&lock);
  voice = get_voice (rate, first + n <= period ? first + n : period);
  for (i = 0; i < n; i++)
    x[i] = voice[(first + i) % period];
  g_mutex_unlock (&lock);
  g_assert_true (gst_audio_converter_samples (converter, 0, in, n, out, n));
  gst_audio_converter_free (converter);
  g_free (x);
  return y;
}

GstBuffer *
check_voice_buffer (const GstAudioInfo *info, guint64 first, gsize n)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n * GST_AUDIO_INFO_BPF (info), NULL);
  gsize i, size = GST_AUDIO_INFO_WIDTH (info) / 8, step = GST_AUDIO_INFO_BPF (info);
  gboolean planar = info->layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED;
  guint8 *mono = make_mono (GST_AUDIO_INFO_FORMAT (info), info->rate, first, n);
  GstMapInfo map;
  gint c;

  if (planar)
    gst_buffer_add_audio_meta (buffer, info, n, NULL);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (c = 0; c < info->channels; c++)
    for (i = 0; i < n; i++)
      memcpy (map.data + (planar ? (c * n + i) * size : i * step + c * size), mono + i * size, size);
  gst_buffer_unmap (buffer, &map);
  g_free (mono);
  GST_BUFFER_PTS (buffer) = gst_util_uint64_scale_round (first, GST_SECOND, info->rate);
  GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale_round (n, GST_SECOND, info->rate);
  return buffer;
}

void
check_push_buffer (Check *check, GstBuffer *buffer)
{
  g_assert_cmpint (gst_harness_push (check->h, buffer), ==, GST_FLOW_OK);
  while ((buffer = gst_harness_try_pull (check->h)) != NULL)
    gst_buffer_unref (buffer);
}

void
check_push (Check *check, guint64 n, gsize size)
{
  while (n > 0) {
    gsize portion = MIN (n, size);

    check_push_buffer (check, check_voice_buffer (&check->info, check->position, portion));
    check->position += portion;
    n -= portion;
  }
}

void
check_push_eos (Check *check)
{
  g_assert_true (gst_harness_push_event (check->h, gst_event_new_eos ()));
}

/* ---- results ---- */

GPtrArray *
check_results_of_bus (GstBus *bus)
{
  GPtrArray *results = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  GstMessage *message;

  while ((message = gst_bus_pop_filtered (bus, GST_MESSAGE_ELEMENT)) != NULL) {
    const GstStructure *structure = gst_message_get_structure (message);

    if (gst_structure_has_name (structure, "seremotion"))
      g_ptr_array_add (results, gst_structure_copy (structure));
    gst_message_unref (message);
  }
  return results;
}

GPtrArray *
check_results (Check *check)
{
  return check_results_of_bus (check->bus);
}

guint64
check_get_uint64 (const GstStructure *result, const gchar *field)
{
  guint64 value;

  g_assert_true (gst_structure_get_uint64 (result, field, &value));
  return value;
}

gdouble
check_get_double (const GstStructure *result, const gchar *field)
{
  gdouble value;

  g_assert_true (gst_structure_get_double (result, field, &value));
  return value;
}

gboolean
check_is_sound (const GstStructure *result)
{
  const gchar *gate = gst_structure_get_string (result, "gate");

  return g_strcmp0 (gate, "speech") == 0 || g_strcmp0 (gate, "non-speech") == 0;
}

gboolean
check_get_boolean (const GstStructure *result, const gchar *field)
{
  gboolean value;

  g_assert_true (gst_structure_get_boolean (result, field, &value));
  return value;
}

gint
check_get_int (const GstStructure *result, const gchar *field)
{
  gint value;

  g_assert_true (gst_structure_get_int (result, field, &value));
  return value;
}

void
check_assert_times (GPtrArray *results, guint n, guint64 timestamp, guint64 interval, guint64 window, guint64 last)
{
  guint i;

  g_assert_cmpuint (results->len, ==, n);
  for (i = 0; i < n; i++) {
    const GstStructure *result = results->pdata[i];

    g_assert_cmpuint (check_get_uint64 (result, "timestamp"), ==, timestamp + i * interval);
    g_assert_cmpuint (check_get_uint64 (result, "duration"), ==, i + 1 < n ? window : last);
  }
}

void
check_assert_scores (const GstStructure *a, const GstStructure *b, gdouble tolerance)
{
  GstStructure *x, *y;
  gint i;

  g_assert_true (gst_structure_get (a, "scores", GST_TYPE_STRUCTURE, &x, NULL));
  g_assert_true (gst_structure_get (b, "scores", GST_TYPE_STRUCTURE, &y, NULL));
  g_assert_cmpint (gst_structure_n_fields (x), ==, gst_structure_n_fields (y));
  for (i = 0; i < gst_structure_n_fields (x); i++) {
    const gchar *label = gst_structure_nth_field_name (x, i);

    g_assert_cmpfloat_with_epsilon (check_get_double (x, label), check_get_double (y, label), tolerance);
  }
  gst_structure_free (x);
  gst_structure_free (y);
}

gchar *
check_pop_report (GstBus *bus, GstMessageType type)
{
  GstMessage *message = gst_bus_pop_filtered (bus, type);
  GError *error = NULL;
  gchar *debug = NULL, *report;

  if (message == NULL)
    return g_strdup ("");
  if (type == GST_MESSAGE_INFO)
    gst_message_parse_info (message, &error, &debug);
  else
    gst_message_parse_error (message, &error, &debug);
  report = g_strdup_printf ("%s: %s | %s", g_quark_to_string (error->domain), error->message, debug);
  g_test_message ("%s", report);
  g_error_free (error);
  g_free (debug);
  gst_message_unref (message);
  return report;
}
