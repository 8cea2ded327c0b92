/* heat-map.h - a matrix as a picture: a pixel for each value
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_HEAT_MAP_H
#define SER_HEAT_MAP_H

#include "picture.h"

#define SER_HEAT_LEVELS 32 /* colours: few, so that the picture is small */

/* From 0 to 1: white over blue to nearly black; or blue over white to vermillion. */
typedef enum { SER_HEAT_RISING, SER_HEAT_DIVERGING } SerHeatColours;

SerColour ser_heat_colour (SerHeatColours colours, double value);

/* Draws `values` [columns, rows] of 0 to 1 (others count as the nearer of these), the first row at the bottom, into an
 * area of the picture. In an SVG it is a PNG inside. */
void ser_heat_map_draw (cairo_t *cr, SerHeatColours colours, const float *values, gsize columns, gsize rows,
    double left, double top, double width, double height);

/* A bar of all colours, the greatest on top. */
void ser_heat_bar_draw (cairo_t *cr, SerHeatColours colours, double left, double top, double width, double height);

#endif /* SER_HEAT_MAP_H */
