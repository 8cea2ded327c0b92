/* features.c - fuzz target: any bytes as a features line
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "model/model.h"

#define FRAMES 3

/* Features that a line may ask for can be computed, and are numbers. */
static void
compute (const SerFeatureSpec *spec)
{
  gsize n = spec->win + (FRAMES - 1) * (gsize) spec->hop, i;
  guint width = ser_feature_spec_width (spec);
  gsize n_out = ser_feature_spec_length (spec, FRAMES) * ser_feature_spec_channels (spec);
  float *x = g_new (float, n), *frames = g_new (float, FRAMES * spec->n), *out = g_new (float, n_out);
  float *mean = g_new0 (float, width), *std = g_new (float, width);
  SerFrontEnd *front = ser_front_end_new (spec);
  gboolean norm = ser_norm_has_statistics (spec->norm);

  for (i = 0; i < n; i++)
    x[i] = (float) (i * 7919 % 1000) / 500.0f - 1.0f;
  for (i = 0; i < width; i++)
    std[i] = 1.0f;
  g_assert (ser_feature_spec_frames (spec, n) == FRAMES && ser_feature_spec_frames (spec, n - 1) == FRAMES - 1);
  ser_front_end_clip (front, x, n, frames);
  ser_features_window (spec, frames, FRAMES, norm ? mean : NULL, norm ? std : NULL, out);
  for (i = 0; i < n_out; i++)
    g_assert (isfinite (out[i]));
  ser_front_end_free (front);
  g_free (x);
  g_free (frames);
  g_free (out);
  g_free (mean);
  g_free (std);
}

/* The canonical line of what a line says, says the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  char *line = g_strndup ((const char *) data, size), *canonical, *again;
  SerFeatureSpec spec, back;
  GError *error = NULL;

  if (ser_features_parse (line, &spec, &error)) {
    g_assert (ser_feature_spec_validate (&spec, NULL));
    canonical = ser_features_to_string (&spec);
    g_assert (ser_features_parse (canonical, &back, NULL));
    again = ser_features_to_string (&back);
    g_assert (strcmp (canonical, again) == 0);
    compute (&spec);
    g_free (canonical);
    g_free (again);
  } else {
    g_assert (error != NULL && g_utf8_validate (error->message, -1, NULL));
  }
  g_clear_error (&error);
  g_free (line);
  return 0;
}
