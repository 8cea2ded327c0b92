/* features.c - ranges of a features line, and the sizes it gives
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/features.h"

#include "dsp/statistics.h"
#include "ser.h"

#include <math.h>
#include <string.h>

/* Defaults of `kind`, to be spoilt. */
static SerFeatureSpec
defaults (SerFeatureKind kind)
{
  SerFeatureSpec spec;

  ser_feature_spec_init (&spec, kind);
  return spec;
}

static void
assert_valid (const SerFeatureSpec *spec)
{
  GError *error = NULL;

  ser_feature_spec_validate (spec, &error);
  g_assert_no_error (error);
}

/* `found` is what the message must hold: the argument and its value. */
static void
assert_refused (const SerFeatureSpec *spec, const char *found)
{
  GError *error = NULL;

  g_assert_false (ser_feature_spec_validate (spec, &error));
  g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
  if (strstr (error->message, found) == NULL)
    g_error ("\"%s\" does not name %s", error->message, found);
  g_error_free (error);
  g_assert_false (ser_feature_spec_validate (spec, NULL));
}

/* The defaults of `kind` with one field changed are refused with a message that holds `found`. */
#define REFUSE(kind, field, value, found)                                                                              \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    SerFeatureSpec spec_ = defaults (kind);                                                                            \
    spec_.field = value;                                                                                               \
    assert_refused (&spec_, found);                                                                                    \
  }                                                                                                                    \
  G_STMT_END

#define ACCEPT(kind, field, value)                                                                                     \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    SerFeatureSpec spec_ = defaults (kind);                                                                            \
    spec_.field = value;                                                                                               \
    assert_valid (&spec_);                                                                                             \
  }                                                                                                                    \
  G_STMT_END

static void
test_defaults (void)
{
  SerFeatureSpec mfcc = defaults (SER_FEATURES_MFCC), logmel = defaults (SER_FEATURES_LOGMEL);

  assert_valid (&mfcc);
  assert_valid (&logmel);
  g_assert_cmpuint (mfcc.n, ==, 40);
  g_assert_cmpuint (mfcc.mels, ==, 64);
  g_assert_cmpuint (logmel.n, ==, 64);
  g_assert_cmpuint (logmel.mels, ==, 64);
}

static void
test_bad_framing (void)
{
  REFUSE (SER_FEATURES_MFCC, fft, 0, "fft=0");
  REFUSE (SER_FEATURES_MFCC, fft, 32, "fft=32");
  REFUSE (SER_FEATURES_MFCC, fft, 500, "fft=500");
  REFUSE (SER_FEATURES_MFCC, fft, 16384, "fft=16384");
  REFUSE (SER_FEATURES_MFCC, fft, 256, "win=400");
  REFUSE (SER_FEATURES_MFCC, win, 31, "win=31");
  REFUSE (SER_FEATURES_MFCC, win, 513, "win=513");
  REFUSE (SER_FEATURES_MFCC, hop, 0, "hop=0");
  REFUSE (SER_FEATURES_MFCC, hop, 15, "hop=15");
  REFUSE (SER_FEATURES_MFCC, hop, 401, "hop=401");
  REFUSE (SER_FEATURES_MFCC, hop, G_MAXUINT, "hop=4294967295");
  REFUSE (SER_FEATURES_MFCC, rate, 7999, "rate=7999");
  REFUSE (SER_FEATURES_MFCC, rate, 48001, "rate=48001");
  ACCEPT (SER_FEATURES_MFCC, fft, 8192);
  ACCEPT (SER_FEATURES_MFCC, win, 512);
  ACCEPT (SER_FEATURES_MFCC, hop, 16);
  ACCEPT (SER_FEATURES_MFCC, hop, 400);
  ACCEPT (SER_FEATURES_MFCC, rate, 48000);
}

static void
test_bad_bands (void)
{
  REFUSE (SER_FEATURES_MFCC, mels, 7, "mels=7");
  REFUSE (SER_FEATURES_MFCC, mels, 257, "mels=257");
  REFUSE (SER_FEATURES_MFCC, n, 0, "n=0");
  REFUSE (SER_FEATURES_MFCC, n, 65, "n=65");
  REFUSE (SER_FEATURES_LOGMEL, n, 40, "n=40");
  REFUSE (SER_FEATURES_MFCC, fmin, -1.0, "fmin=-1");
  REFUSE (SER_FEATURES_MFCC, fmin, NAN, "fmin=nan");
  REFUSE (SER_FEATURES_MFCC, fmin, 8000.0, "fmin=8000");
  REFUSE (SER_FEATURES_MFCC, fmax, 8001.0, "fmax=8001");
  REFUSE (SER_FEATURES_MFCC, fmax, NAN, "fmax=nan");
  REFUSE (SER_FEATURES_MFCC, fmax, INFINITY, "fmax=inf");
  REFUSE (SER_FEATURES_MFCC, rate, 8000, "fmax=8000"); /* half of 8000 is less */
  ACCEPT (SER_FEATURES_MFCC, n, 1);
  ACCEPT (SER_FEATURES_MFCC, n, 64);
  ACCEPT (SER_FEATURES_MFCC, fmin, 7999.0);
  ACCEPT (SER_FEATURES_MFCC, fmax, 1.0);
}

static void
test_bad_rest (void)
{
  SerFeatureSpec spec = defaults (SER_FEATURES_MFCC);

  REFUSE (SER_FEATURES_MFCC, delta, 3, "delta=3");
  REFUSE (SER_FEATURES_MFCC, floor, 0.0, "floor=0");
  REFUSE (SER_FEATURES_MFCC, floor, -1e-6, "floor=-1e-06");
  REFUSE (SER_FEATURES_MFCC, floor, 2.0, "floor=2");
  REFUSE (SER_FEATURES_MFCC, floor, NAN, "floor=nan");
  ACCEPT (SER_FEATURES_MFCC, delta, 2);
  ACCEPT (SER_FEATURES_MFCC, floor, 1e-12);

  for (SerSummary summary = SER_SUMMARY_MEAN; summary <= SER_SUMMARY_STATS; summary++) {
    spec.summary = summary;
    spec.norm = SER_NORM_MODEL;
    assert_valid (&spec);
    spec.norm = SER_NORM_WINDOW;
    assert_refused (&spec, "norm=window");
  }
}

static void
test_sizes (void)
{
  SerFeatureSpec spec = defaults (SER_FEATURES_MFCC);

  g_assert_cmpuint (ser_feature_spec_frames (&spec, 0), ==, 0);
  g_assert_cmpuint (ser_feature_spec_frames (&spec, 399), ==, 0);
  g_assert_cmpuint (ser_feature_spec_frames (&spec, 400), ==, 1);
  g_assert_cmpuint (ser_feature_spec_frames (&spec, 559), ==, 1);
  g_assert_cmpuint (ser_feature_spec_frames (&spec, 560), ==, 2);
  g_assert_cmpuint (ser_feature_spec_frames (&spec, 48000), ==, 298);

  spec.delta = 2;
  g_assert_cmpuint (ser_feature_spec_width (&spec), ==, 120);
  g_assert_cmpuint (ser_feature_spec_channels (&spec), ==, 120);
  g_assert_cmpuint (ser_feature_spec_length (&spec, 298), ==, 298);
  g_assert_cmpuint (ser_feature_spec_fixed_length (&spec), ==, 0);
  spec.summary = SER_SUMMARY_MEAN;
  g_assert_cmpuint (ser_feature_spec_width (&spec), ==, 120);
  g_assert_cmpuint (ser_feature_spec_channels (&spec), ==, 1);
  g_assert_cmpuint (ser_feature_spec_length (&spec, 298), ==, 120);
  g_assert_cmpuint (ser_feature_spec_fixed_length (&spec), ==, 120);
  spec.summary = SER_SUMMARY_STATS;
  g_assert_cmpuint (ser_feature_spec_frame_width (&spec), ==, 120);
  g_assert_cmpuint (ser_feature_spec_width (&spec), ==, 120 * SER_N_STATISTICS);
  g_assert_cmpuint (ser_feature_spec_channels (&spec), ==, 1);
  g_assert_cmpuint (ser_feature_spec_length (&spec, 298), ==, 120 * SER_N_STATISTICS);
  g_assert_cmpuint (ser_feature_spec_fixed_length (&spec), ==, 120 * SER_N_STATISTICS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dsp/features/defaults", test_defaults);
  g_test_add_func ("/dsp/features/bad-framing", test_bad_framing);
  g_test_add_func ("/dsp/features/bad-bands", test_bad_bands);
  g_test_add_func ("/dsp/features/bad-rest", test_bad_rest);
  g_test_add_func ("/dsp/features/sizes", test_sizes);
  return g_test_run ();
}
