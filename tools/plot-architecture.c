/* plot-architecture.c - the layers of a network, with shapes and numbers of parameters
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "command.h"
#include "corpus.h"
#include "model/error.h"
#include "plot.h"
#include "shape.h"

typedef struct {
  char *name;
  SerFeatureSpec features;
  SerArchitecture *arch; /* owned by `model` where there is one */
  char *labels;
  double window; /* s */
  SerModel *model;
} Network;

/* A box of the drawing. */
typedef struct {
  char *text;
  SerColour colour;
  SerShape shape;     /* of what leaves it */
  guint64 parameters; /* 0: none */
  gboolean attached;  /* to the box above, whose shape it keeps */
} Box;

/* ---- the network ---- */

static void
clear_network (Network *network)
{
  if (!network->model)
    ser_architecture_free (network->arch);
  ser_model_unref (network->model);
  g_free (network->name);
  g_free (network->labels);
}

static gboolean
load_model (Network *network, const char *path, GError **error)
{
  g_autofree char *base = g_filename_display_basename (path);
  const char *name;

  network->model = ser_command_load_model (path, error);
  if (!network->model)
    return FALSE;
  name = g_hash_table_lookup (network->model->metadata, "name");
  network->name = g_strdup (name ? name : base);
  network->features = network->model->features;
  network->arch = network->model->arch;
  network->labels = g_strjoinv (", ", network->model->labels);
  network->window = network->model->window;
  return TRUE;
}

static gboolean
read_lines (Network *network, const SerPlotOptions *options, GError **error)
{
  g_autofree char *list = options->labels ? g_strdup (options->labels) : g_strjoinv (",", (char **) ser_emotions);
  double window = isnan (options->window) ? 3 : options->window;
  g_auto (GStrv) labels = g_strsplit (list, ",", -1);

  if (!(window >= SER_MIN_WINDOW && window <= SER_MAX_WINDOW))
    return ser_fail (error, SER_ERROR_CONFIG, "--window %g: expected 1 to 30 seconds", window);
  if (!ser_command_check_labels (list, error) || !ser_features_parse (options->features, &network->features, error))
    return FALSE;
  network->arch = ser_architecture_parse (options->arch, ser_feature_spec_channels (&network->features),
      ser_feature_spec_fixed_length (&network->features), g_strv_length (labels), error);
  network->name = g_strdup ("Network");
  network->labels = g_strjoinv (", ", labels);
  network->window = window;
  return network->arch != NULL;
}

/* ---- boxes ---- */

static void
clear_box (gpointer data)
{
  g_free (((Box *) data)->text);
}

static SerColour
colour_of (SerLayerKind kind)
{
  switch (kind) {
    case SER_LAYER_CONV1D:
      return ser_mix_colours (ser_colours[SER_SKY], ser_white, 0.4);
    case SER_LAYER_LSTM:
      return ser_mix_colours (ser_colours[SER_ORANGE], ser_white, 0.4);
    case SER_LAYER_ATTENTION:
      return ser_mix_colours (ser_colours[SER_PURPLE], ser_white, 0.4);
    case SER_LAYER_LINEAR:
    case SER_LAYER_ENCODER:
      return ser_mix_colours (ser_colours[SER_VERMILLION], ser_white, 0.5);
    case SER_LAYER_BATCHNORM:
    case SER_LAYER_RELU:
    case SER_LAYER_DROPOUT:
      return ser_faint;
    default:
      return ser_mix_colours (ser_colours[SER_GREEN], ser_white, 0.55);
  }
}

/* "64 log-mel bands", and what the features line says behind its first item. */
static char *
name_input (const SerFeatureSpec *features)
{
  g_autofree char *line = ser_features_to_string (features);
  const char *rest = strchr (line, ' ');

  return g_strdup_printf ("%u %s%s%s", features->n, features->kind == SER_FEATURES_MFCC ? "MFCC" : "log-mel bands",
      rest ? "," : "", rest ? rest : "");
}

/* The new box takes the text. */
static Box *
add_box (GArray *boxes, char *text, SerColour colour, SerShape shape)
{
  g_array_set_size (boxes, boxes->len + 1);
  g_array_index (boxes, Box, boxes->len - 1) = (Box){ .text = text, .colour = colour, .shape = shape };
  return &g_array_index (boxes, Box, boxes->len - 1);
}

static GArray *
make_boxes (const Network *network)
{
  GArray *boxes = g_array_new (FALSE, TRUE, sizeof (Box));
  g_autofree char *line = ser_architecture_to_string (network->arch);
  g_auto (GStrv) texts = g_strsplit (line, " ", -1);
  SerShape shape = ser_shape_of_window (&network->features, network->window);

  g_array_set_clear_func (boxes, clear_box);
  add_box (boxes, name_input (&network->features), ser_white, shape);
  for (guint i = 0; i < network->arch->n_layers; i++) {
    const SerLayer *layer = &network->arch->layers[i];
    Box *box;

    ser_shape_apply (&shape, layer);
    box = add_box (boxes, g_strdup (texts[i]), colour_of (layer->kind), shape);
    box->parameters = ser_layer_n_parameters (layer);
    box->attached = i > 0
        && (layer->kind == SER_LAYER_BATCHNORM || layer->kind == SER_LAYER_RELU || layer->kind == SER_LAYER_DROPOUT);
  }
  add_box (boxes, g_strdup ("softmax"), ser_white, shape);
  return boxes;
}

/* ---- drawing ---- */

#define LEFT 16
#define GAP 16
#define LINE 24 /* height of a box */
#define SHAPES 110
#define NUMBERS 110
#define BAR 110 /* of the layer with the most parameters */

/* With commas between thousands. */
static char *
format_count (guint64 n)
{
  GString *out = g_string_new (NULL);

  g_string_printf (out, "%" G_GUINT64_FORMAT, n);
  for (gssize at = (gssize) out->len - 3; at > 0; at -= 3)
    g_string_insert_c (out, at, ',');
  return g_string_free (out, FALSE);
}

static char *
format_shape (const SerShape *shape)
{
  return shape->sequence ? g_strdup_printf ("%" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT, shape->T, shape->C)
                         : g_strdup_printf ("%" G_GSIZE_FORMAT, shape->C);
}

static void
draw_arrow (cairo_t *cr, double x, double from, double to)
{
  ser_set_colour (cr, ser_grey);
  cairo_set_line_width (cr, 1.2);
  cairo_move_to (cr, x, from);
  cairo_line_to (cr, x, to - 5);
  cairo_stroke (cr);
  cairo_move_to (cr, x, to);
  cairo_rel_line_to (cr, -4, -6);
  cairo_rel_line_to (cr, 8, 0);
  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_figures (cairo_t *cr, const Box *box, double left, double y, guint64 most)
{
  g_autofree char *shape = format_shape (&box->shape), *count = format_count (box->parameters);

  ser_set_colour (cr, ser_ink);
  if (!box->attached)
    ser_text_draw (cr, SER_TEXT_NORMAL, shape, left + SHAPES, y, 1);
  if (box->parameters == 0)
    return;
  ser_text_draw (cr, SER_TEXT_NORMAL, count, left + SHAPES + NUMBERS, y, 1);
  ser_set_colour (cr, ser_grey);
  cairo_rectangle (cr, left + SHAPES + NUMBERS + 12, y - 4, fmax (BAR * (box->parameters / (double) most), 1), 8);
  cairo_fill (cr);
}

static void
draw_boxes (cairo_t *cr, const GArray *boxes, double width, double top)
{
  guint64 most = 1;
  double y = top;

  for (guint i = 0; i < boxes->len; i++)
    most = MAX (most, g_array_index (boxes, Box, i).parameters);
  for (guint i = 0; i < boxes->len; i++) {
    const Box *box = &g_array_index (boxes, Box, i);

    if (i > 0 && !box->attached) {
      draw_arrow (cr, LEFT + width / 2, y, y + GAP);
      y += GAP;
    }
    cairo_rectangle (cr, LEFT, y, width, LINE);
    ser_set_colour (cr, box->colour);
    cairo_fill_preserve (cr);
    ser_set_colour (cr, ser_grey);
    cairo_set_line_width (cr, 1);
    cairo_stroke (cr);
    ser_set_colour (cr, ser_ink);
    ser_text_draw (cr, SER_TEXT_NORMAL, box->text, LEFT + width / 2, y + LINE / 2.0, 0.5);
    draw_figures (cr, box, LEFT + width, y + LINE / 2.0, most);
    y += LINE;
  }
}

static double
find_height (const GArray *boxes)
{
  double height = boxes->len * LINE;

  for (guint i = 1; i < boxes->len; i++)
    height += g_array_index (boxes, Box, i).attached ? 0 : GAP;
  return height;
}

static double
find_width (const GArray *boxes)
{
  double width = 120;

  for (guint i = 0; i < boxes->len; i++)
    width = fmax (width, 24 + ser_text_width (SER_TEXT_NORMAL, g_array_index (boxes, Box, i).text));
  return width;
}

static void
draw_names (cairo_t *cr, double left, double y)
{
  ser_set_colour (cr, ser_grey);
  ser_text_draw (cr, SER_TEXT_SMALL, "steps × channels", left + SHAPES, y, 1);
  ser_text_draw (cr, SER_TEXT_SMALL, "parameters", left + SHAPES + NUMBERS, y, 1);
}

/* ---- words ---- */

static char *
describe (const Network *network, const GArray *boxes, const char *line)
{
  GString *out = g_string_new (line);

  for (guint i = 0; i < boxes->len; i++) {
    const Box *box = &g_array_index (boxes, Box, i);
    g_autofree char *shape = format_shape (&box->shape), *count = format_count (box->parameters);

    g_string_append_printf (out, "%s %s: %s", i > 0 ? ";" : ".", box->text, shape);
    if (box->parameters > 0)
      g_string_append_printf (out, ", %s parameters", count);
  }
  g_string_append_printf (out, ". Labels: %s.", network->labels);
  return g_string_free (out, FALSE);
}

static SerPicture *
draw (const Network *network, const SerPlotOptions *options)
{
  g_autoptr (GArray) boxes = make_boxes (network);
  g_autofree char *count = format_count (ser_architecture_n_parameters (network->arch)),
                  *line = g_strdup_printf (
                      "%s trainable parameters; shapes are those of a window of %g s", count, network->window),
                  *description = describe (network, boxes, line), *labels = NULL;
  double width = find_width (boxes), height = find_height (boxes), top = ser_picture_head_height (line) + 20;
  SerPicture *picture = ser_picture_new (options->format, LEFT + width + SHAPES + NUMBERS + 12 + BAR + LEFT,
      top + height + 36, options->title ? options->title : network->name, description);

  ser_picture_draw_head (picture, line);
  draw_names (picture->cr, LEFT + width, top - 10);
  draw_boxes (picture->cr, boxes, width, top);
  labels = ser_text_fit (SER_TEXT_SMALL, network->labels, picture->width - 2 * LEFT);
  ser_set_colour (picture->cr, ser_grey);
  ser_text_draw (picture->cr, SER_TEXT_SMALL, labels, LEFT, top + height + 16, 0);
  return picture;
}

SerPicture *
ser_plot_architecture (const SerPlotOptions *options, char **inputs, GError **error)
{
  Network network = { 0 };
  gboolean ok = inputs[0] ? load_model (&network, inputs[0], error) : read_lines (&network, options, error);
  SerPicture *picture = ok ? draw (&network, options) : NULL;

  clear_network (&network);
  return picture;
}
