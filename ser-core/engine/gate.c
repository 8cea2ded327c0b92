/* gate.c - whether a window is taken for speech: by its level, then by a network
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "engine/gate.h"

#include <string.h>

#include "engine/cut.h"
#include "engine/gate-frames.h"

#define SPEECH 1 /* index of that label */

struct _SerGateNetwork {
  const SerModel *model;
  SerNetworkState *state;
  float *x; /* [stretch, channels] what the network gets */
  gsize stretch;
};

const char *
ser_gate_to_string (SerGate gate)
{
  static const char *const names[] = { "speech", "silence", "clipped", "non-speech" };

  g_return_val_if_fail ((guint) gate < G_N_ELEMENTS (names), NULL);
  return names[gate];
}

SerGate
ser_gate_decide (double loudness, double clipped)
{
  if (loudness < SER_GATE_MIN_LOUDNESS)
    return SER_GATE_SILENCE;
  if (clipped > SER_GATE_MAX_CLIPPED)
    return SER_GATE_CLIPPED;
  return SER_GATE_SPEECH;
}

gboolean
ser_gate_check_model (const SerModel *model, GError **error)
{
  const char *labels = ser_model_get_metadata (model, "labels");

  if (strcmp (labels, "non-speech,speech") != 0) {
    g_set_error (
        error, SER_ERROR, SER_ERROR_CONFIG, "the gate's model has the labels %s; a gate has non-speech,speech", labels);
    return FALSE;
  }
  if (!ser_gate_frames_can (&model->features)) {
    g_set_error (error, SER_ERROR, SER_ERROR_CONFIG,
        "the gate's model has the features %s; a gate has logmel(...) without mean",
        ser_model_get_metadata (model, "features"));
    return FALSE;
  }
  return TRUE;
}

gsize
ser_gate_stretch (const SerModel *model)
{
  return ser_feature_spec_frames (&model->features, ser_round_to_hops (model->window, &model->features));
}

SerGateNetwork *
ser_gate_network_new (const SerModel *model)
{
  SerGateNetwork *network = g_new0 (SerGateNetwork, 1);

  network->model = model;
  network->stretch = ser_gate_stretch (model);
  network->state = ser_network_state_new (model->net, network->stretch);
  network->x = g_new (float, network->stretch *ser_feature_spec_channels (&model->features));
  return network;
}

void
ser_gate_network_free (SerGateNetwork *network)
{
  if (network == NULL)
    return;
  ser_network_state_free (network->state);
  g_free (network->x);
  g_free (network);
}

static double
judge (SerGateNetwork *network, const float *frames, gsize T)
{
  const SerModel *model = network->model;
  float scores[SER_MAX_LABELS] = { 0.0f };

  ser_features_window (&model->features, frames, T, model->mean, model->std, network->x);
  ser_network_run (model->net, network->state, network->x, T, scores);
  ser_model_probabilities (model, scores, scores);
  return scores[SPEECH];
}

double
ser_gate_network_do (SerGateNetwork *network, const float *frames, gsize T)
{
  const gsize n = network->model->features.n, stretch = network->stretch;
  double most;
  gsize at;

  if (!ser_model_has_enough_frames (network->model, T))
    return 1.0;
  most = judge (network, frames, MIN (T, stretch));
  for (at = MAX (1, stretch / 2); at + stretch <= T; at += MAX (1, stretch / 2))
    most = MAX (most, judge (network, frames + at * n, stretch));
  if (T > stretch && (T - stretch) % MAX (1, stretch / 2) != 0)
    most = MAX (most, judge (network, frames + (T - stretch) * n, stretch));
  return most;
}
