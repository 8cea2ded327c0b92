/* compare-csv.c - a comparison as tidy CSV; docs/compare.md says what the columns are
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "comparison.h"
#include "csv.h"
#include "formats.h"

/* One row; what is NULL or NAN is left empty. */
typedef struct {
  const char *table, *measure, *speaker, *other, *file, *date, *part, *label, *note;
  double estimate, low, high, time, z, p, p_holm, p_least, gap;
  int n; /* speeches, or windows of one; -1: none */
} Row;

static const Row empty = { .estimate = NAN,
  .low = NAN,
  .high = NAN,
  .time = NAN,
  .z = NAN,
  .p = NAN,
  .p_holm = NAN,
  .p_least = NAN,
  .gap = NAN,
  .n = -1 };

static void
add_row (GString *out, const Row *row)
{
  const char *const texts[] = { row->table, row->speaker, row->other, row->file, row->date, row->part, row->label,
    row->measure };
  const double numbers[] = { row->estimate, row->low, row->high, row->time, row->z, row->p, row->p_holm, row->p_least,
    row->gap };
  g_autofree char *note = g_utf8_make_valid (row->note ? row->note : "", -1);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    ser_csv_append_field (out, texts[i] ? texts[i] : "");
    g_string_append_c (out, ',');
  }
  if (row->n >= 0)
    g_string_append_printf (out, "%d", row->n);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_string_append_c (out, ',');
    ser_format_append_number (out, numbers[i], 6);
  }
  g_string_append_c (out, ',');
  ser_csv_append_field (out, note);
  g_string_append_c (out, '\n');
}

static void
add_shares (GString *out, Row row, const SerShare *share)
{
  row.measure = "share";
  row.estimate = share->share;
  row.low = share->low;
  row.high = share->high;
  add_row (out, &row);
  row.measure = "share_corrected";
  row.estimate = share->corrected;
  row.low = share->c_low;
  row.high = share->c_high;
  add_row (out, &row);
}

static void
add_interval (GString *out, Row row, const char *measure, const SerInterval *interval)
{
  row.measure = measure;
  row.estimate = interval->value;
  row.low = interval->low;
  row.high = interval->high;
  add_row (out, &row);
}

/* ---- tables ---- */

static void
add_speech (const SerComparison *comparison, const SerSpeech *speech, GString *out)
{
  Row row = empty;

  row.table = "speech";
  row.speaker = speech->speaker;
  row.file = speech->path;
  row.date = speech->date;
  row.note = speech->truncated ? "truncated" : "";
  for (SerPart part = SER_PART_WHOLE; part < SER_N_PARTS; part++)
    for (guint k = 0; k < comparison->n_labels; k++) {
      row.part = ser_part_get_name (part);
      row.label = comparison->labels[k];
      row.n = speech->n_speech[part];
      row.measure = "share";
      row.estimate = ser_speech_get_share (speech, part, k);
      if (part == SER_PART_WHOLE)
        add_shares (out, row, &speech->shares[k]);
      else
        add_row (out, &row);
    }
}

static void
add_speaker (const SerComparison *comparison, const SerSpeaking *speaker, GString *out)
{
  Row row = empty;

  row.table = "speaker";
  row.speaker = speaker->name;
  row.n = speaker->n_speeches;
  for (SerPart part = SER_PART_WHOLE; part < SER_N_PARTS; part++) {
    row.part = ser_part_get_name (part);
    for (guint k = 0; k < comparison->n_labels; k++) {
      row.label = comparison->labels[k];
      if (part == SER_PART_WHOLE)
        add_shares (out, row, &speaker->shares[k]);
      else
        add_interval (out, row, "share", &speaker->parts[part][k]);
    }
    row.label = NULL;
    if (part == SER_PART_WHOLE)
      continue;
    add_interval (out, row, "pitch_z", &speaker->pitch[part]);
    add_interval (out, row, "loudness_z", &speaker->loudness[part]);
  }
}

static void
add_difference (const SerComparison *comparison, const SerDifference *difference, GString *out)
{
  const SerSpeaking *a = ser_comparison_get_speaker (comparison, difference->a);
  const SerSpeaking *b = ser_comparison_get_speaker (comparison, difference->b);
  g_autofree char *note = ser_difference_explain (difference);
  Row row = empty;

  row.table = "difference";
  row.speaker = a->name;
  row.other = b->name;
  row.part = ser_part_get_name (SER_PART_WHOLE);
  row.label = comparison->labels[difference->label];
  row.n = a->n_speeches + b->n_speeches;
  row.p = difference->p;
  row.p_holm = difference->p_holm;
  row.p_least = difference->least;
  row.gap = difference->gap;
  row.note = note;
  add_interval (out, row, "share", &difference->plain);
  row.p = row.p_holm = row.p_least = row.gap = NAN;
  row.note = NULL;
  add_interval (out, row, "share_corrected", &difference->corrected);
}

static void
add_moment (const SerComparison *comparison, const SerSpeaking *speaker, const SerMoment *moment, GString *out)
{
  const SerSpeech *speech = ser_comparison_get_speech (comparison, moment->speech);
  g_autofree char *link = ser_comparison_name_moment (comparison, moment);
  Row row = empty;

  row.table = "moment";
  row.measure = "score";
  row.speaker = speaker->name;
  row.file = speech->path;
  row.date = speech->date;
  row.label = comparison->labels[moment->label];
  row.estimate = moment->score;
  row.time = moment->time;
  row.z = moment->z;
  row.note = link;
  add_row (out, &row);
}

void
ser_comparison_append_csv (const SerComparison *comparison, GString *out)
{
  g_string_append (out,
      "table,speaker,other_speaker,file,date,part,label,measure,n,estimate,low,high,time_s,z,p,p_holm,p_least,gap,"
      "note\n");
  for (guint i = 0; i < comparison->speakers->len; i++)
    add_speaker (comparison, ser_comparison_get_speaker (comparison, i), out);
  for (guint i = 0; i < comparison->differences->len; i++)
    add_difference (comparison, &g_array_index (comparison->differences, SerDifference, i), out);
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);
    for (guint k = 0; k < speaker->n_speeches; k++)
      add_speech (comparison, ser_comparison_get_speech (comparison, speaker->speeches[k]), out);
  }
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);
    for (guint k = 0; k < speaker->n_moments; k++)
      add_moment (comparison, speaker, &speaker->moments[k], out);
  }
}
