/* features.c - the features line as a structure: defaults, ranges, sizes
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/features.h"

#include "dsp/statistics.h"
#include "ser.h" /* for SER_ERROR alone, the domain of all errors here */

void
ser_feature_spec_init (SerFeatureSpec *spec, SerFeatureKind kind)
{
  *spec = (SerFeatureSpec){
    .kind = kind,
    .n = kind == SER_FEATURES_MFCC ? 40 : 64,
    .mels = 64,
    .fft = 512,
    .win = 400,
    .hop = 160,
    .rate = 16000,
    .delta = 0,
    .fmin = 0.0,
    .fmax = 8000.0,
    .floor = 1e-6,
    .scale = SER_MEL_HTK,
    .mel_norm = SER_MEL_NORM_NONE,
    .log = SER_LOG_LN,
    .norm = SER_NORM_MODEL,
    .summary = SER_SUMMARY_NONE,
  };
}

static gboolean
check_integer (const char *name, guint value, guint low, guint high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (
      error, SER_ERROR, SER_ERROR_LINE, "features: %s=%u is out of range, expected %u to %u", name, value, low, high);
  return FALSE;
}

/* Written so that a value that is not a number fails. */
static gboolean
check_real (const char *name, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;
  g_set_error (
      error, SER_ERROR, SER_ERROR_LINE, "features: %s=%g is out of range, expected %g to %g", name, value, low, high);
  return FALSE;
}

static gboolean
check_framing (const SerFeatureSpec *spec, GError **error)
{
  if (!check_integer ("fft", spec->fft, 64, 8192, error))
    return FALSE;
  if ((spec->fft & (spec->fft - 1)) != 0) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE, "features: fft=%u is not a power of two", spec->fft);
    return FALSE;
  }
  return check_integer ("rate", spec->rate, 8000, 48000, error)
      && check_integer ("win", spec->win, 32, spec->fft, error)
      && check_integer ("hop", spec->hop, spec->rate / 1000, spec->win, error);
}

static gboolean
check_bands (const SerFeatureSpec *spec, GError **error)
{
  if (!check_integer ("mels", spec->mels, 8, 256, error) || !check_integer ("n", spec->n, 1, spec->mels, error))
    return FALSE;
  if (spec->kind == SER_FEATURES_LOGMEL && spec->n != spec->mels) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE, "features: logmel has n=%u but mels=%u, expected the same number",
        spec->n, spec->mels);
    return FALSE;
  }
  if (!check_real ("fmin", spec->fmin, 0.0, spec->rate / 2.0, error)
      || !check_real ("fmax", spec->fmax, 0.0, spec->rate / 2.0, error))
    return FALSE;
  if (spec->fmin >= spec->fmax) {
    g_set_error (
        error, SER_ERROR, SER_ERROR_LINE, "features: fmin=%g is not less than fmax=%g", spec->fmin, spec->fmax);
    return FALSE;
  }
  return TRUE;
}

gboolean
ser_feature_spec_validate (const SerFeatureSpec *spec, GError **error)
{
  if (!check_framing (spec, error) || !check_bands (spec, error) || !check_integer ("delta", spec->delta, 0, 2, error)
      || !check_real ("floor", spec->floor, 1e-12, 1.0, error)
      || (spec->range != 0.0 && !check_real ("range", spec->range, 10.0, 150.0, error)))
    return FALSE;
  if (spec->range != 0.0 && (spec->kind != SER_FEATURES_LOGMEL || spec->summary == SER_SUMMARY_MEAN)) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE,
        "features: range=%g limits mel bands over time, which only logmel without mean keeps", spec->range);
    return FALSE;
  }
  if (spec->summary != SER_SUMMARY_NONE && (spec->norm == SER_NORM_WINDOW || spec->norm == SER_NORM_CMN)) {
    g_set_error (error, SER_ERROR, SER_ERROR_LINE,
        "features: norm=window and norm=cmn make every mean 0; with mean or stats use norm=model or norm=none");
    return FALSE;
  }
  return TRUE;
}

guint
ser_feature_spec_frame_width (const SerFeatureSpec *spec)
{
  return spec->n * (spec->delta + 1);
}

guint
ser_feature_spec_width (const SerFeatureSpec *spec)
{
  return ser_feature_spec_frame_width (spec) * (spec->summary == SER_SUMMARY_STATS ? SER_N_STATISTICS : 1);
}

guint
ser_feature_spec_channels (const SerFeatureSpec *spec)
{
  return spec->summary != SER_SUMMARY_NONE ? 1 : ser_feature_spec_width (spec);
}

gsize
ser_feature_spec_frames (const SerFeatureSpec *spec, gsize samples)
{
  return samples < spec->win ? 0 : (samples - spec->win) / spec->hop + 1;
}

gsize
ser_feature_spec_length (const SerFeatureSpec *spec, gsize T)
{
  return spec->summary != SER_SUMMARY_NONE ? ser_feature_spec_width (spec) : T;
}

guint
ser_feature_spec_fixed_length (const SerFeatureSpec *spec)
{
  return spec->summary != SER_SUMMARY_NONE ? ser_feature_spec_width (spec) : 0;
}
