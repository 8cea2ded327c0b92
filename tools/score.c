/* score.c - a model's opinion of a whole clip
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "score.h"

#include <math.h>
#include <string.h>

void
ser_score_softmax (const float *logits, guint n_labels, double temperature, float *scores)
{
  double max = -INFINITY, sum = 0;

  for (guint i = 0; i < n_labels; i++)
    max = MAX (max, logits[i]);
  for (guint i = 0; i < n_labels; i++)
    sum += exp ((logits[i] - max) / temperature);
  for (guint i = 0; i < n_labels; i++)
    scores[i] = exp ((logits[i] - max) / temperature) / sum;
}

static gsize
whole_hops (const SerModel *model, double seconds)
{
  guint hop = model->features.hop;

  return (gsize) (seconds * model->features.rate / hop + 0.5) * hop;
}

/* Windows of a clip of n samples: as the stream cuts them. Gives the number of windows; all but the last are `window`
 * samples long. */
static gsize
count_windows (gsize n, gsize window, gsize interval, gsize half_second)
{
  gsize whole = n < window ? 0 : (n - window) / interval + 1;
  gsize covered = whole ? (whole - 1) * interval + window : 0;

  return whole == 0 || n - covered >= half_second ? whole + 1 : whole;
}

gboolean
ser_score_clip (const SerModel *model, const float *frames, gsize T, gsize n_samples, float *logits, float *scores)
{
  const SerFeatureSpec *spec = &model->features;
  gsize window = whole_hops (model, model->window), interval = whole_hops (model, 1.0);
  gsize n = count_windows (n_samples, window, interval, spec->rate / 2);
  guint L = model->n_labels;
  double raw[SER_MAX_LABELS] = { 0 }, calibrated[SER_MAX_LABELS] = { 0 };

  if (n_samples <= SER_SCORE_MAX_CLIP * spec->rate)
    return ser_model_score_frames (model, frames, T, logits, scores);
  for (gsize i = 0; i < n; i++) {
    gsize start = i * interval, length = MIN (window, n_samples - start);

    ser_model_score_frames (
        model, frames + start / spec->hop * spec->n, ser_feature_spec_frames (spec, length), logits, scores);
    for (guint c = 0; c < L; c++)
      calibrated[c] += scores[c] / n;
    ser_score_softmax (logits, L, 1.0, scores);
    for (guint c = 0; c < L; c++)
      raw[c] += scores[c] / n;
  }
  for (guint c = 0; c < L; c++) {
    logits[c] = log (MAX (raw[c], 1e-30));
    scores[c] = calibrated[c];
  }
  return TRUE;
}
