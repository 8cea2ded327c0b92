/* convert.c - tests of the conversion of any audio to 16-bit mono planes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serconvert.h"

#include <math.h>
#include <string.h>

#define RATE 16000

typedef struct {
  guint n_planes;
  GArray *planes[128]; /* gint16 */
  gsize largest;       /* portion, in samples */
} Output;

static void
collect (const gint16 *const *planes, gsize n, gpointer data)
{
  Output *output = data;
  guint i;

  for (i = 0; i < output->n_planes; i++)
    g_array_append_vals (output->planes[i], planes[i], n);
  output->largest = MAX (output->largest, n);
}

static void
output_init (Output *output, guint n_planes)
{
  guint i;

  memset (output, 0, sizeof *output);
  output->n_planes = n_planes;
  for (i = 0; i < n_planes; i++)
    output->planes[i] = g_array_new (FALSE, FALSE, sizeof (gint16));
}

static void
output_clear (Output *output)
{
  guint i;

  for (i = 0; i < output->n_planes; i++)
    g_array_unref (output->planes[i]);
}

static GstAudioInfo
make_info (GstAudioFormat format, GstAudioLayout layout, gint rate, gint channels, guint64 mask)
{
  GstAudioInfo info;
  GstAudioChannelPosition position[64];
  gint i;

  for (i = 0; i < 64; i++)
    position[i] = GST_AUDIO_CHANNEL_POSITION_NONE;
  if (mask != 0)
    g_assert_true (gst_audio_channel_positions_from_mask (channels, mask, position));
  gst_audio_info_init (&info);
  gst_audio_info_set_format (&info, format, rate, channels, mask != 0 ? position : NULL);
  info.layout = layout;
  return info;
}

/* n samples in `format` of the sine of 440 Hz with amplitude 0.5 gain, from sample `first` on. */
static guint8 *
make_mono (GstAudioFormat format, gint rate, gsize first, gsize n, gdouble gain)
{
  GstAudioInfo from = make_info (GST_AUDIO_FORMAT_F64, GST_AUDIO_LAYOUT_INTERLEAVED, rate, 1, 0);
  GstAudioInfo to = make_info (format, GST_AUDIO_LAYOUT_INTERLEAVED, rate, 1, 0);
  GstAudioConverter *converter = gst_audio_converter_new (0, &from, &to,
      gst_structure_new (
          "config", GST_AUDIO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_AUDIO_DITHER_METHOD, GST_AUDIO_DITHER_NONE, NULL));
  gdouble *x = g_new (gdouble, n);
  guint8 *y = g_malloc (n * GST_AUDIO_INFO_BPF (&to));
  gpointer in[1] = { x }, out[1] = { y };
  gsize i;

  for (i = 0; i < n; i++)
    x[i] = 0.5 * gain * sin (2 * G_PI * 440 * (gdouble) (first + i) / rate);
  g_assert_nonnull (converter);
  g_assert_true (gst_audio_converter_samples (converter, 0, in, n, out, n));
  gst_audio_converter_free (converter);
  g_free (x);
  return y;
}

/* A buffer of n frames: channel c holds gains[c] (1 when NULL) times that sine. */
static GstBuffer *
make_sine (GstAudioInfo *info, gsize first, gsize n, const gdouble *gains)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n * GST_AUDIO_INFO_BPF (info), NULL);
  gsize i, size = GST_AUDIO_INFO_WIDTH (info) / 8, step = GST_AUDIO_INFO_BPF (info);
  GstMapInfo map;
  gint c;

  if (info->layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    gst_buffer_add_audio_meta (buffer, info, n, NULL);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (c = 0; c < info->channels; c++) {
    guint8 *mono = make_mono (GST_AUDIO_INFO_FORMAT (info), info->rate, first, n, gains ? gains[c] : 1.0);

    for (i = 0; i < n; i++)
      memcpy (map.data + (info->layout == GST_AUDIO_LAYOUT_NON_INTERLEAVED ? (c * n + i) * size : i * step + c * size),
          mono + i * size, size);
    g_free (mono);
  }
  gst_buffer_unmap (buffer, &map);
  return buffer;
}

/* Converts n frames of sine in one buffer and what the resampler withholds. */
static void
convert_sine (GstAudioInfo *info, gint channels, gsize n, const gdouble *gains, Output *output)
{
  GError *error = NULL;
  SerConvert *convert = ser_convert_new (info, RATE, channels, &error);
  GstBuffer *buffer = make_sine (info, 0, n, gains);

  g_assert_no_error (error);
  output_init (output, ser_convert_get_n_planes (convert));
  g_assert_true (ser_convert_push (convert, buffer, collect, output));
  ser_convert_drain (convert, collect, output);
  gst_buffer_unref (buffer);
  ser_convert_free (convert);
}

/* Asserts that the plane is gain times the sine, away from its ends: amplitude and residual to within `tolerance` steps
 * of 16 bits, and the phase to half a sample (the resampler shifts some rates by a quarter of one). */
static void
assert_sine (const Output *output, guint plane, gdouble gain, gsize length, gdouble tolerance)
{
  const gint16 *x = (const gint16 *) output->planes[plane]->data;
  gdouble a = 0, b = 0, power = 0;
  gsize i, first = 100, n = 1200; /* 33 periods */

  g_assert_cmpuint (output->planes[plane]->len, ==, length);
  g_assert_cmpuint (length, >=, first + n);
  for (i = first; i < first + n; i++) {
    a += x[i] * sin (2 * G_PI * 440 * (gdouble) i / RATE) * 2 / n;
    b += x[i] * cos (2 * G_PI * 440 * (gdouble) i / RATE) * 2 / n;
    power += (gdouble) x[i] * x[i] / n;
  }
  g_assert_cmpfloat_with_epsilon (hypot (a, b), 16384 * gain, tolerance);
  g_assert_cmpfloat_with_epsilon (atan2 (b, a), 0, G_PI * 440 / RATE);
  g_assert_cmpfloat (sqrt (MAX (power - (a * a + b * b) / 2, 0)), <, tolerance);
}

/* ---- what is converted ---- */

static void
test_formats (void)
{
  static const gint rates[] = { 8000, 11025, 16000, 44100, 48000, 96000 };
  static const struct {
    gint channels;
    guint64 mask;
  } setups[] = { { 1, 0 }, { 2, 3 }, { 6, 0x3f }, { 4, 0 }, { 70, 0 } };
  gint format;
  gsize r, s, l;

  for (format = GST_AUDIO_FORMAT_S8; format <= GST_AUDIO_FORMAT_F64BE; format++)
    for (s = 0; s < G_N_ELEMENTS (setups); s++)
      for (l = 0; l < 2; l++) {
        GstAudioInfo info;
        Output output;

        r = (format + s + l) % G_N_ELEMENTS (rates);
        if (g_getenv ("SEREMOTION_TEST_QUICK") != NULL && (format + 2 * s + l) % 7 != 0)
          continue;
        info = make_info (format, l ? GST_AUDIO_LAYOUT_NON_INTERLEAVED : GST_AUDIO_LAYOUT_INTERLEAVED, rates[r],
            setups[s].channels, setups[s].mask);
        g_test_message ("%s, layout %d, %d Hz, %d channels", info.finfo->name, info.layout, info.rate, info.channels);
        convert_sine (&info, SER_CHANNELS_MIX, rates[r] / 10, NULL, &output);
        /* 16-bit mixing knows weights to 1/1024 only, which shows in the mean of 70 channels; 8-bit input is coarse. */
        assert_sine (&output, 0, 1.0, RATE / 10, info.finfo->depth == 8 ? 150 : setups[s].channels == 70 ? 450 : 20);
        output_clear (&output);
      }
}

static void
test_length (void)
{
  static const gint rates[] = { 100, 8000, 11025, 16000, 22050, 44100, 48000, 96000, 192000 };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (rates); i++) {
    GstAudioInfo info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, rates[i], 1, 0);
    Output output;

    convert_sine (&info, SER_CHANNELS_MIX, 3 * rates[i], NULL, &output);
    g_assert_cmpuint (output.planes[0]->len, ==, 3 * RATE);
    g_assert_cmpuint (output.largest, <=, RATE + RATE / 10);
    output_clear (&output);
  }
}

static void
test_mix (void)
{
  static const gdouble five_one[] = { 0.1, 0.2, 0.7, 1.0, 0.3, 0.4 }; /* left, right, centre, LFE, rear */
  static const gdouble quad[] = { 0.1, 0.3, 0.5, 0.9 };
  static const gdouble two_one[] = { 0.2, 0.4, 1.0 };
  GstAudioInfo info;
  Output output;

  info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 6, 0x3f);
  convert_sine (&info, SER_CHANNELS_MIX, RATE / 10, five_one, &output);
  assert_sine (&output, 0, 0.7, RATE / 10, 2);
  output_clear (&output);

  info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 4, 0);
  convert_sine (&info, SER_CHANNELS_MIX, RATE / 10, quad, &output);
  assert_sine (&output, 0, 0.45, RATE / 10, 2);
  output_clear (&output);

  info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_NON_INTERLEAVED, RATE, 3, 0xb); /* left, right, LFE */
  convert_sine (&info, SER_CHANNELS_MIX, RATE / 10, two_one, &output);
  assert_sine (&output, 0, 0.3, RATE / 10, 2);
  output_clear (&output);

  info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, RATE, 1, 0x8); /* LFE alone */
  convert_sine (&info, SER_CHANNELS_MIX, RATE / 10, NULL, &output);
  assert_sine (&output, 0, 1.0, RATE / 10, 2);
  output_clear (&output);
}

static void
test_each (void)
{
  gdouble gains[70];
  GstAudioInfo info;
  Output output;
  gint i, layout;

  for (i = 0; i < 70; i++)
    gains[i] = (i + 1) / 100.0;
  for (layout = 0; layout < 2; layout++) {
    info = make_info (
        GST_AUDIO_FORMAT_S32, layout ? GST_AUDIO_LAYOUT_NON_INTERLEAVED : GST_AUDIO_LAYOUT_INTERLEAVED, 48000, 70, 0);
    convert_sine (&info, SER_CHANNELS_EACH, 4800, gains, &output);
    g_assert_cmpuint (output.n_planes, ==, 70);
    for (i = 0; i < 70; i++)
      assert_sine (&output, i, gains[i], RATE / 10, 8);
    output_clear (&output);

    convert_sine (&info, 41, 4800, gains, &output);
    g_assert_cmpuint (output.n_planes, ==, 1);
    assert_sine (&output, 0, gains[41], RATE / 10, 8);
    output_clear (&output);
  }
}

static void
test_refusals (void)
{
  GstAudioInfo info = make_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, 44100, 2, 3);
  GError *error = NULL;

  g_assert_null (ser_convert_new (&info, RATE, 2, &error));
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  g_assert_nonnull (strstr (error->message, "channel 2"));
  g_clear_error (&error);

  info.rate = G_MAXINT;
  g_assert_null (ser_convert_new (&info, RATE, SER_CHANNELS_MIX, &error));
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  g_clear_error (&error);

  gst_audio_info_init (&info);
  g_assert_null (ser_convert_new (&info, RATE, SER_CHANNELS_MIX, &error));
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  g_clear_error (&error);
}

/* ---- how it is pushed ---- */

static void
test_portions (void)
{
  static const gsize sizes[] = { 1, 7, 441, 8191, 8192, 8193, 100000 };
  GstAudioInfo info = make_info (GST_AUDIO_FORMAT_S16, GST_AUDIO_LAYOUT_INTERLEAVED, 44100, 2, 3);
  gsize i, first, n = 100000;
  Output whole;

  convert_sine (&info, SER_CHANNELS_MIX, n, NULL, &whole);
  for (i = 0; i < G_N_ELEMENTS (sizes); i++) {
    SerConvert *convert = ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL);
    GstBuffer *all = make_sine (&info, 0, n, NULL);
    Output output;

    output_init (&output, 1);
    for (first = 0; first < n; first += sizes[i]) {
      GstBuffer *part = gst_buffer_copy_region (all, GST_BUFFER_COPY_ALL, first * 4, MIN (sizes[i], n - first) * 4);

      g_assert_true (ser_convert_push (convert, part, collect, &output));
      gst_buffer_unref (part);
    }
    ser_convert_drain (convert, collect, &output);
    g_assert_cmpmem (
        whole.planes[0]->data, whole.planes[0]->len * 2, output.planes[0]->data, output.planes[0]->len * 2);
    output_clear (&output);
    gst_buffer_unref (all);
    ser_convert_free (convert);
  }
  output_clear (&whole);
}

static void
test_empty_and_unmappable (void)
{
  GstAudioInfo info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_NON_INTERLEAVED, 44100, 2, 3);
  SerConvert *convert = ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 800, NULL);
  Output output;

  output_init (&output, 1);
  g_assert_false (ser_convert_push (convert, buffer, collect, &output));
  gst_buffer_unref (buffer);
  ser_convert_free (convert);

  info.layout = GST_AUDIO_LAYOUT_INTERLEAVED;
  convert = ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL);
  buffer = gst_buffer_new ();
  g_assert_true (ser_convert_push (convert, buffer, collect, &output));
  g_assert_cmpuint (output.planes[0]->len, ==, 0);
  gst_buffer_unref (buffer);
  ser_convert_free (convert);
  output_clear (&output);
}

static void
test_silence (void)
{
  GstAudioInfo info = make_info (GST_AUDIO_FORMAT_U8, GST_AUDIO_LAYOUT_INTERLEAVED, 48000, 2, 3);
  SerConvert *convert = ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL);
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 48000 * 2, NULL);
  const gint16 *x;
  Output output;
  gsize i;

  /* What a buffer flagged GAP holds is not heard. */
  gst_buffer_memset (buffer, 0, 0xff, -1);
  GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_GAP);
  output_init (&output, 1);
  g_assert_true (ser_convert_push (convert, buffer, collect, &output));
  ser_convert_push_silence (convert, 48000, collect, &output);
  ser_convert_drain (convert, collect, &output);
  g_assert_cmpuint (output.planes[0]->len, ==, 2 * RATE);
  x = (const gint16 *) output.planes[0]->data;
  for (i = 0; i < output.planes[0]->len; i++)
    g_assert_cmpint (x[i], ==, 0);
  output_clear (&output);
  gst_buffer_unref (buffer);
  ser_convert_free (convert);
}

/* After a drain or a reset the next samples are those of a new converter. */
static void
test_reset (void)
{
  GstAudioInfo info = make_info (GST_AUDIO_FORMAT_F32, GST_AUDIO_LAYOUT_INTERLEAVED, 44100, 1, 0);
  SerConvert *convert = ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL);
  GstBuffer *first = make_sine (&info, 13, 5000, NULL), *second = make_sine (&info, 0, 5000, NULL);
  Output ignored, fresh, again;
  gint round;

  convert_sine (&info, SER_CHANNELS_MIX, 5000, NULL, &fresh);
  for (round = 0; round < 2; round++) {
    output_init (&ignored, 1);
    output_init (&again, 1);
    g_assert_true (ser_convert_push (convert, first, collect, &ignored));
    if (round == 0)
      ser_convert_reset (convert);
    else
      ser_convert_drain (convert, collect, &ignored);
    g_assert_true (ser_convert_push (convert, second, collect, &again));
    ser_convert_drain (convert, collect, &again);
    g_assert_cmpmem (fresh.planes[0]->data, fresh.planes[0]->len * 2, again.planes[0]->data, again.planes[0]->len * 2);
    output_clear (&ignored);
    output_clear (&again);
  }
  output_clear (&fresh);
  gst_buffer_unref (first);
  gst_buffer_unref (second);
  ser_convert_free (convert);
}

/* Samples that are not finite count as 0: those of other channels and of other times are as they would be anyway. */
static void
test_non_finite (gconstpointer data)
{
  GstAudioFormat format = GPOINTER_TO_INT (data);
  static const gdouble bad[] = { NAN, INFINITY, -INFINITY };
  GstAudioInfo info = make_info (format, GST_AUDIO_LAYOUT_INTERLEAVED, 44100, 2, 3);
  gsize b, size = GST_AUDIO_INFO_WIDTH (&info) / 8;

  for (b = 0; b < G_N_ELEMENTS (bad); b++) {
    SerConvert *convert[2] = { ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL),
      ser_convert_new (&info, RATE, SER_CHANNELS_MIX, NULL) };
    Output output[2];
    guint8 zero[8] = { 0 }, value[8];
    gint i;

    if (size == 4) {
      gfloat v = bad[b];
      memcpy (value, &v, 4);
    } else {
      memcpy (value, &bad[b], 8);
    }
    if (info.finfo->endianness != G_BYTE_ORDER)
      for (i = 0; i < (gint) size / 2; i++) {
        guint8 t = value[i];
        value[i] = value[size - 1 - i], value[size - 1 - i] = t;
      }
    for (i = 0; i < 2; i++) {
      GstBuffer *buffer = make_sine (&info, 0, 5000, NULL);

      output_init (&output[i], 1);
      gst_buffer_fill (buffer, 2 * size * 2500 + size, i ? zero : value, size);
      g_assert_true (ser_convert_push (convert[i], buffer, collect, &output[i]));
      ser_convert_drain (convert[i], collect, &output[i]);
      gst_buffer_unref (buffer);
      ser_convert_free (convert[i]);
    }
    g_assert_cmpmem (output[0].planes[0]->data, output[0].planes[0]->len * 2, output[1].planes[0]->data,
        output[1].planes[0]->len * 2);
    for (i = 0; i < 2; i++)
      output_clear (&output[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/convert/formats", test_formats);
  g_test_add_func ("/convert/length", test_length);
  g_test_add_func ("/convert/mix", test_mix);
  g_test_add_func ("/convert/each", test_each);
  g_test_add_func ("/convert/refusals", test_refusals);
  g_test_add_func ("/convert/portions", test_portions);
  g_test_add_func ("/convert/empty-and-unmappable", test_empty_and_unmappable);
  g_test_add_func ("/convert/silence", test_silence);
  g_test_add_func ("/convert/reset", test_reset);
  g_test_add_data_func ("/convert/non-finite/f32le", GINT_TO_POINTER (GST_AUDIO_FORMAT_F32LE), test_non_finite);
  g_test_add_data_func ("/convert/non-finite/f32be", GINT_TO_POINTER (GST_AUDIO_FORMAT_F32BE), test_non_finite);
  g_test_add_data_func ("/convert/non-finite/f64le", GINT_TO_POINTER (GST_AUDIO_FORMAT_F64LE), test_non_finite);
  g_test_add_data_func ("/convert/non-finite/f64be", GINT_TO_POINTER (GST_AUDIO_FORMAT_F64BE), test_non_finite);
  return g_test_run ();
}
