/* plot-sound.c - tests of the pictures of sound: where tones stand, sizes, refusals
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <cairo.h>
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "heat-map.h"

#define WIDTH 1600 /* of a bare PNG, with two dots to a pixel */
#define HEIGHT 320

static char *folder;

/* Silence, then a tone from `start` on. */
static void
write_tone (const char *name, double seconds, double start, double hz)
{
  gsize n = seconds * 16000;
  g_autofree gint16 *samples = g_new (gint16, MAX (n, 1));

  for (gsize i = 0; i < n; i++)
    samples[i] = i / 16000.0 < start ? 0 : lrint (8000 * sin (2 * G_PI * hz * i / 16000));
  fixture_write_wav (folder, name, 16000, 1, samples, n);
}

/* Draws into the folder; free with g_free(). */
static char *
draw (const char *kind, const char *sound, const char *options, const char *name)
{
  char *path = fixture_path (folder, name);

  g_assert_cmpint (
      fixture_seremotion (NULL, NULL, "plot %s '%s/%s' %s --output '%s'", kind, folder, sound, options, path), ==, 0);
  return path;
}

static cairo_surface_t *
load (const char *path)
{
  cairo_surface_t *surface = cairo_image_surface_create_from_png (path);

  g_assert_cmpint (cairo_surface_status (surface), ==, CAIRO_STATUS_SUCCESS);
  g_assert_cmpint (cairo_image_surface_get_width (surface), ==, WIDTH);
  g_assert_cmpint (cairo_image_surface_get_height (surface), ==, HEIGHT);
  return surface;
}

/* Sum of red, green and blue, 0 to 765. */
static guint
get_light (cairo_surface_t *surface, guint x, guint y)
{
  const guint8 *row = cairo_image_surface_get_data (surface) + (gsize) y * cairo_image_surface_get_stride (surface);
  guint32 pixel = ((const guint32 *) row)[x];

  return (pixel >> 16 & 255) + (pixel >> 8 & 255) + (pixel & 255);
}

/* The middle of the darkest rows of a column. */
static double
find_darkest (cairo_surface_t *surface, guint x)
{
  guint least = G_MAXUINT, sum = 0, n = 0;

  for (guint y = 0; y < HEIGHT; y++)
    least = MIN (least, get_light (surface, x, y));
  for (guint y = 0; y < HEIGHT; y++)
    if (get_light (surface, x, y) == least) {
      sum += y;
      n++;
    }
  return sum / (double) n;
}

/* Row of a frequency: 64 bands whose 66 corners are equally far apart in mel (HTK) from 0 to 8 kHz. */
static double
expect_row (double hz)
{
  double mel = 2595 * log10 (1 + hz / 700), top = 2595 * log10 (1 + 8000.0 / 700);
  double band = mel / top * 65 - 1;

  return HEIGHT * (1 - (band + 0.5) / 64);
}

/* ---- places ---- */

static void
test_frequency (void)
{
  static const double tones[] = { 400, 1000, 2500, 6000 };

  for (guint i = 0; i < G_N_ELEMENTS (tones); i++) {
    g_autofree char *path = NULL;
    cairo_surface_t *surface;

    write_tone ("tone.wav", 2, 0, tones[i]);
    path = draw ("spectrogram", "tone.wav", "--bare", "tone.png");
    surface = load (path);
    g_assert_cmpfloat (fabs (find_darkest (surface, WIDTH / 2) - expect_row (tones[i])), <, HEIGHT / 64.0);
    cairo_surface_destroy (surface);
  }
}

/* Dark from the second on in which the tone begins, with a frame's length to spare. */
static void
test_time (void)
{
  g_autofree char *path = NULL;
  cairo_surface_t *surface;
  guint y = lrint (expect_row (1000)), x = 200; /* right of the numbers */

  write_tone ("late.wav", 2, 1.2, 1000);
  path = draw ("spectrogram", "late.wav", "--bare", "late.png");
  surface = load (path);
  while (x < WIDTH && get_light (surface, x, y) > 300)
    x++;
  g_assert_cmpfloat (fabs (x / (double) WIDTH * 2 - 1.2), <, 0.025);
  g_assert_cmpuint (get_light (surface, 400, HEIGHT / 8), ==, 765);
  cairo_surface_destroy (surface);
}

/* Coefficients are relative to their own means: a tone that begins halfway has two halves of opposite colours. */
static void
test_mfcc (void)
{
  g_autofree char *path = NULL;
  cairo_surface_t *surface;
  guint y = HEIGHT - HEIGHT / 80;

  write_tone ("late.wav", 2, 1, 1000);
  path = draw ("mfcc", "late.wav", "--bare", "mfcc.png");
  surface = load (path);
  /* Blue has less red than blue, vermillion more; of the first coefficient, the level, silence has less. */
  for (guint x = 200; x < WIDTH - 50; x += 50) {
    const guint8 *row = cairo_image_surface_get_data (surface) + (gsize) y * cairo_image_surface_get_stride (surface);
    guint32 pixel = ((const guint32 *) row)[x];
    int warmth = (int) (pixel >> 16 & 255) - (int) (pixel & 255);

    if (x < WIDTH / 2 - 50)
      g_assert_cmpint (warmth, <, -20);
    else if (x > WIDTH / 2 + 50)
      g_assert_cmpint (warmth, >, 20);
  }
  cairo_surface_destroy (surface);
}

static void
test_colours (void)
{
  double before = 4;

  for (guint i = 0; i <= 100; i++) {
    SerColour colour = ser_heat_colour (SER_HEAT_RISING, i / 100.0);
    double light = colour.r + colour.g + colour.b;

    g_assert_cmpfloat (light, <=, before);
    before = light;
  }
  g_assert_cmpfloat (ser_heat_colour (SER_HEAT_RISING, -7).r, ==, 1);
  g_assert_cmpfloat (ser_heat_colour (SER_HEAT_RISING, 7).r, <, 0.1);
  g_assert_cmpfloat (ser_heat_colour (SER_HEAT_DIVERGING, 0).b, >, ser_heat_colour (SER_HEAT_DIVERGING, 1).b);
}

/* ---- files ---- */

static void
test_svg (void)
{
  static const char *const kinds[] = { "spectrogram", "mfcc" };

  write_tone ("six.wav", 6, 0, 700);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autofree char *full = draw (kinds[i], "six.wav", "--title 'A & B'", "full.svg");
    g_autofree char *again = draw (kinds[i], "six.wav", "--title 'A & B'", "again.svg");
    g_autofree char *bare = draw (kinds[i], "six.wav", "--bare", "bare.svg");
    g_autofree char *a = NULL, *b = NULL, *c = NULL;

    g_assert_true (g_file_get_contents (full, &a, NULL, NULL) && g_file_get_contents (again, &b, NULL, NULL)
        && g_file_get_contents (bare, &c, NULL, NULL));
    g_assert_cmpstr (a, ==, b);
    fixture_assert_has (a, "<title>A &amp; B</title>");
    fixture_assert_has (a, "<desc>6.00 s in frames of 25 ms every 10 ms");
    fixture_assert_has (a, "data:image/png;base64,");
    g_assert_cmpuint (strlen (c), <, 60000);
    g_assert_cmpuint (strlen (c), <, strlen (a));
  }
}

static void
assert_refused (int status, const char *message, const char *format, ...)
{
  g_autofree char *line = NULL, *error = NULL;
  va_list args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_cmpint (fixture_seremotion (NULL, &error, "plot %s --output '%s/x.svg'", line, folder), ==, status);
  fixture_assert_has (error, message);
}

static void
test_refusals (void)
{
  write_tone ("short.wav", 0.02, 0, 700);
  write_tone ("empty.wav", 0, 0, 700);
  write_tone ("one.wav", 1, 0, 700);
  fixture_write (folder, "text.wav", "no sound");
  assert_refused (1, "short.wav: 0.020 s of sound", "spectrogram '%s/short.wav'", folder);
  assert_refused (1, "empty.wav", "mfcc '%s/empty.wav'", folder);
  assert_refused (1, "text.wav", "mfcc '%s/text.wav'", folder);
  assert_refused (1, "none.wav", "mfcc '%s/none.wav'", folder);
  assert_refused (2, "expected 1, a recording", "mfcc");
  assert_refused (2, "expected logmel(...)", "spectrogram '%s/one.wav' --features 'mfcc(n=13)'", folder);
  assert_refused (2, "expected mfcc(...)", "mfcc '%s/one.wav' --features 'logmel(n=64)'", folder);
  assert_refused (2, "n=0 is out of range", "mfcc '%s/one.wav' --features 'mfcc(n=0)'", folder);
  assert_refused (2, "--bare goes with", "curves '%s/one.wav' --bare", folder);
  assert_refused (2, "go with architecture", "mfcc '%s/one.wav' --window 2", folder);
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init (&argc, &argv);
  folder = fixture_folder ();
  g_test_add_func ("/tools/plot-sound/frequency", test_frequency);
  g_test_add_func ("/tools/plot-sound/time", test_time);
  g_test_add_func ("/tools/plot-sound/mfcc", test_mfcc);
  g_test_add_func ("/tools/plot-sound/colours", test_colours);
  g_test_add_func ("/tools/plot-sound/svg", test_svg);
  g_test_add_func ("/tools/plot-sound/refusals", test_refusals);
  status = fixture_run ();
  g_free (folder);
  return status;
}
