/* heat-map.c - a matrix as a picture: a pixel for each value
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "heat-map.h"

#include <math.h>

/* To the middle of one of SER_HEAT_LEVELS steps. */
static double
quantise (double value)
{
  double level = floor (CLAMP (value, 0, 1) * SER_HEAT_LEVELS);

  return fmin (level, SER_HEAT_LEVELS - 1) / (SER_HEAT_LEVELS - 1);
}

SerColour
ser_heat_colour (SerHeatColours colours, double value)
{
  const SerColour rising[] = { ser_white, ser_colours[SER_SKY], ser_colours[SER_BLUE], { 0.02, 0.06, 0.14 } };
  const SerColour diverging[] = { ser_colours[SER_BLUE], ser_white, ser_colours[SER_VERMILLION] };
  const gboolean rises = colours == SER_HEAT_RISING;
  const SerColour *stops = rises ? rising : diverging;
  const guint n = rises ? G_N_ELEMENTS (rising) : G_N_ELEMENTS (diverging);
  const double place = quantise (value) * (n - 1);
  const guint below = MIN ((guint) place, n - 2);

  return ser_mix_colours (stops[below], stops[below + 1], place - below);
}

static guint32
get_pixel (SerHeatColours colours, double value)
{
  SerColour colour = ser_heat_colour (colours, value);

  return (guint32) lrint (255 * colour.r) << 16 | (guint32) lrint (255 * colour.g) << 8
      | (guint32) lrint (255 * colour.b);
}

/* The surface refers to `pixels` [rows, columns]. */
static cairo_surface_t *
make_surface (SerHeatColours colours, const float *values, gsize columns, gsize rows, guint32 *pixels)
{
  for (gsize row = 0; row < rows; row++)
    for (gsize column = 0; column < columns; column++)
      pixels[row * columns + column] = get_pixel (colours, values[column * rows + rows - 1 - row]);
  return cairo_image_surface_create_for_data (
      (unsigned char *) pixels, CAIRO_FORMAT_RGB24, columns, rows, columns * sizeof *pixels);
}

void
ser_heat_map_draw (cairo_t *cr, SerHeatColours colours, const float *values, gsize columns, gsize rows, double left,
    double top, double width, double height)
{
  g_autofree guint32 *pixels = g_new (guint32, columns * rows);
  cairo_surface_t *surface = make_surface (colours, values, columns, rows, pixels);

  cairo_save (cr);
  cairo_translate (cr, left, top);
  cairo_scale (cr, width / columns, height / rows);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_NEAREST);
  cairo_paint (cr);
  cairo_restore (cr);
  /* What an SVG takes of it, it takes at its end. */
  cairo_surface_flush (cairo_get_target (cr));
  cairo_surface_destroy (surface);
}

void
ser_heat_bar_draw (cairo_t *cr, SerHeatColours colours, double left, double top, double width, double height)
{
  for (guint i = 0; i < SER_HEAT_LEVELS; i++) {
    double step = height / SER_HEAT_LEVELS;

    ser_set_colour (cr, ser_heat_colour (colours, (i + 0.5) / SER_HEAT_LEVELS));
    cairo_rectangle (cr, left, top + height - (i + 1) * step, width, step);
    cairo_fill (cr);
  }
  ser_set_colour (cr, ser_grey);
  cairo_rectangle (cr, left, top, width, height);
  cairo_stroke (cr);
}
