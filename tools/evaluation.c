/* evaluation.c - what `seremotion evaluate` found, as text, JSON and CSV
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "evaluation.h"

#include <stdio.h>
#include <string.h>

#include "csv.h"
#include "json.h"
#include "nn/softmax.h"

typedef struct {
  char sex;       /* 0: either */
  guint from, to; /* age in years, `to` not included; 0: any */
} Group;

static const Group groups[SER_N_GROUPS] = { { 'f', 0, 0 }, { 'm', 0, 0 }, { 0, 1, 30 }, { 0, 30, 45 }, { 0, 45, 60 },
  { 0, 60, 200 } };

guint
ser_verdict_predicted (const SerVerdict *verdict, guint n_labels)
{
  return verdict->answered ? ser_arg_max (verdict->scores, n_labels) : n_labels;
}

void
ser_evaluation_measure (const SerEvaluation *evaluation, SerVerdictFilter keep, gconstpointer data, SerMetrics *metrics)
{
  guint L = evaluation->n_labels, columns = evaluation->as_stream ? L + 1 : L, n = 0;
  g_autofree float *scores = g_new0 (float, (gsize) evaluation->verdicts->len *columns);
  g_autofree guint *truth = g_new (guint, evaluation->verdicts->len + 1);

  for (guint i = 0; i < evaluation->verdicts->len; i++) {
    const SerVerdict *verdict = &g_array_index (evaluation->verdicts, SerVerdict, i);
    float *row = scores + (gsize) n * columns;

    if (keep && !keep (verdict, data))
      continue;
    truth[n++] = verdict->truth;
    if (verdict->answered) {
      memcpy (row, verdict->scores, L * sizeof (float));
      continue;
    }
    for (guint c = 0; c <= L; c++)
      row[c] = c < L ? 0.99f / (L + 1) : 1 - 0.99f * L / (L + 1);
  }
  ser_metrics_compute (metrics, scores, truth, n, columns);
}

gboolean
ser_clip_is_in_group (const SerClip *clip, guint group)
{
  const Group *g = &groups[group];

  return (!g->sex || clip->sex == g->sex) && (!g->to || (clip->age >= g->from && clip->age < g->to));
}

static gboolean
is_in_group (const SerVerdict *verdict, gconstpointer group)
{
  return ser_clip_is_in_group (verdict->clip, GPOINTER_TO_UINT (group));
}

void
ser_evaluation_measure_group (const SerEvaluation *evaluation, guint group, SerMetrics *metrics)
{
  ser_evaluation_measure (evaluation, is_in_group, GUINT_TO_POINTER (group), metrics);
}

char *
ser_evaluation_group_name (guint group)
{
  const Group *g = &groups[group];

  if (g->sex)
    return g_strdup (g->sex == 'f' ? "female" : "male");
  return g->from == 1 ? g_strdup_printf ("under-%u", g->to)
      : g->to < 200   ? g_strdup_printf ("%u-%u", g->from, g->to - 1)
                      : g_strdup_printf ("%u-and-over", g->from);
}

guint
ser_metrics_row_sum (const SerMetrics *metrics, guint row)
{
  guint sum = 0;

  for (guint c = 0; c < metrics->n_labels; c++)
    sum += metrics->confusion[row][c];
  return sum;
}

guint
ser_metrics_column_sum (const SerMetrics *metrics, guint column)
{
  guint sum = 0;

  for (guint r = 0; r < metrics->n_labels; r++)
    sum += metrics->confusion[r][column];
  return sum;
}

/* ---- text ---- */

static void
print_confusion (const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  printf ("confusion (rows: true, columns: predicted)\n%12s", "");
  for (guint c = 0; c < metrics->n_labels; c++)
    printf (" %9.9s", c < evaluation->n_labels ? evaluation->labels[c] : "no answer");
  printf ("    recall\n");
  for (guint r = 0; r < evaluation->n_labels; r++) {
    guint n = ser_metrics_row_sum (metrics, r);

    printf ("%12.12s", evaluation->labels[r]);
    for (guint c = 0; c < metrics->n_labels; c++)
      printf (" %9u", metrics->confusion[r][c]);
    if (n > 0)
      printf ("   %5.1f %%\n", 100.0 * metrics->confusion[r][r] / n);
    else
      printf ("         -\n");
  }
}

static void
print_group (const SerEvaluation *evaluation, guint group)
{
  g_autofree char *name = ser_evaluation_group_name (group);
  SerMetrics metrics;

  ser_evaluation_measure_group (evaluation, group, &metrics);
  if (metrics.clips > 0)
    printf ("%12s  %5" G_GSIZE_FORMAT " clips, UAR %.1f %%, accuracy %.1f %%\n", name, metrics.clips, 100 * metrics.uar,
        100 * metrics.accuracy);
}

void
ser_evaluation_print (const SerEvaluation *evaluation)
{
  SerMetrics metrics;

  ser_evaluation_measure (evaluation, NULL, NULL, &metrics);
  printf ("%s on %s%s%s%s%s%s: %" G_GSIZE_FORMAT " clips\n", evaluation->model, evaluation->clips_from,
      evaluation->split ? ", split " : "", evaluation->split ? evaluation->split : "",
      evaluation->as_stream ? ", as streams" : "", evaluation->augment ? ", after " : "",
      evaluation->augment ? evaluation->augment : "", metrics.clips);
  printf ("accuracy %.1f %%  UAR %.1f %%  macro F1 %.1f %%  ECE %.3f  loss %.3f\n", 100 * metrics.accuracy,
      100 * metrics.uar, 100 * metrics.macro_f1, metrics.ece, metrics.loss);
  print_confusion (evaluation, &metrics);
  for (guint i = 0; i < SER_N_GROUPS; i++)
    print_group (evaluation, i);
}

/* ---- JSON ---- */

/* Recalls by label (of the labels that occur) and shares of the predictions by label. */
static void
add_by_label (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  json_builder_set_member_name (builder, "recalls");
  json_builder_begin_object (builder);
  for (guint i = 0; i < evaluation->n_labels; i++)
    if (ser_metrics_row_sum (metrics, i) > 0)
      ser_json_add_double (
          builder, evaluation->labels[i], metrics->confusion[i][i] / (double) ser_metrics_row_sum (metrics, i));
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "predicted");
  json_builder_begin_object (builder);
  for (guint i = 0; i < evaluation->n_labels; i++)
    ser_json_add_double (builder, evaluation->labels[i],
        metrics->clips ? ser_metrics_column_sum (metrics, i) / (double) metrics->clips : 0);
  json_builder_end_object (builder);
}

void
ser_evaluation_add_metrics (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  ser_json_add_double (builder, "accuracy", metrics->accuracy);
  ser_json_add_double (builder, "uar", metrics->uar);
  ser_json_add_double (builder, "macro_f1", metrics->macro_f1);
  ser_json_add_double (builder, "ece", metrics->ece);
  ser_json_add_double (builder, "loss", metrics->loss);
  add_by_label (builder, evaluation, metrics);
}

static void
add_groups (JsonBuilder *builder, const SerEvaluation *evaluation)
{
  json_builder_set_member_name (builder, "by_group");
  json_builder_begin_object (builder);
  for (guint i = 0; i < SER_N_GROUPS; i++) {
    g_autofree char *name = ser_evaluation_group_name (i);
    SerMetrics metrics;

    ser_evaluation_measure_group (evaluation, i, &metrics);
    if (metrics.clips == 0)
      continue;
    json_builder_set_member_name (builder, name);
    json_builder_begin_object (builder);
    ser_json_add_int (builder, "clips", metrics.clips);
    ser_evaluation_add_metrics (builder, evaluation, &metrics);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

static void
add_confusion (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  ser_json_add_strings (builder, "labels", evaluation->labels, evaluation->n_labels);
  ser_json_add_square (builder, "confusion", metrics->confusion[0], evaluation->n_labels, SER_MAX_LABELS);
}

void
ser_evaluation_add_figures (JsonBuilder *builder, const SerEvaluation *evaluation)
{
  SerMetrics metrics;

  ser_evaluation_measure (evaluation, NULL, NULL, &metrics);
  ser_evaluation_add_metrics (builder, evaluation, &metrics);
  add_confusion (builder, evaluation, &metrics);
  add_groups (builder, evaluation);
}

/* Clips that are not in the figures, or are but for a default reason. */
static void
add_exceptions (JsonBuilder *builder, const SerEvaluation *evaluation)
{
  guint too_short = 0, unanswered = 0;

  for (guint i = 0; i < evaluation->verdicts->len; i++) {
    too_short += g_array_index (evaluation->verdicts, SerVerdict, i).too_short;
    unanswered += !g_array_index (evaluation->verdicts, SerVerdict, i).answered;
  }
  ser_json_add_int (builder, "too_short", too_short);
  ser_json_add_int (builder, "no_answer", unanswered);
  ser_json_add_int (builder, "other_labels", evaluation->other_labels);
  ser_json_add_strings (
      builder, "unreadable", (const char *const *) evaluation->unreadable->pdata, evaluation->unreadable->len);
}

gboolean
ser_evaluation_write_json (const SerEvaluation *evaluation, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "model", evaluation->model);
  ser_json_add_string (builder, "corpus", evaluation->clips_from);
  ser_json_add_string (builder, "split", evaluation->split ? evaluation->split : "all");
  ser_json_add_string (builder, "mode", evaluation->as_stream ? "stream" : "clip");
  ser_json_add_string (builder, "augment", evaluation->augment);
  ser_json_add_int (builder, "clips", evaluation->verdicts->len);
  ser_evaluation_add_figures (builder, evaluation);
  add_exceptions (builder, evaluation);
  json_builder_end_object (builder);
  return ser_json_write (builder, path, error);
}

/* ---- CSV ---- */

static void
append_numbers (GString *out, const float *values, guint n)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < n; i++)
    g_string_append_printf (out, ",%s", g_ascii_formatd (text, sizeof text, "%.6g", values[i]));
}

static void
append_verdict (GString *out, const SerEvaluation *evaluation, const SerVerdict *verdict)
{
  guint L = evaluation->n_labels, predicted = ser_verdict_predicted (verdict, L);
  g_autofree char *age = verdict->clip->age ? g_strdup_printf ("%u", verdict->clip->age) : g_strdup ("");
  const char *fields[] = { verdict->clip->name, verdict->clip->speaker,
    verdict->clip->sex == 'f'       ? "f"
        : verdict->clip->sex == 'm' ? "m"
                                    : "",
    age, verdict->clip->split, verdict->clip->label, predicted < L ? evaluation->labels[predicted] : "" };

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    if (i > 0)
      g_string_append_c (out, ',');
    ser_csv_append_field (out, fields[i]);
  }
  append_numbers (out, verdict->scores, L);
  append_numbers (out, verdict->logits, L);
  g_string_append_c (out, '\n');
}

gboolean
ser_evaluation_write_csv (const SerEvaluation *evaluation, const char *path, GError **error)
{
  g_autoptr (GString) out = g_string_new ("clip,speaker,sex,age,split,emotion,predicted");

  for (guint i = 0; i < evaluation->n_labels; i++)
    g_string_append_printf (out, ",p_%s", evaluation->labels[i]);
  for (guint i = 0; i < evaluation->n_labels; i++)
    g_string_append_printf (out, ",logit_%s", evaluation->labels[i]);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < evaluation->verdicts->len; i++)
    append_verdict (out, evaluation, &g_array_index (evaluation->verdicts, SerVerdict, i));
  return g_file_set_contents (path, out->str, out->len, error);
}
