/* recording-json.c - the parts of a recording's analysis as members of JSON objects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "recording-json.h"

void
ser_recording_add_description (JsonBuilder *builder, const SerRecording *recording)
{
  ser_json_add_string (builder, "file", recording->file);
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

void
ser_recording_add_summary (JsonBuilder *builder, const SerRecording *recording, const SerRecordingSummary *summary)
{
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
}

void
ser_recording_add_fragility (JsonBuilder *builder, const SerRecording *recording)
{
  const SerFragility *fragility = &recording->fragility;

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
}
