/* golden.c - features against torchaudio's, and against librosa's definitions
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "reference.h"

#include "dsp/logarithm.h"

/* The sizes of make_dsp.py's torchaudio transforms. */
static SerFeatureSpec
torchaudio_spec (SerMelScale scale, SerMelNorm norm)
{
  SerFeatureSpec spec;

  ser_feature_spec_init (&spec, SER_FEATURES_MFCC);
  spec.scale = scale;
  spec.mel_norm = norm;
  return spec;
}

/* librosa's: frame and transform of 2048, hop 512, 128 bands. */
static SerFeatureSpec
librosa_spec (void)
{
  SerFeatureSpec spec = torchaudio_spec (SER_MEL_SLANEY, SER_MEL_NORM_SLANEY);

  spec.win = spec.fft = 2048;
  spec.hop = 512;
  spec.mels = 128;
  return spec;
}

static Matrix
mel_of_signal (const SerFeatureSpec *spec, Padding padding)
{
  gsize n;
  float *x = reference_signal (&n);
  Matrix mel = reference_mel (spec, padding, x, n);

  g_free (x);
  return mel;
}

/* Takes `found`. */
static void
compare (const char *name, Matrix found)
{
  Matrix expected = reference_golden (name);

  reference_compare (name, &found, &expected);
  g_free (expected.x);
  g_free (found.x);
}

/* Takes `found`. */
static void
compare_dct (const char *name, Matrix found, guint n)
{
  compare (name, reference_dct (&found, n));
  g_free (found.x);
}

static void
test_torchaudio_mel (void)
{
  SerFeatureSpec htk = torchaudio_spec (SER_MEL_HTK, SER_MEL_NORM_NONE);
  SerFeatureSpec slaney = torchaudio_spec (SER_MEL_SLANEY, SER_MEL_NORM_SLANEY);

  compare ("torchaudio-mel-htk", mel_of_signal (&htk, PAD_REFLECT));
  compare ("torchaudio-mel-slaney", mel_of_signal (&slaney, PAD_REFLECT));
}

static void
test_torchaudio_mfcc_db (void)
{
  static const guint n[] = { 13, 20, 40 };
  SerFeatureSpec htk = torchaudio_spec (SER_MEL_HTK, SER_MEL_NORM_NONE);

  for (guint i = 0; i < G_N_ELEMENTS (n); i++) {
    char *name = g_strdup_printf ("torchaudio-mfcc%u-db-htk", n[i]);
    Matrix mel = mel_of_signal (&htk, PAD_REFLECT);

    reference_power_to_db (&mel, 1.0, 1e-10, 80.0);
    compare_dct (name, mel, n[i]);
    g_free (name);
  }
}

static void
check_mfcc_ln (const char *name, const SerFeatureSpec *spec, guint n)
{
  Matrix mel = mel_of_signal (spec, PAD_REFLECT);

  ser_log_do (SER_LOG_LN, 1e-6f, mel.x, mel.rows * mel.columns);
  compare_dct (name, mel, n);
}

static void
test_torchaudio_mfcc_ln (void)
{
  SerFeatureSpec htk = torchaudio_spec (SER_MEL_HTK, SER_MEL_NORM_NONE);
  SerFeatureSpec slaney = torchaudio_spec (SER_MEL_SLANEY, SER_MEL_NORM_SLANEY);

  check_mfcc_ln ("torchaudio-mfcc40-ln-htk", &htk, 40);
  check_mfcc_ln ("torchaudio-mfcc13-ln-slaney", &slaney, 13);
  check_mfcc_ln ("torchaudio-mfcc20-ln-slaney", &slaney, 20);
  check_mfcc_ln ("torchaudio-mfcc40-ln-slaney", &slaney, 40);
}

/* torchaudio.transforms.MFCC (n_mfcc=40) as it comes; its transform of 400 points is no power of two, and some of its
 * bands hold no bin. */
static void
test_torchaudio_mfcc_defaults (void)
{
  SerFeatureSpec spec = torchaudio_spec (SER_MEL_HTK, SER_MEL_NORM_NONE);
  Matrix mel;

  spec.fft = 400;
  spec.hop = 200;
  spec.mels = 128;
  mel = mel_of_signal (&spec, PAD_REFLECT);
  reference_power_to_db (&mel, 1.0, 1e-10, 80.0);
  compare_dct ("torchaudio-mfcc40-defaults", mel, 40);
}

static void
test_librosa_mel (void)
{
  SerFeatureSpec spec = librosa_spec ();

  compare ("librosa-mel", mel_of_signal (&spec, PAD_ZERO));
}

static void
test_librosa_power_to_db (void)
{
  SerFeatureSpec spec = librosa_spec ();
  Matrix ref1 = mel_of_signal (&spec, PAD_ZERO), refmax = mel_of_signal (&spec, PAD_ZERO);
  Matrix amin = mel_of_signal (&spec, PAD_ZERO);
  float largest = 0.0f;

  for (gsize i = 0; i < refmax.rows * refmax.columns; i++)
    largest = MAX (largest, refmax.x[i]);
  reference_power_to_db (&ref1, 1.0, 1e-10, 80.0);
  reference_power_to_db (&refmax, largest, 1e-10, 80.0);
  reference_power_to_db (&amin, 1.0, 1e-5, 0.0);
  compare ("librosa-db-ref1", ref1);
  compare ("librosa-db-refmax", refmax);
  compare ("librosa-db-amin", amin);
}

static void
test_librosa_mfcc (void)
{
  SerFeatureSpec spec = librosa_spec ();
  Matrix mel = mel_of_signal (&spec, PAD_ZERO);

  reference_power_to_db (&mel, 1.0, 1e-10, 80.0);
  compare_dct ("librosa-mfcc20", mel, 20);
}

/* What the front end makes of the whole signal: nothing centred. */
static Matrix
frames_of_signal (const SerFeatureSpec *spec)
{
  gsize n;
  float *x = reference_signal (&n);
  SerFrontEnd *front = ser_front_end_new (spec);
  const gsize T = ser_feature_spec_frames (spec, n);
  Matrix m = { T, spec->n, g_new (float, T * spec->n) };

  ser_front_end_clip (front, x, n, m.x);
  ser_front_end_free (front);
  g_free (x);
  return m;
}

static void
test_front_end (void)
{
  SerFeatureSpec logmel, mfcc, slaney;

  ser_feature_spec_init (&logmel, SER_FEATURES_LOGMEL);
  ser_feature_spec_init (&mfcc, SER_FEATURES_MFCC);
  slaney = logmel;
  slaney.scale = SER_MEL_SLANEY;
  slaney.mel_norm = SER_MEL_NORM_SLANEY;
  slaney.log = SER_LOG_DB;

  compare ("logmel", frames_of_signal (&logmel));
  compare ("mfcc", frames_of_signal (&mfcc));
  compare ("logmel-db-slaney", frames_of_signal (&slaney));
}

static void
check_window (const char *name, const SerFeatureSpec *spec, const float *mean, const float *std)
{
  Matrix frames = frames_of_signal (spec);
  const gsize length = ser_feature_spec_length (spec, frames.rows), channels = ser_feature_spec_channels (spec);
  /* With a summary a column of `width` values; the golden array is that one row. */
  const gboolean summary = spec->summary != SER_SUMMARY_NONE;
  Matrix found = { summary ? 1 : length, summary ? length : channels, g_new (float, length *channels) };

  ser_features_window (spec, frames.x, frames.rows, mean, std, found.x);
  compare (name, found);
  g_free (frames.x);
}

static void
test_window (void)
{
  float mean[120], std[120];
  SerFeatureSpec spec;

  for (guint c = 0; c < 120; c++) {
    mean[c] = c / 10.0f;
    std[c] = 1.0f + c / 50.0f;
  }
  ser_feature_spec_init (&spec, SER_FEATURES_MFCC);
  spec.delta = 2;
  check_window ("mfcc-delta2-model", &spec, mean, std);
  spec.norm = SER_NORM_WINDOW;
  check_window ("mfcc-delta2-window", &spec, NULL, NULL);
  spec.norm = SER_NORM_NONE;
  check_window ("mfcc-delta2", &spec, NULL, NULL);
  spec.summary = SER_SUMMARY_MEAN;
  check_window ("mfcc-delta2-mean", &spec, NULL, NULL);
  spec.summary = SER_SUMMARY_STATS;
  check_window ("mfcc-delta2-stats", &spec, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/golden/torchaudio-mel", test_torchaudio_mel);
  g_test_add_func ("/dsp/golden/torchaudio-mfcc-db", test_torchaudio_mfcc_db);
  g_test_add_func ("/dsp/golden/torchaudio-mfcc-ln", test_torchaudio_mfcc_ln);
  g_test_add_func ("/dsp/golden/torchaudio-mfcc-defaults", test_torchaudio_mfcc_defaults);
  g_test_add_func ("/dsp/golden/librosa-mel", test_librosa_mel);
  g_test_add_func ("/dsp/golden/librosa-power-to-db", test_librosa_power_to_db);
  g_test_add_func ("/dsp/golden/librosa-mfcc", test_librosa_mfcc);
  g_test_add_func ("/dsp/golden/front-end", test_front_end);
  g_test_add_func ("/dsp/golden/window", test_window);
  return g_test_run ();
}
