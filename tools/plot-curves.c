/* plot-curves.c - loss and accuracy of trainings over epochs
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "chart.h"
#include "curves.h"
#include "plot.h"

/* Longer runs have no marks. */
#define MARKED_EPOCHS 40
#define MARKED_EPOCHS_BESIDE 20
#define RUNS_PER_ROW 3
#define MAX_ENTRIES (SER_N_COLOURS + 3)

enum { LOSS, ACCURACY, N_PANELS };

static const struct {
  SerCurve train, valid;
  const char *name;
} panels[N_PANELS] = { [LOSS] = { SER_CURVE_TRAIN_LOSS, SER_CURVE_VALID_LOSS, "cross entropy (nats)" },
  [ACCURACY] = { SER_CURVE_TRAIN_ACCURACY, SER_CURVE_VALID_ACCURACY, "accuracy (%)" } };

/* The runs and where they go. Panels lie side by side; with runs beside each other, a run's are one above the other. */
typedef struct {
  SerCurves *runs[SER_N_COLOURS];
  guint n;
  gboolean overlay;
  SerScale epochs, figures[N_PANELS]; /* the same for all */
  double width, height;               /* of a panel */
  double top;                         /* of the first row of panels */
  SerLegendEntry legend[MAX_ENTRIES];
  guint n_entries;
} Sheet;

/* ---- the runs ---- */

static void
clear_sheet (Sheet *sheet)
{
  for (guint i = 0; i < sheet->n; i++)
    ser_curves_free (sheet->runs[i]);
}

static gboolean
load_runs (Sheet *sheet, const SerPlotOptions *options, char **inputs, GError **error)
{
  for (guint i = 0; inputs[i]; i++) {
    sheet->runs[i] = ser_curves_load (inputs[i], error);
    if (!sheet->runs[i])
      return FALSE;
    sheet->n++;
    if (options->names) {
      g_free (sheet->runs[i]->name);
      sheet->runs[i]->name = ser_text_clean (options->names[i]);
    }
  }
  sheet->overlay = options->overlay && sheet->n > 1;
  return TRUE;
}

static gboolean
has_curve (const SerCurves *run, SerCurve curve)
{
  for (guint i = 0; i < run->n; i++)
    if (isfinite (run->figures[curve][i]))
      return TRUE;
  return FALSE;
}

static void
extend (const SerCurves *run, SerCurve curve, double *low, double *high)
{
  for (guint i = 0; i < run->n; i++) {
    *low = fmin (*low, run->figures[curve][i]); /* NAN counts for nothing */
    *high = fmax (*high, run->figures[curve][i]);
  }
}

static void
set_scales (Sheet *sheet)
{
  double last = 2;

  for (guint i = 0; i < sheet->n; i++)
    last = fmax (last, sheet->runs[i]->epochs[sheet->runs[i]->n - 1]);
  sheet->epochs = ser_scale_tight (0, last, 6, 1);
  for (guint p = 0; p < N_PANELS; p++) {
    double low = INFINITY, high = -INFINITY;

    for (guint i = 0; i < sheet->n; i++) {
      extend (sheet->runs[i], panels[p].train, &low, &high);
      extend (sheet->runs[i], panels[p].valid, &low, &high);
    }
    sheet->figures[p] = high >= low ? ser_scale_loose (low, high, 6) : ser_scale_loose (0, 1, 6);
  }
}

/* ---- how they look ---- */

static SerStroke
stroke_of (const Sheet *sheet, guint run, gboolean train)
{
  guint own = train ? SER_BLUE : SER_VERMILLION;
  SerStroke stroke = { ser_colours[sheet->overlay ? run : own], 1.6, train, SER_MARK_NONE };

  if (!sheet->overlay && sheet->epochs.high <= (sheet->n == 1 ? MARKED_EPOCHS : MARKED_EPOCHS_BESIDE))
    stroke.mark = train ? SER_MARK_DISC : SER_MARK_SQUARE;
  return stroke;
}

static void
add_entry (Sheet *sheet, const char *text, SerStroke stroke)
{
  sheet->legend[sheet->n_entries++] = (SerLegendEntry){ text, stroke };
}

static void
set_legend (Sheet *sheet)
{
  SerStroke train = stroke_of (sheet, 0, TRUE), valid = stroke_of (sheet, 0, FALSE);
  gboolean validated = FALSE, kept = FALSE;

  for (guint i = 0; i < sheet->n; i++) {
    validated |=
        has_curve (sheet->runs[i], SER_CURVE_VALID_LOSS) || has_curve (sheet->runs[i], SER_CURVE_VALID_ACCURACY);
    kept |= isfinite (sheet->runs[i]->kept);
    if (sheet->overlay)
      add_entry (sheet, sheet->runs[i]->name, (SerStroke){ ser_colours[i], 4, FALSE, SER_MARK_NONE });
  }
  if (sheet->overlay)
    train.colour = valid.colour = ser_grey;
  add_entry (sheet, "training", train);
  if (validated)
    add_entry (sheet, "validation", valid);
  if (kept)
    add_entry (sheet, "epoch kept", (SerStroke){ ser_grey, 0, FALSE, SER_MARK_TRIANGLE });
}

/* ---- drawing ---- */

static gboolean
is_beside (const Sheet *sheet)
{
  return !sheet->overlay && sheet->n > 1;
}

static guint
n_columns (const Sheet *sheet)
{
  return is_beside (sheet) ? MIN (sheet->n, RUNS_PER_ROW) : N_PANELS;
}

static guint
n_rows (const Sheet *sheet)
{
  return is_beside (sheet) ? N_PANELS * ((sheet->n + RUNS_PER_ROW - 1) / RUNS_PER_ROW) : 1;
}

#define PANEL_HEAD 28
#define PANEL_GAP 16

static SerChart
place_panel (const Sheet *sheet, guint run, guint panel)
{
  gboolean beside = is_beside (sheet);
  guint column = beside ? run % RUNS_PER_ROW : panel, row = beside ? N_PANELS * (run / RUNS_PER_ROW) + panel : 0;

  return (SerChart){ SER_CHART_LEFT + column * (SER_CHART_LEFT + sheet->width + PANEL_GAP),
    sheet->top + PANEL_HEAD + row * (PANEL_HEAD + sheet->height + SER_CHART_BOTTOM), sheet->width, sheet->height,
    sheet->epochs, sheet->figures[panel] };
}

static void
draw_kept (const SerChart *chart, cairo_t *cr, const SerCurves *run, SerColour colour)
{
  static const double dots[] = { 1, 3 };
  double x = ser_chart_x (chart, run->kept);

  if (!isfinite (run->kept) || run->kept > chart->x.high)
    return;
  ser_set_colour (cr, colour);
  cairo_set_line_width (cr, 1);
  cairo_set_dash (cr, dots, G_N_ELEMENTS (dots), 0);
  cairo_move_to (cr, x, chart->top);
  cairo_line_to (cr, x, chart->top + chart->height);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
  ser_mark_path (cr, SER_MARK_TRIANGLE, x, chart->top - 1);
  cairo_fill (cr);
}

static void
draw_run (const Sheet *sheet, cairo_t *cr, guint i, guint panel)
{
  SerChart chart = place_panel (sheet, i, panel);
  SerStroke train = stroke_of (sheet, i, TRUE), valid = stroke_of (sheet, i, FALSE);
  const SerCurves *run = sheet->runs[i];

  if (i == 0 || !sheet->overlay)
    ser_chart_draw_axes (&chart, cr, "epoch", panels[panel].name);
  if (is_beside (sheet) && panel == 0) {
    g_autofree char *name = ser_text_fit (SER_TEXT_NORMAL, run->name, chart.width);
    ser_text_draw (cr, SER_TEXT_NORMAL, name, chart.left + chart.width / 2, chart.top - 17, 0.5);
  }
  draw_kept (&chart, cr, run, sheet->overlay ? ser_colours[i] : ser_grey);
  ser_chart_draw_series (&chart, cr, run->epochs, run->figures[panels[panel].train], run->n, &train);
  ser_chart_draw_series (&chart, cr, run->epochs, run->figures[panels[panel].valid], run->n, &valid);
}

/* ---- words ---- */

/* The line under the title, with the protocol where it is that of all. */
static char *
make_line (const Sheet *sheet)
{
  const char *protocol = sheet->runs[0]->protocol;

  for (guint i = 1; i < sheet->n; i++)
    if (g_strcmp0 (sheet->runs[i]->protocol, protocol) != 0)
      protocol = NULL;
  return g_strdup_printf (
      "loss and accuracy over the epochs of training%s%s", protocol ? "\nprotocol: " : "", protocol ? protocol : "");
}

/* The last figure that there is. */
static double
last_figure (const SerCurves *run, SerCurve curve)
{
  guint i = run->n - 1;

  while (i > 0 && !isfinite (run->figures[curve][i]))
    i--;
  return run->figures[curve][i];
}

static void
describe_run (GString *out, const SerCurves *run)
{
  static const char *const names[] = { "training loss", "validation loss", "training accuracy", "validation accuracy" };

  g_string_append_printf (out, "%s, %g epochs", run->name, run->epochs[run->n - 1]);
  if (run->protocol)
    g_string_append_printf (out, ", protocol %s", run->protocol);
  if (isfinite (run->kept))
    g_string_append_printf (out, ", epoch %g kept", run->kept);
  for (guint f = 0; f < SER_N_CURVES; f++)
    if (has_curve (run, f))
      g_string_append_printf (out, f < SER_CURVE_TRAIN_ACCURACY ? "; %s ends at %.3f" : "; %s ends at %.1f %%",
          names[f], last_figure (run, f));
  g_string_append (out, ". ");
}

static char *
describe (const Sheet *sheet)
{
  GString *out = g_string_new ("Loss in nats and accuracy in per cent over the epochs of training. ");

  for (guint i = 0; i < sheet->n; i++)
    describe_run (out, sheet->runs[i]);
  return g_string_free (out, FALSE);
}

static SerPicture *
draw (Sheet *sheet, const SerPlotOptions *options)
{
  gboolean beside = is_beside (sheet);
  g_autofree char *description = describe (sheet), *line = make_line (sheet);
  const char *title = options->title ? options->title : sheet->n == 1 ? sheet->runs[0]->name : "Training runs";
  double head = ser_picture_head_height (line), width, room;
  SerPicture *picture;

  sheet->width = beside ? 220 : 300;
  sheet->height = beside ? 150 : 220;
  width = n_columns (sheet) * (SER_CHART_LEFT + sheet->width + PANEL_GAP);
  room = width - SER_CHART_LEFT;
  sheet->top = head + ser_legend_draw (NULL, sheet->legend, sheet->n_entries, SER_CHART_LEFT, head, room);
  picture = ser_picture_new (options->format, width,
      sheet->top + n_rows (sheet) * (PANEL_HEAD + sheet->height + SER_CHART_BOTTOM), title, description);
  ser_picture_draw_head (picture, line);
  ser_legend_draw (picture->cr, sheet->legend, sheet->n_entries, SER_CHART_LEFT, head, room);
  for (guint i = 0; i < sheet->n; i++)
    for (guint p = 0; p < N_PANELS; p++)
      draw_run (sheet, picture->cr, i, p);
  return picture;
}

SerPicture *
ser_plot_curves (const SerPlotOptions *options, char **inputs, GError **error)
{
  Sheet sheet = { 0 };
  SerPicture *picture = NULL;

  if (load_runs (&sheet, options, inputs, error)) {
    set_scales (&sheet);
    set_legend (&sheet);
    picture = draw (&sheet, options);
  }
  clear_sheet (&sheet);
  return picture;
}
