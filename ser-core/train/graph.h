/* graph.h - a network over batches, forward and backward
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The same layers as model/network.h, on batches of sequences of different lengths, keeping what the backward pass
 * needs. A batch is split into shards of about 32 sequences; each layer's work is divided by shard (and direction)
 * among the workers, and the shards' gradients are added in a fixed order, so that numbers do not depend on how many
 * workers there are. Batch norm takes its statistics over all shards.
 */

#ifndef SER_GRAPH_H
#define SER_GRAPH_H

#include "model/architecture.h"
#include "train/workers.h"

typedef struct _SerGraph SerGraph;

/* `arch` and `workers` must outlive the graph. */
SerGraph *ser_graph_new (const SerArchitecture *arch, SerWorkers *workers);
void ser_graph_free (SerGraph *graph);

/* Trainable parameters in one array, in the order of the architecture's tensors, and their gradients after
 * ser_graph_backward(); [n]. */
gsize ser_graph_get_n_parameters (const SerGraph *graph);
float *ser_graph_get_parameters (SerGraph *graph);
const float *ser_graph_get_gradients (const SerGraph *graph);

/* TRUE for elements of weight matrices, which weight decay applies to; [n]. Not of an encoder's: it is frozen, that is,
 * it has neither a gradient nor decay, and so no step of the optimiser changes a bit of it. */
const guint8 *ser_graph_get_decayed (const SerGraph *graph);

/* PyTorch's default initialisation: U(+-1/sqrt (fan in)) for conv and linear, U(+-1/sqrt (H)) for LSTM, 1 and 0 for
 * batch norm; attention weights as linear. An encoder, which an autoencoder has to train, is 0. */
void ser_graph_initialise (SerGraph *graph, guint64 seed);

/* Copies parameters and running statistics from and to tensors named as ser_architecture_add_tensors() does. */
void ser_graph_load (SerGraph *graph, const SerTensors *tensors);
void ser_graph_store (const SerGraph *graph, SerTensors *tensors);

/* Running statistics of all batch norms, [n]: mean and variance of each in turn. */
float *ser_graph_get_statistics (SerGraph *graph, gsize *n);

/* Lays out a batch of n sequences of the given lengths (each at least ser_architecture_min_length ()), then each
 * sequence's input is written to ser_graph_get_input (graph, b), [T_b, channels]. */
void ser_graph_begin (SerGraph *graph, guint n, const guint *lengths);
float *ser_graph_get_input (SerGraph *graph, guint b);

/* Runs forward. Training: batch statistics (running ones updated with momentum 0.1), dropout drawn from `seed`. */
void ser_graph_forward (SerGraph *graph, gboolean training, guint64 seed);

/* Logits of sequence b, [labels]. */
const float *ser_graph_get_logits (const SerGraph *graph, guint b);

/* Mean cross entropy of the batch against target distributions [n, labels], in nats; sets the logits' gradients. */
double ser_graph_loss (SerGraph *graph, const float *targets);

/* Mean over batch and outputs of (output - target)^2 against targets [n, labels], as PyTorch's MSELoss; sets the
 * outputs' gradients. */
double ser_graph_squared_loss (SerGraph *graph, const float *targets);

/* Gradients of the loss taken last; only after ser_graph_forward() with training TRUE. */
void ser_graph_backward (SerGraph *graph);

#endif /* SER_GRAPH_H */
