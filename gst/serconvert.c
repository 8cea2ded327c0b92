/* serconvert.c - audio of any format to 16-bit mono planes at the model's rate
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "gst/serconvert.h"

#include <string.h>

/* Longest portion in input frames. It bounds memory whatever the size of a buffer, the rate and the channel count. */
#define MAX_PORTION 8192

/* Rates outside these bounds occur in damaged headers only, and would have the resampler allocate gigabytes. */
#define MIN_RATE 100
#define MAX_RATE 6144000

struct _SerConvert
{
  GstAudioInfo in;
  guint rate;
  guint n_planes;
  guint portion;           /* most input frames converted at once */
  gsize capacity;          /* samples that each plane has room for */
  GstAudioConverter *converter;
  gint16 *samples;         /* [n_planes, capacity] */
  gpointer *planes;        /* [n_planes], into samples */
  gpointer *source;        /* [input planes], the portion being converted */
  guint8 *finite;          /* a portion of the input without what is not finite; made when first needed */
};

static gboolean
is_lfe (const GstAudioInfo *info, guint channel)
{
  GstAudioChannelPosition position;

  if (GST_AUDIO_INFO_IS_UNPOSITIONED (info) || channel >= G_N_ELEMENTS (info->position))
    return FALSE;
  position = info->position[channel];
  return position == GST_AUDIO_CHANNEL_POSITION_LFE1 || position == GST_AUDIO_CHANNEL_POSITION_LFE2;
}

/* The channel where film and broadcast put speech, or -1. */
static gint
find_centre (const GstAudioInfo *info)
{
  guint i, n = MIN ((guint) info->channels, G_N_ELEMENTS (info->position));

  if (GST_AUDIO_INFO_IS_UNPOSITIONED (info) || info->channels < 3)
    return -1;
  for (i = 0; i < n; i++)
    if (info->position[i] == GST_AUDIO_CHANNEL_POSITION_FRONT_CENTER
        || info->position[i] == GST_AUDIO_CHANNEL_POSITION_MONO)
      return i;
  return -1;
}

/* weights: [info->channels], one row of the mix matrix. */
static void
fill_mix_weights (const GstAudioInfo *info, gfloat *weights)
{
  gint centre = find_centre (info);
  guint i, n = 0, channels = info->channels;

  for (i = 0; i < channels; i++)
    n += !is_lfe (info, i);
  for (i = 0; i < channels; i++) {
    if (centre >= 0)
      weights[i] = i == (guint) centre;
    else if (n > 0)
      weights[i] = is_lfe (info, i) ? 0.0f : 1.0f / n;
    else
      weights[i] = 1.0f / channels;
  }
}

/* The matrix is given even where the converter could find one: it refuses to mix unpositioned channels by itself. */
static void
init_matrix (GValue *matrix, const GstAudioInfo *info, guint n_planes, gint channels)
{
  gfloat *weights = g_new0 (gfloat, info->channels);
  guint row, column;

  g_value_init (matrix, GST_TYPE_ARRAY);
  for (row = 0; row < n_planes; row++) {
    GValue line = G_VALUE_INIT;

    if (channels == SER_CHANNELS_MIX)
      fill_mix_weights (info, weights);
    g_value_init (&line, GST_TYPE_ARRAY);
    for (column = 0; column < (guint) info->channels; column++) {
      GValue cell = G_VALUE_INIT;

      if (channels != SER_CHANNELS_MIX)
        weights[column] = column == (channels == SER_CHANNELS_EACH ? row : (guint) channels);
      g_value_init (&cell, G_TYPE_FLOAT);
      g_value_set_float (&cell, weights[column]);
      gst_value_array_append_and_take_value (&line, &cell);
    }
    gst_value_array_append_and_take_value (matrix, &line);
  }
  g_free (weights);
}

static GstAudioConverter *
make_converter (const GstAudioInfo *in, guint rate, guint n_planes, gint channels)
{
  GstAudioInfo source = *in, out;
  GstStructure *config;
  GValue matrix = G_VALUE_INIT;

  gst_audio_info_init (&out);
  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_S16, rate, n_planes, NULL);
  out.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;

  init_matrix (&matrix, in, n_planes, channels);
  config = gst_structure_new ("config",
      GST_AUDIO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_AUDIO_DITHER_METHOD, GST_AUDIO_DITHER_NONE,
      GST_AUDIO_CONVERTER_OPT_NOISE_SHAPING_METHOD, GST_TYPE_AUDIO_NOISE_SHAPING_METHOD, GST_AUDIO_NOISE_SHAPING_NONE,
      NULL);
  gst_structure_take_value (config, GST_AUDIO_CONVERTER_OPT_MIX_MATRIX, &matrix);
  return gst_audio_converter_new (GST_AUDIO_CONVERTER_FLAG_NONE, &source, &out, config);
}

static gboolean
check_arguments (const GstAudioInfo *in, gint channels, GError **error)
{
  if (!GST_AUDIO_INFO_IS_VALID (in) || in->finfo->format < GST_AUDIO_FORMAT_S8) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, "the audio format is unknown or not raw audio");
    return FALSE;
  }
  if (in->rate < MIN_RATE || in->rate > MAX_RATE) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "a sample rate of %d Hz is not supported, only %d to %d Hz", in->rate, MIN_RATE, MAX_RATE);
    return FALSE;
  }
  if (channels >= in->channels) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "channel %d is asked for, but the audio has %d: its channels are numbered from 0", channels, in->channels);
    return FALSE;
  }
  return TRUE;
}

SerConvert *
ser_convert_new (const GstAudioInfo *in, guint rate, gint channels, GError **error)
{
  SerConvert *convert;
  GstAudioConverter *converter;
  guint i, n_planes;

  g_return_val_if_fail (in != NULL && rate > 0 && channels >= SER_CHANNELS_EACH, NULL);

  if (!check_arguments (in, channels, error))
    return NULL;
  n_planes = channels == SER_CHANNELS_EACH ? in->channels : 1;
  converter = make_converter (in, rate, n_planes, channels);
  if (converter == NULL) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "%s audio of %d channels at %d Hz cannot be converted to 16-bit at %u Hz",
        gst_audio_format_to_string (GST_AUDIO_INFO_FORMAT (in)), in->channels, in->rate, rate);
    return NULL;
  }

  convert = g_new0 (SerConvert, 1);
  convert->in = *in;
  convert->rate = rate;
  convert->n_planes = n_planes;
  convert->converter = converter;
  convert->portion = MIN (in->rate, MAX_PORTION);
  /* A portion can also release what the resampler withheld of the portions before it. */
  convert->capacity = 16 + gst_util_uint64_scale_ceil (
      convert->portion + 2 * gst_audio_converter_get_max_latency (converter), rate, in->rate);
  convert->samples = g_new (gint16, n_planes * convert->capacity);
  convert->planes = g_new (gpointer, n_planes);
  for (i = 0; i < n_planes; i++)
    convert->planes[i] = convert->samples + i * convert->capacity;
  convert->source = g_new0 (gpointer, in->channels);
  return convert;
}

void
ser_convert_free (SerConvert *convert)
{
  if (convert == NULL)
    return;
  gst_audio_converter_free (convert->converter);
  g_free (convert->samples);
  g_free (convert->planes);
  g_free (convert->source);
  g_free (convert->finite);
  g_free (convert);
}

guint
ser_convert_get_n_planes (const SerConvert *convert)
{
  return convert->n_planes;
}

/* Converts n input frames, n <= portion; source NULL stands for silence. */
static void
convert_portion (SerConvert *convert, gpointer *source, gsize n, SerConvertFunc func, gpointer data)
{
  gsize n_out = gst_audio_converter_get_out_frames (convert->converter, n);

  g_assert (n_out <= convert->capacity);
  if (!gst_audio_converter_samples (convert->converter, GST_AUDIO_CONVERTER_FLAG_NONE, source, n, convert->planes,
          n_out))
    return;
  if (n_out > 0)
    func ((const gint16 *const *) convert->planes, n_out, data);
}

void
ser_convert_push_silence (SerConvert *convert, guint64 n, SerConvertFunc func, gpointer data)
{
  while (n > 0) {
    gsize portion = MIN (n, convert->portion);

    convert_portion (convert, NULL, portion, func, data);
    n -= portion;
  }
}

/* ---- samples that are not finite ---- */

/* A float is not finite when all bits of its exponent are set; tested on the bytes, which may be unaligned. */
static gboolean
is_finite_f32 (const guint8 *p, gboolean swap)
{
  guint32 v;

  memcpy (&v, p, sizeof v);
  return ((swap ? GUINT32_SWAP_LE_BE (v) : v) & 0x7f800000u) != 0x7f800000u;
}

static gboolean
is_finite_f64 (const guint8 *p, gboolean swap)
{
  guint64 v;

  memcpy (&v, p, sizeof v);
  return ((swap ? GUINT64_SWAP_LE_BE (v) : v) & G_GUINT64_CONSTANT (0x7ff0000000000000))
      != G_GUINT64_CONSTANT (0x7ff0000000000000);
}

static gboolean
all_finite (const GstAudioFormatInfo *format, const guint8 *p, gsize n)
{
  gboolean swap = format->endianness != G_BYTE_ORDER;
  gsize i, bad = 0;

  if (format->width == 32)
    for (i = 0; i < n; i++)
      bad += !is_finite_f32 (p + 4 * i, swap);
  else
    for (i = 0; i < n; i++)
      bad += !is_finite_f64 (p + 8 * i, swap);
  return bad == 0;
}

/* Copies n samples, those that are not finite as 0. */
static void
copy_finite (const GstAudioFormatInfo *format, guint8 *to, const guint8 *from, gsize n)
{
  gboolean swap = format->endianness != G_BYTE_ORDER;
  gsize i, size = format->width / 8;

  memcpy (to, from, n * size);
  for (i = 0; i < n; i++)
    if (!(size == 4 ? is_finite_f32 (from + 4 * i, swap) : is_finite_f64 (from + 8 * i, swap)))
      memset (to + i * size, 0, size);
}

/* One NaN would make every output sample full scale that the resampler computes from it, and spoil a mix with sound
 * channels. Such portions are rare, so only they are copied. */
static void
remove_non_finite (SerConvert *convert, guint n_source, gsize n_per_plane)
{
  const GstAudioFormatInfo *format = convert->in.finfo;
  gsize plane_size = n_per_plane * format->width / 8;
  gboolean finite = TRUE;
  guint i;

  if (!GST_AUDIO_FORMAT_INFO_IS_FLOAT (format))
    return;
  for (i = 0; i < n_source && finite; i++)
    finite = all_finite (format, convert->source[i], n_per_plane);
  if (finite)
    return;
  if (convert->finite == NULL)
    convert->finite = g_malloc ((gsize) convert->portion * GST_AUDIO_INFO_BPF (&convert->in));
  for (i = 0; i < n_source; i++) {
    copy_finite (format, convert->finite + i * plane_size, convert->source[i], n_per_plane);
    convert->source[i] = convert->finite + i * plane_size;
  }
}

/* ---- buffers ---- */

static void
push_mapped (SerConvert *convert, const GstAudioBuffer *audio, SerConvertFunc func, gpointer data)
{
  gboolean interleaved = GST_AUDIO_INFO_LAYOUT (&convert->in) == GST_AUDIO_LAYOUT_INTERLEAVED;
  guint i, n_source = interleaved ? 1 : convert->in.channels;
  gsize step = interleaved ? GST_AUDIO_INFO_BPF (&convert->in) : GST_AUDIO_INFO_BPS (&convert->in);
  gsize done = 0, n = GST_AUDIO_BUFFER_N_SAMPLES (audio);

  while (done < n) {
    gsize portion = MIN (n - done, convert->portion);

    for (i = 0; i < n_source; i++)
      convert->source[i] = (guint8 *) GST_AUDIO_BUFFER_PLANE_DATA (audio, i) + done * step;
    remove_non_finite (convert, n_source, interleaved ? portion * convert->in.channels : portion);
    convert_portion (convert, convert->source, portion, func, data);
    done += portion;
  }
}

gboolean
ser_convert_push (SerConvert *convert, GstBuffer *buffer, SerConvertFunc func, gpointer data)
{
  GstAudioMeta *meta = gst_buffer_get_audio_meta (buffer);
  GstAudioBuffer audio;

  /* Without its meta, nothing says where the planes of a buffer lie. */
  if (meta == NULL && GST_AUDIO_INFO_LAYOUT (&convert->in) == GST_AUDIO_LAYOUT_NON_INTERLEAVED)
    return FALSE;
  if (GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP)) {
    gsize n = meta ? meta->samples : gst_buffer_get_size (buffer) / GST_AUDIO_INFO_BPF (&convert->in);

    ser_convert_push_silence (convert, n, func, data);
    return TRUE;
  }
  if (!gst_audio_buffer_map (&audio, &convert->in, buffer, GST_MAP_READ))
    return FALSE;
  push_mapped (convert, &audio, func, data);
  gst_audio_buffer_unmap (&audio);
  return TRUE;
}

void
ser_convert_drain (SerConvert *convert, SerConvertFunc func, gpointer data)
{
  ser_convert_push_silence (convert, gst_audio_converter_get_max_latency (convert->converter), func, data);
  ser_convert_reset (convert);
}

void
ser_convert_reset (SerConvert *convert)
{
  gst_audio_converter_reset (convert->converter);
}
