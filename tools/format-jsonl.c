/* format-jsonl.c - a line of JSON for the recording, each window, each segment and the summary
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Names and values are those of docs/message.md.
 */

#include <math.h>

#include "formats.h"
#include "json.h"

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

  ser_json_add_string (builder, "schema", "seremotion-analysis-1");
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_string (builder, "file", recording->location);
  ser_json_add_string (builder, "title", recording->title);
  ser_json_add_string (builder, "date", recording->date);
  ser_json_add_string (builder, "uploader", recording->uploader);
  ser_json_add_int (builder, "track", recording->track);
  ser_json_add_int (builder, "tracks", recording->n_tracks);
  ser_json_add_string (builder, "language", recording->language);
  ser_json_add_double (builder, "duration", recording->duration);
  ser_json_add_double (builder, "expected_duration", recording->expected);
  ser_json_add_boolean (builder, "truncated", recording->truncated);
  ser_json_add_string (builder, "model", recording->model);
  ser_json_add_string (builder, "model_id", recording->model_id);
  ser_json_add_strings (builder, "labels", (const char *const *) recording->labels, recording->n_labels);
  ser_json_add_double (builder, "window", recording->window);
  ser_json_add_double (builder, "interval", recording->interval);
  ser_json_add_double (builder, "threshold", recording->threshold);
  ser_json_add_double (builder, "smoothing", recording->smoothing);
  ser_json_add_boolean (builder, "speakers_separated", recording->speakers_given);
  end_row (builder, out);
}

/* Estimate and interval, as [estimate, low, high]. */
static void
add_estimate (JsonBuilder *builder, const char *name, double estimate, double low, double high)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  ser_json_add_double (builder, "value", estimate);
  ser_json_add_double (builder, "low", low);
  ser_json_add_double (builder, "high", high);
  json_builder_end_object (builder);
}

static void
add_shares (JsonBuilder *builder, const SerRecording *recording, const SerRecordingSummary *summary)
{
  json_builder_set_member_name (builder, "shares");
  json_builder_begin_object (builder);
  for (guint i = 0; i < recording->n_labels; i++) {
    const SerShare *share = &summary->shares[i];

    json_builder_set_member_name (builder, recording->labels[i]);
    json_builder_begin_object (builder);
    add_estimate (builder, "sampling_only", share->share, share->low, share->high);
    add_estimate (builder, "corrected", share->corrected, share->c_low, share->c_high);
    ser_json_add_double (builder, "dwell", summary->dwell[i]);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
add_peaks (JsonBuilder *builder, const SerRecording *recording, const SerRecordingSummary *summary)
{
  json_builder_set_member_name (builder, "peaks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < summary->n_peaks; i++) {
    json_builder_begin_object (builder);
    ser_json_add_double (builder, "time", summary->peaks[i].time);
    ser_json_add_string (builder, "emotion", recording->labels[summary->peaks[i].label]);
    ser_json_add_double (builder, "score", summary->peaks[i].score);
    ser_json_add_double (builder, "z", summary->peaks[i].z);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
append_summary (const SerRecording *recording, const SerRecordingSummary *summary, const char *speaker, GString *out)
{
  JsonBuilder *builder = begin_row ("summary");

  ser_json_add_string (builder, "speaker", speaker);
  ser_json_add_int (builder, "windows", summary->n_windows);
  ser_json_add_int (builder, "speech_windows", summary->n_speech);
  ser_json_add_double (builder, "none", summary->none);
  ser_json_add_double (builder, "uncertain", summary->uncertain);
  add_shares (builder, recording, summary);
  ser_json_add_int (builder, "transitions", summary->transitions);
  ser_json_add_double (builder, "transitions_per_minute", summary->transitions_per_minute);
  ser_json_add_double (builder, "mean_dwell", summary->mean_dwell);
  ser_json_add_double (builder, "volatility", summary->volatility);
  ser_json_add_double (builder, "pitch", summary->pitch_mean);
  ser_json_add_double (builder, "pitch_sd_semitones", summary->pitch_sd);
  ser_json_add_double (builder, "loudness", summary->loudness_mean);
  ser_json_add_double (builder, "loudness_sd", summary->loudness_sd);
  add_peaks (builder, recording, summary);
  end_row (builder, out);
}

static void
append_fragility (const SerRecording *recording, GString *out)
{
  const SerFragility *fragility = &recording->fragility;
  JsonBuilder *builder = begin_row ("fragility");

  ser_json_add_int (builder, "sampled", fragility->n_sampled);
  ser_json_add_double (builder, "any", fragility->any);
  json_builder_set_member_name (builder, "changed");
  json_builder_begin_object (builder);
  for (guint i = 0; i < SER_N_FRAGILITY; i++)
    ser_json_add_double (builder, ser_fragility_get_name (i), fragility->changed[i]);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "windows");
  json_builder_begin_array (builder);
  for (guint i = 0; i < fragility->n_windows; i++) {
    json_builder_begin_object (builder);
    ser_json_add_int (builder, "index", fragility->windows[i].window);
    for (guint k = 0; k < SER_N_FRAGILITY; k++)
      ser_json_add_string (
          builder, ser_fragility_get_name (k), ser_recording_get_emotion (recording, fragility->windows[i].labels[k]));
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
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
