/* track-window.c - an element's message read back
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "track-window.h"

#include <string.h>

static int
find_label (const SerModel *model, const char *emotion)
{
  for (guint i = 0; i < ser_model_get_n_labels (model); i++)
    if (strcmp (ser_model_get_label (model, i), emotion) == 0)
      return i;
  return strcmp (emotion, "none") == 0 ? SER_LABEL_NONE : SER_LABEL_UNCERTAIN;
}

static SerGate
find_gate (const char *name)
{
  for (SerGate gate = SER_GATE_SPEECH; gate <= SER_GATE_NON_SPEECH; gate++)
    if (strcmp (ser_gate_to_string (gate), name) == 0)
      return gate;
  g_return_val_if_reached (SER_GATE_SPEECH);
}

static void
read_scores (SerRecordingWindow *window, const GstStructure *message, const SerModel *model)
{
  SerResult *result = &window->result;
  GstStructure *scores;

  result->n_labels = ser_model_get_n_labels (model);
  gst_structure_get (message, "scores", GST_TYPE_STRUCTURE, &scores, NULL);
  for (guint i = 0; i < result->n_labels; i++) {
    double score = 0;
    gst_structure_get_double (scores, ser_model_get_label (model, i), &score);
    result->scores[i] = score;
    if (result->scores[i] > result->scores[window->leading])
      window->leading = i;
  }
  gst_structure_free (scores);
}

void
ser_track_window_read (SerRecordingWindow *window, const GstStructure *message, const SerModel *model)
{
  SerResult *result = &window->result;
  const char *emotion = gst_structure_get_string (message, "emotion");
  guint64 timestamp, stream_time, duration;

  *window = (SerRecordingWindow){ .speaker = SER_NO_SPEAKER };
  gst_structure_get (message, "timestamp", G_TYPE_UINT64, &timestamp, "stream-time", G_TYPE_UINT64, &stream_time,
      "duration", G_TYPE_UINT64, &duration, "confidence", G_TYPE_DOUBLE, &result->confidence, "speech", G_TYPE_DOUBLE,
      &result->speech, "pitch", G_TYPE_DOUBLE, &result->pitch, "loudness", G_TYPE_DOUBLE, &result->loudness, "partial",
      G_TYPE_BOOLEAN, &result->partial, "changed", G_TYPE_BOOLEAN, &result->changed, NULL);
  window->start = (double) (GST_CLOCK_TIME_IS_VALID (stream_time) ? stream_time : timestamp) / GST_SECOND;
  window->duration = (double) duration / GST_SECOND;
  result->label = find_label (model, emotion);
  result->emotion = result->label >= 0  ? ser_model_get_label (model, result->label)
      : result->label == SER_LABEL_NONE ? "none"
                                        : "uncertain";
  result->gate = find_gate (gst_structure_get_string (message, "gate"));
  read_scores (window, message, model);
}
