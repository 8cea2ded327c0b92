/* onnx-network.h - the layers of a network as nodes of an ONNX graph
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ONNX_NETWORK_H
#define SER_ONNX_NETWORK_H

#include "model/model.h"
#include "onnx-graph.h"

/* Adds the layers of the model's network, without dropout, to what `x` [N, T, channels] names, and returns the name of
 * the logits [N, labels]. Constants are called as the model's tensors where they are these tensors. */
const char *ser_onnx_add_network (SerOnnxGraph *graph, const SerModel *model, const char *x);

#endif /* SER_ONNX_NETWORK_H */
