/* score.c - a model's opinion of a whole clip
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "score.h"

#include <math.h>

#include "engine/cut.h"
#include "nn/softmax.h"

void
ser_score_softmax (const float *logits, guint n_labels, double temperature, float *scores)
{
  for (guint i = 0; i < n_labels; i++)
    scores[i] = logits[i] / temperature;
  ser_softmax_do (scores, n_labels, 1);
}

gboolean
ser_score_clip (const SerModel *model, const float *frames, gsize n_samples, float *logits, float *scores)
{
  const SerFeatureSpec *spec = &model->features;
  gsize min_T = ser_architecture_min_frames (model->arch), start, T;
  guint L = model->n_labels;
  double raw[SER_MAX_LABELS] = { 0 }, calibrated[SER_MAX_LABELS] = { 0 };
  SerCut cut;

  ser_cut_init (&cut, spec, model->window, n_samples, min_T);
  if (cut.n == 1) {
    ser_cut_get (&cut, 0, &start, &T);
    return ser_model_score_frames (model, frames, T, logits, scores);
  }
  for (gsize i = 0; i < cut.n; i++) {
    ser_cut_get (&cut, i, &start, &T);
    ser_model_score_frames (model, frames + start * spec->n, T, logits, scores);
    for (guint c = 0; c < L; c++)
      calibrated[c] += scores[c] / cut.n;
    ser_score_softmax (logits, L, 1.0, scores);
    for (guint c = 0; c < L; c++)
      raw[c] += scores[c] / cut.n;
  }
  for (guint c = 0; c < L; c++) {
    logits[c] = log (MAX (raw[c], 1e-30));
    scores[c] = calibrated[c];
  }
  return TRUE;
}
