/* plot-coverage.c - accuracy and UAR against the share of clips that a threshold leaves
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "chart.h"
#include "folds.h"
#include "json-read.h"
#include "model/error.h"
#include "plot.h"

#define MAX_THRESHOLDS 100
#define FEW_CLIPS 30 /* figures of fewer are a matter of luck: their marks are hollow */

/* Figures in per cent, for rising thresholds; thresholds that no clip reaches are left out. */
typedef struct {
  double thresholds[MAX_THRESHOLDS];
  double coverage[MAX_THRESHOLDS], accuracy[MAX_THRESHOLDS], uar[MAX_THRESHOLDS];
  guint answered[MAX_THRESHOLDS];
  guint n;
} Figures;

/* ---- the file ---- */

static gboolean
read_threshold (Figures *f, const SerJsonValue *value, GError **error)
{
  guint i = f->n;

  if (!ser_json_get_number (value, "threshold", i > 0 ? f->thresholds[i - 1] : 0, 1, &f->thresholds[i], error)
      || !ser_json_get_count (value, "answered", &f->answered[i], error)
      || !ser_json_get_number (value, "coverage", 0, 1, &f->coverage[i], error)
      || !ser_json_get_figure (value, "accuracy", 0, 1, &f->accuracy[i], error)
      || !ser_json_get_figure (value, "uar", 0, 1, &f->uar[i], error))
    return FALSE;
  f->coverage[i] *= 100;
  f->accuracy[i] *= 100;
  f->uar[i] *= 100;
  f->n += f->answered[i] > 0;
  return TRUE;
}

static gboolean
load (Figures *f, const char *path, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);
  SerJsonValue root, coverage;
  guint n;

  if (!file || !ser_json_file_check_schema (file, SER_FOLDS_SCHEMA, "seremotion crossval --json", error))
    return FALSE;
  root = ser_json_file_root (file);
  if (!ser_json_get_array (&root, "coverage", &coverage, &n, error))
    return FALSE;
  if (n > MAX_THRESHOLDS)
    return ser_fail (
        error, SER_ERROR_DATA, "%s: coverage: %u thresholds, expected at most %d", coverage.file, n, MAX_THRESHOLDS);
  for (guint i = 0; i < n; i++) {
    SerJsonValue element = ser_json_element (&coverage, i);
    if (!read_threshold (f, &element, error))
      return FALSE;
  }
  return f->n > 0
      || ser_fail (error, SER_ERROR_DATA, "%s: coverage: no clip is answered at any threshold", coverage.file);
}

/* ---- drawing ---- */

#define WIDTH 480
#define HEIGHT 300
#define AXIS_HEAD 40      /* room for the axis of thresholds */
#define LABEL_DISTANCE 26 /* between numbers on it */

/* The axis above: where on the curves each threshold is. Thresholds that would stand on each other are not numbered. */
static void
draw_thresholds (const SerChart *chart, cairo_t *cr, const Figures *f)
{
  double last = INFINITY;

  for (guint i = 0; i < f->n; i++) {
    double x = ser_chart_x (chart, f->coverage[i]);

    ser_set_colour (cr, ser_grey);
    cairo_set_line_width (cr, 1);
    cairo_move_to (cr, x, chart->top);
    cairo_rel_line_to (cr, 0, -5);
    cairo_stroke (cr);
    if (last - x < LABEL_DISTANCE)
      continue;
    last = x;
    ser_set_colour (cr, ser_ink);
    ser_text_print (cr, SER_TEXT_SMALL, x, chart->top - 13, 0.5, "%.2f", f->thresholds[i]);
  }
  ser_set_colour (cr, ser_ink);
  ser_text_draw (cr, SER_TEXT_NORMAL, "threshold", chart->left + chart->width / 2, chart->top - 30, 0.5);
}

static void
draw_curve (const SerChart *chart, cairo_t *cr, const Figures *f, const double *ys, const SerStroke *stroke)
{
  ser_chart_draw_series (chart, cr, f->coverage, ys, f->n, stroke);
  ser_set_colour (cr, ser_white);
  for (guint i = 0; i < f->n; i++)
    if (f->answered[i] < FEW_CLIPS && isfinite (ys[i]))
      ser_mark_path (cr, SER_MARK_DOT, ser_chart_x (chart, f->coverage[i]), ser_chart_y (chart, ys[i]));
  cairo_fill (cr);
}

static double
find_least (const Figures *f)
{
  double least = 100;

  for (guint i = 0; i < f->n; i++)
    least = fmin (least, fmin (f->accuracy[i], f->uar[i]));
  return least;
}

/* ---- words ---- */

static char *
make_line (const Figures *f)
{
  gboolean few = FALSE;

  for (guint i = 0; i < f->n; i++)
    few |= f->answered[i] < FEW_CLIPS;
  return g_strdup_printf (
      "of the clips that are answered when less confident ones are not%s", few ? "; hollow: fewer than 30 clips" : "");
}

static char *
describe (const Figures *f)
{
  GString *out = g_string_new ("Accuracy and unweighted average recall of the clips whose confidence reaches a "
                               "threshold, against their share.");

  for (guint i = 0; i < f->n; i++)
    g_string_append_printf (out, " Threshold %.2f: %.1f %% answered, accuracy %.1f %%, UAR %.1f %%%s", f->thresholds[i],
        f->coverage[i], f->accuracy[i], f->uar[i], i + 1 < f->n ? ";" : ".");
  return g_string_free (out, FALSE);
}

static SerPicture *
draw (const Figures *f, const SerPlotOptions *options)
{
  const SerLegendEntry legend[] = { { "accuracy", { ser_colours[SER_BLUE], 1.6, FALSE, SER_MARK_DISC } },
    { "UAR", { ser_colours[SER_VERMILLION], 1.6, TRUE, SER_MARK_SQUARE } } };
  g_autofree char *description = describe (f), *line = make_line (f);
  double legend_height = ser_legend_draw (NULL, legend, G_N_ELEMENTS (legend), SER_CHART_LEFT, 0, WIDTH);
  double head = ser_picture_head_height (line);
  SerChart chart = { SER_CHART_LEFT, head + legend_height + AXIS_HEAD, WIDTH, HEIGHT, ser_scale_loose (0, 100, 6),
    ser_scale_loose (find_least (f), 100, 6) };
  SerPicture *picture = ser_picture_new (options->format, SER_CHART_LEFT + WIDTH + 24,
      chart.top + HEIGHT + SER_CHART_BOTTOM, options->title ? options->title : "Coverage and accuracy", description);

  ser_picture_draw_head (picture, line);
  ser_legend_draw (picture->cr, legend, G_N_ELEMENTS (legend), SER_CHART_LEFT, head, WIDTH);
  ser_chart_draw_axes (&chart, picture->cr, "clips that are answered (%)", "accuracy, UAR (%)");
  draw_thresholds (&chart, picture->cr, f);
  draw_curve (&chart, picture->cr, f, f->uar, &legend[1].stroke);
  draw_curve (&chart, picture->cr, f, f->accuracy, &legend[0].stroke);
  return picture;
}

SerPicture *
ser_plot_coverage (const SerPlotOptions *options, char **inputs, GError **error)
{
  Figures figures = { 0 };

  return load (&figures, inputs[0], error) ? draw (&figures, options) : NULL;
}
