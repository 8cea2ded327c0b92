/* serconvert.c - audio of any format to 16-bit mono planes at the model's rate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serconvert.h"

#include <string.h>

#include "gst/serdownmix.h"
#include "gst/serfinite.h"

/* Longest portion in input frames. It bounds memory whatever the size of a buffer, the rate and the channel count. */
#define MAX_PORTION 8192

/* GstAudioConverter mixes fewer than 64 channels; more are converted in groups of this many. */
#define MAX_CHANNELS 63
#define GROUP_CHANNELS 32

/* Neighbouring input channels that one converter takes. */
typedef struct {
  guint first;
  guint n;
  guint n_planes;
  GstAudioConverter *converter;
} Group;

struct _SerConvert {
  GstAudioInfo in;
  guint n_planes;  /* given out */
  gboolean planar; /* the groups take planes, whatever the layout of the input */
  guint n_groups;
  Group *groups;
  guint portion;  /* most input frames converted at once */
  gsize capacity; /* samples that each plane has room for */
  guint rate;     /* of the planes */
  guint64 n_in;   /* input frames and samples of each plane since the resampler was in phase 0 */
  guint64 n_out;
  gint16 *samples;  /* [all groups' planes, capacity] */
  gpointer *planes; /* [all groups' planes], into samples */
  gpointer *source; /* [input planes], the portion being converted */
  guint8 *gathered; /* a portion of the input, planar; only where `planar` and the input is interleaved */
  guint8 *silence;  /* as much silence as fills a plane's portion; made when first needed */
  guint8 *finite;   /* a portion of the input without what is not finite; made when first needed */
};

/* The converter of the channels that `in` describes. */
static GstAudioConverter *
make_converter (const GstAudioInfo *in, guint rate, guint n_planes, gint channels)
{
  GstAudioInfo source = *in, out;
  GstStructure *config;
  GValue matrix = G_VALUE_INIT;

  gst_audio_info_init (&out);
  gst_audio_info_set_format (&out, GST_AUDIO_FORMAT_S16, rate, n_planes, NULL);
  out.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;

  ser_downmix_init_matrix (&matrix, in, n_planes, channels);
  config = gst_structure_new ("config", GST_AUDIO_CONVERTER_OPT_DITHER_METHOD, GST_TYPE_AUDIO_DITHER_METHOD,
      GST_AUDIO_DITHER_NONE, GST_AUDIO_CONVERTER_OPT_NOISE_SHAPING_METHOD, GST_TYPE_AUDIO_NOISE_SHAPING_METHOD,
      GST_AUDIO_NOISE_SHAPING_NONE, NULL);
  gst_structure_take_value (config, GST_AUDIO_CONVERTER_OPT_MIX_MATRIX, &matrix);
  return gst_audio_converter_new (GST_AUDIO_CONVERTER_FLAG_NONE, &source, &out, config);
}

/* The usual case: one converter takes the input as it is. */
static void
make_single_group (SerConvert *convert, guint rate, gint channels)
{
  convert->n_groups = 1;
  convert->groups = g_new0 (Group, 1);
  convert->groups->n = convert->in.channels;
  convert->groups->n_planes = convert->n_planes;
  convert->groups->converter = make_converter (&convert->in, rate, convert->n_planes, channels);
}

/* So many channels are never positioned. One channel by number is a group of its own. */
static void
make_groups (SerConvert *convert, guint rate, gint channels)
{
  guint g, first = MAX (channels, 0), last = channels >= 0 ? first + 1 : (guint) convert->in.channels;

  convert->planar = TRUE;
  convert->n_groups = (last - first + GROUP_CHANNELS - 1) / GROUP_CHANNELS;
  convert->groups = g_new0 (Group, convert->n_groups);
  for (g = 0; g < convert->n_groups; g++, first += GROUP_CHANNELS) {
    Group *group = &convert->groups[g];
    GstAudioInfo info;

    group->first = first;
    group->n = MIN (last - first, GROUP_CHANNELS);
    group->n_planes = channels == SER_CHANNELS_EACH ? group->n : 1;
    gst_audio_info_set_format (&info, GST_AUDIO_INFO_FORMAT (&convert->in), convert->in.rate, group->n, NULL);
    info.layout = GST_AUDIO_LAYOUT_NON_INTERLEAVED;
    group->converter = make_converter (&info, rate, group->n_planes, MIN (channels, SER_CHANNELS_MIX));
  }
}

static gboolean
check_arguments (const GstAudioInfo *in, gint channels, GError **error)
{
  if (!GST_AUDIO_INFO_IS_VALID (in) || in->finfo->format < GST_AUDIO_FORMAT_S8) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT, "the audio format is unknown or not raw audio");
    return FALSE;
  }
  if (in->rate < SER_CONVERT_MIN_RATE || in->rate > SER_CONVERT_MAX_RATE) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "a sample rate of %d Hz is not supported, only %d to %d Hz", in->rate, SER_CONVERT_MIN_RATE,
        SER_CONVERT_MAX_RATE);
    return FALSE;
  }
  if (channels >= in->channels) {
    g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
        "channel %d is asked for, but the audio has %d: its channels are numbered from 0", channels, in->channels);
    return FALSE;
  }
  return TRUE;
}

/* ---- conversion of a portion ---- */

/* Where several groups were mixed, the mean of all channels takes the place of the first group's. */
static void
mix_groups (SerConvert *convert, gsize n)
{
  gint16 *mix = convert->planes[0];
  gint64 half = convert->in.channels / 2;
  gsize i;
  guint g;

  for (i = 0; i < n; i++) {
    gint64 sum = 0;

    for (g = 0; g < convert->n_groups; g++)
      sum += (gint64) convert->groups[g].n * ((const gint16 *) convert->planes[g])[i];
    mix[i] = (sum + (sum < 0 ? -half : half)) / convert->in.channels;
  }
}

/* Has each group convert the n input frames, n <= portion, that `source` points to, into n_out samples. */
static gboolean
convert_groups (SerConvert *convert, gsize n, gsize n_out)
{
  guint g, plane = 0;

  g_assert (n_out <= convert->capacity);
  for (g = 0; g < convert->n_groups; g++) {
    const Group *group = &convert->groups[g];

    if (!gst_audio_converter_samples (group->converter, GST_AUDIO_CONVERTER_FLAG_NONE, convert->source + group->first,
            n, convert->planes + plane, n_out))
      return FALSE;
    plane += group->n_planes;
  }
  convert->n_out += n_out;
  return TRUE;
}

static void
hand_out (SerConvert *convert, gsize n_out, SerConvertFunc func, gpointer data)
{
  if (convert->n_groups > convert->n_planes)
    mix_groups (convert, n_out);
  func ((const gint16 *const *) convert->planes, n_out, data);
}

static void
convert_portion (SerConvert *convert, gsize n, SerConvertFunc func, gpointer data)
{
  gsize n_out = gst_audio_converter_get_out_frames (convert->groups->converter, n);

  convert->n_in += n;
  if (convert_groups (convert, n, n_out) && n_out > 0)
    hand_out (convert, n_out, func, data);
}

/* The converter could be given NULL for silence, but up to 1.22 at least GStreamer then clears a part of it only and
 * takes the rest from what it converted last. */
static void
set_silent_source (SerConvert *convert)
{
  gsize size = (gsize) convert->portion * GST_AUDIO_INFO_BPF (&convert->in);
  gint i;

  if (convert->silence == NULL) {
    convert->silence = g_malloc (size);
    gst_audio_format_info_fill_silence (convert->in.finfo, convert->silence, size);
  }
  for (i = 0; i < convert->in.channels; i++)
    convert->source[i] = convert->silence;
}

void
ser_convert_push_silence (SerConvert *convert, guint64 n, SerConvertFunc func, gpointer data)
{
  set_silent_source (convert);
  while (n > 0) {
    gsize portion = MIN (n, convert->portion);

    convert_portion (convert, portion, func, data);
    n -= portion;
  }
}

/* ---- life cycle ---- */

static void
allocate_planes (SerConvert *convert, guint rate)
{
  guint i, n = 0;

  for (i = 0; i < convert->n_groups; i++)
    n += convert->groups[i].n_planes;
  convert->rate = rate;
  convert->portion = MIN (convert->in.rate, MAX_PORTION);
  /* A portion can also release what the resampler withheld of the portions before it. */
  convert->capacity = 16
      + gst_util_uint64_scale_ceil (
          convert->portion + 2 * gst_audio_converter_get_max_latency (convert->groups->converter), rate,
          convert->in.rate);
  convert->samples = g_new (gint16, n * convert->capacity);
  convert->planes = g_new (gpointer, n);
  for (i = 0; i < n; i++)
    convert->planes[i] = convert->samples + i * convert->capacity;
  convert->source = g_new0 (gpointer, convert->in.channels);
  if (convert->planar && GST_AUDIO_INFO_LAYOUT (&convert->in) == GST_AUDIO_LAYOUT_INTERLEAVED)
    convert->gathered = g_malloc ((gsize) convert->portion * GST_AUDIO_INFO_BPF (&convert->in));
}

static void
discard (const gint16 *const *planes, gsize n, gpointer data)
{
}

/* GStreamer up to 1.22 at least crashes when the first samples are too few to make one sample of output: it allocates
 * its intermediate memory as late as then, for none. Silence has it allocate, once for all. */
static void
prime (SerConvert *convert)
{
  ser_convert_push_silence (convert, convert->portion, discard, NULL);
  ser_convert_reset (convert);
}

SerConvert *
ser_convert_new (const GstAudioInfo *in, guint rate, gint channels, GError **error)
{
  SerConvert *convert;
  guint g;

  g_return_val_if_fail (in != NULL && rate > 0 && channels >= SER_CHANNELS_EACH, NULL);

  if (!check_arguments (in, channels, error))
    return NULL;
  convert = g_new0 (SerConvert, 1);
  convert->in = *in;
  convert->n_planes = channels == SER_CHANNELS_EACH ? in->channels : 1;
  if (in->channels <= MAX_CHANNELS)
    make_single_group (convert, rate, channels);
  else
    make_groups (convert, rate, channels);
  for (g = 0; g < convert->n_groups; g++)
    if (convert->groups[g].converter == NULL) {
      g_set_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT,
          "%s audio of %d channels at %d Hz cannot be converted to 16-bit at %u Hz",
          gst_audio_format_to_string (GST_AUDIO_INFO_FORMAT (in)), in->channels, in->rate, rate);
      ser_convert_free (convert);
      return NULL;
    }
  allocate_planes (convert, rate);
  prime (convert);
  return convert;
}

void
ser_convert_free (SerConvert *convert)
{
  guint g;

  if (convert == NULL)
    return;
  for (g = 0; g < convert->n_groups; g++)
    g_clear_pointer (&convert->groups[g].converter, gst_audio_converter_free);
  g_free (convert->groups);
  g_free (convert->samples);
  g_free (convert->planes);
  g_free (convert->source);
  g_free (convert->gathered);
  g_free (convert->silence);
  g_free (convert->finite);
  g_free (convert);
}

guint
ser_convert_get_n_planes (const SerConvert *convert)
{
  return convert->n_planes;
}

/* ---- buffers ---- */

/* Points `source` at the portion's n frames from `first` on, and returns how many planes that makes. */
static guint
find_source (SerConvert *convert, const GstAudioBuffer *audio, gsize first, gsize n)
{
  gboolean interleaved = GST_AUDIO_INFO_LAYOUT (&convert->in) == GST_AUDIO_LAYOUT_INTERLEAVED;
  guint i, n_source = interleaved ? 1 : convert->in.channels;
  gsize step = interleaved ? GST_AUDIO_INFO_BPF (&convert->in) : GST_AUDIO_INFO_WIDTH (&convert->in) / 8;

  for (i = 0; i < n_source; i++)
    convert->source[i] = (guint8 *) GST_AUDIO_BUFFER_PLANE_DATA (audio, i) + first * step;
  return n_source;
}

/* Splits n interleaved frames into planes. */
static guint
gather (SerConvert *convert, gsize n)
{
  gsize i, size = GST_AUDIO_INFO_WIDTH (&convert->in) / 8, step = GST_AUDIO_INFO_BPF (&convert->in);
  const guint8 *from = convert->source[0];
  guint c, channels = convert->in.channels;

  for (c = 0; c < channels; c++) {
    guint8 *to = convert->gathered + c * n * size;

    for (i = 0; i < n; i++)
      memcpy (to + i * size, from + i * step + c * size, size);
    convert->source[c] = to;
  }
  return channels;
}

/* One NaN would make every output sample full scale that the resampler computes from it, and spoil a mix with sound
 * channels. Such portions are rare, so only they are copied. */
static void
remove_non_finite (SerConvert *convert, guint n_source, gsize n)
{
  gsize plane_size = n * GST_AUDIO_INFO_WIDTH (&convert->in) / 8;
  gboolean finite = TRUE;
  guint i;

  if (!GST_AUDIO_INFO_IS_FLOAT (&convert->in))
    return;
  for (i = 0; i < n_source && finite; i++)
    finite = ser_finite_check (convert->in.finfo, convert->source[i], n);
  if (finite)
    return;
  if (convert->finite == NULL)
    convert->finite = g_malloc ((gsize) convert->portion * GST_AUDIO_INFO_BPF (&convert->in));
  for (i = 0; i < n_source; i++) {
    ser_finite_copy (convert->in.finfo, convert->finite + i * plane_size, convert->source[i], n);
    convert->source[i] = convert->finite + i * plane_size;
  }
}

static void
push_mapped (SerConvert *convert, const GstAudioBuffer *audio, SerConvertFunc func, gpointer data)
{
  gsize done = 0, n = GST_AUDIO_BUFFER_N_SAMPLES (audio);

  while (done < n) {
    gsize portion = MIN (n - done, convert->portion);
    guint n_source = find_source (convert, audio, done, portion);

    if (convert->gathered != NULL)
      n_source = gather (convert, portion);
    remove_non_finite (convert, n_source, n_source == 1 ? portion * convert->in.channels : portion);
    convert_portion (convert, portion, func, data);
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

/* Has silence push n_out samples out of the resampler; `func` may be NULL. */
static void
push_out (SerConvert *convert, gsize n_out, SerConvertFunc func, gpointer data)
{
  set_silent_source (convert);
  while (n_out > 0) {
    gsize portion = gst_audio_converter_get_out_frames (convert->groups->converter, convert->portion);

    portion = MIN (portion, n_out);
    if (!convert_groups (convert, convert->portion, portion))
      break;
    if (func != NULL && portion > 0)
      hand_out (convert, portion, func, data);
    n_out -= portion;
  }
}

void
ser_convert_drain (SerConvert *convert, SerConvertFunc func, gpointer data)
{
  guint64 n_out = gst_util_uint64_scale_ceil (convert->n_in, convert->rate, convert->in.rate);

  if (n_out > convert->n_out)
    push_out (convert, n_out - convert->n_out, func, data);
  ser_convert_reset (convert);
}

/* gst_audio_converter_reset() leaves the resampler in whatever phase it was, so the same input would give other samples
 * after it than before. As many samples as bring it back to phase 0 are made first and dropped. */
void
ser_convert_reset (SerConvert *convert)
{
  guint period = convert->rate / gst_util_greatest_common_divisor (convert->rate, convert->in.rate);
  guint g;

  push_out (convert, (period - convert->n_out % period) % period, NULL, NULL);
  for (g = 0; g < convert->n_groups; g++)
    gst_audio_converter_reset (convert->groups[g].converter);
  convert->n_in = convert->n_out = 0;
}
