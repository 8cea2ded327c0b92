/* properties.c - tests of the element's making, properties and errors
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#include <glib/gstdio.h>
#include <string.h>

#define RATE 16000

static void
test_create (void)
{
  GstElement *element = gst_element_factory_make ("seremotion", NULL);
  GstElementFactory *factory = gst_element_get_factory (element);

  g_assert_cmpint (GST_OBJECT_REFCOUNT_VALUE (element), ==, 1);
  g_assert_cmpstr (gst_element_factory_get_metadata (factory, GST_ELEMENT_METADATA_KLASS), ==, "Filter/Analyzer/Audio");
  g_assert_cmpuint (gst_plugin_feature_get_rank (GST_PLUGIN_FEATURE (factory)), ==, GST_RANK_NONE);
  gst_object_unref (element);
}

static void
test_defaults (void)
{
  GstElement *element = gst_element_factory_make ("seremotion", NULL);
  gboolean gate, post_messages, only_changes, add_meta, qos;
  gdouble threshold, smoothing;
  guint64 window, interval;
  gchar *model, *channels;
  GstStructure *stats;
  gint overload;

  g_object_get (element, "model", &model, "window", &window, "interval", &interval, "channels", &channels, "gate",
      &gate, "threshold", &threshold, "smoothing", &smoothing, "post-messages", &post_messages, "only-changes",
      &only_changes, "add-meta", &add_meta, "overload", &overload, "stats", &stats, "qos", &qos, NULL);
  g_assert_null (model);
  g_assert_cmpuint (window, ==, 0);
  g_assert_cmpuint (interval, ==, GST_SECOND);
  g_assert_cmpstr (channels, ==, "mix");
  g_assert_true (gate);
  g_assert_cmpfloat (threshold, ==, 0.0);
  g_assert_cmpfloat (smoothing, ==, 0.0);
  g_assert_true (post_messages);
  g_assert_false (only_changes);
  g_assert_false (add_meta);
  g_assert_false (qos);
  g_assert_cmpint (overload, ==, 0);
  g_assert_cmpuint (check_get_uint64 (stats, "windows"), ==, 0);
  g_assert_cmpuint (check_get_uint64 (stats, "dropped"), ==, 0);
  g_assert_cmpuint (check_get_uint64 (stats, "processing-time"), ==, 0);
  g_free (channels);
  gst_structure_free (stats);
  gst_object_unref (element);
}

/* Every property of the element says what it is, and when it may be set. */
static void
test_descriptions (void)
{
  GstElement *element = gst_element_factory_make ("seremotion", NULL);
  guint i, n, own = 0;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (element), &n);

  for (i = 0; i < n; i++) {
    if (specs[i]->owner_type != G_OBJECT_TYPE (element))
      continue;
    own++;
    g_assert_cmpuint (strlen (g_param_spec_get_blurb (specs[i])), >, 20);
    g_assert_true (g_ascii_isupper (*g_param_spec_get_blurb (specs[i])));
    if (specs[i]->flags & G_PARAM_WRITABLE)
      g_assert_true ((specs[i]->flags & (GST_PARAM_MUTABLE_READY | GST_PARAM_MUTABLE_PLAYING)) != 0);
  }
  g_assert_cmpuint (own, ==, 12);
  g_free (specs);
  gst_object_unref (element);
}

static void
test_ranges (void)
{
  GstElement *element = gst_element_factory_make ("seremotion", NULL);
  const struct {
    const gchar *name;
    gdouble low, high;
  } doubles[] = { { "threshold", 0, 1 }, { "smoothing", 0, 0.99 } };
  const struct {
    const gchar *name;
    guint64 low, high;
  } times[] = { { "window", 0, 30 * GST_SECOND }, { "interval", 100 * GST_MSECOND, 30 * GST_SECOND } };
  GParamSpec *spec;
  gsize i;

  for (i = 0; i < 2; i++) {
    spec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), doubles[i].name);
    g_assert_cmpfloat (G_PARAM_SPEC_DOUBLE (spec)->minimum, ==, doubles[i].low);
    g_assert_cmpfloat (G_PARAM_SPEC_DOUBLE (spec)->maximum, ==, doubles[i].high);
    spec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), times[i].name);
    g_assert_cmpuint (G_PARAM_SPEC_UINT64 (spec)->minimum, ==, times[i].low);
    g_assert_cmpuint (G_PARAM_SPEC_UINT64 (spec)->maximum, ==, times[i].high);
  }
  gst_object_unref (element);
}

static void
test_set_in_every_state (void)
{
  static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING };
  Check *check = check_new ("", GST_AUDIO_FORMAT_S16, RATE, 1);
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (states); i++) {
    gdouble threshold, smoothing;
    gboolean gate, post, changes, meta;
    guint64 window, interval;
    gchar *model, *channels;
    gint overload;

    gst_element_set_state (check->element, states[i]);
    g_object_set (check->element, "model", "a", "window", 2 * GST_SECOND, "interval", GST_SECOND / 2, "channels",
        "each", "gate", FALSE, "threshold", 0.25, "smoothing", 0.75, "post-messages", FALSE, "only-changes", TRUE,
        "add-meta", TRUE, "overload", 2, NULL);
    g_object_get (check->element, "model", &model, "window", &window, "interval", &interval, "channels", &channels,
        "gate", &gate, "threshold", &threshold, "smoothing", &smoothing, "post-messages", &post, "only-changes",
        &changes, "add-meta", &meta, "overload", &overload, NULL);
    g_assert_cmpstr (model, ==, "a");
    g_assert_cmpstr (channels, ==, "each");
    g_assert_cmpuint (window, ==, 2 * GST_SECOND);
    g_assert_cmpuint (interval, ==, GST_SECOND / 2);
    g_assert_cmpfloat (threshold, ==, 0.25);
    g_assert_cmpfloat (smoothing, ==, 0.75);
    g_assert_true (!gate && !post && changes && meta && overload == 2);
    g_object_set (check->element, "model", NULL, "channels", NULL, NULL);
    g_free (model);
    g_free (channels);
    g_object_get (check->element, "model", &model, "channels", &channels, NULL);
    g_assert_null (model);
    g_assert_cmpstr (channels, ==, "mix");
    g_free (channels);
  }
  gst_element_set_state (check->element, GST_STATE_NULL);
  check_free (check);
}

static void
test_only_changes (void)
{
  Check *all = check_new ("gate=false window=1000000000", GST_AUDIO_FORMAT_S16, RATE, 1);
  Check *some = check_new ("gate=false window=1000000000 only-changes=true", GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *a, *b;
  guint i, changes = 0;
  GstBuffer *silence;

  check_push (all, 3 * RATE, 1600);
  check_push (some, 3 * RATE, 1600);
  /* From here on nothing is certain enough, whatever the model hears. */
  g_object_set (all->element, "threshold", 1.0, NULL);
  g_object_set (some->element, "threshold", 1.0, NULL);
  silence = gst_buffer_new_allocate (NULL, 3 * RATE * 2, NULL);
  gst_buffer_memset (silence, 0, 0, -1);
  GST_BUFFER_PTS (silence) = 3 * GST_SECOND;
  check_push_buffer (all, gst_buffer_ref (silence));
  check_push_buffer (some, silence);
  a = check_results (all);
  b = check_results (some);
  g_assert_cmpuint (a->len, ==, 6);
  for (i = 0; i < a->len; i++)
    changes += check_get_boolean (a->pdata[i], "changed");
  g_assert_true (check_get_boolean (a->pdata[0], "changed"));
  g_assert_cmpuint (changes, >=, 2);
  g_assert_cmpuint (changes, <, a->len);
  g_assert_cmpuint (b->len, ==, changes);
  for (i = 0; i < b->len; i++)
    g_assert_true (check_get_boolean (b->pdata[i], "changed"));
  g_ptr_array_unref (a);
  g_ptr_array_unref (b);
  check_free (all);
  check_free (some);
}

static void
test_no_messages (void)
{
  Check *check = check_new ("window=1000000000 post-messages=false", GST_AUDIO_FORMAT_S16, RATE, 1);
  GstStructure *stats;
  GPtrArray *results;

  check_push (check, 3 * RATE, 1600);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 0);
  g_object_get (check->element, "stats", &stats, NULL);
  g_assert_cmpuint (check_get_uint64 (stats, "windows"), ==, 3);
  g_assert_cmpuint (check_get_uint64 (stats, "processing-time"), >, 0);
  gst_structure_free (stats);
  g_ptr_array_unref (results);
  check_free (check);
}

static void
test_threshold_and_smoothing (void)
{
  Check *check = check_new ("window=1000000000 threshold=1 gate=false", GST_AUDIO_FORMAT_S16, RATE, 1);
  GPtrArray *results;

  check_push (check, RATE, RATE);
  g_object_set (check->element, "threshold", 0.0, "smoothing", 0.9, NULL);
  check_push (check, RATE, RATE);
  results = check_results (check);
  g_assert_cmpuint (results->len, ==, 2);
  g_assert_cmpstr (gst_structure_get_string (results->pdata[0], "emotion"), ==, "uncertain");
  g_assert_cmpstr (gst_structure_get_string (results->pdata[1], "emotion"), !=, "uncertain");
  /* The second is nine parts of the first. */
  check_assert_scores (results->pdata[0], results->pdata[1], 0.1);
  g_ptr_array_unref (results);
  check_free (check);
}

/* ---- errors ---- */

/* Setting this property makes the element fail to start, with an error that tells of it. */
static void
assert_refused (const gchar *property, const gchar *value, const gchar *domain, const gchar *part)
{
  GstElement *element = gst_element_factory_make ("seremotion", NULL);
  GstBus *bus = gst_bus_new ();
  gchar *report;

  gst_element_set_bus (element, bus);
  gst_util_set_object_arg (G_OBJECT (element), property, value);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PLAYING), ==, GST_STATE_CHANGE_FAILURE);
  report = check_pop_report (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (strstr (report, domain));
  g_assert_nonnull (strstr (report, part));
  g_free (report);
  gst_element_set_state (element, GST_STATE_NULL);

  /* And it works once that is put right. */
  gst_bus_set_flushing (bus, TRUE);
  gst_bus_set_flushing (bus, FALSE);
  g_object_set (element, "model", NULL, "channels", "mix", "window", (guint64) 0, "interval", GST_SECOND, NULL);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PAUSED), ==, GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
}

static void
test_bad_model (void)
{
  GError *error = NULL;
  gchar *path;
  gint fd = g_file_open_tmp ("seremotion-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (fd, NULL));
  assert_refused ("model", "/nowhere/at/all.safetensors", "gst-resource-error", "/nowhere/at/all.safetensors");
  assert_refused ("model", path, "gst-resource-error", path);
  g_assert_true (g_file_set_contents (path, "This is no model file, is it?", -1, NULL));
  assert_refused ("model", path, "gst-resource-error", path);
  assert_refused ("model", "/", "gst-resource-error", "/");
  g_remove (path);
  g_free (path);
}

static void
test_bad_settings (void)
{
  assert_refused ("channels", "left", "gst-library-error", "\"left\"");
  assert_refused ("channels", "-1", "gst-library-error", "\"-1\"");
  assert_refused ("channels", "99999999999", "gst-library-error", "channels");
  assert_refused ("channels", "", "gst-library-error", "channels");
  assert_refused ("window", "500000000", "gst-library-error", "window is 0.5 s");
  assert_refused ("interval", "20000000000", "gst-library-error", "interval is 20 s");
  /* Who took them for seconds reads what they are. */
  assert_refused ("window", "3", "gst-library-error", "both in nanoseconds, e.g. window=3000000000");
}

static void
test_no_such_channel (void)
{
  Check *check = check_new ("channels=2", GST_AUDIO_FORMAT_S16, RATE, 2);
  gchar *report;

  g_assert_cmpint (gst_harness_push (check->h, check_voice_buffer (&check->info, 0, 160)), ==, GST_FLOW_NOT_NEGOTIATED);
  report = check_pop_report (check->bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (strstr (report, "gst-stream-error"));
  g_assert_nonnull (strstr (report, "channel 2"));
  g_free (report);
  check_free (check);
}

int
main (int argc, char **argv)
{
  check_init (&argc, &argv, "");

  /* 1: making, properties */
  g_test_add_func ("/seremotion/create", test_create);
  g_test_add_func ("/seremotion/properties/defaults", test_defaults);
  g_test_add_func ("/seremotion/properties/descriptions", test_descriptions);
  g_test_add_func ("/seremotion/properties/ranges", test_ranges);
  g_test_add_func ("/seremotion/properties/set-in-every-state", test_set_in_every_state);
  g_test_add_func ("/seremotion/properties/only-changes", test_only_changes);
  g_test_add_func ("/seremotion/properties/post-messages", test_no_messages);
  g_test_add_func ("/seremotion/properties/threshold-and-smoothing", test_threshold_and_smoothing);
  /* 15: errors */
  g_test_add_func ("/seremotion/errors/model", test_bad_model);
  g_test_add_func ("/seremotion/errors/settings", test_bad_settings);
  g_test_add_func ("/seremotion/errors/no-such-channel", test_no_such_channel);
  return g_test_run ();
}
