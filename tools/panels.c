/* panels.c - small charts beside each other, as SVG inside a page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "panels.h"

#include <math.h>

#include "picture.h"

#define COLUMNS 3
#define WIDTH 270 /* of a panel, in pixels, with its axis */
#define HEIGHT 190
#define LEFT 40
#define RIGHT 10
#define TOP 24
#define BOTTOM 26
#define TICKS_APART 44
#define SERIES_APART 4 /* of points at one place */

void
ser_panels_append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1), *escaped = NULL;

  for (char *c = valid; *c; c++)
    if ((guchar) *c < 0x20 || *c == 0x7f)
      *c = ' ';
  escaped = g_markup_escape_text (valid, -1);
  g_string_append (out, escaped);
}

/* Numbers of SVG have points, whatever the locale. */
static void
append_numbers (GString *out, const char *format, guint n, const double *values)
{
  g_auto (GStrv) parts = g_strsplit (format, "@", -1);
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, parts[0]);
  for (guint i = 0; i < n; i++)
    g_string_append_printf (
        out, "%s%s", g_ascii_formatd (text, sizeof text, "%.1f", values[i]), parts[i + 1] ? parts[i + 1] : "");
}

/* `format` with a number for each @. */
#define APPEND(out, format, ...)                                                                                       \
  append_numbers (out, format, sizeof ((double[]){ __VA_ARGS__ }) / sizeof (double), (double[]){ __VA_ARGS__ })

/* ---- places ---- */

/* Axes end at the next tenth above all that is drawn. */
static double
get_top (const SerPanels *panels)
{
  double top = 0;

  for (guint i = 0; i < panels->n_panels * panels->n_series * panels->n_points; i++) {
    const SerInterval *value = &panels->values[i];
    top = MAX (top, isnan (value->high) ? (isnan (value->value) ? 0 : value->value) : value->high);
  }
  return CLAMP (ceil (top * 10 - 1e-9) / 10, 0.1, 1);
}

static double
get_x (const SerPanels *panels, guint point)
{
  return LEFT + 8 + panels->x[point] * (WIDTH - LEFT - RIGHT - 16);
}

/* Where series are joined by lines, they share places: each is a little beside the others. */
static double
get_series_x (const SerPanels *panels, guint series, guint point)
{
  double apart = MIN (SERIES_APART, 24.0 / panels->n_series);

  return get_x (panels, point) + (panels->lines ? (series - (panels->n_series - 1) / 2.0) * apart : 0);
}

static double
get_y (double share, double top)
{
  return HEIGHT - BOTTOM - MIN (share, top) / top * (HEIGHT - TOP - BOTTOM);
}

static const SerInterval *
get_value (const SerPanels *panels, guint panel, guint series, guint point)
{
  return &panels->values[(panel * panels->n_series + series) * panels->n_points + point];
}

/* ---- marks ---- */

/* A disc, a square, a triangle or a rhomb. */
static void
append_mark (GString *out, guint series, gboolean hollow, double x, double y)
{
  g_string_append_printf (out, "<path class=\"s%u %s\" d=\"", series % SER_N_COLOURS, hollow ? "hollow" : "mark");
  switch (series % 4) {
    case 0:
      APPEND (out, "M@ @a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", x - 4, y);
      break;
    case 1:
      APPEND (out, "M@ @h7v7h-7z", x - 3.5, y - 3.5);
      break;
    case 2:
      APPEND (out, "M@ @l4.5 8h-9z", x, y - 5);
      break;
    default:
      APPEND (out, "M@ @l4.5 5l-4.5 5l-4.5 -5z", x, y - 5);
      break;
  }
  g_string_append (out, "\">");
}

static void
append_point (GString *out, const SerPanels *panels, guint panel, guint series, guint point, double top)
{
  const SerInterval *value = get_value (panels, panel, series, point);
  gboolean hollow = point >= panels->n_points - panels->n_hollow;
  double x = get_series_x (panels, series, point);

  if (isnan (value->value))
    return;
  if (!isnan (value->low)) {
    g_string_append_printf (out, "<path class=\"s%u bar\" d=\"", series % SER_N_COLOURS);
    APPEND (out, "M@ @V@\"/>", x, get_y (value->low, top), get_y (value->high, top));
  }
  append_mark (out, series, hollow, x, get_y (value->value, top));
  g_string_append (out, "<title>");
  ser_panels_append_text (out, panels->series[series]);
  g_string_append_printf (out, "%s: ", hollow ? ", corrected" : "");
  APPEND (out, "@ %", 100 * value->value);
  if (!isnan (value->low))
    APPEND (out, " (@ to @)", 100 * value->low, 100 * value->high);
  g_string_append (out, "</title></path>");
}

static void
append_line (GString *out, const SerPanels *panels, guint panel, guint series, double top)
{
  guint n = 0;

  g_string_append_printf (out, "<path class=\"s%u line\" d=\"", series % SER_N_COLOURS);
  for (guint i = 0; i < panels->n_points; i++) {
    const SerInterval *value = get_value (panels, panel, series, i);
    if (!isnan (value->value))
      APPEND (out, n++ ? "L@ @" : "M@ @", get_series_x (panels, series, i), get_y (value->value, top));
  }
  g_string_append (out, "\"/>");
}

/* ---- panels ---- */

static void
append_axes (GString *out, const SerPanels *panels, double top)
{
  double step = top > 0.5 ? 0.25 : top > 0.2 ? 0.1 : 0.05, free_from = 0;

  for (double y = 0; y <= top + 1e-9; y += step) {
    APPEND (out, "<path class=\"grid\" d=\"M@ @H@\"/>", LEFT, get_y (y, top), WIDTH - RIGHT);
    APPEND (out, "<text class=\"tick end\" x=\"@\" y=\"@\">", LEFT - 5, get_y (y, top) + 4);
    g_string_append_printf (out, "%.0f %%</text>", 100 * y);
  }
  for (guint i = 0; panels->ticks && i < panels->n_points; i++) {
    if (get_x (panels, i) < free_from)
      continue;
    APPEND (out, "<text class=\"tick\" x=\"@\" y=\"@\">", get_x (panels, i), HEIGHT - BOTTOM + 16);
    ser_panels_append_text (out, panels->ticks[i]);
    g_string_append (out, "</text>");
    free_from = get_x (panels, i) + TICKS_APART;
  }
}

static void
append_panel (GString *out, const SerPanels *panels, guint panel, double top)
{
  APPEND (out, "<g transform=\"translate(@ @)\">", panel % COLUMNS * WIDTH, panel / COLUMNS * HEIGHT);
  APPEND (out, "<text class=\"name\" x=\"@\" y=\"15\">", LEFT);
  ser_panels_append_text (out, panels->panels[panel]);
  g_string_append (out, "</text>");
  append_axes (out, panels, top);
  for (guint s = 0; s < panels->n_series; s++) {
    if (panels->lines)
      append_line (out, panels, panel, s, top);
    for (guint i = 0; i < panels->n_points; i++)
      append_point (out, panels, panel, s, i, top);
  }
  g_string_append (out, "</g>\n");
}

void
ser_panels_append (const SerPanels *panels, GString *out)
{
  guint rows = (panels->n_panels + COLUMNS - 1) / COLUMNS;
  double top = get_top (panels);

  g_string_append_printf (
      out, "<svg role=\"img\" viewBox=\"0 0 %u %u\"><title>", WIDTH * MIN (COLUMNS, panels->n_panels), HEIGHT * rows);
  ser_panels_append_text (out, panels->title);
  g_string_append (out, "</title>\n");
  for (guint i = 0; i < panels->n_panels; i++)
    append_panel (out, panels, i, top);
  g_string_append (out, "</svg>\n");
}

void
ser_panels_append_legend (const SerPanels *panels, GString *out)
{
  g_string_append (out, "<ul class=\"legend\">");
  for (guint s = 0; s < panels->n_series; s++) {
    g_string_append (out, "<li><svg viewBox=\"0 0 14 14\" aria-hidden=\"true\">");
    append_mark (out, s, FALSE, 7, 7);
    g_string_append (out, "</path></svg>");
    ser_panels_append_text (out, panels->series[s]);
    g_string_append (out, "</li>");
  }
  g_string_append (out, "</ul>\n");
}

/* Black, and white on a dark page. */
static void
append_colour (GString *out, guint i)
{
  const SerColour *c = &ser_colours[i];

  if (i == SER_BLACK)
    g_string_append_printf (out, ".s%u{--c:var(--ink)}", i);
  else
    g_string_append_printf (
        out, ".s%u{--c:#%02x%02x%02x}", i, (guint) (c->r * 255), (guint) (c->g * 255), (guint) (c->b * 255));
}

void
ser_panels_append_style (GString *out)
{
  for (guint i = 0; i < SER_N_COLOURS; i++)
    append_colour (out, i);
  g_string_append (out,
      "\nsvg{width:100%;max-width:52rem;height:auto;font:12px sans-serif}svg text{fill:var(--ink);stroke:none}"
      "svg .name{font-weight:bold}svg .tick{font-size:10px;text-anchor:middle}svg .end{text-anchor:end}"
      ".grid{stroke:var(--faint)}.mark{fill:var(--c);stroke:none}.hollow{fill:var(--page);stroke:var(--c);stroke-width:"
      "1.5}"
      ".bar{stroke:var(--c);stroke-width:1.5;fill:none}.line{stroke:var(--c);stroke-width:1.5;fill:none;opacity:.7}\n"
      ".legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem}.legend svg{width:1rem;"
      "vertical-align:-.15rem;margin-right:.3rem}\n");
}
