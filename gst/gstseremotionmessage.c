/* gstseremotionmessage.c - what is told of a window, as bus message and as buffer meta
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/gstseremotionmessage.h"

static GstStructure *
make_scores (const SerResult *result, const SerModel *model)
{
  GstStructure *scores = gst_structure_new_empty ("scores");
  guint i;

  for (i = 0; i < result->n_labels; i++)
    gst_structure_set (scores, ser_model_get_label (model, i), G_TYPE_DOUBLE, (gdouble) result->scores[i], NULL);
  return scores;
}

GstStructure *
gst_ser_emotion_message_new (
    const SerResult *result, const SerModel *model, const SerTimes *times, gint channel, guint64 dropped)
{
  GstStructure *scores = make_scores (result, model);
  GstStructure *message = gst_structure_new (GST_SER_EMOTION_MESSAGE_NAME, "timestamp", G_TYPE_UINT64, times->timestamp,
      "stream-time", G_TYPE_UINT64, times->stream_time, "running-time", G_TYPE_UINT64, times->running_time, "duration",
      G_TYPE_UINT64, times->duration, "emotion", G_TYPE_STRING, result->emotion, "confidence", G_TYPE_DOUBLE,
      result->confidence, "scores", GST_TYPE_STRUCTURE, scores, "changed", G_TYPE_BOOLEAN, result->changed, "speech",
      G_TYPE_DOUBLE, result->speech, "gate", G_TYPE_STRING, ser_gate_to_string (result->gate), "pitch", G_TYPE_DOUBLE,
      result->pitch, "loudness", G_TYPE_DOUBLE, result->loudness, "partial", G_TYPE_BOOLEAN, result->partial, "channel",
      G_TYPE_INT, channel, "dropped", G_TYPE_UINT64, dropped, NULL);

  gst_structure_free (scores);
  return message;
}

static gboolean
copy_field (GQuark field, const GValue *value, gpointer data)
{
  gst_structure_id_set_value (data, field, value);
  return TRUE;
}

/* A result stands for a stretch of time of its own, not for the samples of the buffer that carries it, so it is kept
 * whatever is done to them. */
static gboolean
keep_meta (GstBuffer *to, GstCustomMeta *meta, GstBuffer *from, GQuark type, gpointer data, gpointer user_data)
{
  GstCustomMeta *copy = gst_buffer_add_custom_meta (to, GST_SER_EMOTION_META_NAME);

  if (copy == NULL)
    return FALSE;
  gst_structure_foreach (gst_custom_meta_get_structure (meta), copy_field, gst_custom_meta_get_structure (copy));
  return TRUE;
}

void
gst_ser_emotion_meta_register (void)
{
  /* GstAudioFilter's subclasses copy metas that have this tag only, or none. */
  static const gchar *tags[] = { GST_META_TAG_AUDIO_STR, NULL };
  static gsize registered = 0;

  if (g_once_init_enter (&registered)) {
    gst_meta_register_custom (GST_SER_EMOTION_META_NAME, tags, keep_meta, NULL, NULL);
    g_once_init_leave (&registered, 1);
  }
}

void
gst_ser_emotion_meta_add (GstBuffer *buffer, const GstStructure *message)
{
  GstCustomMeta *meta = gst_buffer_add_custom_meta (buffer, GST_SER_EMOTION_META_NAME);

  gst_structure_foreach (message, copy_field, gst_custom_meta_get_structure (meta));
}
