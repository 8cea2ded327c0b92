/* chart.c - the parts of a chart: scales with round ticks, axes, lines, legends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "chart.h"

#include <math.h>

#define MARK 2.6 /* half a mark's width */

/* ---- scales ---- */

/* A round number near x: 1, 2 or 5 times a power of ten. */
static double
round_number (double x)
{
  double power = pow (10, floor (log10 (x))), f = x / power;

  return power * (f < 1.5 ? 1 : f < 3 ? 2 : f < 7 ? 5 : 10);
}

static void
widen (double *low, double *high)
{
  double margin = fmax (0.1 * fabs (*low), 1e-3);

  if (*high > *low)
    return;
  *high = *low + margin;
  *low -= margin;
}

static SerScale
make_scale (double low, double high, double step)
{
  SerScale scale = { .low = low, .high = high, .step = step, .first = ceil (low / step - 1e-6) * step };

  scale.n_ticks = 1 + (guint) floor ((high - scale.first) / step + 1e-6);
  scale.decimals = (guint) CLAMP (-floor (log10 (step) + 1e-9), 0, 9);
  return scale;
}

SerScale
ser_scale_loose (double low, double high, guint ticks)
{
  double step;

  widen (&low, &high);
  step = round_number ((high - low) / (ticks - 1));
  return make_scale (floor (low / step + 1e-9) * step, ceil (high / step - 1e-9) * step, step);
}

SerScale
ser_scale_tight (double low, double high, guint ticks, double least)
{
  widen (&low, &high);
  return make_scale (low, high, fmax (round_number ((high - low) / (ticks - 1)), least));
}

/* ---- axes ---- */

double
ser_chart_x (const SerChart *chart, double value)
{
  return chart->left + chart->width * (value - chart->x.low) / (chart->x.high - chart->x.low);
}

double
ser_chart_y (const SerChart *chart, double value)
{
  return chart->top + chart->height * (1 - (value - chart->y.low) / (chart->y.high - chart->y.low));
}

/* The value of a tick; 0 exactly where rounding would leave a trace of it. */
static double
tick_value (const SerScale *scale, guint i)
{
  double value = scale->first + i * scale->step;

  return fabs (value) < 1e-9 * scale->step ? 0 : value;
}

static void
print_tick (cairo_t *cr, const SerScale *scale, guint i, double x, double y, double align)
{
  double value = tick_value (scale, i), extreme = fmax (fabs (scale->low), fabs (scale->high));

  if (extreme >= 1e6 || extreme < 1e-6)
    ser_text_print (cr, SER_TEXT_SMALL, x, y, align, "%.3g", value);
  else
    ser_text_print (cr, SER_TEXT_SMALL, x, y, align, "%.*f", (int) scale->decimals, value);
}

static void
draw_grid (const SerChart *chart, cairo_t *cr)
{
  ser_set_colour (cr, ser_faint);
  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < chart->x.n_ticks; i++) {
    double x = ser_chart_x (chart, tick_value (&chart->x, i));
    cairo_move_to (cr, x, chart->top);
    cairo_line_to (cr, x, chart->top + chart->height);
  }
  for (guint i = 0; i < chart->y.n_ticks; i++) {
    double y = ser_chart_y (chart, tick_value (&chart->y, i));
    cairo_move_to (cr, chart->left, y);
    cairo_line_to (cr, chart->left + chart->width, y);
  }
  cairo_stroke (cr);
  ser_set_colour (cr, ser_grey);
  cairo_rectangle (cr, chart->left, chart->top, chart->width, chart->height);
  cairo_stroke (cr);
}

void
ser_chart_draw_axes (const SerChart *chart, cairo_t *cr, const char *x_name, const char *y_name)
{
  double bottom = chart->top + chart->height;

  draw_grid (chart, cr);
  ser_set_colour (cr, ser_ink);
  for (guint i = 0; x_name && i < chart->x.n_ticks; i++)
    print_tick (cr, &chart->x, i, ser_chart_x (chart, tick_value (&chart->x, i)), bottom + 11, 0.5);
  for (guint i = 0; y_name && i < chart->y.n_ticks; i++)
    print_tick (cr, &chart->y, i, chart->left - 6, ser_chart_y (chart, tick_value (&chart->y, i)), 1);
  if (x_name)
    ser_text_draw (cr, SER_TEXT_NORMAL, x_name, chart->left + chart->width / 2, bottom + 29, 0.5);
  if (y_name)
    ser_text_draw_up (cr, SER_TEXT_NORMAL, y_name, chart->left - 44, chart->top + chart->height / 2, 0.5);
}

/* ---- series ---- */

void
ser_mark_path (cairo_t *cr, SerMark mark, double x, double y)
{
  cairo_new_sub_path (cr);
  if (mark == SER_MARK_DISC || mark == SER_MARK_DOT)
    cairo_arc (cr, x, y, mark == SER_MARK_DISC ? MARK : MARK / 2, 0, 2 * G_PI);
  else if (mark == SER_MARK_SQUARE)
    cairo_rectangle (cr, x - MARK, y - MARK, 2 * MARK, 2 * MARK);
  else if (mark == SER_MARK_TRIANGLE) {
    cairo_move_to (cr, x, y);
    cairo_rel_line_to (cr, -1.6 * MARK, -2.4 * MARK);
    cairo_rel_line_to (cr, 3.2 * MARK, 0);
    cairo_close_path (cr);
  }
}

static void
set_stroke (cairo_t *cr, const SerStroke *stroke)
{
  static const double dashes[] = { 5, 3 };

  ser_set_colour (cr, stroke->colour);
  cairo_set_line_width (cr, stroke->width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_dash (cr, dashes, stroke->dashed ? G_N_ELEMENTS (dashes) : 0, 0);
}

static void
stroke_path (cairo_t *cr)
{
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static gboolean
is_alone (const double *ys, guint n, guint i)
{
  return (i == 0 || !isfinite (ys[i - 1])) && (i + 1 == n || !isfinite (ys[i + 1]));
}

void
ser_chart_draw_series (
    const SerChart *chart, cairo_t *cr, const double *xs, const double *ys, guint n, const SerStroke *stroke)
{
  set_stroke (cr, stroke);
  for (guint i = 0; i < n && stroke->width > 0; i++) {
    if (!isfinite (ys[i]))
      continue;
    if (i == 0 || !isfinite (ys[i - 1]))
      cairo_move_to (cr, ser_chart_x (chart, xs[i]), ser_chart_y (chart, ys[i]));
    else
      cairo_line_to (cr, ser_chart_x (chart, xs[i]), ser_chart_y (chart, ys[i]));
  }
  stroke_path (cr);
  for (guint i = 0; i < n; i++)
    if (isfinite (ys[i]) && (stroke->mark || is_alone (ys, n, i)))
      ser_mark_path (
          cr, stroke->mark ? stroke->mark : SER_MARK_DISC, ser_chart_x (chart, xs[i]), ser_chart_y (chart, ys[i]));
  cairo_fill (cr);
}

/* ---- legends ---- */

#define SAMPLE 26 /* length of a line's sample */

static void
draw_entry (cairo_t *cr, const SerLegendEntry *entry, const char *text, double x, double y)
{
  set_stroke (cr, &entry->stroke);
  if (entry->stroke.width > 0) {
    cairo_move_to (cr, x, y);
    cairo_rel_line_to (cr, SAMPLE, 0);
  }
  stroke_path (cr);
  if (entry->stroke.mark)
    ser_mark_path (cr, entry->stroke.mark, x + SAMPLE / 2.0, y + (entry->stroke.mark == SER_MARK_TRIANGLE ? MARK : 0));
  cairo_fill (cr);
  ser_set_colour (cr, ser_ink);
  ser_text_draw (cr, SER_TEXT_NORMAL, text, x + SAMPLE + 6, y, 0);
}

double
ser_legend_draw (cairo_t *cr, const SerLegendEntry *entries, guint n, double left, double top, double width)
{
  double x = left, line = ser_text_height (SER_TEXT_NORMAL) + 2, y = top + line / 2;

  for (guint i = 0; i < n; i++) {
    g_autofree char *text = ser_text_fit (SER_TEXT_NORMAL, entries[i].text, width - SAMPLE - 6);
    double needed = SAMPLE + 6 + ser_text_width (SER_TEXT_NORMAL, text);

    if (x > left && x + needed > left + width) {
      x = left;
      y += line;
    }
    if (cr)
      draw_entry (cr, &entries[i], text, x, y);
    x += needed + 20;
  }
  return y + line / 2 - top;
}
