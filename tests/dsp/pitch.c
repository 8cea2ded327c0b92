/* pitch.c - fundamental frequency of synthetic voices and of what is no voice
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Voices are glottal pulses (Rosenberg, JASA 49, 1971) through three formants (Peterson and Barney's means for men,
 * JASA 24, 1952). Errors of octave are what such estimators make, so F0 runs in steps of half a tone through all
 * harmonics' meetings with formants.
 */

#include "dsp/pitch.h"

#include <math.h>

#define SECONDS 0.2
#define SEMITONE 1.0594630943592953

/* Formants of heed, had, hod, hawed, who'd. */
static const double vowels[][3] = {
  { 270, 2290, 3010 },
  { 660, 1720, 2410 },
  { 730, 1090, 2440 },
  { 570, 840, 2410 },
  { 300, 870, 2240 },
};

typedef struct {
  double y1, y2;
} Resonator;

static double
resonate (Resonator *r, double x, double frequency, double bandwidth, double rate)
{
  const double radius = exp (-G_PI * bandwidth / rate), c = 2.0 * radius * cos (2.0 * G_PI * frequency / rate);
  const double y = x + c * r->y1 - radius * radius * r->y2;

  r->y2 = r->y1;
  r->y1 = y;
  return y;
}

/* Opening for 40 % of the period, closing for 16 %; phase in [0, 1). */
static double
glottal_flow (double phase)
{
  if (phase < 0.40)
    return 0.5 * (1.0 - cos (G_PI * phase / 0.40));
  return phase < 0.56 ? cos (0.5 * G_PI * (phase - 0.40) / 0.16) : 0.0;
}

static void
set_level (float *x, guint n, double rms)
{
  double energy = 0.0;

  for (guint i = 0; i < n; i++)
    energy += (double) x[i] * x[i];
  for (guint i = 0; i < n; i++)
    x[i] *= (float) (rms / sqrt (energy / n));
}

/* A voice whose F0 goes from f0 to f1 over x [n], at -20 dBFS, settled beforehand; `narrow` divides bandwidths. */
static void
make_voice (float *x, guint n, double rate, double f0, double f1, const double *formants, double narrow)
{
  const int oversampling = 8, settle = (int) (0.1 * rate);
  Resonator r[3] = { { 0 } };
  double phase = 0.0, last = 0.0;

  for (int i = -settle; i < (int) n; i++) {
    const double step = (f0 + (f1 - f0) * MAX (i, 0) / n) / rate / oversampling;
    double flow = 0.0, y;

    for (int j = 0; j < oversampling; j++) {
      phase = fmod (phase + step, 1.0);
      flow += glottal_flow (phase) / oversampling;
    }
    y = flow - last;
    last = flow;
    for (guint k = 0; k < 3; k++)
      y = resonate (&r[k], y, formants[k], (80.0 + 20.0 * k) / narrow, rate);
    if (i >= 0)
      x[i] = (float) y;
  }
  set_level (x, n, 0.1);
}

static double
gauss (void)
{
  const double u = g_test_rand_double_range (1e-12, 1.0), v = g_test_rand_double_range (0.0, 1.0);

  return sqrt (-2.0 * log (u)) * cos (2.0 * G_PI * v);
}

typedef struct {
  guint frames, unvoiced, wrong; /* wrong: off by more than 3 % */
} Tally;

/* Estimates all frames of x [n] and counts those that are not f0 -> f1 at their middle. */
static void
count (SerPitch *pitch, const float *x, guint n, double f0, double f1, Tally *tally)
{
  const guint length = ser_pitch_get_length (pitch);

  for (guint i = 0; i + length <= n; i += ser_pitch_get_hop (pitch)) {
    const double expected = f0 + (f1 - f0) * (i + length / 2.0) / n, found = ser_pitch_do (pitch, x + i);

    tally->frames++;
    if (found == 0.0)
      tally->unvoiced++;
    else if (fabs (found / expected - 1.0) > 0.03)
      tally->wrong++;
  }
}

/* All vowels from 60 to 500 Hz in white noise `snr` dB below the voice. */
static Tally
run_voices (guint rate, double snr, double narrow)
{
  const guint n = (guint) (SECONDS * rate);
  SerPitch *pitch = ser_pitch_new (rate);
  float *x = g_new (float, n);
  Tally tally = { 0, 0, 0 };

  for (guint v = 0; v < G_N_ELEMENTS (vowels); v++)
    for (double f0 = 60.0; f0 <= 500.0; f0 *= sqrt (SEMITONE)) {
      make_voice (x, n, rate, f0, f0, vowels[v], narrow);
      for (guint i = 0; i < n; i++)
        x[i] += (float) (0.1 * pow (10.0, -snr / 20.0) * gauss ());
      count (pitch, x, n, f0, f0, &tally);
    }
  g_free (x);
  ser_pitch_free (pitch);
  g_test_message ("%u Hz, %g dB, bandwidths / %g: %u frames, %u unvoiced, %u wrong", rate, snr, narrow, tally.frames,
      tally.unvoiced, tally.wrong);
  g_assert_cmpuint (tally.frames, >, 1000);
  return tally;
}

static void
test_clean (void)
{
  static const guint rates[] = { 8000, 16000, 44100 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    const Tally tally = run_voices (rates[i], 120.0, 1.0);

    g_assert_cmpuint (tally.unvoiced, ==, 0);
    g_assert_cmpuint (tally.wrong, ==, 0);
  }
}

static void
test_noisy (void)
{
  for (double snr = 25.0; snr >= 5.0; snr -= 5.0) {
    const Tally tally = run_voices (16000, snr, 1.0);

    g_assert_cmpuint (tally.unvoiced, <=, tally.frames / 100);
    g_assert_cmpuint (tally.wrong, <=, snr >= 20.0 ? 0 : tally.frames / 200);
  }
}

/* Formants of half the usual bandwidth: one on the second harmonic leaves almost a sine, an octave up. It may be taken
 * for no voice, when it lies above all voices, but not for another pitch. */
static void
test_ringing (void)
{
  const Tally clean = run_voices (16000, 120.0, 2.0), noisy = run_voices (16000, 15.0, 2.0);

  g_assert_cmpuint (clean.unvoiced, <=, clean.frames / 200);
  g_assert_cmpuint (clean.wrong, ==, 0);
  g_assert_cmpuint (noisy.unvoiced + noisy.wrong, <=, noisy.frames / 200);
}

/* A third up or down within 0.2 s. */
static void
test_gliding (void)
{
  const guint n = (guint) (SECONDS * 16000);
  SerPitch *pitch = ser_pitch_new (16000);
  float *x = g_new (float, n);
  Tally tally = { 0, 0, 0 };

  for (guint v = 0; v < G_N_ELEMENTS (vowels); v++)
    for (double f0 = 80.0; f0 <= 380.0; f0 *= SEMITONE) {
      make_voice (x, n, 16000, f0, f0 * 1.25, vowels[v], 1.0);
      count (pitch, x, n, f0, f0 * 1.25, &tally);
      make_voice (x, n, 16000, f0 * 1.25, f0, vowels[v], 1.0);
      count (pitch, x, n, f0 * 1.25, f0, &tally);
    }
  g_assert_cmpuint (tally.frames, >, 1000);
  g_assert_cmpuint (tally.unvoiced + tally.wrong, ==, 0);
  g_free (x);
  ser_pitch_free (pitch);
}

/* Neither gain nor polarity nor an offset changes what is found. */
static void
test_invariant (void)
{
  const guint n = (guint) (SECONDS * 16000);
  SerPitch *pitch = ser_pitch_new (16000);
  float *x = g_new (float, n), *y = g_new (float, n);

  for (double f0 = 60.0; f0 <= 500.0; f0 *= SEMITONE) {
    const double gain = g_test_rand_double_range (0.02, 5.0), offset = g_test_rand_double_range (-0.5, 0.5);
    float found;

    make_voice (x, n, 16000, f0, f0, vowels[2], 1.0);
    found = ser_pitch_do (pitch, x);
    for (guint i = 0; i < n; i++)
      y[i] = (float) (offset - gain * x[i]);
    g_assert_cmpfloat (fabs (ser_pitch_do (pitch, y) / found - 1.0), <=, 0.002);
    g_assert_cmpfloat (ser_pitch_do (pitch, x), ==, found); /* nothing is left of the frame before */
  }
  g_free (x), g_free (y);
  ser_pitch_free (pitch);
}

/* Fraction of frames found voiced in 10 s of what `next` makes. */
static double
voiced_fraction (double (*next) (Resonator *), double rms)
{
  const guint n = 160000;
  SerPitch *pitch = ser_pitch_new (16000);
  float *x = g_new (float, n);
  Resonator r = { 0 };
  Tally tally = { 0, 0, 0 };

  for (guint i = 0; i < n; i++)
    x[i] = (float) next (&r);
  set_level (x, n, rms);
  count (pitch, x, n, 1.0, 1.0, &tally);
  g_free (x);
  ser_pitch_free (pitch);
  return 1.0 - (double) tally.unvoiced / tally.frames;
}

static double
white (Resonator *unused)
{
  return gauss ();
}

/* A broad resonance high up, as of s and sh. */
static double
fricative (Resonator *r)
{
  return resonate (r, gauss (), 4500.0, 1500.0, 16000.0);
}

/* Falling by 6 dB per octave from 130 Hz, as of traffic and wind. */
static double
rumble (Resonator *r)
{
  return r->y1 = 0.95 * r->y1 + gauss ();
}

static void
test_noise (void)
{
  g_assert_cmpfloat (voiced_fraction (white, 0.1), ==, 0.0);
  g_assert_cmpfloat (voiced_fraction (fricative, 0.1), ==, 0.0);
  g_assert_cmpfloat (voiced_fraction (rumble, 0.1), <=, 0.01);
}

/* Silence, an offset, a faint hum and a tone above all voices are unvoiced. */
static void
test_no_voice (void)
{
  SerPitch *pitch = ser_pitch_new (16000);
  const guint n = ser_pitch_get_length (pitch);
  float *x = g_new0 (float, n);

  g_assert_cmpfloat (ser_pitch_do (pitch, x), ==, 0.0f);
  for (guint i = 0; i < n; i++)
    x[i] = 0.5f;
  g_assert_cmpfloat (ser_pitch_do (pitch, x), ==, 0.0f);
  for (guint i = 0; i < n; i++)
    x[i] = (float) (1e-4 * sin (2.0 * G_PI * 60.0 * i / 16000.0));
  g_assert_cmpfloat (ser_pitch_do (pitch, x), ==, 0.0f);
  for (double hz = 550.0; hz < 1900.0; hz *= SEMITONE) {
    for (guint i = 0; i < n; i++)
      x[i] = (float) (0.3 * sin (2.0 * G_PI * hz * i / 16000.0));
    g_assert_cmpfloat (ser_pitch_do (pitch, x), ==, 0.0f);
  }
  g_free (x);
  ser_pitch_free (pitch);
}

static void
test_sizes (void)
{
  for (guint rate = 8000; rate <= 48000; rate += 4000) {
    SerPitch *pitch = ser_pitch_new (rate);

    g_assert_cmpuint (ser_pitch_get_hop (pitch), ==, rate / 50);
    g_assert_cmpuint (ser_pitch_get_length (pitch), <=, rate * 6 / 100);
    ser_pitch_free (pitch);
  }
  ser_pitch_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/pitch/clean", test_clean);
  g_test_add_func ("/dsp/pitch/noisy", test_noisy);
  g_test_add_func ("/dsp/pitch/ringing", test_ringing);
  g_test_add_func ("/dsp/pitch/gliding", test_gliding);
  g_test_add_func ("/dsp/pitch/invariant", test_invariant);
  g_test_add_func ("/dsp/pitch/noise", test_noise);
  g_test_add_func ("/dsp/pitch/no-voice", test_no_voice);
  g_test_add_func ("/dsp/pitch/sizes", test_sizes);
  return g_test_run ();
}
