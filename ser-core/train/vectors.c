/* vectors.c - the summaries of a set of clips, one vector a window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/vectors.h"

#include "engine/cut.h"

float *
ser_vectors_new (
    const SerFeatureSpec *spec, const float *mean, const float *std, const SerTrainSet *set, double window, gsize *n)
{
  guint width = ser_feature_spec_width (spec);
  GArray *vectors = g_array_new (FALSE, FALSE, width * sizeof (float));

  for (gsize i = 0; i < set->n_clips; i++) {
    const SerTrainClip *clip = &set->clips[i];
    SerCut cut;

    ser_cut_init (&cut, spec, window, (clip->T - 1) * spec->hop + spec->win, 1);
    for (gsize k = 0; k < cut.n; k++) {
      gsize start, T;

      ser_cut_get (&cut, k, &start, &T);
      g_array_set_size (vectors, vectors->len + 1);
      ser_features_window (spec, clip->frames + start * spec->n, T, mean, std,
          (float *) vectors->data + (gsize) (vectors->len - 1) * width);
    }
  }
  *n = vectors->len;
  return (float *) g_array_free (vectors, FALSE);
}
