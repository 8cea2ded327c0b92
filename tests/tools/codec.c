/* codec.c - what comes out of a codec is the sound, as long and in its place; what is written is a WAV file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "codec.h"

#include <math.h>
#include <string.h>

#include "fixture.h"
#include "media.h"
#include "ser.h"

#define RATE 16000
#define N 24000

/* A chirp from 300 Hz to 3 kHz, loud in the middle: it is like itself at one place only. */
static gint16 *
chirp_new (void)
{
  gint16 *x = g_new (gint16, N);

  for (gsize i = 0; i < N; i++) {
    double t = i / (double) RATE;
    x[i] = lrint (9000 * sin (G_PI * i / N) * sin (2 * G_PI * (300 * t + 900 * t * t)));
  }
  return x;
}

static double
product (const gint16 *x, const gint16 *y, gssize lag)
{
  double sum = 0;

  for (gssize i = 100; i < N - 100; i++)
    sum += (double) x[i] * y[i + lag];
  return sum;
}

/* Signal over what is not it, in dB, at the best gain (LAME's is 0.95). */
static double
measure_snr (const gint16 *x, const gint16 *y)
{
  double gain = product (x, y, 0) / product (x, x, 0);

  return -10 * log10 (product (y, y, 0) / (gain * gain * product (x, x, 0)) - 1 + 1e-9);
}

static gint16 *
code (const gint16 *x, gsize n, guint kbps)
{
  GError *error = NULL;
  gint16 *y = ser_codec_mp3 (x, n, RATE, kbps, &error);

  if (g_error_matches (error, SER_ERROR, SER_ERROR_FILE) && strstr (error->message, "no element")) {
    g_test_skip (error->message);
    g_clear_error (&error);
  }
  g_assert_no_error (error);
  return y;
}

/* Where the sound was, and the worse the fewer bits there are. */
static void
test_mp3 (void)
{
  g_autofree gint16 *x = chirp_new (), *much = code (x, N, 64), *little = much ? code (x, N, 16) : NULL;
  gssize best = 0;

  if (!much)
    return;
  for (gssize lag = -20; lag <= 20; lag++)
    if (product (x, much, lag) > product (x, much, best))
      best = lag;
  g_assert_cmpint (best, ==, 0);
  g_test_message ("64 kbit/s %.1f dB, 16 kbit/s %.1f dB", measure_snr (x, much), measure_snr (x, little));
  g_assert_cmpfloat (measure_snr (x, much), >, 20);
  g_assert_cmpfloat (measure_snr (x, little), <, measure_snr (x, much) - 3);
}

/* Any length comes back as it went in, and the same bits each time. */
static void
test_mp3_length (void)
{
  static const gsize lengths[] = { 1, 100, 575, 1105, 5000 };
  g_autofree gint16 *x = chirp_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autofree gint16 *y = code (x + 8000, lengths[i], 64), *z = y ? code (x + 8000, lengths[i], 64) : NULL;
    if (!y)
      return;
    g_assert_cmpmem (y, lengths[i] * sizeof (gint16), z, lengths[i] * sizeof (gint16));
    if (lengths[i] == 5000) /* the end is there */
      g_assert_cmpint (ABS (y[4990]) + ABS (y[4980]) + ABS (y[4970]), >, 100);
  }
}

static void
test_mp3_rate (void)
{
  gint16 x[1000] = { 0 };
  GError *error = NULL;

  g_assert_null (ser_codec_mp3 (x, 1000, 17000, 64, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_assert_true (g_str_has_prefix (error->message, "mp3"));
  g_error_free (error);
}

static void
test_wav (void)
{
  g_autofree char *folder = fixture_folder (), *path = g_build_filename (folder, "a.wav", NULL), *bytes = NULL;
  g_autofree char *nowhere = g_build_filename (folder, "none", "a.wav", NULL);
  g_autofree gint16 *x = chirp_new (), *y = NULL;
  GError *error = NULL;
  gsize n, size;

  g_assert_true (ser_media_write_wav (path, x, N, RATE, &error));
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_cmpmem (bytes, 4, "RIFF", 4);
  y = ser_media_decode (path, RATE, &n, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (x, N * sizeof (gint16), y, n * sizeof (gint16));
  g_assert_false (ser_media_write_wav (nowhere, x, N, RATE, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "none"));
  g_error_free (error);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/tools/codec/mp3", test_mp3);
  g_test_add_func ("/tools/codec/mp3-length", test_mp3_length);
  g_test_add_func ("/tools/codec/mp3-rate", test_mp3_rate);
  g_test_add_func ("/tools/codec/wav", test_wav);
  return fixture_run ();
}
