/* plot-sound.c - what a network is given of a sound: spectrogram and cepstral coefficients
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Frames are those of ser-core's front end, before a window's normalisation.
 */

#include <math.h>
#include <string.h>

#include "chart.h"
#include "dataset.h"
#include "dsp/mel.h"
#include "heat-map.h"
#include "media.h"
#include "model/error.h"
#include "model/model.h"
#include "plot.h"

#define MAX_SECONDS 3600
#define MAX_COLUMNS 640      /* of the picture: more frames are averaged */
#define MAX_BARE_COLUMNS 400 /* of one that is to be small */
#define DEPTH 70.0           /* dB under the strongest value that can be seen */
#define DEVIATIONS 3.0       /* that can be seen, of a coefficient */

typedef struct {
  char *name;
  SerFeatureSpec spec;
  double seconds;
  gsize columns;
  float *values; /* [columns, n], dB or standard deviations */
  double high;   /* the greatest, in what the front end gives as dB */
} Sound;

static void
clear_sound (Sound *sound)
{
  g_free (sound->name);
  g_free (sound->values);
}

/* ---- the sound ---- */

static gboolean
read_features (SerFeatureSpec *spec, SerFeatureKind kind, const char *line, GError **error)
{
  ser_feature_spec_init (spec, kind);
  if (!line)
    return TRUE;
  if (!ser_features_parse (line, spec, error))
    return FALSE;
  return spec->kind == kind
      || ser_fail (error, SER_ERROR_CONFIG, "--features %s: expected %s, which this picture is of", line,
          kind == SER_FEATURES_MFCC ? "mfcc(...)" : "logmel(...)");
}

/* Frames [T, n] to so many columns, if there are more. */
static void
pool (Sound *sound, const float *frames, gsize T, gsize columns)
{
  const guint n = sound->spec.n;

  sound->columns = MIN (T, columns);
  sound->values = g_new0 (float, sound->columns *n);
  for (gsize column = 0; column < sound->columns; column++) {
    gsize from = column * T / sound->columns, to = (column + 1) * T / sound->columns;

    for (gsize t = from; t < to; t++)
      for (guint i = 0; i < n; i++)
        sound->values[column * n + i] += frames[t * n + i] / (to - from);
  }
}

static gboolean
load (Sound *sound, const char *path, gsize columns, GError **error)
{
  gsize n, T;
  g_autofree gint16 *samples = ser_media_decode (path, sound->spec.rate, &n, error);
  g_autofree float *x = samples ? ser_dataset_to_float (samples, n) : NULL, *frames = NULL;
  g_autofree char *name = g_filename_display_basename (path);
  SerFrontEnd *front;

  if (!x)
    return FALSE;
  sound->name = g_strdup (name);
  sound->seconds = n / (double) sound->spec.rate;
  if (ser_feature_spec_frames (&sound->spec, n) == 0 || sound->seconds > MAX_SECONDS)
    return ser_fail (error, SER_ERROR_DATA,
        "%s: %.3f s of sound; expected at least a frame of %u samples, at most %d s", name, sound->seconds,
        sound->spec.win, MAX_SECONDS);
  front = ser_front_end_new (&sound->spec);
  frames = ser_dataset_features (front, &sound->spec, x, n, &T);
  ser_front_end_free (front);
  pool (sound, frames, T, columns);
  return TRUE;
}

/* ---- values as colours ---- */

/* dB under the greatest, from DEPTH to 0, to 0 to 1. */
static void
scale_levels (Sound *sound)
{
  const gsize n = sound->columns * sound->spec.n;
  const double unit = sound->spec.log == SER_LOG_LN ? 10 / G_LN10 : 1;

  sound->high = -INFINITY;
  for (gsize i = 0; i < n; i++)
    sound->high = fmax (sound->high, unit * sound->values[i]);
  for (gsize i = 0; i < n; i++)
    sound->values[i] = 1 - (sound->high - unit * sound->values[i]) / DEPTH;
}

/* Each coefficient by its own mean and deviation, since the first ones are much the greatest. */
static void
scale_coefficients (Sound *sound)
{
  const guint n = sound->spec.n;

  for (guint i = 0; i < n; i++) {
    double sum = 0, squares = 0, mean, deviation;

    for (gsize t = 0; t < sound->columns; t++)
      sum += sound->values[t * n + i];
    mean = sum / sound->columns;
    for (gsize t = 0; t < sound->columns; t++)
      squares += (sound->values[t * n + i] - mean) * (sound->values[t * n + i] - mean);
    deviation = sqrt (squares / sound->columns);
    for (gsize t = 0; t < sound->columns; t++)
      sound->values[t * n + i] =
          0.5 + (deviation > 0 ? (sound->values[t * n + i] - mean) / deviation / (2 * DEVIATIONS) : 0);
  }
}

/* ---- axes ---- */

typedef struct {
  double place; /* from the bottom, 0 to 1 */
  char text[16];
} Tick;

/* Where a frequency lies: band b is the row from b to b + 1, its corner between its neighbours the middle. */
static double
place_frequency (const SerFeatureSpec *spec, double hz)
{
  const double low = ser_mel_from_hz (spec->scale, spec->fmin), high = ser_mel_from_hz (spec->scale, spec->fmax);
  const double corner = (ser_mel_from_hz (spec->scale, hz) - low) / (high - low) * (spec->mels + 1);

  return (corner - 0.5) / spec->mels;
}

static guint
make_frequency_ticks (const SerFeatureSpec *spec, Tick *ticks)
{
  static const guint frequencies[] = { 250, 500, 1000, 2000, 4000, 8000, 16000 };
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (frequencies); i++) {
    const double place = place_frequency (spec, frequencies[i]);

    if (place < 0.03 || place > 0.97)
      continue;
    ticks[n].place = place;
    g_snprintf (ticks[n++].text, sizeof ticks->text, frequencies[i] < 1000 ? "%u Hz" : "%u kHz",
        frequencies[i] < 1000 ? frequencies[i] : frequencies[i] / 1000);
  }
  return n;
}

static guint
make_coefficient_ticks (const SerFeatureSpec *spec, Tick *ticks)
{
  const guint step = spec->n > 20 ? 10 : 5;
  guint n = 0;

  for (guint i = 0; i < spec->n && n < 8; i += step) {
    ticks[n].place = (i + 0.5) / spec->n;
    g_snprintf (ticks[n++].text, sizeof ticks->text, "%u", i);
  }
  return n;
}

static guint
make_ticks (const SerFeatureSpec *spec, Tick *ticks)
{
  return spec->kind == SER_FEATURES_MFCC ? make_coefficient_ticks (spec, ticks) : make_frequency_ticks (spec, ticks);
}

static void
draw_ticks (cairo_t *cr, const SerChart *chart, const SerFeatureSpec *spec)
{
  Tick ticks[8];
  guint n = make_ticks (spec, ticks);

  ser_set_colour (cr, ser_ink);
  for (guint i = 0; i < n; i++) {
    double y = chart->top + chart->height * (1 - ticks[i].place);

    cairo_move_to (cr, chart->left - 4, y);
    cairo_line_to (cr, chart->left, y);
    cairo_stroke (cr);
    ser_text_draw (cr, SER_TEXT_SMALL, ticks[i].text, chart->left - 7, y, 1);
  }
}

/* Over the picture, on something lighter. */
static void
draw_ticks_inside (cairo_t *cr, const SerChart *chart, const SerFeatureSpec *spec)
{
  Tick ticks[8];
  guint n = make_ticks (spec, ticks);

  for (guint i = 0; i < n; i++) {
    double y = chart->top + chart->height * (1 - ticks[i].place),
           width = ser_text_width (SER_TEXT_SMALL, ticks[i].text);

    cairo_set_source_rgba (cr, 1, 1, 1, 0.75);
    cairo_rectangle (cr, chart->left + 6, y - 7, width + 6, 14);
    cairo_fill (cr);
    ser_set_colour (cr, ser_ink);
    cairo_move_to (cr, chart->left, y);
    cairo_line_to (cr, chart->left + 5, y);
    cairo_stroke (cr);
    ser_text_draw (cr, SER_TEXT_SMALL, ticks[i].text, chart->left + 9, y, 0);
  }
}

/* ---- the picture ---- */

#define WIDTH 760
#define HEIGHT 240
#define RIGHT 84 /* with the bar of colours */
#define BARE_WIDTH 800
#define BARE_HEIGHT 160

static SerHeatColours
get_colours (const Sound *sound)
{
  return sound->spec.kind == SER_FEATURES_MFCC ? SER_HEAT_DIVERGING : SER_HEAT_RISING;
}

/* A frame stands at the middle of its samples, as wide as a hop. */
static void
draw_map (cairo_t *cr, const Sound *sound, const SerChart *chart)
{
  const SerFeatureSpec *spec = &sound->spec;
  const double pixels = chart->width / sound->seconds / spec->rate;
  const gsize T = ser_feature_spec_frames (spec, (gsize) (sound->seconds * spec->rate + 0.5));

  ser_heat_map_draw (cr, get_colours (sound), sound->values, sound->columns, spec->n,
      chart->left + pixels * ((double) spec->win - spec->hop) / 2, chart->top, pixels * T * spec->hop, chart->height);
}

/* The map in its frame, without the grid that stands where there is no frame of the sound. */
static void
draw_area (cairo_t *cr, const Sound *sound, const SerChart *chart)
{
  ser_set_colour (cr, ser_white);
  cairo_rectangle (cr, chart->left, chart->top, chart->width, chart->height);
  cairo_fill (cr);
  draw_map (cr, sound, chart);
  ser_set_colour (cr, ser_grey);
  cairo_rectangle (cr, chart->left, chart->top, chart->width, chart->height);
  cairo_stroke (cr);
}

static void
draw_bar (cairo_t *cr, const Sound *sound, const SerChart *chart)
{
  const double left = chart->left + chart->width + 16, width = 12;
  const gboolean cepstrum = sound->spec.kind == SER_FEATURES_MFCC;

  ser_heat_bar_draw (cr, get_colours (sound), left, chart->top, width, chart->height);
  ser_set_colour (cr, ser_ink);
  ser_text_print (cr, SER_TEXT_SMALL, left + width + 5, chart->top, 0, cepstrum ? "%+.0f s.d." : "%.0f dB",
      cepstrum ? DEVIATIONS : 0);
  ser_text_print (
      cr, SER_TEXT_SMALL, left + width + 5, chart->top + chart->height / 2, 0, "%.0f", cepstrum ? 0 : -DEPTH / 2);
  ser_text_print (
      cr, SER_TEXT_SMALL, left + width + 5, chart->top + chart->height, 0, "%.0f", cepstrum ? -DEVIATIONS : -DEPTH);
}

/* What is shown, under the title and in the description. */
static char *
describe (const Sound *sound)
{
  const SerFeatureSpec *spec = &sound->spec;
  const double ms = 1000.0 / spec->rate;
  g_autofree char *frames =
      g_strdup_printf ("%.2f s in frames of %g ms every %g ms", sound->seconds, spec->win * ms, spec->hop * ms);

  if (spec->kind == SER_FEATURES_MFCC)
    return g_strdup_printf (
        "%s; %u coefficients of %u mel bands, each in standard deviations from its mean", frames, spec->n, spec->mels);
  return g_strdup_printf (
      "%s; %u mel bands from %g to %g Hz, dB under the strongest", frames, spec->n, spec->fmin, spec->fmax);
}

static SerPicture *
draw_bare (const Sound *sound, const SerPlotOptions *options, const char *title, const char *text)
{
  SerPicture *picture = ser_picture_new (options->format, BARE_WIDTH, BARE_HEIGHT, title, text);
  const SerChart chart = { .width = picture->width, .height = picture->height };

  draw_map (picture->cr, sound, &chart);
  draw_ticks_inside (picture->cr, &chart, &sound->spec);
  return picture;
}

static SerPicture *
draw_full (const Sound *sound, const SerPlotOptions *options, const char *title, const char *text)
{
  const gboolean cepstrum = sound->spec.kind == SER_FEATURES_MFCC;
  SerChart chart = { SER_CHART_LEFT, ser_picture_head_height (text) + 8, WIDTH - SER_CHART_LEFT - RIGHT, HEIGHT,
    ser_scale_tight (0, sound->seconds, 8, 0.001), ser_scale_tight (0, 1, 5, 0.1) };
  SerPicture *picture = ser_picture_new (options->format, WIDTH, chart.top + HEIGHT + SER_CHART_BOTTOM, title, text);

  ser_picture_draw_head (picture, text);
  ser_chart_draw_axes (&chart, picture->cr, "time in s", NULL);
  draw_area (picture->cr, sound, &chart);
  draw_ticks (picture->cr, &chart, &sound->spec);
  if (cepstrum)
    ser_text_draw_up (picture->cr, SER_TEXT_SMALL, "coefficient", 14, chart.top + HEIGHT / 2.0, 0.5);
  draw_bar (picture->cr, sound, &chart);
  return picture;
}

static SerPicture *
draw (SerFeatureKind kind, const SerPlotOptions *options, const char *path, GError **error)
{
  Sound sound = { 0 };
  g_autofree char *text = NULL, *title = NULL;
  SerPicture *picture = NULL;

  if (read_features (&sound.spec, kind, options->features, error)
      && load (&sound, path, options->bare ? MAX_BARE_COLUMNS : MAX_COLUMNS, error)) {
    if (kind == SER_FEATURES_MFCC)
      scale_coefficients (&sound);
    else
      scale_levels (&sound);
    text = describe (&sound);
    title = options->title
        ? g_strdup (options->title)
        : g_strdup_printf ("%s of %s", kind == SER_FEATURES_MFCC ? "MFCC" : "Spectrogram", sound.name);
    picture = (options->bare ? draw_bare : draw_full) (&sound, options, title, text);
  }
  clear_sound (&sound);
  return picture;
}

SerPicture *
ser_plot_spectrogram (const SerPlotOptions *options, char **inputs, GError **error)
{
  return draw (SER_FEATURES_LOGMEL, options, inputs[0], error);
}

SerPicture *
ser_plot_mfcc (const SerPlotOptions *options, char **inputs, GError **error)
{
  return draw (SER_FEATURES_MFCC, options, inputs[0], error);
}
