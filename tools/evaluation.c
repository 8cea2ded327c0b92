/* evaluation.c - what `seremotion evaluate` found, as text, JSON and CSV
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "evaluation.h"

#include <stdio.h>
#include <string.h>

#include <json-glib/json-glib.h>

#include "csv.h"
#include "nn/softmax.h"

/* Groups of a speaker's age: from each to the next, in years. */
static const guint ages[] = { 1, 30, 45, 60, 200 };

typedef struct {
  char sex;
  guint from, to; /* age; to 0: any */
} Group;

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

static gboolean
is_in_group (const SerVerdict *verdict, gconstpointer data)
{
  const Group *group = data;
  const SerClip *clip = verdict->clip;

  return (!group->sex || clip->sex == group->sex)
      && (!group->to || (clip->age >= group->from && clip->age < group->to));
}

static guint
row_sum (const SerMetrics *metrics, guint row)
{
  guint sum = 0;

  for (guint c = 0; c < metrics->n_labels; c++)
    sum += metrics->confusion[row][c];
  return sum;
}

static guint
column_sum (const SerMetrics *metrics, guint column)
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
    guint n = row_sum (metrics, r);

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
print_group (const SerEvaluation *evaluation, const char *name, const Group *group)
{
  SerMetrics metrics;

  ser_evaluation_measure (evaluation, is_in_group, group, &metrics);
  if (metrics.clips > 0)
    printf ("%12s  %5" G_GSIZE_FORMAT " clips, UAR %.1f %%, accuracy %.1f %%\n", name, metrics.clips, 100 * metrics.uar,
        100 * metrics.accuracy);
}

static char *
age_name (guint i)
{
  return i == 0                     ? g_strdup_printf ("under-%u", ages[1])
      : i + 2 < G_N_ELEMENTS (ages) ? g_strdup_printf ("%u-%u", ages[i], ages[i + 1] - 1)
                                    : g_strdup_printf ("%u-and-over", ages[i]);
}

void
ser_evaluation_print (const SerEvaluation *evaluation)
{
  SerMetrics metrics;

  ser_evaluation_measure (evaluation, NULL, NULL, &metrics);
  printf ("%s on %s%s%s%s: %" G_GSIZE_FORMAT " clips\n", evaluation->model, evaluation->clips_from,
      evaluation->split ? ", split " : "", evaluation->split ? evaluation->split : "",
      evaluation->as_stream ? ", as streams" : "", metrics.clips);
  printf ("accuracy %.1f %%  UAR %.1f %%  macro F1 %.1f %%  ECE %.3f  loss %.3f\n", 100 * metrics.accuracy,
      100 * metrics.uar, 100 * metrics.macro_f1, metrics.ece, metrics.loss);
  print_confusion (evaluation, &metrics);
  print_group (evaluation, "female", &(Group){ .sex = 'f' });
  print_group (evaluation, "male", &(Group){ .sex = 'm' });
  for (guint i = 0; i + 1 < G_N_ELEMENTS (ages); i++) {
    g_autofree char *name = age_name (i);
    print_group (evaluation, name, &(Group){ .from = ages[i], .to = ages[i + 1] });
  }
}

/* ---- JSON ---- */

static void
add_double (JsonBuilder *builder, const char *name, double value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_double_value (builder, value);
}

static void
add_int (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, value);
}

static void
add_string (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

/* Recalls by label (of the labels that occur) and shares of the predictions by label. */
static void
add_by_label (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  json_builder_set_member_name (builder, "recalls");
  json_builder_begin_object (builder);
  for (guint i = 0; i < evaluation->n_labels; i++)
    if (row_sum (metrics, i) > 0)
      add_double (builder, evaluation->labels[i], metrics->confusion[i][i] / (double) row_sum (metrics, i));
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "predicted");
  json_builder_begin_object (builder);
  for (guint i = 0; i < evaluation->n_labels; i++)
    add_double (builder, evaluation->labels[i], metrics->clips ? column_sum (metrics, i) / (double) metrics->clips : 0);
  json_builder_end_object (builder);
}

static void
add_figures (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  add_int (builder, "clips", metrics->clips);
  add_double (builder, "accuracy", metrics->accuracy);
  add_double (builder, "uar", metrics->uar);
  add_double (builder, "macro_f1", metrics->macro_f1);
  add_double (builder, "ece", metrics->ece);
  add_double (builder, "loss", metrics->loss);
  add_by_label (builder, evaluation, metrics);
}

static void
add_group (JsonBuilder *builder, const SerEvaluation *evaluation, const char *name, const Group *group)
{
  SerMetrics metrics;

  ser_evaluation_measure (evaluation, is_in_group, group, &metrics);
  if (metrics.clips == 0)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  add_figures (builder, evaluation, &metrics);
  json_builder_end_object (builder);
}

static void
add_groups (JsonBuilder *builder, const SerEvaluation *evaluation)
{
  json_builder_set_member_name (builder, "by_group");
  json_builder_begin_object (builder);
  add_group (builder, evaluation, "female", &(Group){ .sex = 'f' });
  add_group (builder, evaluation, "male", &(Group){ .sex = 'm' });
  for (guint i = 0; i + 1 < G_N_ELEMENTS (ages); i++) {
    g_autofree char *name = age_name (i);
    add_group (builder, evaluation, name, &(Group){ .from = ages[i], .to = ages[i + 1] });
  }
  json_builder_end_object (builder);
}

static void
add_confusion (JsonBuilder *builder, const SerEvaluation *evaluation, const SerMetrics *metrics)
{
  json_builder_set_member_name (builder, "labels");
  json_builder_begin_array (builder);
  for (guint i = 0; i < evaluation->n_labels; i++)
    json_builder_add_string_value (builder, evaluation->labels[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "confusion");
  json_builder_begin_array (builder);
  for (guint r = 0; r < evaluation->n_labels; r++) {
    json_builder_begin_array (builder);
    for (guint c = 0; c < evaluation->n_labels; c++)
      json_builder_add_int_value (builder, metrics->confusion[r][c]);
    json_builder_end_array (builder);
  }
  json_builder_end_array (builder);
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
  add_int (builder, "too_short", too_short);
  add_int (builder, "no_answer", unanswered);
  add_int (builder, "other_labels", evaluation->other_labels);
  json_builder_set_member_name (builder, "unreadable");
  json_builder_begin_array (builder);
  for (guint i = 0; i < evaluation->unreadable->len; i++)
    json_builder_add_string_value (builder, evaluation->unreadable->pdata[i]);
  json_builder_end_array (builder);
}

gboolean
ser_evaluation_write_json (const SerEvaluation *evaluation, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode) root = NULL;
  SerMetrics metrics;

  ser_evaluation_measure (evaluation, NULL, NULL, &metrics);
  json_builder_begin_object (builder);
  add_string (builder, "model", evaluation->model);
  add_string (builder, "corpus", evaluation->clips_from);
  add_string (builder, "split", evaluation->split ? evaluation->split : "all");
  add_string (builder, "mode", evaluation->as_stream ? "stream" : "clip");
  add_figures (builder, evaluation, &metrics);
  add_confusion (builder, evaluation, &metrics);
  add_exceptions (builder, evaluation);
  add_groups (builder, evaluation);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  return json_generator_to_file (generator, path, error);
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
  const char *fields[] = { verdict->clip->name, verdict->clip->speaker, verdict->clip->split, verdict->clip->label,
    predicted < L ? evaluation->labels[predicted] : "" };

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
  g_autoptr (GString) out = g_string_new ("clip,speaker,split,emotion,predicted");

  for (guint i = 0; i < evaluation->n_labels; i++)
    g_string_append_printf (out, ",p_%s", evaluation->labels[i]);
  for (guint i = 0; i < evaluation->n_labels; i++)
    g_string_append_printf (out, ",logit_%s", evaluation->labels[i]);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < evaluation->verdicts->len; i++)
    append_verdict (out, evaluation, &g_array_index (evaluation->verdicts, SerVerdict, i));
  return g_file_set_contents (path, out->str, out->len, error);
}
