/* plot-reliability.c - confidence against accuracy, before and after calibration
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

#define MAX_BINS 100
#define LEAST_WIDTH 0.005 /* of a column of the histogram: bins of almost one confidence are put together */

/* Probabilities before or after calibration. */
typedef struct {
  SerReliabilityBin bins[MAX_BINS]; /* the least confident first */
  guint n;
  gsize clips;
  double ece;
} State;

/* A column of the histogram. */
typedef struct {
  double low, high; /* confidence */
  gsize clips;
} Column;

enum { BEFORE, AFTER, N_STATES };
static const char *const state_names[N_STATES] = { "before", "after" };

/* ---- the file ---- */

static gboolean
read_bin (State *state, guint i, const SerJsonValue *value, GError **error)
{
  SerReliabilityBin *bin = &state->bins[i];
  guint clips;

  if (!ser_json_get_count (value, "clips", &clips, error)
      || !ser_json_get_number (value, "low", i > 0 ? bin[-1].high : 0, 1, &bin->low, error)
      || !ser_json_get_number (value, "high", bin->low, 1, &bin->high, error)
      || !ser_json_get_number (value, "confidence", 0, 1, &bin->confidence, error)
      || !ser_json_get_number (value, "accuracy", 0, 1, &bin->accuracy, error))
    return FALSE;
  if (clips == 0)
    return ser_fail (error, SER_ERROR_DATA, "%s: %s.clips `0`: expected 1 or more", value->file, value->place);
  bin->clips = clips;
  state->clips += clips;
  return TRUE;
}

static gboolean
read_state (State *state, const SerJsonValue *calibration, const char *name, GError **error)
{
  SerJsonValue value, bins;

  if (!ser_json_get (calibration, name, &value, error) || !ser_json_get_number (&value, "ece", 0, 1, &state->ece, error)
      || !ser_json_get_array (&value, "bins", &bins, &state->n, error))
    return FALSE;
  if (state->n > MAX_BINS)
    return ser_fail (
        error, SER_ERROR_DATA, "%s: %s: %u bins, expected at most %d", bins.file, bins.place, state->n, MAX_BINS);
  for (guint i = 0; i < state->n; i++) {
    SerJsonValue bin = ser_json_element (&bins, i);
    if (!read_bin (state, i, &bin, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
load (State *states, const char *path, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);
  SerJsonValue root, calibration;

  if (!file || !ser_json_file_check_schema (file, SER_FOLDS_SCHEMA, "seremotion crossval --json", error))
    return FALSE;
  root = ser_json_file_root (file);
  if (!ser_json_get (&root, "calibration", &calibration, error))
    return FALSE;
  for (guint s = 0; s < N_STATES; s++)
    if (!read_state (&states[s], &calibration, state_names[s], error))
      return FALSE;
  return TRUE;
}

/* ---- figures ---- */

/* Wilson's interval of 95 % for the accuracy of a bin ("Probable inference, the law of succession, and statistical
 * inference", 1927). */
static void
find_interval (const SerReliabilityBin *bin, double *low, double *high)
{
  double z = 1.959964, n = bin->clips, p = bin->accuracy;
  double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
  double half = z / (1 + z * z / n) * sqrt (p * (1 - p) / n + z * z / (4 * n * n));

  *low = fmax (middle - half, 0);
  *high = fmin (middle + half, 1);
}

/* The bins hold equal numbers of clips, so that it is the widths that tell how many there are at a confidence. Columns
 * meet halfway between bins. Returns how many there are. */
static guint
make_columns (const State *state, Column *columns)
{
  guint n = 0;
  double low = state->bins[0].low;

  for (guint i = 0; i < state->n; i++) {
    const SerReliabilityBin *bin = &state->bins[i];
    gboolean last = i + 1 == state->n;
    double high = last ? bin->high : (bin->high + bin[1].low) / 2;

    if (n == 0 || (columns[n - 1].high - columns[n - 1].low >= LEAST_WIDTH && !(last && high - low < LEAST_WIDTH)))
      columns[n++] = (Column){ .low = low };
    columns[n - 1].high = high;
    columns[n - 1].clips += bin->clips;
    low = high;
  }
  columns[0].low = fmin (columns[0].low, columns[0].high - LEAST_WIDTH);
  return n;
}

/* Per cent of the clips per point of confidence. */
static double
get_density (const State *state, const Column *column)
{
  return column->clips / (double) state->clips / (column->high - column->low);
}

/* ---- drawing ---- */

#define SIDE 280 /* of the diagram, in pixels */
#define HISTOGRAM 78
#define STATE_HEAD 26
#define GAP 14

static void
draw_bins (const SerChart *chart, cairo_t *cr, const State *state)
{
  const SerStroke line = { ser_colours[SER_BLUE], 1.6, FALSE, SER_MARK_DISC };
  double xs[MAX_BINS], ys[MAX_BINS];

  ser_set_colour (cr, ser_colours[SER_BLUE]);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < state->n; i++) {
    double low, high;

    find_interval (&state->bins[i], &low, &high);
    xs[i] = 100 * state->bins[i].confidence;
    ys[i] = 100 * state->bins[i].accuracy;
    cairo_move_to (cr, ser_chart_x (chart, xs[i]), ser_chart_y (chart, 100 * low));
    cairo_line_to (cr, ser_chart_x (chart, xs[i]), ser_chart_y (chart, 100 * high));
  }
  cairo_stroke (cr);
  ser_chart_draw_series (chart, cr, xs, ys, state->n, &line);
}

static void
draw_histogram (const SerChart *chart, cairo_t *cr, const State *state)
{
  Column columns[MAX_BINS] = { 0 };
  guint n = make_columns (state, columns);

  for (guint i = 0; i < n; i++) {
    double left = ser_chart_x (chart, 100 * columns[i].low), right = ser_chart_x (chart, 100 * columns[i].high),
           top = ser_chart_y (chart, get_density (state, &columns[i])), bottom = ser_chart_y (chart, 0);

    cairo_rectangle (cr, left, top, right - left, bottom - top);
    ser_set_colour (cr, ser_mix_colours (ser_colours[SER_SKY], ser_white, 0.35));
    cairo_fill_preserve (cr);
    ser_set_colour (cr, ser_white);
    cairo_set_line_width (cr, 0.7);
    cairo_stroke (cr);
  }
}

static const SerStroke diagonal = { { 0.45, 0.45, 0.45 }, 1.2, TRUE, SER_MARK_NONE };

static void
draw_state (cairo_t *cr, const State *state, guint s, double left, double top, double most)
{
  const double ends[] = { 0, 100 };
  SerScale share = ser_scale_loose (0, 100, 6);
  SerChart diagram = { left, top + STATE_HEAD, SIDE, SIDE, share, share };
  SerChart below = { left, top + STATE_HEAD + SIDE + GAP, SIDE, HISTOGRAM, share, ser_scale_loose (0, most, 3) };

  ser_set_colour (cr, ser_ink);
  ser_text_print (cr, SER_TEXT_NORMAL, left + SIDE / 2.0, top + STATE_HEAD - 11, 0.5, "%s calibration: ECE %.1f %%",
      state_names[s], 100 * state->ece);
  ser_chart_draw_axes (&diagram, cr, NULL, "accuracy (%)");
  ser_chart_draw_series (&diagram, cr, ends, ends, 2, &diagonal);
  draw_bins (&diagram, cr, state);
  ser_chart_draw_axes (&below, cr, "confidence (%)", "clips (%/pt)");
  draw_histogram (&below, cr, state);
}

/* The greatest density of all columns. */
static double
find_most (const State *states)
{
  double most = 0;

  for (guint s = 0; s < N_STATES; s++) {
    Column columns[MAX_BINS] = { 0 };
    guint n = make_columns (&states[s], columns);

    for (guint i = 0; i < n; i++)
      most = fmax (most, get_density (&states[s], &columns[i]));
  }
  return most;
}

/* ---- words ---- */

static char *
make_line (const State *states)
{
  return g_strdup_printf (
      "%" G_GSIZE_FORMAT " clips, each scored by a model that was not trained on its speaker", states[AFTER].clips);
}

static char *
describe (const State *states)
{
  GString *out = g_string_new ("Reliability diagram: mean confidence and accuracy of bins of equal numbers of clips.");

  for (guint s = 0; s < N_STATES; s++) {
    g_string_append_printf (out,
        " %s calibration, expected calibration error %.1f %%:", s == BEFORE ? "Before" : "After", 100 * states[s].ece);
    for (guint i = 0; i < states[s].n; i++)
      g_string_append_printf (out, " %.1f %% confident, %.1f %% right%s", 100 * states[s].bins[i].confidence,
          100 * states[s].bins[i].accuracy, i + 1 < states[s].n ? ";" : ".");
  }
  return g_string_free (out, FALSE);
}

static SerPicture *
draw (const State *states, const SerPlotOptions *options)
{
  const SerLegendEntry legend[] = { { "bin of equally many clips, 95 % interval",
                                        { ser_colours[SER_BLUE], 1.6, FALSE, SER_MARK_DISC } },
    { "confidence as it should be", diagonal } };
  g_autofree char *description = describe (states), *line = make_line (states);
  double width = N_STATES * (SER_CHART_LEFT + SIDE + GAP), room = width - SER_CHART_LEFT, most = find_most (states),
         head = ser_picture_head_height (line),
         top = head + ser_legend_draw (NULL, legend, G_N_ELEMENTS (legend), SER_CHART_LEFT, head, room);
  SerPicture *picture =
      ser_picture_new (options->format, width, top + STATE_HEAD + SIDE + GAP + HISTOGRAM + SER_CHART_BOTTOM,
          options->title ? options->title : "How far confidence can be trusted", description);

  ser_picture_draw_head (picture, line);
  ser_legend_draw (picture->cr, legend, G_N_ELEMENTS (legend), SER_CHART_LEFT, head, room);
  for (guint s = 0; s < N_STATES; s++)
    draw_state (picture->cr, &states[s], s, SER_CHART_LEFT + s * (SER_CHART_LEFT + SIDE + GAP), top, most);
  return picture;
}

SerPicture *
ser_plot_reliability (const SerPlotOptions *options, char **inputs, GError **error)
{
  State states[N_STATES] = { 0 };

  return load (states, inputs[0], error) ? draw (states, options) : NULL;
}
