/* corpus-json.c - what a corpus is made of, as JSON: docs/corpus-json.md
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "corpus-figures.h"
#include "json.h"

/* Four decimals: what is behind them differs from machine to machine. */
static void
add_number (JsonBuilder *builder, const char *name, double value)
{
  ser_json_add_double (builder, name, round (value * 1e4) / 1e4);
}

static void
add_counts (JsonBuilder *builder, const char *name, const guint *counts, guint n)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < n; i++)
    json_builder_add_int_value (builder, counts[i]);
  json_builder_end_array (builder);
}

static void
add_distribution (JsonBuilder *builder, const char *name, const SerDistribution *distribution)
{
  static const char *const quartiles[] = { "lower_quartile", "median", "upper_quartile" };

  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  ser_json_add_int (builder, "clips", distribution->n);
  add_number (builder, "mean", distribution->mean);
  add_number (builder, "minimum", distribution->minimum);
  for (guint i = 0; i < G_N_ELEMENTS (quartiles); i++)
    add_number (builder, quartiles[i], distribution->quartiles[i]);
  add_number (builder, "maximum", distribution->maximum);
  json_builder_set_member_name (builder, "histogram");
  json_builder_begin_object (builder);
  add_number (builder, "from", distribution->bins.from);
  add_number (builder, "step", distribution->bins.step);
  add_counts (builder, "counts", distribution->counts, distribution->bins.n);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
add_pitch (JsonBuilder *builder, const SerCorpusPart *part)
{
  static const char *const names[] = { "female", "male" };

  add_distribution (builder, "pitch", &part->pitch);
  json_builder_set_member_name (builder, "pitch_by_sex");
  json_builder_begin_object (builder);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (part->pitch_by_sex[i].n > 0)
      add_distribution (builder, names[i], &part->pitch_by_sex[i]);
  json_builder_end_object (builder);
}

/* Members of the object under way, as those below. */
static void
add_balance (JsonBuilder *builder, const SerCorpusFigures *figures, const SerCorpusPart *part)
{
  ser_json_add_int (builder, "clips", part->clips);
  ser_json_add_int (builder, "speakers", part->speakers);
  add_number (builder, "hours", part->seconds / 3600);
  add_counts (builder, "clips_by_label", part->by_label, figures->n_labels);
}

static void
add_sound (JsonBuilder *builder, const SerCorpusPart *part)
{
  add_distribution (builder, "duration", &part->duration);
  add_distribution (builder, "loudness", &part->loudness);
  add_pitch (builder, part);
}

static void
add_parts (
    JsonBuilder *builder, const char *name, const SerCorpusFigures *figures, const GPtrArray *parts, gboolean sound)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; i < parts->len; i++) {
    const SerCorpusPart *part = parts->pdata[i];

    json_builder_begin_object (builder);
    ser_json_add_string (builder, "name", part->name);
    add_balance (builder, figures, part);
    if (sound)
      add_sound (builder, part);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_shares (JsonBuilder *builder, const SerCorpusVotes *votes)
{
  json_builder_set_member_name (builder, "shares");
  json_builder_begin_array (builder);
  for (guint r = 0; r < SER_N_EMOTIONS; r++) {
    json_builder_begin_array (builder);
    for (guint c = 0; c < SER_N_EMOTIONS && votes->by_label[r] > 0; c++)
      json_builder_add_double_value (builder, round (votes->shares[r][c] * 1e4) / 1e4);
    json_builder_end_array (builder);
  }
  json_builder_end_array (builder);
}

static void
add_votes (JsonBuilder *builder, const SerCorpusVotes *votes)
{
  json_builder_set_member_name (builder, "votes");
  if (votes->clips == 0) {
    json_builder_add_null_value (builder);
    return;
  }
  json_builder_begin_object (builder);
  ser_json_add_int (builder, "clips", votes->clips);
  ser_json_add_strings (builder, "labels", ser_emotions, SER_N_EMOTIONS);
  add_counts (builder, "clips_by_label", votes->by_label, SER_N_EMOTIONS);
  add_shares (builder, votes);
  add_number (builder, "agreement", votes->agreement);
  add_number (builder, "plurality", votes->plurality);
  json_builder_end_object (builder);
}

static void
add_facts (JsonBuilder *builder, const SerCorpusFigures *figures)
{
  const SerCorpusFacts *facts = figures->facts;

  ser_json_add_string (builder, "name", figures->name);
  ser_json_add_string (builder, "title", facts ? facts->title : figures->name);
  ser_json_add_string (builder, "language", facts ? facts->language : NULL);
  ser_json_add_string (builder, "licence", facts ? facts->licence : NULL);
  ser_json_add_string (builder, "citation", facts ? facts->citation : NULL);
}

gboolean
ser_corpus_figures_write_json (const SerCorpusFigures *figures, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "schema", SER_CORPUS_SCHEMA);
  ser_json_add_string (builder, "version", SER_VERSION);
  add_facts (builder, figures);
  ser_json_add_strings (builder, "labels", (const char *const *) figures->labels, figures->n_labels);
  add_balance (builder, figures, figures->all);
  add_sound (builder, figures->all);
  add_parts (builder, "by_label", figures, figures->by_label, TRUE);
  add_parts (builder, "by_split", figures, figures->by_split, FALSE);
  add_parts (builder, "by_group", figures, figures->by_group, FALSE);
  add_votes (builder, &figures->votes);
  ser_json_add_strings (builder, "left_out", (const char *const *) figures->left_out->pdata, figures->left_out->len);
  json_builder_end_object (builder);
  return ser_json_write (builder, path, error);
}
