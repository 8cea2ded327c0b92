/* compare-table.c - a comparison on a terminal
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "comparison.h"
#include "table.h"

/* In per cent to one decimal, and 0 without a sign. */
static double
to_percent (double share)
{
  return fabs (share) < 0.0005 ? 0 : 100 * share;
}

/* "12.3 % (9.0 to 15.1)" */
static void
add_estimate (SerTable *table, double value, double low, double high)
{
  if (isnan (value))
    ser_table_add (table, "-");
  else if (isnan (low))
    ser_table_add (table, "%.1f %%", to_percent (value));
  else
    ser_table_add (table, "%.1f %% (%.1f to %.1f)", to_percent (value), to_percent (low), to_percent (high));
}

static void
append_shares (const SerComparison *comparison, GString *out)
{
  g_autoptr (SerTable) table = ser_table_new ("Shares of the windows with speech, mean over speeches (95 % intervals "
                                              "over speeches; the corrected ones also over "
                                              "what the model confuses)",
      5);

  ser_table_add (table, "speaker");
  ser_table_add (table, "speeches");
  ser_table_add (table, "emotion");
  ser_table_add (table, "as labelled, sampling only");
  ser_table_add (table, "corrected");
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (guint k = 0; k < comparison->n_labels; k++) {
      const SerShare *share = &speaker->shares[k];

      ser_table_add (table, "%s", k ? "" : speaker->name);
      if (k)
        ser_table_add (table, "%s", "");
      else
        ser_table_add (table, "%u", speaker->n_speeches);
      ser_table_add (table, "%s", comparison->labels[k]);
      add_estimate (table, share->share, share->low, share->high);
      add_estimate (table, share->corrected, share->c_low, share->c_high);
    }
  }
  ser_table_append (table, out, FALSE);
}

static void
append_parts (const SerComparison *comparison, GString *out)
{
  g_autoptr (SerTable) table = ser_table_new ("Thirds of a speech, mean over speeches", 3 + comparison->n_labels + 2);

  ser_table_add (table, "speaker");
  ser_table_add (table, "part");
  ser_table_add (table, "%s", "");
  for (guint k = 0; k < comparison->n_labels; k++)
    ser_table_add (table, "%s", comparison->labels[k]);
  ser_table_add (table, "pitch z");
  ser_table_add (table, "level z");
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (SerPart part = SER_PART_BEGINNING; part < SER_N_PARTS; part++) {
      ser_table_add (table, "%s", part == SER_PART_BEGINNING ? speaker->name : "");
      ser_table_add (table, "%s", ser_part_get_name (part));
      ser_table_add (table, "%s", "");
      for (guint k = 0; k < comparison->n_labels; k++)
        ser_table_add_share (table, speaker->parts[part][k].value);
      ser_table_add_number (table, speaker->pitch[part].value, 2);
      ser_table_add_number (table, speaker->loudness[part].value, 2);
    }
  }
  ser_table_append (table, out, FALSE);
}

static gboolean
has_dates (const SerComparison *comparison)
{
  guint n = 0;

  for (guint i = 0; i < comparison->list->speeches->len; i++)
    n += ser_comparison_get_speech (comparison, i)->date != NULL;
  return n > 1;
}

static void
append_dates (const SerComparison *comparison, GString *out)
{
  g_autoptr (SerTable) table = ser_table_new ("Speeches by date", 3 + comparison->n_labels);

  ser_table_add (table, "speaker");
  ser_table_add (table, "date");
  ser_table_add (table, "recording");
  for (guint k = 0; k < comparison->n_labels; k++)
    ser_table_add (table, "%s", comparison->labels[k]);
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (guint s = 0; s < speaker->n_speeches; s++) {
      const SerSpeech *speech = ser_comparison_get_speech (comparison, speaker->speeches[s]);

      ser_table_add (table, "%s", s ? "" : speaker->name);
      ser_table_add (table, "%s", speech->date ? speech->date : "-");
      ser_table_add (table, "%s", speech->path);
      for (guint k = 0; k < comparison->n_labels; k++)
        ser_table_add_share (table, ser_speech_get_share (speech, SER_PART_WHOLE, k));
    }
  }
  ser_table_append (table, out, FALSE);
}

/* ---- differences ---- */

static void
add_p (SerTable *table, const SerDifference *difference, double p)
{
  if (!difference->tested)
    ser_table_add (table, "not tested");
  else if (p < 0.0001)
    ser_table_add (table, "< 0.0001");
  else
    ser_table_add (table, "%.4f", p);
}

static void
append_differences (const SerComparison *comparison, GString *out)
{
  g_autoptr (SerTable) table = ser_table_new ("Differences in share between speakers, in percentage points", 8);
  static const char *const header[] = { "speakers", "emotion", "as labelled", "corrected", "p", "p (Holm)",
    "smallest p", "" };

  for (guint i = 0; i < G_N_ELEMENTS (header); i++)
    ser_table_add (table, "%s", header[i]);
  for (guint i = 0; i < comparison->differences->len; i++) {
    const SerDifference *difference = &g_array_index (comparison->differences, SerDifference, i);
    const SerInterval *plain = &difference->plain, *corrected = &difference->corrected;
    g_autofree char *remark = ser_difference_explain (difference);

    ser_table_add (table, "%s - %s", ser_comparison_get_speaker (comparison, difference->a)->name,
        ser_comparison_get_speaker (comparison, difference->b)->name);
    ser_table_add (table, "%s", comparison->labels[difference->label]);
    add_estimate (table, plain->value, plain->low, plain->high);
    add_estimate (table, corrected->value, corrected->low, corrected->high);
    add_p (table, difference, difference->p);
    add_p (table, difference, difference->p_holm);
    ser_table_add (table, "%.4f", difference->least);
    ser_table_add (table, "%s", remark);
  }
  ser_table_append (table, out, FALSE);
  if (comparison->n_tests > 0)
    g_string_append_printf (out,
        "  %u permutation tests over speeches, corrected by Holm; the smallest p that they can reach together is "
        "%.4f%s\n",
        comparison->n_tests, comparison->least,
        comparison->least > SER_COMPARISON_LEVEL ? ": with more speeches a difference could show" : "");
  else
    g_string_append_printf (out,
        "  no pair has enough speeches for a test: the smallest p they can reach is over %.2f\n", SER_COMPARISON_LEVEL);
  if (!comparison->has_groups)
    g_string_append (out, "  the model does not say how it treats groups of speakers, so that no gap is known\n");
}

/* ---- moments ---- */

static void
append_moments (const SerComparison *comparison, GString *out)
{
  g_autoptr (SerTable) table =
      ser_table_new ("Strongest moments, by how far the score is from what the speaker usually has", 5);

  ser_table_add (table, "speaker");
  ser_table_add (table, "emotion");
  ser_table_add (table, "score");
  ser_table_add (table, "z");
  ser_table_add (table, "where");
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (guint k = 0; k < speaker->n_moments; k++) {
      const SerMoment *moment = &speaker->moments[k];
      g_autofree char *link = ser_comparison_name_moment (comparison, moment);

      ser_table_add (table, "%s", k ? "" : speaker->name);
      ser_table_add (table, "%s", comparison->labels[moment->label]);
      ser_table_add_number (table, moment->score, 2);
      ser_table_add (table, "%+.1f", moment->z);
      ser_table_add (table, "%s", link);
    }
  }
  ser_table_append (table, out, FALSE);
}

void
ser_comparison_append_table (const SerComparison *comparison, const SerComparisonFacts *facts, GString *out)
{
  g_autofree char *few = ser_comparison_name_few (comparison);

  append_shares (comparison, out);
  if (*few)
    g_string_append_printf (out, "  %s\n", few);
  g_string_append_c (out, '\n');
  append_parts (comparison, out);
  g_string_append_c (out, '\n');
  if (has_dates (comparison)) {
    append_dates (comparison, out);
    g_string_append_c (out, '\n');
  }
  if (comparison->speakers->len > 1) {
    append_differences (comparison, out);
    g_string_append_c (out, '\n');
  }
  append_moments (comparison, out);
  g_string_append_printf (out,
      "\nModel %s (%s). A label says what a voice sounds like to a model of acted speech, not what a person feels; "
      "rooms and\n"
      "microphones change it as much as speakers do. Compare speeches recorded alike.\n",
      facts->model, facts->model_id);
}
