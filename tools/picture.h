/* picture.h - a picture under way: an SVG or PNG file, colours and text
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Lengths are in CSS pixels, the origin is at the top left. Text is drawn as the outlines of its glyphs, so that a
 * picture looks the same in every viewer, whatever fonts it has; what it says can be read from the description that
 * goes with it.
 */

#ifndef SER_PICTURE_H
#define SER_PICTURE_H

#include <cairo.h>
#include <glib.h>

typedef enum { SER_PICTURE_SVG, SER_PICTURE_PNG } SerPictureFormat;

typedef struct {
  double r, g, b; /* 0 to 1 */
} SerColour;

/* Colours that people of every colour vision tell apart (Okabe and Ito, "Color universal design", 2008); without their
 * yellow, which is faint on white. */
enum { SER_BLUE, SER_VERMILLION, SER_GREEN, SER_PURPLE, SER_ORANGE, SER_SKY, SER_BLACK, SER_N_COLOURS };
extern const SerColour ser_colours[SER_N_COLOURS];

extern const SerColour ser_ink, ser_grey, ser_faint; /* text; axes and what is beside the point; grids */
extern const SerColour ser_white;

typedef struct {
  cairo_t *cr; /* to draw with */
  double width, height;
  cairo_surface_t *surface;
  SerPictureFormat format;
  char *title, *description;
  GByteArray *bytes;
} SerPicture;

/* A white picture; a PNG has two dots to a pixel. Title and description are copied; they become the SVG's, for those
 * who do not see it. */
SerPicture *ser_picture_new (
    SerPictureFormat format, double width, double height, const char *title, const char *description);
void ser_picture_free (SerPicture *picture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerPicture, ser_picture_free)

/* Draws the title, and under it lines that say more, at the top of the picture. */
void ser_picture_draw_head (SerPicture *picture, const char *more);

/* The height that this takes, and the width that the lines take, within reason. */
double ser_picture_head_height (const char *more);
double ser_picture_head_width (const char *more);

/* Ends the picture and gives its file's bytes; the same picture gives the same. Fails with SER_ERROR_FILE; `name` is
 * what the message calls it. */
GBytes *ser_picture_finish (SerPicture *picture, const char *name, GError **error);

/* Ends the picture and writes it; the file appears whole or not at all. The same picture gives the same bytes. */
gboolean ser_picture_write (SerPicture *picture, const char *path, GError **error);

void ser_set_colour (cairo_t *cr, SerColour colour);

/* `share` of the way from `from` to `to`. */
SerColour ser_mix_colours (SerColour from, SerColour to, double share);

/* The colour of text that can be read on `colour`: white or ser_ink. */
SerColour ser_colour_on (SerColour colour);

/* ---- text ---- */

typedef enum { SER_TEXT_SMALL, SER_TEXT_NORMAL, SER_TEXT_TITLE } SerTextStyle;

/* Height of a line of text. */
double ser_text_height (SerTextStyle style);
double ser_text_width (SerTextStyle style, const char *text);

/* The text with a blank for each character that cannot be shown. Free with g_free(). */
char *ser_text_clean (const char *text);

/* The text, its middle left out where it is wider than `width`. Free with g_free(). */
char *ser_text_fit (SerTextStyle style, const char *text, double width);

/* Draws text in the present colour; `align` is 0 for text that starts at x, 0.5 for centred, 1 for text that ends
 * there; y is the middle of its height. */
void ser_text_draw (cairo_t *cr, SerTextStyle style, const char *text, double x, double y, double align);

/* The same, turned to read upwards: along y by `align`, x the middle of its height. */
void ser_text_draw_up (cairo_t *cr, SerTextStyle style, const char *text, double x, double y, double align);

/* ser_text_draw() with a printf-like format. */
void ser_text_print (cairo_t *cr, SerTextStyle style, double x, double y, double align, const char *format, ...)
    G_GNUC_PRINTF (6, 7);

#endif /* SER_PICTURE_H */
