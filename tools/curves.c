/* curves.c - how a training went, read back from its run's JSON or its history
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "curves.h"

#include <math.h>
#include <string.h>

#include "csv.h"
#include "json-read.h"
#include "model/error.h"
#include "picture.h"
#include "training.h"

/* What both kinds of file call them, their greatest value there, and what makes ours of it. */
static const struct {
  const char *name;
  double high, factor;
} figures[SER_N_CURVES] = { [SER_CURVE_TRAIN_LOSS] = { "train_loss", G_MAXDOUBLE, 1 },
  [SER_CURVE_VALID_LOSS] = { "valid_loss", G_MAXDOUBLE, 1 },
  [SER_CURVE_TRAIN_ACCURACY] = { "train_accuracy", 1, 100 },
  [SER_CURVE_VALID_ACCURACY] = { "valid_accuracy", 1, 100 } };

void
ser_curves_free (SerCurves *curves)
{
  if (!curves)
    return;
  g_free (curves->name);
  g_free (curves->protocol);
  g_free (curves->epochs);
  for (guint f = 0; f < SER_N_CURVES; f++)
    g_free (curves->figures[f]);
  g_free (curves);
}

static void
allocate (SerCurves *curves, guint n)
{
  curves->n = n;
  curves->epochs = g_new (double, n);
  for (guint f = 0; f < SER_N_CURVES; f++)
    curves->figures[f] = g_new (double, n);
}

/* The file's name without folder and endings. */
static char *
name_of_file (const char *path)
{
  static const char *const endings[] = { ".csv", ".json", ".history", ".safetensors" };
  g_autofree char *shown = g_filename_display_basename (path);

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (shown, endings[i]) && strlen (shown) > strlen (endings[i]))
      shown[strlen (shown) - strlen (endings[i])] = '\0';
  return ser_text_clean (shown);
}

/* ---- JSON ---- */

static gboolean
read_epoch (SerCurves *curves, guint i, const SerJsonValue *epoch, GError **error)
{
  double after = i > 0 ? curves->epochs[i - 1] + 1 : 0;

  if (!ser_json_get_number (epoch, "epoch", after, G_MAXINT32, &curves->epochs[i], error))
    return FALSE;
  for (guint f = 0; f < SER_N_CURVES; f++)
    if (!ser_json_get_figure (epoch, figures[f].name, 0, figures[f].high, &curves->figures[f][i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_run (SerCurves *curves, const char *path, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);
  SerJsonValue root, history;
  const char *name, *protocol;
  guint n;

  if (!file || !ser_json_file_check_schema (file, SER_RUN_SCHEMA, "seremotion train --json", error))
    return FALSE;
  root = ser_json_file_root (file);
  if (!ser_json_get_figure (&root, "kept_epoch", 0, G_MAXINT32, &curves->kept, error)
      || !ser_json_get_array (&root, "history", &history, &n, error))
    return FALSE;
  name = ser_json_find_text (&root, "name");
  curves->name = name && *name ? ser_text_clean (name) : name_of_file (path);
  protocol = ser_json_find_text (&root, "protocol");
  curves->protocol = protocol ? ser_text_clean (protocol) : NULL;
  allocate (curves, n);
  for (guint i = 0; i < n; i++) {
    SerJsonValue epoch = ser_json_element (&history, i);
    if (!read_epoch (curves, i, &epoch, error))
      return FALSE;
  }
  return TRUE;
}

/* ---- CSV ---- */

/* A field's number, NAN where it is empty or not finite: so is a loss that has run away. */
static gboolean
read_field (
    const SerCsv *csv, guint row, int column, const char *path, double low, double high, double *value, GError **error)
{
  const char *text = ser_csv_get (csv, row, column);
  char *end;

  *value = *text ? g_ascii_strtod (text, &end) : NAN;
  if (*text && (end == text || *end || (isfinite (*value) && !(*value >= low && *value <= high))))
    return ser_fail (error, SER_ERROR_DATA, "%s:%u: %s `%s`: expected a number of %g or more%s", path,
        ser_csv_get_line (csv, row), ser_csv_get_column_name (csv, column), text, low, high == 1 ? ", at most 1" : "");
  if (!isfinite (*value))
    *value = NAN;
  return TRUE;
}

static gboolean
read_rows (SerCurves *curves, const SerCsv *csv, const int *columns, int epoch, const char *path, GError **error)
{
  for (guint i = 0; i < curves->n; i++) {
    double after = i > 0 ? curves->epochs[i - 1] + 1 : 0;

    if (!read_field (csv, i, epoch, path, after, G_MAXINT32, &curves->epochs[i], error))
      return FALSE;
    if (isnan (curves->epochs[i]))
      return ser_fail (error, SER_ERROR_DATA, "%s:%u: epoch ``: expected a number of %g or more", path,
          ser_csv_get_line (csv, i), after);
    for (guint f = 0; f < SER_N_CURVES; f++)
      if (!read_field (csv, i, columns[f], path, 0, figures[f].high, &curves->figures[f][i], error))
        return FALSE;
  }
  return TRUE;
}

static gboolean
read_history (SerCurves *curves, const char *path, GError **error)
{
  g_autoptr (SerCsv) csv = ser_csv_load (path, error);
  g_autofree char *shown = g_filename_display_name (path);
  int columns[SER_N_CURVES], epoch;

  if (!csv)
    return FALSE;
  epoch = ser_csv_find_column (csv, "epoch");
  if (epoch < 0)
    return ser_fail (error, SER_ERROR_DATA, "%s: no column `epoch`; expected the history of a training", shown);
  for (guint f = 0; f < SER_N_CURVES; f++) {
    columns[f] = ser_csv_find_column (csv, figures[f].name);
    if (columns[f] < 0)
      return ser_fail (
          error, SER_ERROR_DATA, "%s: no column `%s`; expected the history of a training", shown, figures[f].name);
  }
  if (ser_csv_get_n_rows (csv) == 0)
    return ser_fail (error, SER_ERROR_DATA, "%s: no epochs", shown);
  curves->name = name_of_file (path);
  allocate (curves, ser_csv_get_n_rows (csv));
  return read_rows (curves, csv, columns, epoch, shown, error);
}

static void
convert_units (SerCurves *curves)
{
  for (guint f = 0; f < SER_N_CURVES; f++)
    for (guint i = 0; i < curves->n; i++)
      curves->figures[f][i] *= figures[f].factor;
}

SerCurves *
ser_curves_load (const char *path, GError **error)
{
  g_autoptr (SerCurves) curves = g_new0 (SerCurves, 1);
  gboolean ok;

  curves->kept = NAN;
  ok = g_str_has_suffix (path, ".csv") ? read_history (curves, path, error) : read_run (curves, path, error);
  if (!ok)
    return NULL;
  convert_units (curves);
  return g_steal_pointer (&curves);
}
