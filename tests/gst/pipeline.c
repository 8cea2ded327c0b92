/* pipeline.c - tests of the element in pipelines that decode real files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "check.h"

#include <glib/gstdio.h>

/* A folder for the files that the tests make. */
static gchar *folder;

typedef struct {
  GPtrArray *results;
  gboolean seek;  /* to 12 s and four times as fast, once, at the first result */
  guint n_before; /* results before it */
} Run;

/* Runs a pipeline to its end. */
static void
run_pipeline (const gchar *line, Run *run)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessageType type = GST_MESSAGE_UNKNOWN;

  g_assert_no_error (error);
  run->results = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (type != GST_MESSAGE_EOS) {
    GstMessage *message = gst_bus_timed_pop (bus, 60 * GST_SECOND);
    const GstStructure *structure = message ? gst_message_get_structure (message) : NULL;

    g_assert_nonnull (message);
    type = GST_MESSAGE_TYPE (message);
    if (type == GST_MESSAGE_ERROR)
      g_test_message ("%" GST_PTR_FORMAT, structure);
    g_assert_cmpint (type, !=, GST_MESSAGE_ERROR);
    if (type == GST_MESSAGE_ELEMENT && gst_structure_has_name (structure, "seremotion")) {
      g_ptr_array_add (run->results, gst_structure_copy (structure));
      if (run->seek) {
        run->seek = FALSE;
        g_assert_true (gst_element_seek (pipeline, 4.0, GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
            GST_SEEK_TYPE_SET, 12 * GST_SECOND, GST_SEEK_TYPE_NONE, 0));
        run->n_before = run->results->len;
      }
    }
    gst_message_unref (message);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
}

/* Runs the pipeline that a user would write for a file. */
static GPtrArray *
run_file (const gchar *path)
{
  gchar *line = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! seremotion ! fakesink", path);
  Run run = { NULL };

  run_pipeline (line, &run);
  g_free (line);
  return run.results;
}

static gchar *
sample_path (void)
{
  return g_build_filename (g_getenv ("SEREMOTION_SOURCE_ROOT"), "examples", "sample.opus", NULL);
}

/* The project's own sample, made into another kind of file by these elements. */
static gchar *
make_file (const gchar *name, const gchar *elements)
{
  gchar *path = g_build_filename (folder, name, NULL), *sample = sample_path ();
  gchar *line = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! audioconvert dithering=none ! audioresample ! "
                                 "%s ! filesink location=\"%s\"",
      sample, elements, path);
  Run run = { NULL };

  run_pipeline (line, &run);
  g_ptr_array_unref (run.results);
  g_free (sample);
  g_free (line);
  return path;
}

static gboolean
has_decoders (void)
{
  return check_has_elements ("filesrc", "decodebin", "oggdemux", "opusdec", "audioconvert", "audioresample", NULL);
}

/* Windows follow each other from the first one on. */
static void
assert_contiguous (GPtrArray *results, guint n_min, guint n_max)
{
  guint i;

  g_assert_cmpuint (results->len, >=, n_min);
  g_assert_cmpuint (results->len, <=, n_max);
  for (i = 0; i < results->len; i++) {
    const GstStructure *result = results->pdata[i];

    g_assert_cmpuint (
        check_get_uint64 (result, "timestamp"), ==, check_get_uint64 (results->pdata[0], "timestamp") + i * GST_SECOND);
    g_assert_cmpint (check_get_boolean (result, "partial"), ==, check_get_uint64 (result, "duration") < 3 * GST_SECOND);
    if (i + 1 < results->len)
      g_assert_false (check_get_boolean (result, "partial"));
  }
}

/* Scores of the sample in other kinds of file are near those of the sample itself: on the average, as one window may
 * stand between two emotions. */
static void
assert_near (GPtrArray *a, GPtrArray *b, gdouble tolerance)
{
  guint i, n = MIN (a->len, b->len);
  gdouble sum = 0;

  g_assert_cmpuint (n, >, 0);
  for (i = 0; i < n; i++)
    sum += ABS (check_get_double (a->pdata[i], "confidence") - check_get_double (b->pdata[i], "confidence"));
  g_test_message ("confidence differs by %.4f", sum / n);
  g_assert_cmpfloat (sum / n, <, tolerance);
}

static void
test_opus (void)
{
  gchar *path = sample_path ();
  GPtrArray *results;

  if (has_decoders ()) {
    results = run_file (path);
    assert_contiguous (results, 17, 19);
    g_ptr_array_unref (results);
  }
  g_free (path);
}

static void
test_wav (void)
{
  gchar *path, *sample = sample_path ();
  GPtrArray *results, *reference;

  if (has_decoders () && check_has_elements ("wavenc", "wavparse", NULL)) {
    reference = run_file (sample);
    path = make_file ("sample.wav", "audio/x-raw,format=S24LE,rate=44100,channels=2 ! wavenc");
    results = run_file (path);
    assert_contiguous (results, 17, 19);
    assert_near (reference, results, 0.02);
    g_ptr_array_unref (results);
    g_ptr_array_unref (reference);
    g_free (path);
  }
  g_free (sample);
}

/* The pipeline that fails with `level` in place of `seremotion`: avdec_aac gives planes. */
static void
test_mp4 (void)
{
  gchar *path, *sample = sample_path ();
  GPtrArray *results, *reference;

  if (has_decoders () && check_has_elements ("avenc_aac", "mp4mux", "qtdemux", "avdec_aac", NULL)) {
    reference = run_file (sample);
    path = make_file ("sample.mp4", "audio/x-raw,rate=44100,channels=2 ! avenc_aac bitrate=192000 ! mp4mux");
    results = run_file (path);
    assert_contiguous (results, 17, 19);
    assert_near (reference, results, 0.1);
    g_ptr_array_unref (results);
    g_ptr_array_unref (reference);
    g_free (path);
  }
  g_free (sample);
}

static void
test_speech (void)
{
  gchar *path = check_data ("speeches/bush-columbia-2003.mp4");
  GPtrArray *results;

  if (path != NULL && has_decoders () && check_has_elements ("qtdemux", "avdec_aac", NULL)) {
    if (check_quick ()) {
      g_test_skip ("200 s are too long for now");
    } else {
      results = run_file (path);
      assert_contiguous (results, 197, 198);
      g_ptr_array_unref (results);
    }
  }
  g_free (path);
}

static void
test_short_speech (void)
{
  gchar *path = check_data ("speeches/jfk-inaugural-1961-excerpt.wav");
  GPtrArray *results;

  if (path != NULL && has_decoders () && check_has_elements ("wavparse", NULL)) {
    results = run_file (path);
    check_assert_times (results, 9, 0, GST_SECOND, 3 * GST_SECOND, 3 * GST_SECOND);
    g_ptr_array_unref (results);
  }
  g_free (path);
}

/* One file after the other: each is told to its end, none reaches into the next. */
static void
test_concat (void)
{
  gchar *path = sample_path (), *line;
  Run run = { NULL };
  guint i, half;

  if (has_decoders () && check_has_elements ("concat", "queue", NULL)) {
    line = g_strdup_printf (
        "concat name=c ! seremotion ! fakesink "
        "filesrc location=\"%s\" ! decodebin ! queue ! c.  filesrc location=\"%s\" ! decodebin ! queue ! c.",
        path, path);
    run_pipeline (line, &run);
    half = run.results->len / 2;
    g_assert_cmpuint (half, >=, 17);
    g_assert_cmpuint (run.results->len, ==, 2 * half);
    for (i = 0; i < half; i++) {
      const GstStructure *a = run.results->pdata[i], *b = run.results->pdata[half + i];

      check_assert_scores (a, b, 1e-12);
      g_assert_cmpuint (check_get_uint64 (a, "stream-time"), ==, check_get_uint64 (b, "stream-time"));
      g_assert_cmpuint (
          check_get_uint64 (b, "running-time"), >, check_get_uint64 (run.results->pdata[half - 1], "running-time"));
      g_assert_cmpint (check_get_boolean (a, "changed"), ==, check_get_boolean (b, "changed"));
    }
    g_ptr_array_unref (run.results);
    g_free (line);
  }
  g_free (path);
}

/* A flushing seek while it runs: windows go on from its target. */
static void
test_seek (gconstpointer data)
{
  gchar *path = sample_path (), *line;
  Run run = { .seek = TRUE };
  guint i, first = 0;

  if (has_decoders ()) {
    /* Slowed down by the clock, lest the file be over before the seek. */
    line = g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! seremotion %s ! fakesink sync=true max-lateness=-1 "
                            "ts-offset=-2500000000",
        path, (const gchar *) data);
    if (check_quick ()) {
      g_test_skip ("it runs in real time");
    } else {
      run_pipeline (line, &run);
      for (i = 1; i < run.results->len && first == 0; i++)
        if (check_get_uint64 (run.results->pdata[i], "timestamp") == 12 * GST_SECOND)
          first = i;
      g_assert_cmpuint (first, >, 0);
      g_assert_true (check_get_boolean (run.results->pdata[first], "changed"));
      for (i = first; i < run.results->len; i++)
        g_assert_cmpuint (check_get_uint64 (run.results->pdata[i], "timestamp"), ==, (12 + i - first) * GST_SECOND);
      g_ptr_array_unref (run.results);
    }
    g_free (line);
  }
  g_free (path);
}

static void
remove_folder (void)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    gchar *path = g_build_filename (folder, name, NULL);

    g_remove (path);
    g_free (path);
  }
  g_dir_close (dir);
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  int status;

  check_init (&argc, &argv,
      "coreelements playback typefindfunctions audioconvert audioresample ogg opus wavenc wavparse "
      "isomp4 libav audioparsers");
  folder = g_dir_make_tmp ("seremotion-XXXXXX", NULL);
  g_assert_nonnull (folder);

  g_test_add_func ("/seremotion/pipeline/opus", test_opus);
  g_test_add_func ("/seremotion/pipeline/wav", test_wav);
  g_test_add_func ("/seremotion/pipeline/mp4", test_mp4);
  g_test_add_func ("/seremotion/pipeline/speech-mp4", test_speech);
  g_test_add_func ("/seremotion/pipeline/speech-wav", test_short_speech);
  g_test_add_func ("/seremotion/pipeline/concat", test_concat);
  g_test_add_data_func ("/seremotion/pipeline/seek", "", test_seek);
  g_test_add_data_func ("/seremotion/pipeline/seek-worker", "overload=block", test_seek);
  status = g_test_run ();
  remove_folder ();
  return status;
}
