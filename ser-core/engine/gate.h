/* gate.h - whether a window is taken for speech: by its level, then by a network
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_GATE_H
#define SER_GATE_H

#include "engine/window.h"
#include "model/model.h"

#define SER_GATE_MIN_LOUDNESS (-70.0) /* dBFS, under which a window is silence */
#define SER_GATE_MAX_CLIPPED 0.1      /* share of samples at full scale, over which it is clipped */
#define SER_GATE_MIN_SPEECH 0.3       /* probability of speech, under which it is other sound; docs/gate.md */

/* By level alone: loudness in dBFS, share of clipped samples from 0 to 1. Never SER_GATE_NON_SPEECH. */
SerGate ser_gate_decide (double loudness, double clipped);

/* Checks that a model can be a gate: its labels are non-speech and speech, its features logmel without mean. Fails with
 * SER_ERROR_CONFIG and what is expected. */
gboolean ser_gate_check_model (const SerModel *model, GError **error);

/* Frames of the longest stretch that the gate's network judges at once: its own window's. */
gsize ser_gate_stretch (const SerModel *model);

/* The network's workspace; belongs to the thread that classifies. `model` must outlive it. */
typedef struct _SerGateNetwork SerGateNetwork;
SerGateNetwork *ser_gate_network_new (const SerModel *model);
void ser_gate_network_free (SerGateNetwork *network);

/* Probability that frames [T, n] hold speech, of those that lie in them. More than a stretch is judged stretch by
 * stretch, each half over the one before, and has the greatest of their probabilities: speech anywhere is speech. Too
 * few frames for the network are taken for speech. Allocates nothing. */
double ser_gate_network_do (SerGateNetwork *network, const float *frames, gsize T);

#endif /* SER_GATE_H */
