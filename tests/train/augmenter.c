/* augmenter.c - what each item promises: length, level, onset, pitch, and the same bytes from the same seed
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/augmenter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/pitch.h"
#include "fixture.h"
#include "train/effects.h"
#include "train/random.h"

#define RATE 16000
#define N 32000
#define ONSET 8000 /* digital silence before it */

/* Something like a vowel at f0 Hz from ONSET on: pulses through two resonances. */
static gint16 *
voice_new (double f0)
{
  static const double formants[] = { 600, 1700 };
  g_autofree double *x = g_new0 (double, N);
  gint16 *samples = g_new (gint16, N);
  double peak = 0.0;

  for (double t = ONSET; t < N; t += RATE / f0)
    x[(gsize) t] = 1.0;
  for (guint i = 0; i < G_N_ELEMENTS (formants); i++) {
    double r = exp (-G_PI * 90 / RATE), c = 2.0 * r * cos (2.0 * G_PI * formants[i] / RATE);
    for (gsize t = 2; t < N; t++)
      x[t] += c * x[t - 1] - r * r * x[t - 2];
  }
  for (gsize t = 0; t < N; t++)
    peak = fmax (peak, fabs (x[t]));
  for (gsize t = 0; t < N; t++)
    samples[t] = lrint (10000 * x[t] / peak);
  return samples;
}

static SerSounds *
sounds_new (void)
{
  SerSounds *sounds = ser_sounds_new ();
  gint16 samples[5000];

  for (guint i = 0; i < 3; i++) {
    g_autofree float *x = golden_numbers (i, 5000);
    for (guint k = 0; k < 5000; k++)
      samples[k] = 3000 * x[k] + 1;
    ser_sounds_add (sounds->noise, "noise", samples, 5000);
    for (guint k = 0; k < 5000; k++)
      samples[k] = 20000 * x[k] * exp (-0.002 * k);
    samples[0] = 32000;
    ser_sounds_add (sounds->rooms, "room", samples, 5000);
  }
  return sounds;
}

typedef struct {
  SerSounds *sounds;
  SerChain *chain;
  SerAugmenter *augmenter;
  SerDraw draw;
  const float *x;
  gsize n;
} Run;

/* Draws for clip `b` and applies what was drawn to samples [N]. */
static void
run_again (Run *run, const gint16 *samples, guint64 b)
{
  ser_chain_draw (run->chain, 1, b, &run->draw);
  run->x = ser_augmenter_do (run->augmenter, &run->draw, samples, N, &run->n);
}

static void
run_start (Run *run, const char *line, const gint16 *samples, guint64 seed)
{
  GError *error = NULL;

  run->sounds = sounds_new ();
  run->chain = ser_chain_new (line, &error);
  g_assert_no_error (error);
  ser_chain_prepare (run->chain, RATE, run->sounds, seed, &error);
  g_assert_no_error (error);
  run->augmenter = ser_augmenter_new (run->chain);
  run_again (run, samples, 0);
}

static void
run_end (Run *run)
{
  ser_augmenter_free (run->augmenter);
  ser_chain_free (run->chain);
  ser_sounds_free (run->sounds);
}

static double
level (const float *x, gsize n)
{
  return 10.0 * log10 (ser_energy (x, n) / n);
}

static double
level_s16 (const gint16 *samples)
{
  g_autofree float *x = g_new (float, N);

  for (gsize i = 0; i < N; i++)
    x[i] = samples[i] / 32768.0f;
  return level (x, N);
}

/* Length and level of every item; strength and draws differ from clip to clip. */
static void
test_length_and_level (void)
{
  static const struct {
    const char *line;
    double shorter, longer, down, up; /* factors of the length; dB */
  } items[] = { { "", 1, 1, 0, 0 }, { "noise(snr=5:20)", 1, 1, 0, 1.4 }, { "reverb", 1, 1, 0, 0 },
    { "reverb(rt60=0.1:2,drr=-10:0,recorded=0)", 1, 1, 0, 0 }, { "gain(6)", 1, 1, -6, 6 },
    { "gain(-20:-20)", 1, 1, -20, -20 }, { "eq(6)", 1, 1, -6.1, 6.1 }, { "pitch(4)", 1, 1, 0, 0 },
    { "stretch(1.5)", 0.66, 1.5, 0, 0 }, { "stretch(1.1:1.1)", 1.1, 1.1, 0, 0 }, { "shift(0.5)", 1, 1, 0, 0 },
    { "resample(8000)", 1, 1, -1, 0 }, { "resample(3000:16000)", 1, 1, -2, 0 } };
  g_autofree gint16 *samples = voice_new (150);
  double before = level_s16 (samples);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    Run run;
    run_start (&run, items[i].line, samples, 3);
    for (guint b = 0; b < 20; b++) {
      double now;
      run_again (&run, samples, b);
      now = level (run.x, run.n);
      g_test_message ("%s: %" G_GSIZE_FORMAT " samples, %+.4f dB", items[i].line, run.n, now - before);
      g_assert_cmpuint (run.n, >=, lrint (N * items[i].shorter));
      g_assert_cmpuint (run.n, <=, lrint (N * items[i].longer));
      g_assert_cmpuint (run.n, ==, ser_draw_output_length (&run.draw, N));
      g_assert_cmpfloat (now - before, >, items[i].down - 0.001);
      g_assert_cmpfloat (now - before, <, items[i].up + 0.001);
    }
    run_end (&run);
  }
}

/* Nothing sounds before the sound does, but for what a low-pass rings. */
static void
test_onset (void)
{
  static const char *const lines[] = { "reverb(recorded=0)", "reverb(recorded=1)", "gain(6)", "pitch(3)" };
  g_autofree gint16 *samples = voice_new (150);

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    const gsize slack = i == 3 ? 0.024 * RATE : 0; /* a pitch shift's windows may be taken from that far away */
    Run run;
    run_start (&run, lines[i], samples, 3);
    for (guint b = 0; b < 10; b++) {
      run_again (&run, samples, b);
      g_assert_cmpfloat (golden_peak (run.x, ONSET - 16 - slack), <, 1e-4);
      g_assert_cmpfloat (golden_peak (run.x + ONSET, 200 + slack), >, 0.02);
    }
    run_end (&run);
  }
}

static int
compare_floats (gconstpointer a, gconstpointer b)
{
  return (*(const float *) a > *(const float *) b) - (*(const float *) a < *(const float *) b);
}

/* Median F0 of the voiced frames. */
static double
measure_pitch (const float *x, gsize n)
{
  SerPitch *pitch = ser_pitch_new (RATE);
  guint length = ser_pitch_get_length (pitch), hop = ser_pitch_get_hop (pitch), voiced = 0;
  g_autofree float *found = g_new (float, n / hop + 1);

  for (gsize at = 0; at + length <= n; at += hop) {
    float f0 = ser_pitch_do (pitch, x + at);
    if (f0 > 0.0f)
      found[voiced++] = f0;
  }
  ser_pitch_free (pitch);
  g_assert_cmpuint (voiced, >, 20);
  qsort (found, voiced, sizeof (float), compare_floats);
  return found[voiced / 2];
}

/* F0 moves by as many semitones as were drawn; a stretch leaves it where it is. */
static void
test_pitch (void)
{
  static const double voices[] = { 95, 150, 240 };
  static const char *const lines[] = { "pitch(4)", "stretch(1.3)", "pitch(2) stretch(1.2)", "gain(6) shift(0.2)" };

  for (guint i = 0; i < G_N_ELEMENTS (voices); i++) {
    g_autofree gint16 *samples = voice_new (voices[i]);
    for (guint j = 0; j < G_N_ELEMENTS (lines); j++) {
      Run run;
      run_start (&run, lines[j], samples, 3);
      for (guint b = 0; b < 4; b++) {
        double semitones;
        run_again (&run, samples, b);
        semitones = run.draw.effects[0].kind == SER_EFFECT_PITCH ? run.draw.effects[0].strength : 0.0;
        g_assert_cmpfloat (fabs (12.0 * log2 (measure_pitch (run.x, run.n) / voices[i]) - semitones), <, 0.15);
      }
      run_end (&run);
    }
  }
}

#define ALL "noise(5:20) reverb gain(6) eq(4) pitch(2) stretch(1.2) shift(0.1) resample(6000:12000)"

/* The same seed gives the same bytes, whatever was done with the memory before; another seed gives others. */
static void
test_seed (void)
{
  g_autofree gint16 *samples = voice_new (150);
  Run one, two, other;

  run_start (&one, ALL, samples, 3);
  run_start (&two, ALL, samples, 3);
  run_start (&other, ALL, samples, 4);
  g_assert_cmpuint (one.draw.n, ==, 8);
  for (guint b = 0; b < 5; b++)
    run_again (&two, samples, b);
  run_again (&one, samples, 4);
  run_again (&other, samples, 4);
  g_assert_cmpmem (one.x, one.n * sizeof (float), two.x, two.n * sizeof (float));
  g_assert_true (one.n != other.n || memcmp (one.x, other.x, one.n * sizeof (float)) != 0);
  run_end (&one);
  run_end (&two);
  run_end (&other);
}

/* Clips of any length, one sample and silence included, give finite samples. */
static void
test_short (void)
{
  static const gsize lengths[] = { 1, 2, 100, 511, 3000 };
  g_autofree gint16 *samples = voice_new (150), *silence = g_new0 (gint16, N);
  Run run;

  run_start (&run, ALL, samples, 3);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint b = 0; b < 10; b++) {
      const gint16 *from = b % 2 ? silence : samples + ONSET;
      ser_chain_draw (run.chain, 1, b, &run.draw);
      run.x = ser_augmenter_do (run.augmenter, &run.draw, from, lengths[i], &run.n);
      g_assert_cmpuint (run.n, ==, ser_draw_output_length (&run.draw, lengths[i]));
      for (gsize k = 0; k < run.n; k++)
        g_assert_true (isfinite (run.x[k]));
    }
  run_end (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/augmenter/length-and-level", test_length_and_level);
  g_test_add_func ("/train/augmenter/onset", test_onset);
  g_test_add_func ("/train/augmenter/pitch", test_pitch);
  g_test_add_func ("/train/augmenter/seed", test_seed);
  g_test_add_func ("/train/augmenter/short", test_short);
  return g_test_run ();
}
