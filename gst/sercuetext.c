/* sercuetext.c - what a cue says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Labels match [a-z][a-z0-9-]*, so that nothing needs to be escaped, in JSON or in markup.
 */

#include "gst/sercuetext.h"

static const gchar *
get_emotion (const SerSegment *cue, const SerModel *model)
{
  if (cue->label == SER_LABEL_NONE)
    return "none";
  return cue->label == SER_LABEL_UNCERTAIN ? "uncertain" : ser_model_get_label (model, cue->label);
}

gchar *
ser_cue_to_text (const SerSegment *cue, const SerModel *model)
{
  if (cue->label == SER_LABEL_NONE)
    return NULL;
  if (cue->label == SER_LABEL_UNCERTAIN)
    return g_strdup ("uncertain");
  return g_strdup_printf ("%s %d %%", get_emotion (cue, model), (gint) (100 * cue->confidence + 0.5));
}

static void
add_number (GString *json, const gchar *name, gdouble value)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (json, ", \"%s\": %s", name, g_ascii_formatd (text, sizeof text, "%.9g", value));
}

static void
add_time (GString *json, const gchar *name, GstClockTime time)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  if (GST_CLOCK_TIME_IS_VALID (time))
    g_ascii_formatd (text, sizeof text, "%.9f", (gdouble) time / GST_SECOND);
  else
    g_strlcpy (text, "null", sizeof text);
  g_string_append_printf (json, "%s\"%s\": %s", json->len > 1 ? ", " : "", name, text);
}

gchar *
ser_cue_to_json (const SerSegment *cue, const SerModel *model, GstClockTime timestamp, GstClockTime stream_time,
    GstClockTime running_time, GstClockTime duration)
{
  GString *json = g_string_new ("{");

  add_time (json, "timestamp", timestamp);
  add_time (json, "stream-time", stream_time);
  add_time (json, "running-time", running_time);
  add_time (json, "duration", duration);
  g_string_append_printf (json, ", \"emotion\": \"%s\"", get_emotion (cue, model));
  add_number (json, "confidence", cue->confidence);
  g_string_append (json, ", \"scores\": {");
  for (guint i = 0; i < ser_model_get_n_labels (model); i++) {
    gchar text[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf (json, "%s\"%s\": %s", i > 0 ? ", " : "", ser_model_get_label (model, i),
        g_ascii_formatd (text, sizeof text, "%.6g", cue->scores[i]));
  }
  g_string_append_printf (json, "}, \"windows\": %u}\n", cue->n_windows);
  return g_string_free (json, FALSE);
}
