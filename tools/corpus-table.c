/* corpus-table.c - what a corpus is made of, as tables
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <stdio.h>

#include "corpus-figures.h"
#include "table.h"

/* "2.2 2.5 2.9", the quartiles. */
static void
add_quartiles (SerTable *table, const SerDistribution *distribution, guint decimals)
{
  const double *q = distribution->quartiles;

  if (distribution->n == 0)
    ser_table_add (table, "-");
  else
    ser_table_add (table, "%.*f %.*f %.*f", decimals, q[0], decimals, q[1], decimals, q[2]);
}

static void
add_sound_row (SerTable *table, const char *name, const SerCorpusPart *part, guint all)
{
  ser_table_add (table, "%s", name);
  ser_table_add (table, "%u", part->clips);
  ser_table_add_share (table, part->clips / (double) all);
  ser_table_add (table, "%u", part->speakers);
  add_quartiles (table, &part->duration, 1);
  add_quartiles (table, &part->loudness, 0);
  add_quartiles (table, &part->pitch_by_sex[0], 0);
  add_quartiles (table, &part->pitch_by_sex[1], 0);
}

static void
append_sound (const SerCorpusFigures *figures, GString *out)
{
  static const char *const columns[] = { "label", "clips", "share", "speakers", "duration s", "level dBFS",
    "pitch Hz, female", "male" };
  g_autoptr (SerTable) table =
      ser_table_new ("lower quartile, median and upper quartile of clips", G_N_ELEMENTS (columns));

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    ser_table_add (table, "%s", columns[i]);
  for (guint i = 0; i < figures->by_label->len; i++)
    add_sound_row (table, figures->labels[i], figures->by_label->pdata[i], figures->all->clips);
  add_sound_row (table, "all", figures->all, figures->all->clips);
  ser_table_append (table, out, FALSE);
}

static void
add_balance_rows (SerTable *table, const SerCorpusFigures *figures, const GPtrArray *parts)
{
  for (guint i = 0; i < parts->len; i++) {
    const SerCorpusPart *part = parts->pdata[i];

    ser_table_add (table, "%s", part->name);
    ser_table_add (table, "%u", part->clips);
    ser_table_add (table, "%u", part->speakers);
    for (guint l = 0; l < figures->n_labels; l++)
      ser_table_add (table, "%u", part->by_label[l]);
  }
}

static void
append_balance (const SerCorpusFigures *figures, GString *out)
{
  g_autoptr (SerTable) table = ser_table_new ("\nclips by split and group", 3 + figures->n_labels);

  ser_table_add (table, "part");
  ser_table_add (table, "clips");
  ser_table_add (table, "speakers");
  for (guint l = 0; l < figures->n_labels; l++)
    ser_table_add (table, "%s", figures->labels[l]);
  add_balance_rows (table, figures, figures->by_split);
  add_balance_rows (table, figures, figures->by_group);
  ser_table_append (table, out, FALSE);
}

static void
append_votes (const SerCorpusVotes *votes, GString *out)
{
  g_autoptr (SerTable) table =
      ser_table_new ("\nvotes of listeners (rows: intended, columns: heard)", 2 + SER_N_EMOTIONS);

  if (votes->clips == 0)
    return;
  ser_table_add (table, "intended");
  ser_table_add (table, "clips");
  for (guint c = 0; c < SER_N_EMOTIONS; c++)
    ser_table_add (table, "%s", ser_emotions[c]);
  for (guint r = 0; r < SER_N_EMOTIONS; r++) {
    ser_table_add (table, "%s", ser_emotions[r]);
    ser_table_add (table, "%u", votes->by_label[r]);
    for (guint c = 0; c < SER_N_EMOTIONS; c++)
      ser_table_add_share (table, votes->shares[r][c]);
  }
  ser_table_append (table, out, FALSE);
  g_string_append_printf (out, "%.1f %% of votes are for what was intended; it has the most in %.1f %% of %u clips\n",
      100 * votes->agreement, 100 * votes->plurality, votes->clips);
}

void
ser_corpus_figures_print (const SerCorpusFigures *figures)
{
  g_autoptr (GString) out = g_string_new (figures->facts ? figures->facts->title : figures->name);

  g_string_append_printf (out, "\n%u clips of %u speakers, %.2f hours; %u left out\n\n", figures->all->clips,
      figures->all->speakers, figures->all->seconds / 3600, figures->left_out->len);
  append_sound (figures, out);
  append_balance (figures, out);
  append_votes (&figures->votes, out);
  fputs (out->str, stdout);
}
