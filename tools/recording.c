/* recording.c - what is known of one analysed recording: windows, segments, summary
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "recording.h"

void
ser_recording_free (SerRecording *recording)
{
  if (!recording)
    return;
  g_free (recording->location);
  g_free (recording->file);
  g_free (recording->name);
  g_free (recording->title);
  g_free (recording->date);
  g_free (recording->uploader);
  g_free (recording->language);
  g_free (recording->model);
  g_free (recording->model_id);
  g_strfreev (recording->labels);
  g_free (recording->windows);
  g_free (recording->segments);
  for (guint i = 0; i < recording->n_speakers; i++) {
    g_free (recording->speakers[i].name);
    g_free (recording->speakers[i].summary.peaks);
  }
  g_free (recording->speakers);
  g_free (recording->summary.peaks);
  g_free (recording->fragility.windows);
  g_free (recording);
}

const char *
ser_recording_get_emotion (const SerRecording *recording, int label)
{
  if (label == SER_LABEL_NONE)
    return "none";
  return label == SER_LABEL_UNCERTAIN ? "uncertain" : recording->labels[label];
}

const char *
ser_fragility_get_name (guint kind)
{
  static const char *const names[SER_N_FRAGILITY] = { "8 kHz band", "MP3 64 kbit/s", "gain -20 dB", "reverberation" };

  g_assert (kind < SER_N_FRAGILITY);
  return names[kind];
}
