/* compare-html.c - a comparison as one page, without scripts and without other files
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <gst/gst.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "comparison.h"
#include "panels.h"

/* ---- text ---- */

static void
add_text (GString *out, const char *before, const char *text, const char *after)
{
  g_string_append (out, before);
  ser_panels_append_text (out, text);
  g_string_append (out, after);
}

static void
add_cell (GString *out, const char *text)
{
  add_text (out, "<td>", text, "</td>");
}

/* In per cent to one decimal, and 0 without a sign. */
static double
to_percent (double share)
{
  return fabs (share) < 0.0005 ? 0 : 100 * share;
}

static void
add_percent (GString *out, double value, double low, double high)
{
  if (isnan (value))
    g_string_append (out, "<td class=\"n\">–</td>");
  else if (isnan (low))
    g_string_append_printf (out, "<td class=\"n\">%.1f&nbsp;%%</td>", to_percent (value));
  else
    g_string_append_printf (out, "<td class=\"n\">%.1f&nbsp;%% <small>(%.1f&nbsp;to&nbsp;%.1f)</small></td>",
        to_percent (value), to_percent (low), to_percent (high));
}

static void
begin_table (GString *out, const char *caption, const char *const *columns)
{
  add_text (out, "<div class=\"scroll\"><table><caption>", caption, "</caption><thead><tr>");
  for (; *columns; columns++)
    add_text (out, "<th scope=\"col\">", *columns, "</th>");
  g_string_append (out, "</tr></thead><tbody>\n");
}

static void
end_table (GString *out)
{
  g_string_append (out, "</tbody></table></div>\n");
}

/* ---- links ---- */

/* From the folder of the page to the file, with `./` first, so that no name is taken for a scheme. */
static char *
make_relative (const char *page, const char *file)
{
  g_autofree char *from = g_canonicalize_filename (page, NULL), *to = g_canonicalize_filename (file, NULL);
  g_auto (GStrv) a = g_strsplit (from, "/", -1), b = g_strsplit (to, "/", -1);
  GString *path = g_string_new ("./");
  guint common = 0;

  while (a[common] && b[common] && a[common + 1] && b[common + 1] && strcmp (a[common], b[common]) == 0)
    common++;
  for (guint i = common; a[i] && a[i + 1]; i++)
    g_string_append (path, "../");
  for (guint i = common; b[i]; i++) {
    g_autofree char *escaped = g_uri_escape_string (b[i], NULL, FALSE);
    g_string_append_printf (path, "%s%s", escaped, b[i + 1] ? "/" : "");
  }
  return g_string_free (path, FALSE);
}

/* What leads to nothing worse than media: a manifest is not ours. */
static gboolean
is_medium_uri (const char *location)
{
  static const char *const schemes[] = { "http", "https", "file", "ftp", "rtsp" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (gst_uri_has_protocol (location, schemes[i]))
      return TRUE;
  return FALSE;
}

static void
add_link (const SerComparison *comparison, const SerMoment *moment, const char *page, GString *out)
{
  const SerSpeech *speech = ser_comparison_get_speech (comparison, moment->speech);
  g_autofree char *name = ser_comparison_name_moment (comparison, moment);
  gboolean is_uri = gst_uri_is_valid (speech->location);
  g_autofree char *target = is_uri ? g_strdup (speech->location) : make_relative (page, speech->location);
  g_autofree char *fragment = ser_moment_make_fragment (moment);

  /* Where the medium of a document is, nobody knows. */
  if (speech->document || (is_uri && !is_medium_uri (target))) {
    add_cell (out, name);
    return;
  }
  add_text (out, "<td><a href=\"", target, fragment);
  add_text (out, "\">", name, "</a></td>");
}

/* ---- charts ---- */

static const char **
get_names (const SerComparison *comparison)
{
  const char **names = g_new (const char *, comparison->speakers->len + 1);

  for (guint i = 0; i < comparison->speakers->len; i++)
    names[i] = ser_comparison_get_speaker (comparison, i)->name;
  return names;
}

static SerInterval *
new_values (const SerPanels *panels)
{
  guint n = panels->n_panels * panels->n_series * panels->n_points;
  SerInterval *values = g_new (SerInterval, n + 1);

  for (guint i = 0; i < n; i++)
    values[i] = (SerInterval){ NAN, NAN, NAN };
  return values;
}

/* Each speaker has a place of its own, and beside it one for what is corrected. */
static void
add_share_chart (const SerComparison *comparison, const char *const *names, GString *out)
{
  guint n = comparison->speakers->len, points = comparison->has_confusion ? 2 * n : n;
  g_autofree double *x = g_new (double, points + 1);
  SerPanels panels = { "Shares of each emotion by speaker", comparison->labels, names, NULL, x, comparison->n_labels, n,
    points, NULL, points - n, FALSE };
  g_autofree SerInterval *values = new_values (&panels);

  for (guint i = 0; i < points; i++)
    x[i] = (i % n + 0.35 + (i >= n ? 0.3 : 0)) / n;
  for (guint k = 0; k < comparison->n_labels; k++)
    for (guint i = 0; i < points; i++) {
      const SerShare *share = &ser_comparison_get_speaker (comparison, i % n)->shares[k];
      values[(k * n + i % n) * points + i] = i < n ? (SerInterval){ share->share, share->low, share->high }
                                                   : (SerInterval){ share->corrected, share->c_low, share->c_high };
    }
  panels.values = values;
  ser_panels_append_legend (&panels, out);
  ser_panels_append (&panels, out);
}

static void
add_part_chart (const SerComparison *comparison, const char *const *names, GString *out)
{
  static const char *const ticks[] = { "beginning", "middle", "end" };
  guint n = comparison->speakers->len;
  double x[3];
  SerPanels panels = { "Shares over the thirds of a speech", comparison->labels, names, ticks, x, comparison->n_labels,
    n, 3, NULL, 0, TRUE };
  g_autofree SerInterval *values = new_values (&panels);

  for (guint i = 0; i < 3; i++)
    x[i] = 0.12 + i * 0.38;
  for (guint k = 0; k < comparison->n_labels; k++)
    for (guint s = 0; s < n; s++)
      for (guint i = 0; i < 3; i++)
        values[(k * n + s) * 3 + i] = ser_comparison_get_speaker (comparison, s)->parts[SER_PART_BEGINNING + i][k];
  panels.values = values;
  ser_panels_append_legend (&panels, out);
  ser_panels_append (&panels, out);
}

/* ---- dates ---- */

typedef struct {
  double day;
  guint speaker;
  const SerSpeech *speech;
} Dated;

/* A year is taken for its middle, as is a month. */
static double
get_day (const char *date)
{
  unsigned year, month = 0, day = 0;
  GDate d;

  sscanf (date, "%4u-%2u-%2u", &year, &month, &day);
  g_date_set_dmy (&d, day ? day : month ? 15 : 1, month ? month : 7, year);
  return g_date_get_julian (&d);
}

static int
compare_days (gconstpointer a, gconstpointer b)
{
  const Dated *x = a, *y = b;

  return x->day != y->day ? (x->day > y->day) - (x->day < y->day) : (x->speech > y->speech) - (x->speech < y->speech);
}

static GArray *
find_dated (const SerComparison *comparison)
{
  GArray *dated = g_array_new (FALSE, FALSE, sizeof (Dated));

  for (guint s = 0; s < comparison->speakers->len; s++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, s);

    for (guint i = 0; i < speaker->n_speeches; i++) {
      const SerSpeech *speech = ser_comparison_get_speech (comparison, speaker->speeches[i]);
      Dated one = { speech->date ? get_day (speech->date) : 0, s, speech };

      if (speech->date)
        g_array_append_val (dated, one);
    }
  }
  g_array_sort (dated, compare_days);
  return dated;
}

static void
add_date_chart (const SerComparison *comparison, const char *const *names, GString *out)
{
  g_autoptr (GArray) dated = find_dated (comparison);
  guint n = comparison->speakers->len, points = dated->len;
  g_autofree double *x = g_new (double, points + 1);
  g_autofree const char **ticks = g_new (const char *, points + 1);
  SerPanels panels = { "Shares of each speech by date", comparison->labels, names, ticks, x, comparison->n_labels, n,
    points, NULL, 0, TRUE };
  g_autofree SerInterval *values = new_values (&panels);
  double first, length;

  if (points < 2) {
    g_string_append (out, "<p>Fewer than two speeches have a date.</p>\n");
    return;
  }
  first = g_array_index (dated, Dated, 0).day;
  length = g_array_index (dated, Dated, points - 1).day - first;
  for (guint i = 0; i < points; i++) {
    const Dated *one = &g_array_index (dated, Dated, i);

    x[i] = length > 0 ? 0.06 + 0.88 * (one->day - first) / length : 0.5;
    ticks[i] = one->speech->date;
    for (guint k = 0; k < comparison->n_labels; k++)
      values[(k * n + one->speaker) * points + i].value = ser_speech_get_share (one->speech, SER_PART_WHOLE, k);
  }
  panels.values = values;
  ser_panels_append_legend (&panels, out);
  ser_panels_append (&panels, out);
}

/* ---- tables ---- */

static void
add_shares (const SerComparison *comparison, GString *out)
{
  static const char *const columns[] = { "speaker", "speeches", "emotion", "as labelled (95 %, sampling only)",
    "corrected (95 %, sampling and confusion)", NULL };

  begin_table (out, "Share of the windows with speech, mean over speeches", columns);
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (guint k = 0; k < comparison->n_labels; k++) {
      const SerShare *share = &speaker->shares[k];

      add_text (out, "<tr><th scope=\"row\">", speaker->name, "</th>");
      g_string_append_printf (out, "<td class=\"n\">%u</td>", speaker->n_speeches);
      add_cell (out, comparison->labels[k]);
      add_percent (out, share->share, share->low, share->high);
      add_percent (out, share->corrected, share->c_low, share->c_high);
      g_string_append (out, "</tr>\n");
    }
  }
  end_table (out);
}

static void
add_z (GString *out, const SerInterval *z)
{
  if (isnan (z->value))
    g_string_append (out, "<td class=\"n\">–</td>");
  else
    g_string_append_printf (out, "<td class=\"n\">%+.2f</td>", z->value);
}

static void
add_voice (const SerComparison *comparison, GString *out)
{
  static const char *const columns[] = { "speaker", "part", "pitch", "loudness", NULL };

  begin_table (out, "Pitch and loudness, in standard deviations from what is usual for the speaker", columns);
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (SerPart part = SER_PART_BEGINNING; part < SER_N_PARTS; part++) {
      add_text (out, "<tr><th scope=\"row\">", speaker->name, "</th>");
      add_cell (out, ser_part_get_name (part));
      add_z (out, &speaker->pitch[part]);
      add_z (out, &speaker->loudness[part]);
      g_string_append (out, "</tr>\n");
    }
  }
  end_table (out);
}

static void
add_p (GString *out, const SerDifference *difference, double p)
{
  if (!difference->tested)
    g_string_append (out, "<td class=\"n\">not tested</td>");
  else if (p < 0.0001)
    g_string_append (out, "<td class=\"n\">&lt; 0.0001</td>");
  else
    g_string_append_printf (out, "<td class=\"n\">%.4f</td>", p);
}

static void
add_difference (const SerComparison *comparison, const SerDifference *difference, GString *out)
{
  const char *a = ser_comparison_get_speaker (comparison, difference->a)->name;
  const char *b = ser_comparison_get_speaker (comparison, difference->b)->name;
  const SerInterval *plain = &difference->plain, *corrected = &difference->corrected;
  g_autofree char *remark = ser_difference_explain (difference);

  add_text (out, "<tr><th scope=\"row\">", a, " − ");
  add_text (out, "", b, "</th>");
  add_cell (out, comparison->labels[difference->label]);
  add_percent (out, plain->value, plain->low, plain->high);
  add_percent (out, corrected->value, corrected->low, corrected->high);
  add_p (out, difference, difference->p);
  add_p (out, difference, difference->p_holm);
  g_string_append_printf (out, "<td class=\"n\">%.4f</td>", difference->least);
  add_cell (out, remark);
  g_string_append (out, "</tr>\n");
}

static void
add_differences (const SerComparison *comparison, GString *out)
{
  static const char *const columns[] = { "speakers", "emotion", "as labelled", "corrected", "p",
    "p, corrected for all tests", "smallest p that can be reached", "", NULL };

  if (comparison->speakers->len < 2) {
    g_string_append (out, "<p>There is one speaker.</p>\n");
    return;
  }
  begin_table (out, "Difference of shares in percentage points", columns);
  for (guint i = 0; i < comparison->differences->len; i++)
    add_difference (comparison, &g_array_index (comparison->differences, SerDifference, i), out);
  end_table (out);
  if (comparison->n_tests > 0)
    g_string_append_printf (out,
        "<p>%u permutation tests, in which speeches change speakers; corrected by Holm. The smallest p that they can "
        "reach "
        "together is %.4f%s.</p>\n",
        comparison->n_tests, comparison->least,
        comparison->least > SER_COMPARISON_LEVEL ? ": only with more speeches could a difference show" : "");
  else
    g_string_append_printf (out,
        "<p>No pair of speakers has enough speeches for a test: the smallest p that they could reach is over "
        "%.2f.</p>\n",
        SER_COMPARISON_LEVEL);
  if (!comparison->has_groups)
    g_string_append (out, "<p>The model does not say how it treats groups of speakers, so no gap is known.</p>\n");
}

static void
add_moments (const SerComparison *comparison, const char *page, GString *out)
{
  static const char *const columns[] = { "speaker", "emotion", "score", "z", "where", "title", NULL };

  begin_table (out, "Furthest from what is usual for the speaker", columns);
  for (guint i = 0; i < comparison->speakers->len; i++) {
    const SerSpeaking *speaker = ser_comparison_get_speaker (comparison, i);

    for (guint k = 0; k < speaker->n_moments; k++) {
      const SerMoment *moment = &speaker->moments[k];
      const SerSpeech *speech = ser_comparison_get_speech (comparison, moment->speech);

      add_text (out, "<tr><th scope=\"row\">", speaker->name, "</th>");
      add_cell (out, comparison->labels[moment->label]);
      g_string_append_printf (out, "<td class=\"n\">%.2f</td><td class=\"n\">%+.1f</td>", moment->score, moment->z);
      add_link (comparison, moment, page, out);
      add_cell (out, speech->title ? speech->title : "");
      g_string_append (out, "</tr>\n");
    }
  }
  end_table (out);
}

static void
add_recordings (const SerComparison *comparison, const SerComparisonFacts *facts, GString *out)
{
  static const char *const columns[] = { "speaker", "recording", "date", "place", "title", "minutes", "with speech", "",
    NULL };

  begin_table (out, "Recordings", columns);
  for (guint i = 0; i < comparison->list->speeches->len; i++) {
    const SerSpeech *speech = ser_comparison_get_speech (comparison, i);
    const char *texts[] = { speech->path, speech->date, speech->place, speech->title };

    add_text (out, "<tr><th scope=\"row\">", speech->speaker, "</th>");
    for (guint k = 0; k < G_N_ELEMENTS (texts); k++)
      add_cell (out, texts[k] ? texts[k] : "");
    if (speech->heard)
      g_string_append_printf (out, "<td class=\"n\">%.1f</td><td class=\"n\">%u of %u windows</td>",
          speech->duration / 60, speech->n_speech[SER_PART_WHOLE], speech->n_windows);
    else
      g_string_append (out, "<td></td><td></td>");
    add_cell (out, !speech->heard ? "left out" : speech->truncated ? "truncated" : "");
    g_string_append (out, "</tr>\n");
  }
  end_table (out);
  for (guint i = 0; i < facts->failures->len; i++)
    add_text (out, "<p>Left out: ", facts->failures->pdata[i], "</p>\n");
}

/* ---- the page ---- */

static void
add_head (const SerComparison *comparison, const SerComparisonFacts *facts, GString *out)
{
  guint n = 0;

  for (guint i = 0; i < comparison->speakers->len; i++)
    n += ser_comparison_get_speaker (comparison, i)->n_speeches;
  g_string_append (out,
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Speakers "
      "compared</title>\n<style>\n"
      ":root{color-scheme:light dark;--ink:#222;--page:#fff;--faint:#ddd}\n"
      "@media (prefers-color-scheme:dark){:root{--ink:#eee;--page:#181818;--faint:#444}}\n"
      "body{margin:0;font:16px/1.5 sans-serif;color:var(--ink);background:var(--page)}"
      "main{max-width:64rem;margin:auto;padding:1rem}table{border-collapse:collapse;font-size:.85rem}"
      "caption{text-align:left;font-weight:bold;padding:.3rem 0}th,td{border-bottom:1px solid var(--faint);"
      "padding:.2rem .6rem .2rem 0;text-align:left;vertical-align:top}.n{text-align:right;"
      "font-variant-numeric:tabular-nums}.scroll{overflow-x:auto}a{color:inherit}\n");
  ser_panels_append_style (out);
  add_text (out, "</style></head><body><main>\n<h1>Speakers compared</h1>\n<p>", facts->manifest, "");
  g_string_append_printf (out, ": %u speeches of %u speakers; windows of %g s every %g s; ", n,
      comparison->speakers->len, facts->window, facts->interval);
  add_text (out, "model ", facts->model, "");
  add_text (out, " (", facts->model_id, "); ");
  g_string_append_printf (out, "seremotion %s, seed %" G_GUINT64_FORMAT ".</p>\n", SER_VERSION, facts->seed);
}

static void
add_reading (GString *out)
{
  g_string_append (out,
      "<section><h2>How to read it</h2><ul>\n"
      "<li>A label says what a voice sounds like to a model of acted speech. It does not say what a person feels or "
      "means, and "
      "is often wrong.</li>\n"
      "<li>Rooms, microphones, applause and compression change labels as much as speakers do. A difference between "
      "speeches "
      "recorded unlike each other is one of recordings until shown otherwise.</li>\n"
      "<li><em>As labelled</em>: its interval says what other speeches of the same speaker would have given, and "
      "nothing of the "
      "model’s mistakes. <em>Corrected</em>: what the shares would be if the model confused labels here as it did in "
      "its "
      "cross-validation; its interval has that in it. Where they disagree, neither is to be leaned on.</li>\n"
      "<li>Every speech counts the same, whatever its length. Who speaks in a recording was not separated.</li>\n"
      "</ul></section>\n");
}

void
ser_comparison_append_html (
    const SerComparison *comparison, const SerComparisonFacts *facts, const char *path, GString *out)
{
  g_autofree const char **names = get_names (comparison);
  g_autofree char *few = ser_comparison_name_few (comparison);

  add_head (comparison, facts, out);
  add_reading (out);
  g_string_append (out, "<section><h2>Shares</h2>\n");
  if (comparison->has_confusion)
    g_string_append (out, "<p>Filled: as labelled. Hollow: corrected.</p>\n");
  add_share_chart (comparison, names, out);
  add_shares (comparison, out);
  if (*few)
    add_text (out, "<p><strong>", few, "</strong></p>\n");
  g_string_append (out, "</section>\n<section><h2>Over the length of a speech</h2>\n");
  add_part_chart (comparison, names, out);
  add_voice (comparison, out);
  g_string_append (out, "</section>\n<section><h2>Over dates</h2>\n");
  add_date_chart (comparison, names, out);
  g_string_append (out, "</section>\n<section><h2>Differences between speakers</h2>\n");
  add_differences (comparison, out);
  g_string_append (out, "</section>\n<section><h2>Strongest moments</h2>\n");
  add_moments (comparison, path, out);
  g_string_append (out, "</section>\n<section><h2>Recordings</h2>\n");
  add_recordings (comparison, facts, out);
  g_string_append (out, "</section>\n</main></body></html>\n");
}
