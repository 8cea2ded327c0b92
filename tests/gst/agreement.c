/* agreement.c - the element's scores are those of ser-core on the samples that training would see
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * For files of several kinds, rates and channel counts, made of real speech: the recordings if they are there, else the
 * project's own sample. The samples that training sees are those of ser_media_decode().
 */

#include "check.h"

#include <glib/gstdio.h>

#include "media.h"
#include "ser.h"

#define RATE 16000
#define CLIP_SECONDS 4.7

/* A kind of file, and what follows the caps that sound is converted to for it. */
typedef struct {
  const gchar *name;
  const gchar *encoder;
} Kind;

static const Kind mp4 = { "mp4", " ! avenc_aac ! mp4mux" };
static const Kind opus = { "opus", " ! opusenc ! oggmux" };
static const Kind wav = { "wav", " ! wavenc" };
static const Kind wav_float = { "wav", ",format=F32LE ! wavenc" };
static const Kind wav_24 = { "wav", ",format=S24LE ! wavenc" };

static const struct {
  const Kind *kind;
  gint rate;
} files[] = {
  { &mp4, 8000 },
  { &mp4, 11025 },
  { &mp4, 16000 },
  { &mp4, 22050 },
  { &mp4, 24000 },
  { &mp4, 32000 },
  { &mp4, 44100 },
  { &mp4, 48000 },
  { &opus, 8000 },
  { &opus, 12000 },
  { &opus, 16000 },
  { &opus, 24000 },
  { &opus, 48000 },
  { &wav, 8000 },
  { &wav, 11025 },
  { &wav, 16000 },
  { &wav, 22050 },
  { &wav, 32000 },
  { &wav, 44100 },
  { &wav, 48000 },
  { &wav_float, 16000 },
  { &wav_float, 44100 },
  { &wav_float, 48000 },
  { &wav_24, 44100 },
  { &wav_24, 8000 },
};

static gchar *folder;
static gint16 *speech; /* n_speech samples at RATE */
static gsize n_speech;

/* ---- sound ---- */

static void
append_file (GArray *samples, const gchar *path)
{
  GError *error = NULL;
  gsize n;
  gint16 *x = ser_media_decode (path, RATE, &n, &error);

  g_assert_no_error (error);
  g_array_append_vals (samples, x, n);
  g_free (x);
}

/* Clips of several speakers from a folder of recordings. */
static void
append_clips (GArray *samples, const gchar *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  const gchar *name;
  guint i;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".opus"))
      g_ptr_array_add (names, g_build_filename (path, name, NULL));
  for (i = 0; i < 12 && names->len > 0; i++)
    append_file (samples, names->pdata[i * names->len / 12]);
  g_ptr_array_unref (names);
  g_clear_pointer (&dir, g_dir_close);
}

static void
load_speech (void)
{
  const gchar *data = g_getenv ("SEREMOTION_DATA"), *root = g_getenv ("SEREMOTION_SOURCE_ROOT");
  gchar *base = data ? g_strdup (data) : g_build_filename (root, "..", "shared", "data", NULL);
  gchar *clips = g_build_filename (base, "crema-d", "audio", NULL);
  gchar *excerpt = g_build_filename (base, "speeches", "jfk-inaugural-1961-excerpt.wav", NULL);
  gchar *sample = g_build_filename (root, "examples", "sample.opus", NULL);
  GArray *samples = g_array_new (FALSE, FALSE, sizeof (gint16));

  append_file (samples, sample);
  if (!check_quick ()) {
    if (g_file_test (excerpt, G_FILE_TEST_EXISTS))
      append_file (samples, excerpt);
    append_clips (samples, clips);
  }
  n_speech = samples->len;
  speech = (gint16 *) g_array_free (samples, FALSE);
  g_test_message ("%.0f s of speech", (gdouble) n_speech / RATE);
  g_free (base);
  g_free (clips);
  g_free (excerpt);
  g_free (sample);
}

/* ---- pipelines ---- */

static GPtrArray *
run_to_end (GstElement *pipeline)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GPtrArray *results;
  GstMessage *message = NULL;

  results = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_structure_free);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (message == NULL || GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS) {
    gst_clear_message (&message);
    message =
        gst_bus_timed_pop_filtered (bus, 60 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR | GST_MESSAGE_ELEMENT);
    g_assert_nonnull (message);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
      g_test_message ("%" GST_PTR_FORMAT, gst_message_get_structure (message));
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT
        && gst_structure_has_name (gst_message_get_structure (message), "seremotion"))
      g_ptr_array_add (results, gst_structure_copy (gst_message_get_structure (message)));
  }
  gst_message_unref (message);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return results;
}

static GstElement *
parse (gchar *line)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch (line, &error);

  g_assert_no_error (error);
  g_free (line);
  return pipeline;
}

/* Encodes the clip that is the number's; the channels of two differ. */
static void
write_file (const gchar *path, const Kind *kind, gint rate, gint channels, guint number)
{
  gsize n = CLIP_SECONDS * RATE, first = number * (n_speech - n) / G_N_ELEMENTS (files) / 2;
  gchar *raw = g_strdup_printf ("%s.raw", path);
  GString *line = g_string_new (NULL);
  GError *error = NULL;

  g_file_set_contents (raw, (const gchar *) (speech + first), n * 2, &error);
  g_assert_no_error (error);
  g_string_printf (line,
      "filesrc location=\"%s\" ! rawaudioparse format=pcm pcm-format=s16le sample-rate=%d "
      "num-channels=1 ! audioconvert ! audioresample ! audioconvert ! ",
      raw, RATE);
  if (channels == 2)
    g_string_append (line, "audiopanorama panorama=0.4 ! audioconvert ! ");
  g_string_append_printf (
      line, "audio/x-raw,rate=%d,channels=%d%s ! filesink location=\"%s\"", rate, channels, kind->encoder, path);
  g_ptr_array_unref (run_to_end (parse (g_string_free (line, FALSE))));
  g_remove (raw);
  g_free (raw);
}

/* ---- agreement ---- */

/* Asserts that ser-core gives these results for the samples that training would see. */
static void
assert_agreement (const gchar *path, GPtrArray *results)
{
  GError *error = NULL;
  SerModel *model = ser_model_new_default (&error);
  SerStream *stream = ser_stream_new (model, NULL, &error);
  gint16 *x = NULL;
  gsize n = 0, done = 0;
  guint count = 0, label;
  gboolean finished = FALSE;
  SerResult result;

  g_assert_no_error (error);
  x = ser_media_decode (path, ser_model_get_rate (model), &n, &error);
  g_assert_no_error (error);
  while (!finished) {
    if (done < n) {
      done += ser_stream_push_s16 (stream, x + done, n - done);
    } else {
      ser_stream_finish (stream);
      finished = TRUE;
    }
    while (ser_stream_next (stream, &result)) {
      const GstStructure *told;
      GstStructure *scores;

      g_assert_cmpuint (count, <, results->len);
      told = results->pdata[count];
      g_assert_cmpuint (check_get_uint64 (told, "timestamp") - check_get_uint64 (results->pdata[0], "timestamp"), ==,
          gst_util_uint64_scale (result.start, GST_SECOND, RATE));
      g_assert_cmpuint (
          check_get_uint64 (told, "duration"), ==, gst_util_uint64_scale (result.length, GST_SECOND, RATE));
      g_assert_true (gst_structure_get (told, "scores", GST_TYPE_STRUCTURE, &scores, NULL));
      for (label = 0; label < result.n_labels; label++)
        g_assert_cmpfloat_with_epsilon (
            check_get_double (scores, ser_model_get_label (model, label)), result.scores[label], 1e-4);
      gst_structure_free (scores);
      g_assert_cmpstr (gst_structure_get_string (told, "emotion"), ==, result.emotion);
      g_assert_cmpfloat_with_epsilon (check_get_double (told, "pitch"), result.pitch, 1e-3);
      count++;
    }
  }
  g_assert_cmpuint (count, ==, results->len);
  g_assert_cmpuint (count, >=, 2);
  g_free (x);
  ser_stream_free (stream);
  ser_model_unref (model);
}

static void
test_agreement (gconstpointer data)
{
  guint number = GPOINTER_TO_UINT (data), index = number / 2;
  const Kind *kind = files[index].kind;
  gchar *name, *path;
  GPtrArray *results;

  if (!check_has_elements ("filesrc", "rawaudioparse", "audiopanorama", "decodebin", "avenc_aac", "mp4mux", "qtdemux",
          "avdec_aac", "opusenc", "oggmux", "oggdemux", "opusdec", "wavenc", "wavparse", NULL))
    return;
  if (check_quick () && index % 8 != number % 2 * 3) {
    g_test_skip ("left out here");
    return;
  }
  name = g_strdup_printf ("%u.%s", number, kind->name);
  path = g_build_filename (folder, name, NULL);
  write_file (path, kind, files[index].rate, 1 + number % 2, number);
  results = run_to_end (parse (g_strdup_printf ("filesrc location=\"%s\" ! decodebin ! seremotion ! fakesink", path)));
  assert_agreement (path, results);
  g_ptr_array_unref (results);
  g_remove (path);
  g_free (path);
  g_free (name);
}

int
main (int argc, char **argv)
{
  guint number;
  int status;

  check_init (&argc, &argv,
      "coreelements playback typefindfunctions app rawparse audiofx audioconvert audioresample ogg opus "
      "wavenc wavparse isomp4 libav audioparsers");
  folder = g_dir_make_tmp ("seremotion-XXXXXX", NULL);
  g_assert_nonnull (folder);
  load_speech ();

  for (number = 0; number < 2 * G_N_ELEMENTS (files); number++) {
    gchar *path = g_strdup_printf ("/seremotion/agreement/%s-%d-%s-%u", files[number / 2].kind->name,
        files[number / 2].rate, number % 2 ? "stereo" : "mono", number);

    g_test_add_data_func (path, GUINT_TO_POINTER (number), test_agreement);
    g_free (path);
  }
  status = g_test_run ();
  g_rmdir (folder);
  g_free (folder);
  g_free (speech);
  return status;
}
