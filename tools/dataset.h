/* dataset.h - clips as features, without those that nothing can be learned from
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_DATASET_H
#define SER_DATASET_H

#include "corpus.h"
#include "dsp/features.h"

typedef struct {
  const SerClip *clip;
  float *frames; /* [T, n] of the features */
  gsize T;
  gint16 *samples; /* [n_samples], or NULL when they were not to be kept */
  gsize n_samples;
} SerExample;

typedef struct {
  GArray *examples; /* SerExample, in the order of the clips */
  guint n_left_out;
} SerDataset;

/* Decodes `clips` (const SerClip *) and computes their features on `threads` threads, 0 for one per core; keeps the
 * samples as well if `with_samples`. Left out, and named on standard error, are clips that cannot be decoded, hold no
 * sample, give fewer than min_frames frames, are digitally silent, or are identical to another clip of a different
 * label. */
SerDataset *ser_dataset_load (
    GPtrArray *clips, const SerFeatureSpec *spec, gsize min_frames, gboolean with_samples, guint threads);
void ser_dataset_free (SerDataset *dataset);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerDataset, ser_dataset_free)

/* 16-bit samples [n] as floats in [-1, 1); free with g_free(). */
float *ser_dataset_to_float (const gint16 *samples, gsize n);

/* Features of samples: [T, n], *T of them; free with g_free(). */
float *ser_dataset_features (SerFrontEnd *front, const SerFeatureSpec *spec, const float *samples, gsize n, gsize *T);

#endif /* SER_DATASET_H */
