/* cut.c - the windows that a whole clip is scored by
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "engine/cut.h"

#include <math.h>

#define MAX_WHOLE 5.0 /* s: longest clip that is one window whatever the window's length */
#define INTERVAL 1.0  /* s between the starts of windows */

gsize
ser_round_to_hops (double seconds, const SerFeatureSpec *spec)
{
  return MAX (1, (gsize) llround (seconds * spec->rate / spec->hop)) * spec->hop;
}

void
ser_cut_init (SerCut *cut, const SerFeatureSpec *spec, double window, gsize n_samples, gsize min_T)
{
  gsize end, T;

  cut->spec = spec;
  cut->n_samples = cut->window = n_samples;
  cut->interval = ser_round_to_hops (INTERVAL, spec);
  cut->n = 1;
  if (n_samples <= MAX_WHOLE * spec->rate || n_samples <= ser_round_to_hops (window, spec))
    return;
  cut->window = ser_round_to_hops (window, spec);
  cut->n += (n_samples - cut->window) / cut->interval;
  end = (cut->n - 1) * cut->interval + cut->window;
  T = ser_feature_spec_frames (spec, n_samples - cut->n * cut->interval);
  if (n_samples - end >= (gsize) (SER_MIN_NEW * spec->rate) && T >= min_T)
    cut->n++;
}

void
ser_cut_get (const SerCut *cut, gsize i, gsize *start, gsize *T)
{
  gsize first = i * cut->interval;

  g_assert (i < cut->n);
  *start = first / cut->spec->hop;
  *T = ser_feature_spec_frames (cut->spec, MIN (cut->window, cut->n_samples - first));
}
