/* picture.c - a picture under way: an SVG or PNG file, colours and text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "picture.h"

#include <math.h>
#include <string.h>

#include <cairo-svg.h>

#include "model/error.h"

const SerColour ser_colours[SER_N_COLOURS] = { [SER_BLUE] = { 0, 0.447, 0.698 },
  [SER_VERMILLION] = { 0.835, 0.369, 0 },
  [SER_GREEN] = { 0, 0.620, 0.451 },
  [SER_PURPLE] = { 0.800, 0.475, 0.655 },
  [SER_ORANGE] = { 0.902, 0.624, 0 },
  [SER_SKY] = { 0.337, 0.706, 0.914 },
  [SER_BLACK] = { 0, 0, 0 } };
const SerColour ser_white = { 1, 1, 1 };
const SerColour ser_ink = { 0.13, 0.13, 0.13 }, ser_grey = { 0.45, 0.45, 0.45 }, ser_faint = { 0.89, 0.89, 0.89 };

#define FONT "sans-serif"

static const struct {
  double size;
  cairo_font_weight_t weight;
} styles[] = { [SER_TEXT_SMALL] = { 10.5, CAIRO_FONT_WEIGHT_NORMAL },
  [SER_TEXT_NORMAL] = { 12, CAIRO_FONT_WEIGHT_NORMAL },
  [SER_TEXT_TITLE] = { 13.5, CAIRO_FONT_WEIGHT_BOLD } };

/* ---- the file ---- */

#define PNG_SCALE 2

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int n)
{
  g_byte_array_append (closure, data, n);
  return CAIRO_STATUS_SUCCESS;
}

SerPicture *
ser_picture_new (SerPictureFormat format, double width, double height, const char *title, const char *description)
{
  SerPicture *picture = g_new0 (SerPicture, 1);

  picture->format = format;
  picture->width = width = ceil (width);
  picture->height = height = ceil (height);
  picture->title = ser_text_clean (title);
  picture->description = ser_text_clean (description);
  picture->bytes = g_byte_array_new ();
  if (format == SER_PICTURE_SVG) {
    picture->surface = cairo_svg_surface_create_for_stream (append, picture->bytes, width, height);
    cairo_svg_surface_set_document_unit (picture->surface, CAIRO_SVG_UNIT_PX);
  } else {
    picture->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, PNG_SCALE * width, PNG_SCALE * height);
  }
  picture->cr = cairo_create (picture->surface);
  if (format == SER_PICTURE_PNG)
    cairo_scale (picture->cr, PNG_SCALE, PNG_SCALE);
  ser_set_colour (picture->cr, ser_white);
  cairo_paint (picture->cr);
  ser_set_colour (picture->cr, ser_ink);
  cairo_set_line_width (picture->cr, 1);
  return picture;
}

void
ser_picture_free (SerPicture *picture)
{
  if (!picture)
    return;
  cairo_destroy (picture->cr);
  cairo_surface_destroy (picture->surface);
  g_byte_array_unref (picture->bytes);
  g_free (picture->title);
  g_free (picture->description);
  g_free (picture);
}

#define HEAD_LEFT 14
#define HEAD_TITLE 27
#define HEAD_LINE 15
#define HEAD_WIDEST 640

double
ser_picture_head_height (const char *more)
{
  g_auto (GStrv) lines = g_strsplit (more, "\n", -1);

  return HEAD_TITLE + HEAD_LINE * g_strv_length (lines) + 4;
}

double
ser_picture_head_width (const char *more)
{
  g_auto (GStrv) lines = g_strsplit (more, "\n", -1);
  double width = 0;

  for (guint i = 0; lines[i]; i++)
    width = fmax (width, ser_text_width (SER_TEXT_SMALL, lines[i]));
  return fmin (width, HEAD_WIDEST) + 2 * HEAD_LEFT;
}

void
ser_picture_draw_head (SerPicture *picture, const char *more)
{
  double width = picture->width - 2 * HEAD_LEFT;
  g_autofree char *title = ser_text_fit (SER_TEXT_TITLE, picture->title, width);
  g_auto (GStrv) lines = g_strsplit (more, "\n", -1);

  ser_set_colour (picture->cr, ser_ink);
  ser_text_draw (picture->cr, SER_TEXT_TITLE, title, HEAD_LEFT, 18, 0);
  ser_set_colour (picture->cr, ser_grey);
  for (guint i = 0; lines[i]; i++) {
    g_autofree char *line = ser_text_fit (SER_TEXT_SMALL, lines[i], width);
    ser_text_draw (picture->cr, SER_TEXT_SMALL, line, HEAD_LEFT, HEAD_TITLE + (i + 0.5) * HEAD_LINE, 0);
  }
}

/* Puts title and description behind the tag that opens the document. */
static void
describe (SerPicture *picture)
{
  GByteArray *bytes = picture->bytes;
  g_autofree char *text =
      g_markup_printf_escaped ("\n<title>%s</title>\n<desc>%s</desc>", picture->title, picture->description);
  const char *tag = g_strstr_len ((const char *) bytes->data, bytes->len, "<svg ");
  const char *end = tag ? memchr (tag, '>', bytes->len - (tag - (const char *) bytes->data)) : NULL;
  gsize at = end ? end + 1 - (const char *) bytes->data : 0, rest = bytes->len - at, n = strlen (text);

  g_assert (end); /* cairo's own */
  g_byte_array_set_size (bytes, bytes->len + n);
  memmove (bytes->data + at + n, bytes->data + at, rest);
  memcpy (bytes->data + at, text, n);
}

GBytes *
ser_picture_finish (SerPicture *picture, const char *name, GError **error)
{
  cairo_status_t status = cairo_status (picture->cr);

  if (status == CAIRO_STATUS_SUCCESS && picture->format == SER_PICTURE_PNG)
    status = cairo_surface_write_to_png_stream (picture->surface, append, picture->bytes);
  cairo_surface_finish (picture->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (picture->surface);
  if (status != CAIRO_STATUS_SUCCESS) {
    ser_fail (error, SER_ERROR_FILE, "%s: cannot be drawn: %s", name, cairo_status_to_string (status));
    return NULL;
  }
  if (picture->format == SER_PICTURE_SVG)
    describe (picture);
  return g_bytes_new (picture->bytes->data, picture->bytes->len);
}

gboolean
ser_picture_write (SerPicture *picture, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = ser_picture_finish (picture, path, error);
  gsize size;
  const char *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;

  return data && g_file_set_contents (path, data, size, error);
}

/* ---- colours ---- */

void
ser_set_colour (cairo_t *cr, SerColour colour)
{
  cairo_set_source_rgb (cr, colour.r, colour.g, colour.b);
}

SerColour
ser_mix_colours (SerColour from, SerColour to, double share)
{
  return (SerColour){ from.r + share * (to.r - from.r), from.g + share * (to.g - from.g),
    from.b + share * (to.b - from.b) };
}

/* Relative luminance of sRGB, its exponent rounded. */
static double
luminance (SerColour colour)
{
  return 0.2126 * pow (colour.r, 2.2) + 0.7152 * pow (colour.g, 2.2) + 0.0722 * pow (colour.b, 2.2);
}

/* The contrasts of the Web Content Accessibility Guidelines 2.1, white first. */
SerColour
ser_colour_on (SerColour colour)
{
  double light = luminance (colour) + 0.05;

  return 1.05 / light > light / (luminance (ser_ink) + 0.05) ? ser_white : ser_ink;
}

/* ---- text ---- */

double
ser_text_height (SerTextStyle style)
{
  return 1.4 * styles[style].size;
}

static void
set_font (cairo_t *cr, SerTextStyle style)
{
  cairo_select_font_face (cr, FONT, CAIRO_FONT_SLANT_NORMAL, styles[style].weight);
  cairo_set_font_size (cr, styles[style].size);
}

/* Measured without a picture, whose size may depend on it, and without hinting, as vectors are drawn. */
double
ser_text_width (SerTextStyle style, const char *text)
{
  cairo_font_face_t *face = cairo_toy_font_face_create (FONT, CAIRO_FONT_SLANT_NORMAL, styles[style].weight);
  cairo_font_options_t *options = cairo_font_options_create ();
  cairo_text_extents_t extents;
  cairo_matrix_t size, identity;
  cairo_scaled_font_t *font;

  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_matrix_init_scale (&size, styles[style].size, styles[style].size);
  cairo_matrix_init_identity (&identity);
  font = cairo_scaled_font_create (face, &size, &identity, options);
  cairo_scaled_font_text_extents (font, text, &extents);
  cairo_scaled_font_destroy (font);
  cairo_font_options_destroy (options);
  cairo_font_face_destroy (face);
  return extents.x_advance;
}

char *
ser_text_clean (const char *text)
{
  GString *clean = g_string_new (NULL);

  for (; *text; text = g_utf8_next_char (text)) {
    gunichar c = g_utf8_get_char (text);
    g_string_append_unichar (clean, g_unichar_isprint (c) ? c : ' ');
  }
  return g_string_free (clean, FALSE);
}

char *
ser_text_fit (SerTextStyle style, const char *text, double width)
{
  glong n = g_utf8_strlen (text, -1), most = width; /* a character is a pixel wide at least */
  char *fitted = g_strdup (text);

  for (glong kept = MIN (n, most) - 1; kept > 1 && ser_text_width (style, fitted) > width; kept--) {
    g_autofree char *head = g_utf8_substring (text, 0, (kept + 1) / 2),
                    *tail = g_utf8_substring (text, n - kept / 2, n);

    g_free (fitted);
    fitted = g_strconcat (head, "…", tail, NULL);
  }
  return fitted;
}

void
ser_text_draw (cairo_t *cr, SerTextStyle style, const char *text, double x, double y, double align)
{
  set_font (cr, style);
  /* Capitals and digits are some 0.73 of the size high. */
  cairo_move_to (cr, x - align * ser_text_width (style, text), y + 0.365 * styles[style].size);
  cairo_show_text (cr, text);
}

void
ser_text_draw_up (cairo_t *cr, SerTextStyle style, const char *text, double x, double y, double align)
{
  cairo_save (cr);
  cairo_translate (cr, x, y);
  cairo_rotate (cr, -G_PI_2);
  ser_text_draw (cr, style, text, 0, 0, align);
  cairo_restore (cr);
}

void
ser_text_print (cairo_t *cr, SerTextStyle style, double x, double y, double align, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  ser_text_draw (cr, style, text, x, y, align);
}
