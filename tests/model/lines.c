/* lines.c - the features line: defaults, round trips, faults
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <string.h>

#include "model/model.h"

static void
assert_same (const SerFeatureSpec *a, const SerFeatureSpec *b)
{
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpuint (a->n, ==, b->n);
  g_assert_cmpuint (a->mels, ==, b->mels);
  g_assert_cmpuint (a->fft, ==, b->fft);
  g_assert_cmpuint (a->win, ==, b->win);
  g_assert_cmpuint (a->hop, ==, b->hop);
  g_assert_cmpuint (a->rate, ==, b->rate);
  g_assert_cmpuint (a->delta, ==, b->delta);
  g_assert_cmpfloat (a->fmin, ==, b->fmin);
  g_assert_cmpfloat (a->fmax, ==, b->fmax);
  g_assert_cmpfloat (a->floor, ==, b->floor);
  g_assert_cmpfloat (a->range, ==, b->range);
  g_assert_cmpint (a->scale, ==, b->scale);
  g_assert_cmpint (a->mel_norm, ==, b->mel_norm);
  g_assert_cmpint (a->log, ==, b->log);
  g_assert_cmpint (a->norm, ==, b->norm);
  g_assert_cmpint (a->summary, ==, b->summary);
}

static SerFeatureSpec
parse (const char *line)
{
  SerFeatureSpec spec;
  GError *error = NULL;

  ser_features_parse (line, &spec, &error);
  g_assert_no_error (error);
  return spec;
}

static void
test_defaults (void)
{
  SerFeatureSpec spec, expected;

  ser_feature_spec_init (&expected, SER_FEATURES_MFCC);
  spec = parse ("mfcc");
  assert_same (&spec, &expected);
  ser_feature_spec_init (&expected, SER_FEATURES_LOGMEL);
  spec = parse ("  logmel \t");
  assert_same (&spec, &expected);
  expected.summary = SER_SUMMARY_MEAN;
  spec = parse ("logmel mean");
  assert_same (&spec, &expected);
  expected.summary = SER_SUMMARY_STATS;
  spec = parse ("logmel stats");
  assert_same (&spec, &expected);
}

static void
test_all_keys (void)
{
  SerFeatureSpec spec = parse ("mfcc(n=20,mels=80,fft=1024,win=600,hop=240,rate=24000,delta=2,fmin=50,fmax=7600,"
                               "floor=1e-10,scale=slaney,melnorm=slaney,log=db,norm=none) mean");
  const SerFeatureSpec expected = { SER_FEATURES_MFCC, 20, 80, 1024, 600, 240, 24000, 2, 50, 7600, 1e-10, 0.0,
    SER_MEL_SLANEY, SER_MEL_NORM_SLANEY, SER_LOG_DB, SER_NORM_NONE, SER_SUMMARY_MEAN };

  assert_same (&spec, &expected);
}

static void
test_implied (void)
{
  g_assert_cmpuint (parse ("logmel(mels=80)").n, ==, 80);
  g_assert_cmpuint (parse ("logmel(n=80)").mels, ==, 80);
  g_assert_cmpuint (parse ("mfcc(n=13)").mels, ==, parse ("mfcc").mels);
  g_assert_cmpfloat (parse ("mfcc(rate=22050)").fmax, ==, 11025.0);
  g_assert_cmpfloat (parse ("mfcc(rate=8000,hop=80)").fmax, ==, 4000.0);
  g_assert_cmpfloat (parse ("mfcc(rate=22050,fmax=8000)").fmax, ==, 8000.0);
}

static void
test_round_trip (void)
{
  static const char *const lines[] = {
    "mfcc",
    "logmel",
    "mfcc(n=13,delta=2) mean",
    "mfcc(n=13,delta=1) stats",
    "logmel(range=40) stats",
    "logmel(n=40,norm=window,log=db)",
    "logmel(norm=cmn)",
    "logmel(range=40,norm=cmn)",
    "mfcc(floor=1.2345678901234567e-9)",
    "logmel(mels=100,scale=slaney,melnorm=slaney,norm=none,fmin=0.1,fmax=7999.9)",
    "mfcc(rate=44100,fft=2048,win=1102,hop=441)",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (lines); i++) {
    SerFeatureSpec spec = parse (lines[i]), again;
    char *line = ser_features_to_string (&spec), *twice;

    again = parse (line);
    assert_same (&spec, &again);
    twice = ser_features_to_string (&again);
    g_assert_cmpstr (line, ==, twice);
    g_free (line);
    g_free (twice);
  }
  {
    SerFeatureSpec spec = parse ("mfcc mean");
    char *line = ser_features_to_string (&spec);

    g_assert_cmpstr (line, ==,
        "mfcc(n=40,mels=64,fft=512,win=400,hop=160,rate=16000,delta=0,fmin=0,fmax=8000,floor=1e-06,"
        "scale=htk,melnorm=none,log=ln,norm=model) mean");
    g_free (line);
  }
}

static const struct {
  const char *line, *message;
} faults[] = {
  { "", "features line: item 0: the line is empty; expected mfcc(...) or logmel(...)" },
  { "   ", "the line is empty" },
  { "plp", "item 1 (`plp`): expected mfcc(...) or logmel(...)" },
  { "mean mfcc", "item 1 (`mean`): expected mfcc(...) or logmel(...)" },
  { "mfcc mean mean", "item 3 (`mean`): expected nothing, or one of `mean` and `stats`, after mfcc(...)" },
  { "mfcc stats mean", "item 3 (`mean`): expected nothing, or one of `mean` and `stats`, after mfcc(...)" },
  { "logmel mean stats", "item 3 (`stats`): expected nothing, or one of `mean` and `stats`, after logmel(...)" },
  { "mfcc(n=20) mfcc", "item 2 (`mfcc`): expected nothing, or one of" },
  { "mfcc mean(2)", "item 2 (`mean`): expected nothing, or one of" },
  { "mfcc stats(p5)", "item 2 (`stats`): expected nothing, or one of" },
  { "mfcc(40)", "unknown argument `40`; expected: n, mels, fft" },
  { "mfcc(nn=40)", "unknown argument `nn=40`" },
  { "mfcc(n=40,n=40)", "`n` is given twice" },
  { "mfcc(n=forty)", "`n=forty` is not a whole number" },
  { "mfcc(n=-1)", "`n=-1` is not a whole number" },
  { "logmel(range=5)", "range=5 is out of range, expected 10 to 150" },
  { "mfcc(range=40)", "range=40 limits mel bands" },
  { "logmel(range=40) mean", "range=40 limits mel bands" },
  { "mfcc(floor=nan)", "`floor=nan` is not a number" },
  { "mfcc(floor=1e999)", "`floor=1e999` is not a number" },
  { "mfcc(scale=bark)", "`scale=bark`; expected one of: htk, slaney" },
  { "mfcc(norm=rasta)", "`norm=rasta`; expected one of: model, window, none, cmn" },
  { "mfcc(n=40", "`,` or `)`" },
  { "mfcc(n=)", "`)` where a value is expected" },
  { "mfcc(n=0)", "n=0 is out of range" },
  { "mfcc(n=80)", "n=80 is out of range, expected 1 to 64" },
  { "mfcc(fft=500)", "fft=500 is not a power of two" },
  { "mfcc(win=600)", "win=600 is out of range" },
  { "mfcc(hop=1)", "hop=1 is out of range" },
  { "mfcc(fmax=9000)", "fmax=9000 is out of range" },
  { "logmel(n=40,mels=64)", "logmel has n=40 but mels=64" },
  { "logmel(norm=window) mean", "norm=cmn make every mean 0" },
  { "mfcc(norm=cmn) stats", "norm=cmn make every mean 0; with mean or stats use norm=model or norm=none" },
  { "mfcc\xff", "byte 0xff" },
};

static void
test_faults (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (faults); i++) {
    SerFeatureSpec spec, untouched;
    GError *error = NULL;

    memset (&spec, 0x5a, sizeof spec);
    untouched = spec;
    g_assert_false (ser_features_parse (faults[i].line, &spec, &error));
    g_assert_error (error, SER_ERROR, SER_ERROR_LINE);
    g_assert_cmpmem (&spec, sizeof spec, &untouched, sizeof spec);
    if (strstr (error->message, faults[i].message) == NULL)
      g_error ("`%s`: expected \"%s\" in \"%s\"", faults[i].line, faults[i].message, error->message);
    g_clear_error (&error);
  }
}

static void
test_long (void)
{
  char *line = g_strnfill (1 << 20, ' ');
  SerFeatureSpec spec;
  GError *error = NULL;

  g_assert_false (ser_features_parse (line, &spec, &error));
  g_assert_cmpstr (error->message, ==, "features line: longer than 8192 bytes");
  g_clear_error (&error);
  g_free (line);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/lines/defaults", test_defaults);
  g_test_add_func ("/model/lines/all-keys", test_all_keys);
  g_test_add_func ("/model/lines/implied", test_implied);
  g_test_add_func ("/model/lines/round-trip", test_round_trip);
  g_test_add_func ("/model/lines/faults", test_faults);
  g_test_add_func ("/model/lines/long", test_long);
  return g_test_run ();
}
