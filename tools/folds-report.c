/* folds-report.c - the folds of a cross-validation as text, Markdown and JSON
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "folds.h"
#include "table.h"

/* ---- text ---- */

static void
add_cells (SerTable *table, const char *const *names)
{
  for (; *names; names++)
    ser_table_add (table, "%s", *names);
}

static void
append_folds (const SerFolds *folds, GString *out, gboolean markdown)
{
  static const char *const header[] = { "fold", "clips", "speakers", "temperature", "UAR", "accuracy", "macro F1",
    "ECE", "loss", NULL };
  g_autoptr (SerTable) table = ser_table_new ("Folds, each at the temperature that fits the others", 9);

  add_cells (table, header);
  for (guint f = 0; f < folds->n_folds; f++) {
    const SerFold *fold = &folds->folds[f];

    ser_table_add (table, "%s", fold->predictions->path);
    ser_table_add (table, "%" G_GSIZE_FORMAT, fold->metrics.clips);
    ser_table_add (table, "%u", fold->n_speakers);
    ser_table_add_number (table, fold->temperature, 3);
    ser_table_add_share (table, fold->metrics.uar);
    ser_table_add_share (table, fold->metrics.accuracy);
    ser_table_add_share (table, fold->metrics.macro_f1);
    ser_table_add_share (table, fold->metrics.ece);
    ser_table_add_number (table, fold->metrics.loss, 3);
  }
  ser_table_append (table, out, markdown);
}

static void
add_interval (SerTable *table, const char *name, const SerInterval *interval)
{
  ser_table_add (table, "%s", name);
  ser_table_add_share (table, interval->value);
  ser_table_add_share (table, interval->low);
  ser_table_add_share (table, interval->high);
}

static void
append_summary (const SerFolds *folds, GString *out, gboolean markdown)
{
  static const char *const header[] = { "figure", "value", "95 % from", "to", NULL };
  g_autoptr (SerTable) table = ser_table_new ("Summary", 4);
  g_autofree char *pooled = g_strdup_printf (
      "UAR of all %u clips (bootstrap over %u speakers)", folds->pooled.verdicts->len, folds->n_speakers);

  add_cells (table, header);
  add_interval (table, "UAR, mean over folds (Student's t)", &folds->uar);
  add_interval (table, "accuracy, mean over folds", &folds->accuracy);
  add_interval (table, "macro F1, mean over folds", &folds->macro_f1);
  add_interval (table, pooled, &folds->pooled_uar);
  ser_table_append (table, out, markdown);
}

static void
append_calibration (const SerFolds *folds, GString *out, gboolean markdown)
{
  static const char *const header[] = { "temperature", "ECE", "loss", "Brier score", NULL };
  const SerCalibration *rows[] = { &folds->before, &folds->after };
  g_autofree char *title =
      g_strdup_printf ("Calibration over all clips (the temperature that fits them all: %.4f)", folds->temperature);
  g_autoptr (SerTable) table = ser_table_new (title, 4);

  add_cells (table, header);
  for (guint i = 0; i < 2; i++) {
    ser_table_add (table, "%s", i ? "of the other folds" : "none");
    ser_table_add_share (table, rows[i]->ece);
    ser_table_add_number (table, rows[i]->loss, 3);
    ser_table_add_number (table, rows[i]->brier, 3);
  }
  ser_table_append (table, out, markdown);
}

static void
append_bins (const SerFolds *folds, GString *out, gboolean markdown)
{
  static const char *const header[] = { "confidence from", "to", "clips", "mean confidence", "accuracy", NULL };
  g_autoptr (SerTable) table = ser_table_new ("Reliability", 5);

  add_cells (table, header);
  for (guint i = 0; i < SER_RELIABILITY_BINS; i++) {
    const SerReliabilityBin *bin = &folds->after.bins[i];

    if (bin->clips == 0)
      continue;
    ser_table_add_number (table, bin->low, 3);
    ser_table_add_number (table, bin->high, 3);
    ser_table_add (table, "%" G_GSIZE_FORMAT, bin->clips);
    ser_table_add_share (table, bin->confidence);
    ser_table_add_share (table, bin->accuracy);
  }
  ser_table_append (table, out, markdown);
}

static void
append_coverage (const SerFolds *folds, GString *out, gboolean markdown)
{
  static const char *const header[] = { "threshold", "answered", "accuracy", "UAR", NULL };
  g_autoptr (SerTable) table = ser_table_new ("Coverage: the clips whose confidence reaches the threshold", 4);

  add_cells (table, header);
  for (guint i = 0; i < SER_FOLDS_THRESHOLDS; i++) {
    ser_table_add_number (table, ser_folds_threshold (i), 2);
    ser_table_add_share (table, folds->coverage[i].coverage);
    ser_table_add_share (table, folds->coverage[i].accuracy);
    ser_table_add_share (table, folds->coverage[i].uar);
  }
  ser_table_append (table, out, markdown);
}

static void
append_confusion (const SerFolds *folds, GString *out, gboolean markdown)
{
  guint L = folds->pooled.n_labels;
  g_autoptr (SerTable) table = ser_table_new ("Confusion (rows: true, columns: predicted)", L + 2);
  SerMetrics metrics;

  ser_evaluation_measure (&folds->pooled, NULL, NULL, &metrics);
  ser_table_add (table, "true");
  add_cells (table, folds->pooled.labels);
  ser_table_add (table, "recall");
  for (guint r = 0; r < L; r++) {
    guint n = ser_metrics_row_sum (&metrics, r);

    ser_table_add (table, "%s", folds->pooled.labels[r]);
    for (guint c = 0; c < L; c++)
      ser_table_add (table, "%u", metrics.confusion[r][c]);
    ser_table_add_share (table, n ? metrics.confusion[r][r] / (double) n : NAN);
  }
  ser_table_append (table, out, markdown);
}

static void
add_group (SerTable *table, const char *name, const SerMetrics *metrics, gboolean predicted)
{
  if (metrics->clips == 0)
    return;
  ser_table_add (table, "%s", name);
  ser_table_add (table, "%" G_GSIZE_FORMAT, metrics->clips);
  if (!predicted)
    ser_table_add_share (table, metrics->uar);
  for (guint i = 0; i < metrics->n_labels; i++) {
    guint n = ser_metrics_row_sum (metrics, i);
    double recall = n ? metrics->confusion[i][i] / (double) n : NAN;

    ser_table_add_share (table, predicted ? ser_metrics_column_sum (metrics, i) / (double) metrics->clips : recall);
  }
}

/* Recalls by group, or the shares of the predictions. */
static void
append_groups (const SerFolds *folds, GString *out, gboolean markdown, gboolean predicted)
{
  guint L = folds->pooled.n_labels;
  g_autoptr (SerTable) table =
      ser_table_new (predicted ? "Shares of the predictions by group" : "Recalls by group", L + (predicted ? 2 : 3));
  SerMetrics metrics;

  ser_table_add (table, "speakers");
  ser_table_add (table, "clips");
  if (!predicted)
    ser_table_add (table, "UAR");
  add_cells (table, folds->pooled.labels);
  ser_evaluation_measure (&folds->pooled, NULL, NULL, &metrics);
  add_group (table, "all", &metrics, predicted);
  for (guint i = 0; i < SER_N_GROUPS; i++) {
    g_autofree char *name = ser_evaluation_group_name (i);

    ser_evaluation_measure_group (&folds->pooled, i, &metrics);
    add_group (table, name, &metrics, predicted);
  }
  ser_table_append (table, out, markdown);
}

char *
ser_folds_to_text (const SerFolds *folds, gboolean markdown)
{
  static void (*const parts[]) (const SerFolds *folds, GString *out, gboolean markdown) = { append_summary,
    append_folds, append_calibration, append_confusion, append_bins, append_coverage };
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    parts[i](folds, out, markdown);
    g_string_append_c (out, '\n');
  }
  append_groups (folds, out, markdown, FALSE);
  g_string_append_c (out, '\n');
  append_groups (folds, out, markdown, TRUE);
  return g_string_free (out, FALSE);
}

/* ---- JSON ---- */

static void
begin_object (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
json_interval (JsonBuilder *builder, const char *name, const SerInterval *interval)
{
  begin_object (builder, name);
  ser_json_add_double (builder, "value", interval->value);
  ser_json_add_double (builder, "low", interval->low);
  ser_json_add_double (builder, "high", interval->high);
  json_builder_end_object (builder);
}

static void
json_folds (JsonBuilder *builder, const SerFolds *folds)
{
  json_builder_set_member_name (builder, "folds");
  json_builder_begin_array (builder);
  for (guint f = 0; f < folds->n_folds; f++) {
    const SerFold *fold = &folds->folds[f];

    json_builder_begin_object (builder);
    ser_json_add_string (builder, "file", fold->predictions->path);
    ser_json_add_int (builder, "speakers", fold->n_speakers);
    ser_json_add_double (builder, "temperature", fold->temperature);
    ser_json_add_int (builder, "clips", fold->metrics.clips);
    ser_evaluation_add_metrics (builder, &folds->pooled, &fold->metrics);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  begin_object (builder, "mean");
  json_interval (builder, "uar", &folds->uar);
  json_interval (builder, "accuracy", &folds->accuracy);
  json_interval (builder, "macro_f1", &folds->macro_f1);
  json_builder_end_object (builder);
}

static void
json_bootstrap (JsonBuilder *builder, const SerFolds *folds)
{
  begin_object (builder, "bootstrap");
  ser_json_add_string (builder, "unit", "speaker");
  ser_json_add_int (builder, "units", folds->n_speakers);
  ser_json_add_int (builder, "resamples", SER_FOLDS_RESAMPLES);
  ser_json_add_int (builder, "seed", SER_FOLDS_SEED);
  json_interval (builder, "uar", &folds->pooled_uar);
  json_builder_end_object (builder);
}

static void
json_state (JsonBuilder *builder, const char *name, const SerCalibration *calibration)
{
  begin_object (builder, name);
  ser_json_add_double (builder, "ece", calibration->ece);
  ser_json_add_double (builder, "loss", calibration->loss);
  ser_json_add_double (builder, "brier", calibration->brier);
  json_builder_set_member_name (builder, "bins");
  json_builder_begin_array (builder);
  for (guint i = 0; i < SER_RELIABILITY_BINS; i++) {
    const SerReliabilityBin *bin = &calibration->bins[i];

    if (bin->clips == 0)
      continue;
    json_builder_begin_object (builder);
    ser_json_add_int (builder, "clips", bin->clips);
    ser_json_add_double (builder, "low", bin->low);
    ser_json_add_double (builder, "high", bin->high);
    ser_json_add_double (builder, "confidence", bin->confidence);
    ser_json_add_double (builder, "accuracy", bin->accuracy);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
json_coverage (JsonBuilder *builder, const SerFolds *folds)
{
  json_builder_set_member_name (builder, "coverage");
  json_builder_begin_array (builder);
  for (guint i = 0; i < SER_FOLDS_THRESHOLDS; i++) {
    const SerCoverage *coverage = &folds->coverage[i];

    json_builder_begin_object (builder);
    ser_json_add_double (builder, "threshold", ser_folds_threshold (i));
    ser_json_add_int (builder, "answered", coverage->answered);
    ser_json_add_double (builder, "coverage", coverage->coverage);
    ser_json_add_double (builder, "accuracy", coverage->accuracy);
    ser_json_add_double (builder, "uar", coverage->uar);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

gboolean
ser_folds_write_json (const SerFolds *folds, const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *protocol = g_strdup_printf ("kfold-actors:%u", folds->n_folds);

  json_builder_begin_object (builder);
  ser_json_add_string (builder, "schema", SER_FOLDS_SCHEMA);
  ser_json_add_string (builder, "version", SER_VERSION);
  ser_json_add_string (builder, "protocol", protocol);
  ser_json_add_int (builder, "speakers", folds->n_speakers);
  ser_json_add_double (builder, "temperature", folds->temperature);
  ser_json_add_int (builder, "clips", folds->pooled.verdicts->len);
  ser_evaluation_add_figures (builder, &folds->pooled);
  json_folds (builder, folds);
  json_bootstrap (builder, folds);
  begin_object (builder, "calibration");
  json_state (builder, "before", &folds->before);
  json_state (builder, "after", &folds->after);
  json_builder_end_object (builder);
  json_coverage (builder, folds);
  json_builder_end_object (builder);
  return ser_json_write (builder, path, error);
}
