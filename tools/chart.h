/* chart.h - the parts of a chart: scales with round ticks, axes, lines, legends
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CHART_H
#define SER_CHART_H

#include "picture.h"

/* ---- scales ---- */

/* From values to lengths along an axis: `low` and `high` are its ends, ticks stand at first, first + step ... */
typedef struct {
  double low, high;
  double first, step;
  guint n_ticks;
  guint decimals; /* of the ticks' numbers */
} SerScale;

/* A scale of some `ticks` ticks at round numbers, whose ends are ticks and enclose `low` and `high` (Heckbert, "Nice
 * numbers for graph labels", Graphics Gems, 1990). Equal or reversed limits are widened. */
SerScale ser_scale_loose (double low, double high, guint ticks);

/* The same with its ends where they are given, and ticks at least `least` apart. */
SerScale ser_scale_tight (double low, double high, guint ticks, double least);

/* ---- charts ---- */

/* An area of a picture, in pixels, and what its sides mean. */
typedef struct {
  double left, top, width, height;
  SerScale x, y;
} SerChart;

/* Room that the axes need outside the area. */
#define SER_CHART_LEFT 58
#define SER_CHART_BOTTOM 42

double ser_chart_x (const SerChart *chart, double value);
double ser_chart_y (const SerChart *chart, double value);

/* Draws grid, frame, ticks with their numbers, and names of the axes; NULL for an axis without name and numbers. */
void ser_chart_draw_axes (const SerChart *chart, cairo_t *cr, const char *x_name, const char *y_name);

typedef enum { SER_MARK_NONE, SER_MARK_DISC, SER_MARK_DOT, SER_MARK_SQUARE, SER_MARK_TRIANGLE } SerMark;

/* How a series is drawn. */
typedef struct {
  SerColour colour;
  double width; /* of the line, 0 for none */
  gboolean dashed;
  SerMark mark;
} SerStroke;

/* Draws the series xs [n], ys [n], with a gap where a y is not finite; a value between two gaps is a disc. */
void ser_chart_draw_series (
    const SerChart *chart, cairo_t *cr, const double *xs, const double *ys, guint n, const SerStroke *stroke);

/* Adds a mark to the path, to be filled, centred at a place in pixels. The dot is small enough to hollow out the
 * others; the triangle points down to the place. */
void ser_mark_path (cairo_t *cr, SerMark mark, double x, double y);

/* ---- legends ---- */

typedef struct {
  const char *text;
  SerStroke stroke;
} SerLegendEntry;

/* Draws entries side by side from (left, top) on, in as many lines as `width` needs, and returns the height; draws
 * nothing where `cr` is NULL. */
double ser_legend_draw (cairo_t *cr, const SerLegendEntry *entries, guint n, double left, double top, double width);

#endif /* SER_CHART_H */
