/* classifier.c - windows to results: the networks, smoothing, the label
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "engine/classifier.h"

#include <string.h>

#include "engine/gate.h"
#include "nn/softmax.h"

struct _SerClassifier {
  const SerModel *model;
  SerGateNetwork *gate;               /* NULL: every window is taken for speech */
  _Atomic float threshold, smoothing; /* floats, because doubles are not atomic everywhere */

  SerNetworkState *state;
  float *x; /* [length, channels] what the network gets */

  /* Since the last reset of the stream. */
  guint generation;
  gboolean any; /* a window was classified: `label` is its */
  int label;
  gboolean averaged; /* `average` holds something */
  double average[SER_MAX_LABELS];
};

SerClassifier *
ser_classifier_new (const SerModel *model, gsize max_T, const SerModel *gate)
{
  SerClassifier *classifier = g_new0 (SerClassifier, 1);
  gsize length = ser_feature_spec_length (&model->features, max_T);

  classifier->model = model;
  if (gate != NULL)
    classifier->gate = ser_gate_network_new (gate);
  classifier->state = ser_network_state_new (model->net, length);
  classifier->x = g_new (float, length *ser_feature_spec_channels (&model->features));
  return classifier;
}

void
ser_classifier_free (SerClassifier *classifier)
{
  if (classifier == NULL)
    return;
  ser_gate_network_free (classifier->gate);
  ser_network_state_free (classifier->state);
  g_free (classifier->x);
  g_free (classifier);
}

/* Not a number counts as 0, which it compares with as neither over nor under. */
static float
clamp (double value, double high)
{
  return value > 0.0 ? (float) MIN (value, high) : 0.0f;
}

void
ser_classifier_set_threshold (SerClassifier *classifier, double threshold)
{
  classifier->threshold = clamp (threshold, 1.0);
}

void
ser_classifier_set_smoothing (SerClassifier *classifier, double smoothing)
{
  classifier->smoothing = clamp (smoothing, SER_MAX_SMOOTHING);
}

/* The network's probabilities; uniform when the window is too short for it. */
static void
score (SerClassifier *classifier, const SerWindow *window, float *scores)
{
  const SerModel *model = classifier->model;

  memset (scores, 0, model->n_labels * sizeof (float));
  if (ser_model_has_enough_frames (model, window->T)) {
    ser_features_window (&model->features, window->frames, window->T, model->mean, model->std, classifier->x);
    ser_network_run (
        model->net, classifier->state, classifier->x, ser_feature_spec_length (&model->features, window->T), scores);
  }
  ser_model_probabilities (model, scores, scores);
}

/* Replaces scores by their average with those of the windows before. */
static void
smooth (SerClassifier *classifier, float *scores)
{
  double w = classifier->averaged ? classifier->smoothing : 0.0;
  guint i;

  for (i = 0; i < classifier->model->n_labels; i++) {
    classifier->average[i] = w * classifier->average[i] + (1.0 - w) * scores[i];
    scores[i] = (float) classifier->average[i];
  }
  classifier->averaged = TRUE;
}

static void
set_label (SerClassifier *classifier, const SerWindow *window, SerResult *result)
{
  guint best = ser_arg_max (result->scores, result->n_labels);

  result->confidence = result->scores[best];
  if (result->gate != SER_GATE_SPEECH) {
    result->label = SER_LABEL_NONE;
    result->emotion = "none";
  } else if (window->brief || result->scores[best] < classifier->threshold) {
    result->label = SER_LABEL_UNCERTAIN;
    result->emotion = "uncertain";
  } else {
    result->label = (int) best;
    result->emotion = classifier->model->labels[best];
  }
  result->changed = !classifier->any || result->label != classifier->label;
  classifier->label = result->label;
  classifier->any = TRUE;
}

/* The level first: there is nothing to hear in silence, nor in what is mostly clipped. */
static void
judge (SerClassifier *classifier, const SerWindow *window, SerResult *result)
{
  result->gate = SER_GATE_SPEECH;
  result->speech = 1.0;
  if (classifier->gate == NULL)
    return;
  result->gate = ser_gate_decide (window->loudness, window->clipped);
  result->speech = 0.0;
  if (result->gate != SER_GATE_SPEECH)
    return;
  result->speech = ser_gate_network_do (classifier->gate, window->gate_frames, window->gate_T);
  if (result->speech < SER_GATE_MIN_SPEECH)
    result->gate = SER_GATE_NON_SPEECH;
}

void
ser_classifier_do (SerClassifier *classifier, const SerWindow *window, SerResult *result)
{
  if (window->generation != classifier->generation) {
    classifier->generation = window->generation;
    classifier->any = classifier->averaged = FALSE;
  }
  memset (result, 0, sizeof *result);
  result->start = window->start;
  result->length = window->length;
  result->n_labels = classifier->model->n_labels;
  result->partial = window->partial;
  result->pitch = window->pitch;
  result->loudness = window->loudness;
  judge (classifier, window, result);
  score (classifier, window, result->scores);
  if (result->gate == SER_GATE_SPEECH)
    smooth (classifier, result->scores);
  set_label (classifier, window, result);
}
