/* panels.h - small charts beside each other, as SVG inside a page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Unlike what plot.h makes these take fonts and colours from the page, whose style sheet has to hold what
 * ser_panels_append_style() writes.
 */

#ifndef SER_PANELS_H
#define SER_PANELS_H

#include <glib.h>

#include "train/intervals.h"

/* A chart for each panel, with the same axes. Series differ in colour and in the form of their marks. */
typedef struct {
  const char *title;         /* for those who do not see it */
  const char *const *panels; /* names [n_panels] */
  const char *const *series; /* names [n_series] */
  const char *const *ticks;  /* [n_points] below the points; NULL: none there */
  const double *x;           /* [n_points] where the points are, 0 to 1 */
  guint n_panels, n_series, n_points;
  const SerInterval *values; /* [n_panels][n_series][n_points], shares; NAN: no point, or no interval */
  guint n_hollow;            /* so many of the last points are corrected ones: their marks are hollow */
  gboolean lines;            /* join the points of a series */
} SerPanels;

void ser_panels_append (const SerPanels *panels, GString *out);

/* Appends the series' names with their marks. */
void ser_panels_append_legend (const SerPanels *panels, GString *out);

/* Appends the rules that the charts need. */
void ser_panels_append_style (GString *out);

/* Appends text as HTML and SVG have it. */
void ser_panels_append_text (GString *out, const char *text);

#endif /* SER_PANELS_H */
