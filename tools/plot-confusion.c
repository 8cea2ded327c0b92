/* plot-confusion.c - a confusion matrix with counts and shares of the rows
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "json-read.h"
#include "model/error.h"
#include "plot.h"
#include "ser.h"

#define WIDEST 160 /* longer labels are cut */

typedef struct {
  char *name, *protocol; /* NULL: unknown */
  char *labels[SER_MAX_LABELS];
  guint n;
  guint counts[SER_MAX_LABELS][SER_MAX_LABELS]; /* true, predicted */
  guint sums[SER_MAX_LABELS];                   /* of rows */
  guint clips, no_answer;
  double uar, accuracy; /* NAN where the file does not say */
} Matrix;

/* ---- the file ---- */

static void
clear_matrix (Matrix *matrix)
{
  g_free (matrix->name);
  g_free (matrix->protocol);
  for (guint i = 0; i < matrix->n; i++)
    g_free (matrix->labels[i]);
}

static gboolean
read_labels (Matrix *matrix, const SerJsonValue *root, GError **error)
{
  SerJsonValue labels;
  guint n;

  if (!ser_json_get_array (root, "labels", &labels, &n, error))
    return FALSE;
  if (n > SER_MAX_LABELS)
    return ser_fail (error, SER_ERROR_DATA, "%s: %u labels, expected at most %d", root->file, n, SER_MAX_LABELS);
  for (guint i = 0; i < n; i++) {
    SerJsonValue element = ser_json_element (&labels, i);
    g_autofree char *clean = NULL;
    const char *label;

    if (!ser_json_as_text (&element, &label, error))
      return FALSE;
    clean = ser_text_clean (label);
    matrix->labels[matrix->n++] = ser_text_fit (SER_TEXT_NORMAL, clean, WIDEST);
  }
  return TRUE;
}

static gboolean
read_row (Matrix *matrix, guint r, const SerJsonValue *row, GError **error)
{
  if (!ser_json_check_length (row, matrix->n, error))
    return FALSE;
  for (guint c = 0; c < matrix->n; c++) {
    SerJsonValue cell = ser_json_element (row, c);

    if (!ser_json_as_count (&cell, &matrix->counts[r][c], error))
      return FALSE;
    if (matrix->counts[r][c] > G_MAXUINT - matrix->clips)
      return ser_fail (error, SER_ERROR_DATA, "%s: %s: more than %u clips in all", cell.file, cell.place, G_MAXUINT);
    matrix->sums[r] += matrix->counts[r][c];
    matrix->clips += matrix->counts[r][c];
  }
  return TRUE;
}

/* What the figures are of, as far as the file says so: a run's name, or a model's and the clips'. */
static char *
read_name (const SerJsonValue *root)
{
  const char *name = ser_json_find_text (root, "name"), *model = ser_json_find_text (root, "model"),
             *corpus = ser_json_find_text (root, "corpus"), *split = ser_json_find_text (root, "split");

  if (name && *name)
    return g_strdup (name);
  if (!model || !corpus)
    return g_strdup ("Confusion matrix");
  return g_strdup_printf ("%s on %s%s%s", model, corpus, split && strcmp (split, "all") != 0 ? ", " : "",
      split && strcmp (split, "all") != 0 ? split : "");
}

static gboolean
load (Matrix *matrix, const char *path, GError **error)
{
  g_autoptr (SerJsonFile) file = ser_json_file_load (path, error);
  SerJsonValue root, rows, no_answer;
  const char *protocol;

  if (!file)
    return FALSE;
  root = ser_json_file_root (file);
  if (!read_labels (matrix, &root, error) || !ser_json_get (&root, "confusion", &rows, error)
      || !ser_json_check_length (&rows, matrix->n, error))
    return FALSE;
  for (guint r = 0; r < matrix->n; r++) {
    SerJsonValue row = ser_json_element (&rows, r);
    if (!read_row (matrix, r, &row, error))
      return FALSE;
  }
  if (ser_json_get (&root, "no_answer", &no_answer, NULL) && !ser_json_as_count (&no_answer, &matrix->no_answer, error))
    return FALSE;
  matrix->name = read_name (&root);
  protocol = ser_json_find_text (&root, "protocol");
  matrix->protocol = protocol ? ser_text_clean (protocol) : NULL;
  return ser_json_get_figure (&root, "uar", 0, 1, &matrix->uar, error)
      && ser_json_get_figure (&root, "accuracy", 0, 1, &matrix->accuracy, error);
}

/* ---- drawing ---- */

static const SerColour full = { 0, 0.28, 0.48 }; /* the colour of a share of 1 */

typedef struct {
  double left, top, cell;
  gboolean upright; /* names of columns read upwards */
} Layout;

/* Of the labels, in pixels. */
static double
widest_label (const Matrix *matrix)
{
  double widest = 0;

  for (guint i = 0; i < matrix->n; i++)
    widest = fmax (widest, ser_text_width (SER_TEXT_NORMAL, matrix->labels[i]));
  return widest;
}

/* The names of the rows, with the number of clips in each. */
static double
widest_row_name (const Matrix *matrix)
{
  double widest = widest_label (matrix);

  for (guint i = 0; i < matrix->n; i++) {
    g_autofree char *clips = g_strdup_printf ("%u clips", matrix->sums[i]);
    widest = fmax (widest, ser_text_width (SER_TEXT_SMALL, clips));
  }
  return widest;
}

static void
draw_cell (const Matrix *matrix, const Layout *layout, cairo_t *cr, guint r, guint c)
{
  double share = matrix->sums[r] > 0 ? matrix->counts[r][c] / (double) matrix->sums[r] : 0;
  SerColour fill = ser_mix_colours (ser_white, full, share);
  double x = layout->left + c * layout->cell, y = layout->top + r * layout->cell, middle = x + layout->cell / 2;

  ser_set_colour (cr, fill);
  cairo_rectangle (cr, x, y, layout->cell, layout->cell);
  cairo_fill (cr);
  ser_set_colour (cr, ser_colour_on (fill));
  ser_text_print (cr, matrix->counts[r][c] < 10000 ? SER_TEXT_NORMAL : SER_TEXT_SMALL, middle, y + 0.35 * layout->cell,
      0.5, "%u", matrix->counts[r][c]);
  if (matrix->sums[r] > 0)
    ser_text_print (
        cr, SER_TEXT_SMALL, middle, y + 0.67 * layout->cell, 0.5, "%.*f %%", layout->cell > 50, 100 * share);
}

static void
draw_lines (const Matrix *matrix, const Layout *layout, cairo_t *cr)
{
  double size = matrix->n * layout->cell;

  ser_set_colour (cr, ser_faint);
  cairo_set_line_width (cr, 1);
  for (guint i = 1; i < matrix->n; i++) {
    cairo_move_to (cr, layout->left + i * layout->cell, layout->top);
    cairo_rel_line_to (cr, 0, size);
    cairo_move_to (cr, layout->left, layout->top + i * layout->cell);
    cairo_rel_line_to (cr, size, 0);
  }
  cairo_stroke (cr);
  ser_set_colour (cr, ser_grey);
  cairo_rectangle (cr, layout->left, layout->top, size, size);
  for (guint i = 0; i < matrix->n; i++)
    cairo_rectangle (cr, layout->left + i * layout->cell, layout->top + i * layout->cell, layout->cell, layout->cell);
  cairo_stroke (cr);
}

static void
draw_names (const Matrix *matrix, const Layout *layout, cairo_t *cr)
{
  double bottom = layout->top + matrix->n * layout->cell;

  for (guint i = 0; i < matrix->n; i++) {
    double along = (i + 0.5) * layout->cell;

    ser_set_colour (cr, ser_ink);
    ser_text_draw (cr, SER_TEXT_NORMAL, matrix->labels[i], layout->left - 8, layout->top + along - 7, 1);
    if (layout->upright)
      ser_text_draw_up (cr, SER_TEXT_NORMAL, matrix->labels[i], layout->left + along, bottom + 8, 1);
    else
      ser_text_draw (cr, SER_TEXT_NORMAL, matrix->labels[i], layout->left + along, bottom + 13, 0.5);
    ser_set_colour (cr, ser_grey);
    ser_text_print (cr, SER_TEXT_SMALL, layout->left - 8, layout->top + along + 8, 1, "%u clips", matrix->sums[i]);
  }
}

/* ---- words ---- */

static char *
make_line (const Matrix *matrix)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%u clips", matrix->clips);
  if (matrix->no_answer > 0)
    g_string_append_printf (out, " with an answer, %u without left out", matrix->no_answer);
  if (isfinite (matrix->uar))
    g_string_append_printf (out, ", UAR %.1f %%", 100 * matrix->uar);
  if (isfinite (matrix->accuracy))
    g_string_append_printf (out, ", accuracy %.1f %%", 100 * matrix->accuracy);
  g_string_append (out, "; per cent of the row");
  if (matrix->protocol)
    g_string_append_printf (out, "\nprotocol: %s", matrix->protocol);
  return g_string_free (out, FALSE);
}

static char *
describe (const Matrix *matrix, const char *line)
{
  GString *out = g_string_new ("Confusion matrix, rows true and columns predicted labels: ");

  g_string_append_printf (out, "%s.", line);
  for (guint r = 0; r < matrix->n; r++) {
    g_string_append_printf (out, " %s, %u clips:", matrix->labels[r], matrix->sums[r]);
    for (guint c = 0; c < matrix->n; c++)
      g_string_append_printf (out, " %s %u%s", matrix->labels[c], matrix->counts[r][c], c + 1 < matrix->n ? "," : ".");
  }
  return g_string_free (out, FALSE);
}

static SerPicture *
draw (const Matrix *matrix, const SerPlotOptions *options)
{
  double widest = widest_label (matrix), size;
  g_autofree char *line = make_line (matrix), *description = describe (matrix, line);
  Layout layout = { .cell = matrix->n <= 8 ? CLAMP (widest + 12, 60, 84) : 44,
    .top = ser_picture_head_height (line) + 4 };
  double below;
  SerPicture *picture;

  layout.left = 40 + widest_row_name (matrix);
  layout.upright = widest > layout.cell - 4;
  below = (layout.upright ? widest + 12 : 24) + 26;
  size = matrix->n * layout.cell;
  picture = ser_picture_new (options->format, fmax (layout.left + size + 16, ser_picture_head_width (line)),
      layout.top + size + below, options->title ? options->title : matrix->name, description);
  ser_picture_draw_head (picture, line);
  for (guint r = 0; r < matrix->n; r++)
    for (guint c = 0; c < matrix->n; c++)
      draw_cell (matrix, &layout, picture->cr, r, c);
  draw_lines (matrix, &layout, picture->cr);
  draw_names (matrix, &layout, picture->cr);
  ser_set_colour (picture->cr, ser_ink);
  ser_text_draw (
      picture->cr, SER_TEXT_NORMAL, "predicted label", layout.left + size / 2, layout.top + size + below - 16, 0.5);
  ser_text_draw_up (picture->cr, SER_TEXT_NORMAL, "true label", 18, layout.top + size / 2, 0.5);
  return picture;
}

SerPicture *
ser_plot_confusion (const SerPlotOptions *options, char **inputs, GError **error)
{
  Matrix matrix = { 0 };
  SerPicture *picture = load (&matrix, inputs[0], error) ? draw (&matrix, options) : NULL;

  clear_matrix (&matrix);
  return picture;
}
