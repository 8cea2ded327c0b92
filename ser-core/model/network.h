/* network.h - a network built from an architecture and its tensors, run on one window
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_NETWORK_H
#define SER_NETWORK_H

#include "model/architecture.h"
#include "nn/kernels.h"

/* Const after creation, shared by threads. Weights are copied into the layout the kernels want (batch norm folded into
 * the convolution before it where it stands behind one); neither argument is kept. */
typedef struct _SerNetwork SerNetwork;

/* `tensors` must hold the architecture's tensors with its shapes (checked by the model loader; asserted here). */
SerNetwork *ser_network_new (const SerArchitecture *arch, const SerTensors *tensors);

/* The same with kernels of choice instead of the processor's best, for tests and benchmarks. */
SerNetwork *ser_network_new_with_kernels (
    const SerArchitecture *arch, const SerTensors *tensors, const SerKernels *kernels);
void ser_network_free (SerNetwork *net);

/* Activations of one run: mutable, one per thread. */
typedef struct _SerNetworkState SerNetworkState;
SerNetworkState *ser_network_state_new (const SerNetwork *net, gsize max_T);
void ser_network_state_free (SerNetworkState *state);

/* x [T, channels] -> logits [labels]. ser_architecture_min_length () <= T <= max_T. Allocates nothing. */
void ser_network_run (const SerNetwork *net, SerNetworkState *state, const float *x, gsize T, float *logits);

#endif /* SER_NETWORK_H */
