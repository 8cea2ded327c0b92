/* format-jsonl.c - a line of JSON for the recording, each window, each segment and the summary
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Names and values are those of docs/message.md.
 */

#include <math.h>

#include "formats.h"
#include "recording-json.h"

static JsonBuilder *
begin_row (const char *row)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "row", row);
  return builder;
}

static void
end_row (JsonBuilder *builder, GString *out)
{
  g_autofree char *text = NULL;

  json_builder_end_object (builder);
  text = ser_json_to_text (builder);
  g_string_append_printf (out, "%s\n", text);
  g_object_unref (builder);
}

/* ---- windows ---- */

static void
add_scores (JsonBuilder *builder, const char *const *labels, guint n, const float *scores)
{
  json_builder_set_member_name (builder, "scores");
  json_builder_begin_object (builder);
  for (guint i = 0; i < n; i++)
    ser_json_add_double (builder, labels[i], scores[i]);
  json_builder_end_object (builder);
}

static void
add_result (JsonBuilder *builder, const SerRecordingWindow *window, const char *const *labels)
{
  const SerResult *result = &window->result;

  ser_json_add_double (builder, "stream-time", window->start);
  ser_json_add_double (builder, "duration", window->duration);
  ser_json_add_string (builder, "emotion", result->emotion);
  ser_json_add_double (builder, "confidence", result->confidence);
  add_scores (builder, labels, result->n_labels, result->scores);
  ser_json_add_boolean (builder, "changed", result->changed);
  ser_json_add_double (builder, "speech", result->speech);
  ser_json_add_string (builder, "gate", ser_gate_to_string (result->gate));
  ser_json_add_double (builder, "pitch", result->pitch);
  ser_json_add_double (builder, "loudness", result->loudness);
  ser_json_add_boolean (builder, "partial", result->partial);
}

static void
add_scores_z (JsonBuilder *builder, const SerRecording *recording, const SerRecordingWindow *window)
{
  json_builder_set_member_name (builder, "scores_z");
  json_builder_begin_object (builder);
  for (guint i = 0; i < recording->n_labels; i++)
    ser_json_add_double (builder, recording->labels[i], window->scores_z[i]);
  json_builder_end_object (builder);
}

/* Where speakers are told apart. */
static void
add_speaker (JsonBuilder *builder, const SerRecording *recording, guint speaker)
{
  if (recording->speakers_given)
    ser_json_add_string (
        builder, "speaker", speaker == SER_NO_SPEAKER ? NULL : ser_format_get_speaker (recording, speaker));
}

static void
append_window (const SerRecording *recording, guint i, GString *out)
{
  const SerRecordingWindow *window = &recording->windows[i];
  JsonBuilder *builder = begin_row ("window");

  ser_json_add_int (builder, "index", i);
  add_speaker (builder, recording, window->speaker);
  add_result (builder, window, (const char *const *) recording->labels);
  ser_json_add_double (builder, "pitch_z", window->pitch_z);
  ser_json_add_double (builder, "loudness_z", window->loudness_z);
  add_scores_z (builder, recording, window);
  end_row (builder, out);
}

void
ser_format_jsonl_window (const SerRecordingWindow *window, const SerModel *model, GString *out)
{
  const char *labels[SER_MAX_LABELS];
  JsonBuilder *builder = begin_row ("window");

  for (guint i = 0; i < ser_model_get_n_labels (model); i++)
    labels[i] = ser_model_get_label (model, i);
  add_result (builder, window, labels);
  end_row (builder, out);
}

/* ---- segments ---- */

static void
append_segment (const SerRecording *recording, guint i, GString *out)
{
  const SerRecordingSegment *segment = &recording->segments[i];
  JsonBuilder *builder = begin_row ("segment");

  ser_json_add_int (builder, "index", i);
  add_speaker (builder, recording, segment->speaker);
  ser_json_add_double (builder, "stream-time", segment->segment.start);
  ser_json_add_double (builder, "duration", segment->segment.end - segment->segment.start);
  ser_json_add_string (builder, "emotion", segment->emotion);
  ser_json_add_double (builder, "confidence", segment->segment.confidence);
  add_scores (builder, (const char *const *) recording->labels, recording->n_labels, segment->segment.scores);
  ser_json_add_int (builder, "first_window", segment->segment.first);
  ser_json_add_int (builder, "windows", segment->segment.n_windows);
  ser_json_add_double (builder, "pitch", segment->pitch);
  ser_json_add_double (builder, "loudness", segment->loudness);
  ser_json_add_double (builder, "pitch_z", segment->pitch_z);
  ser_json_add_double (builder, "loudness_z", segment->loudness_z);
  end_row (builder, out);
}

/* ---- the whole ---- */

static void
append_recording (const SerRecording *recording, GString *out)
{
  JsonBuilder *builder = begin_row ("recording");

  ser_json_add_string (builder, "schema", SER_ANALYSIS_SCHEMA);
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_recording_add_description (builder, recording);
  end_row (builder, out);
}

static void
append_summary (const SerRecording *recording, const SerRecordingSummary *summary, const char *speaker, GString *out)
{
  JsonBuilder *builder = begin_row ("summary");

  ser_json_add_string (builder, "speaker", speaker);
  ser_recording_add_summary (builder, recording, summary);
  end_row (builder, out);
}

static void
append_fragility (const SerRecording *recording, GString *out)
{
  JsonBuilder *builder = begin_row ("fragility");

  ser_recording_add_fragility (builder, recording);
  end_row (builder, out);
}

void
ser_format_jsonl (const SerRecording *recording, GString *out)
{
  append_recording (recording, out);
  for (guint i = 0; i < recording->n_windows; i++)
    append_window (recording, i, out);
  for (guint i = 0; i < recording->n_segments; i++)
    append_segment (recording, i, out);
  append_summary (recording, &recording->summary, NULL, out);
  for (guint i = 0; i < recording->n_speakers; i++)
    append_summary (recording, &recording->speakers[i].summary, recording->speakers[i].name, out);
  if (recording->fragility.n_sampled > 0)
    append_fragility (recording, out);
}
