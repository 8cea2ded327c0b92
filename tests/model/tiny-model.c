/* tiny-model.c - small models with random weights, and what tests of models share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "tiny-model.h"

#include <math.h>
#include <string.h>

const char *const tiny_labels[] = { "anger", "fear", "joy", "neutral", NULL };

static SerFeatureSpec
parse_features (const char *features)
{
  SerFeatureSpec spec;
  GError *error = NULL;

  ser_features_parse (features, &spec, &error);
  g_assert_no_error (error);
  return spec;
}

SerTensors *
tiny_tensors (const char *features, const char *arch, guint32 seed, double gain)
{
  SerFeatureSpec spec = parse_features (features);
  SerTensors *tensors = ser_tensors_new ();
  GRand *rand = g_rand_new_with_seed (seed);
  GError *error = NULL;
  SerArchitecture *parsed = ser_architecture_parse (
      arch, ser_feature_spec_channels (&spec), ser_feature_spec_fixed_length (&spec), 4, &error);
  guint i;
  gsize j;

  g_assert_no_error (error);
  ser_architecture_add_tensors (parsed, tensors);
  for (i = 0; i < ser_tensors_get_n (tensors); i++) {
    SerTensor *tensor = ser_tensors_get (tensors, i);
    double spread = gain / sqrt (tensor->n_dims > 1 ? (double) tensor->n / tensor->dims[0] : 4.0);

    for (j = 0; j < tensor->n; j++) {
      double x = g_rand_double_range (rand, -spread, spread);

      tensor->data[j] = (float) (g_str_has_suffix (tensor->name, "running_var") ? 0.5 + fabs (x) : x);
    }
  }
  ser_architecture_free (parsed);
  g_rand_free (rand);
  return tensors;
}

SerModel *
tiny_model (const char *features, const char *arch, double window)
{
  SerFeatureSpec spec = parse_features (features);
  guint i, width = ser_feature_spec_width (&spec);
  float *mean = g_new (float, width), *std = g_new (float, width);
  gboolean norm = ser_norm_has_statistics (spec.norm);
  const SerModelParts parts = { features, arch, tiny_labels, window, 1.0, norm ? mean : NULL, norm ? std : NULL };
  GError *error = NULL;
  SerModel *model;

  for (i = 0; i < width; i++) {
    mean[i] = 0.0f;
    std[i] = 1.0f;
  }
  model = ser_model_new (&parts, tiny_tensors (features, arch, 7, 3.0), &error);
  g_assert_no_error (error);
  g_free (mean);
  g_free (std);
  return model;
}

SerModel *
tiny_model_usual (void)
{
  return tiny_model (TINY_FEATURES, TINY_ARCH, 3.0);
}

SerModel *
tiny_model_gate (double p)
{
  static const char *const labels[] = { "non-speech", "speech", NULL };
  const SerModelParts parts = { "logmel(n=8,mels=8,hop=320,norm=none)", "mean linear(name=gate.fc)", labels, 3.0, 1.0,
    NULL, NULL };
  SerTensors *tensors = ser_tensors_new ();
  SerArchitecture *arch = ser_architecture_parse (parts.arch, 8, 0, 2, NULL);
  GError *error = NULL;
  SerModel *model;

  ser_architecture_add_tensors (arch, tensors);
  ser_tensors_find (tensors, "gate.fc.bias")->data[1] = (float) log (p / (1.0 - p));
  ser_architecture_free (arch);
  model = ser_model_new (&parts, tensors, &error);
  g_assert_no_error (error);
  return model;
}

float *
tiny_frames (gsize T, guint n)
{
  GRand *rand = g_rand_new_with_seed (3);
  float *frames = g_new (float, T *n);
  gsize i;

  for (i = 0; i < T * n; i++)
    frames[i] = (float) g_rand_double_range (rand, -12.0, 0.0);
  g_rand_free (rand);
  return frames;
}

void
assert_ser_error (GError *error, int code, const char *message)
{
  g_assert_error (error, SER_ERROR, code);
  if (strstr (error->message, message) == NULL)
    g_error ("expected \"%s\" in \"%s\"", message, error->message);
  g_error_free (error);
}
