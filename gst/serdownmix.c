/* serdownmix.c - which channels make a plane that is analysed, and in what parts
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serdownmix.h"

#include "gst/serconvert.h"

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

/* weights: [info->channels], one row of the matrix. */
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

void
ser_downmix_init_matrix (GValue *matrix, const GstAudioInfo *info, guint n_planes, gint channels)
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
