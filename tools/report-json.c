/* report-json.c - the analysis of a recording as one JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Columns are written by hand: json-glib gives every number 17 digits, of which a score of a network has four.
 */

#include "report-json.h"

#include <math.h>

#include "formats.h"
#include "recording-json.h"

#define TIME_DIGITS 8  /* 9999.9999 s */
#define VALUE_DIGITS 4 /* scores, levels, z-scores */

typedef double (*GetFunc) (const SerRecording *recording, guint row, guint column);

/* ---- columns ---- */

static void
append_array (GString *out, const SerRecording *recording, guint n, GetFunc get, guint column, int digits)
{
  g_string_append_c (out, '[');
  for (guint i = 0; i < n; i++) {
    double value = get (recording, i, column);

    if (i > 0)
      g_string_append_c (out, ',');
    if (isfinite (value))
      ser_format_append_number (out, value, digits);
    else
      g_string_append (out, "null");
  }
  g_string_append_c (out, ']');
}

typedef struct {
  const char *name;
  int digits;
} Column;

/* "NAME":[...], for each of the columns. */
static void
append_columns (
    GString *out, const SerRecording *recording, guint n, GetFunc get, const Column *columns, guint n_columns)
{
  for (guint c = 0; c < n_columns; c++) {
    g_string_append_printf (out, "\"%s\":", columns[c].name);
    append_array (out, recording, n, get, c, columns[c].digits);
    g_string_append_c (out, ',');
  }
}

/* "NAME":{"LABEL":[...],...}; labels are of letters, digits and hyphens. */
static void
append_scores (GString *out, const SerRecording *recording, guint n, const char *name, GetFunc get)
{
  g_string_append_printf (out, "\"%s\":{", name);
  for (guint k = 0; k < recording->n_labels; k++) {
    g_string_append_printf (out, "%s\"%s\":", k > 0 ? "," : "", recording->labels[k]);
    append_array (out, recording, n, get, k, VALUE_DIGITS);
  }
  g_string_append_c (out, '}');
}

/* ---- windows ---- */

static int
get_speaker (guint speaker)
{
  return speaker == SER_NO_SPEAKER ? -1 : (int) speaker;
}

static const Column window_columns[] = { { "stream-time", TIME_DIGITS }, { "duration", VALUE_DIGITS }, { "emotion", 3 },
  { "leading", 3 }, { "confidence", VALUE_DIGITS }, { "speech", VALUE_DIGITS }, { "gate", 3 },
  { "pitch", VALUE_DIGITS }, { "loudness", VALUE_DIGITS }, { "pitch_z", VALUE_DIGITS }, { "loudness_z", VALUE_DIGITS },
  { "partial", 1 }, { "speaker", 9 } };

static double
get_window_value (const SerRecording *recording, guint row, guint column)
{
  const SerRecordingWindow *w = &recording->windows[row];
  const double values[G_N_ELEMENTS (window_columns)] = { w->start, w->duration, w->result.label, w->leading,
    w->result.confidence, w->result.speech, w->result.gate, w->result.pitch, w->result.loudness, w->pitch_z,
    w->loudness_z, w->result.partial, get_speaker (w->speaker) };

  return values[column];
}

static double
get_window_score (const SerRecording *recording, guint row, guint label)
{
  return recording->windows[row].result.scores[label];
}

static double
get_window_score_z (const SerRecording *recording, guint row, guint label)
{
  return recording->windows[row].scores_z[label];
}

static void
append_windows (GString *out, const SerRecording *recording)
{
  guint n = recording->n_windows;

  g_string_append (out, "\"windows\":{");
  append_columns (out, recording, n, get_window_value, window_columns, G_N_ELEMENTS (window_columns));
  append_scores (out, recording, n, "scores", get_window_score);
  g_string_append_c (out, ',');
  append_scores (out, recording, n, "scores_z", get_window_score_z);
  g_string_append (out, "},");
}

/* ---- segments ---- */

static const Column segment_columns[] = { { "stream-time", TIME_DIGITS }, { "duration", TIME_DIGITS }, { "emotion", 3 },
  { "confidence", VALUE_DIGITS }, { "first_window", 10 }, { "windows", 10 }, { "pitch", VALUE_DIGITS },
  { "loudness", VALUE_DIGITS }, { "pitch_z", VALUE_DIGITS }, { "loudness_z", VALUE_DIGITS }, { "speaker", 9 } };

static double
get_segment_value (const SerRecording *recording, guint row, guint column)
{
  const SerRecordingSegment *s = &recording->segments[row];
  const double values[G_N_ELEMENTS (segment_columns)] = { s->segment.start, s->segment.end - s->segment.start,
    s->segment.label, s->segment.confidence, s->segment.first, s->segment.n_windows, s->pitch, s->loudness, s->pitch_z,
    s->loudness_z, get_speaker (s->speaker) };

  return values[column];
}

static double
get_segment_score (const SerRecording *recording, guint row, guint label)
{
  return recording->segments[row].segment.scores[label];
}

static void
append_segments (GString *out, const SerRecording *recording)
{
  guint n = recording->n_segments;

  g_string_append (out, "\"segments\":{");
  append_columns (out, recording, n, get_segment_value, segment_columns, G_N_ELEMENTS (segment_columns));
  append_scores (out, recording, n, "scores", get_segment_score);
  g_string_append (out, "},");
}

/* ---- the rest ---- */

static void
append_built (GString *out, JsonBuilder *builder)
{
  g_autofree char *text = ser_json_to_text (builder);

  g_string_append (out, text);
}

static void
append_description (GString *out, const SerRecording *recording)
{
  static const char *const gates[] = { [SER_GATE_SPEECH] = "speech",
    [SER_GATE_SILENCE] = "silence",
    [SER_GATE_CLIPPED] = "clipped",
    [SER_GATE_NON_SPEECH] = "non-speech" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_recording_add_description (builder, recording);
  ser_json_add_string (builder, "name", recording->name);
  ser_json_add_strings (builder, "gates", gates, G_N_ELEMENTS (gates));
  json_builder_end_object (builder);
  g_string_append (out, "\"recording\":");
  append_built (out, builder);
  g_string_append_c (out, ',');
}

static void
append_summary (GString *out, const SerRecording *recording, const SerRecordingSummary *summary, const char *speaker)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  if (speaker)
    ser_json_add_string (builder, "name", speaker);
  ser_recording_add_summary (builder, recording, summary);
  json_builder_end_object (builder);
  append_built (out, builder);
}

static void
append_summaries (GString *out, const SerRecording *recording)
{
  g_string_append (out, "\"summary\":");
  append_summary (out, recording, &recording->summary, NULL);
  g_string_append (out, ",\"speakers\":[");
  for (guint i = 0; i < recording->n_speakers; i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    append_summary (out, recording, &recording->speakers[i].summary, recording->speakers[i].name);
  }
  g_string_append (out, "],");
}

static void
append_fragility (GString *out, const SerRecording *recording)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  g_string_append (out, "\"fragility\":");
  if (recording->fragility.n_sampled == 0) {
    g_string_append (out, "null");
    return;
  }
  json_builder_begin_object (builder);
  ser_recording_add_fragility (builder, recording);
  json_builder_end_object (builder);
  append_built (out, builder);
}

char *
ser_report_to_json (const SerRecording *recording)
{
  GString *out = g_string_new ("{\"schema\":\"" SER_ANALYSIS_SCHEMA "\",\"version\":\"" SER_VERSION "\",");

  append_description (out, recording);
  append_windows (out, recording);
  append_segments (out, recording);
  append_summaries (out, recording);
  append_fragility (out, recording);
  g_string_append_c (out, '}');
  return g_string_free (out, FALSE);
}
