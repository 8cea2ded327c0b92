/* onnx-model.h - a model as an ONNX file
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The graph holds all that follows the frames: limit of range, deltas, mean or statistics over time, normalisation, the
 * network, the temperature and the softmax. Its input, `frames`, is float32 [N, T, n]: N windows of T frames of the n
 * log-mel values or cepstral coefficients that ser_front_end_do() gives, T at least ser_architecture_min_frames(). Its
 * outputs are `probabilities` [N, labels] and, if asked for, `logits` [N, labels]. docs/interchange.md is what users
 * read.
 */

#ifndef SER_ONNX_MODEL_H
#define SER_ONNX_MODEL_H

#include "model/model.h"

/* The bytes of the file. `version` is the program's, kept as the producer's. */
GBytes *ser_onnx_from_model (const SerModel *model, gboolean logits, const char *version);

#endif /* SER_ONNX_MODEL_H */
