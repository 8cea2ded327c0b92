/* compare-json.c - a comparison as JSON
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "comparison.h"
#include "json.h"

static void
begin_array (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
}

static void
begin_object (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
add_interval (JsonBuilder *builder, const char *name, double value, double low, double high)
{
  begin_object (builder, name);
  ser_json_add_double (builder, "value", value);
  ser_json_add_double (builder, "low", low);
  ser_json_add_double (builder, "high", high);
  json_builder_end_object (builder);
}

static void
add_shares (JsonBuilder *builder, const SerComparison *comparison, const SerShare *shares)
{
  begin_object (builder, "shares");
  for (guint k = 0; k < comparison->n_labels; k++) {
    const SerShare *share = &shares[k];

    begin_object (builder, comparison->labels[k]);
    add_interval (builder, "plain", share->share, share->low, share->high);
    add_interval (builder, "corrected", share->corrected, share->c_low, share->c_high);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

/* ---- speeches ---- */

static void
add_part (JsonBuilder *builder, const SerComparison *comparison, const SerSpeech *speech, SerPart part)
{
  begin_object (builder, ser_part_get_name (part));
  ser_json_add_int (builder, "speech_windows", speech->n_speech[part]);
  for (guint k = 0; k < comparison->n_labels; k++)
    ser_json_add_double (builder, comparison->labels[k], ser_speech_get_share (speech, part, k));
  json_builder_end_object (builder);
}

static void
add_speech (JsonBuilder *builder, const SerComparison *comparison, const SerSpeech *speech)
{
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "path", speech->path);
  ser_json_add_string (builder, "speaker", speech->speaker);
  ser_json_add_string (builder, "date", speech->date);
  ser_json_add_string (builder, "place", speech->place);
  ser_json_add_string (builder, "title", speech->title);
  ser_json_add_string (builder, "party", speech->party);
  for (guint c = 0; comparison->list->columns[c]; c++)
    ser_json_add_string (builder, comparison->list->columns[c], speech->values[c]);
  ser_json_add_boolean (builder, "heard", speech->heard);
  ser_json_add_string (builder, "fault", ser_speech_fault_get_name (speech->fault));
  ser_json_add_string (builder, "failure", speech->why);
  if (speech->fault == SER_SPEECH_COPY)
    ser_json_add_int (builder, "copy_of", speech->copy_of);
  if (speech->heard) {
    ser_json_add_double (builder, "duration", speech->duration);
    ser_json_add_boolean (builder, "truncated", speech->truncated);
    ser_json_add_int (builder, "windows", speech->n_windows);
    ser_json_add_int (builder, "speech_windows", speech->n_speech[SER_PART_WHOLE]);
    add_shares (builder, comparison, speech->shares);
    begin_object (builder, "parts");
    for (SerPart part = SER_PART_WHOLE; part < SER_N_PARTS; part++)
      add_part (builder, comparison, speech, part);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

/* ---- speakers ---- */

static void
add_parts (JsonBuilder *builder, const SerComparison *comparison, const SerSpeaking *speaker)
{
  begin_object (builder, "parts");
  for (SerPart part = SER_PART_BEGINNING; part < SER_N_PARTS; part++) {
    const SerInterval *pitch = &speaker->pitch[part], *loudness = &speaker->loudness[part];

    begin_object (builder, ser_part_get_name (part));
    for (guint k = 0; k < comparison->n_labels; k++) {
      const SerInterval *share = &speaker->parts[part][k];
      add_interval (builder, comparison->labels[k], share->value, share->low, share->high);
    }
    add_interval (builder, "pitch_z", pitch->value, pitch->low, pitch->high);
    add_interval (builder, "loudness_z", loudness->value, loudness->low, loudness->high);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
add_moments (JsonBuilder *builder, const SerComparison *comparison, const SerSpeaking *speaker)
{
  begin_array (builder, "moments");
  for (guint i = 0; i < speaker->n_moments; i++) {
    const SerMoment *moment = &speaker->moments[i];
    g_autofree char *link = ser_comparison_name_moment (comparison, moment);

    json_builder_begin_object (builder);
    ser_json_add_int (builder, "recording", moment->speech);
    ser_json_add_string (builder, "link", link);
    ser_json_add_double (builder, "time", moment->time);
    ser_json_add_string (builder, "emotion", comparison->labels[moment->label]);
    ser_json_add_double (builder, "score", moment->score);
    ser_json_add_double (builder, "z", moment->z);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_speaker (JsonBuilder *builder, const SerComparison *comparison, const SerSpeaking *speaker)
{
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "name", speaker->name);
  ser_json_add_int (builder, "speeches", speaker->n_speeches);
  add_shares (builder, comparison, speaker->shares);
  add_parts (builder, comparison, speaker);
  add_moments (builder, comparison, speaker);
  json_builder_end_object (builder);
}

/* ---- differences ---- */

static void
add_difference (JsonBuilder *builder, const SerComparison *comparison, const SerDifference *difference)
{
  json_builder_begin_object (builder);
  ser_json_add_string (builder, "a", ser_comparison_get_speaker (comparison, difference->a)->name);
  ser_json_add_string (builder, "b", ser_comparison_get_speaker (comparison, difference->b)->name);
  ser_json_add_string (builder, "emotion", comparison->labels[difference->label]);
  add_interval (builder, "plain", difference->plain.value, difference->plain.low, difference->plain.high);
  add_interval (
      builder, "corrected", difference->corrected.value, difference->corrected.low, difference->corrected.high);
  ser_json_add_boolean (builder, "tested", difference->tested);
  ser_json_add_boolean (builder, "equal", difference->equal);
  ser_json_add_boolean (builder, "exact", difference->exact);
  ser_json_add_double (builder, "p_least", difference->least);
  ser_json_add_double (builder, "p", difference->p);
  ser_json_add_double (builder, "p_holm", difference->p_holm);
  ser_json_add_double (builder, "gap", difference->gap);
  ser_json_add_string (builder, "group_a", difference->group_a);
  ser_json_add_string (builder, "group_b", difference->group_b);
  ser_json_add_boolean (builder, "within_gap", difference->within_gap);
  json_builder_end_object (builder);
}

gboolean
ser_comparison_write_json (
    const SerComparison *comparison, const SerComparisonFacts *facts, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "schema", "seremotion-comparison-1");
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_string (builder, "manifest", facts->manifest);
  ser_json_add_string (builder, "model", facts->model);
  ser_json_add_string (builder, "model_id", facts->model_id);
  ser_json_add_double (builder, "window", facts->window);
  ser_json_add_double (builder, "interval", facts->interval);
  ser_json_add_int (builder, "seed", facts->seed);
  ser_json_add_strings (builder, "labels", comparison->labels, comparison->n_labels);
  ser_json_add_strings (builder, "failures", (const char *const *) facts->failures->pdata, facts->failures->len);
  ser_json_add_int (builder, "tests", comparison->n_tests);
  ser_json_add_double (builder, "p_least", comparison->least);
  begin_array (builder, "speakers");
  for (guint i = 0; i < comparison->speakers->len; i++)
    add_speaker (builder, comparison, ser_comparison_get_speaker (comparison, i));
  json_builder_end_array (builder);
  begin_array (builder, "differences");
  for (guint i = 0; i < comparison->differences->len; i++)
    add_difference (builder, comparison, &g_array_index (comparison->differences, SerDifference, i));
  json_builder_end_array (builder);
  begin_array (builder, "recordings");
  for (guint i = 0; i < comparison->list->speeches->len; i++)
    add_speech (builder, comparison, ser_comparison_get_speech (comparison, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return ser_json_write (builder, path, error);
}
