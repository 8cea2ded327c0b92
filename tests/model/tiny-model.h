/* tiny-model.h - small models with random weights, and what tests of models share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef TINY_MODEL_H
#define TINY_MODEL_H

#include "model/model.h"

/* What tests use unless they say otherwise: 8 mel bands, a network with every kind of layer that keeps the length
 * variable, 4 labels, a window of 3 s. */
#define TINY_FEATURES "logmel(n=8,mels=8,norm=window)"
#define TINY_ARCH "conv1d(6,k=3) bn relu maxpool(2) dropout(0.5) lstm(4,layers=2,bidirectional) attention(2) linear"

extern const char *const tiny_labels[]; /* anger, fear, joy, neutral and NULL */

/* The tensors of an architecture for the features, filled with numbers from a generator; `gain` 1 gives the usual
 * spread of initial weights. Aborts the test when a line is faulty. */
SerTensors *tiny_tensors (const char *features, const char *arch, guint32 seed, double gain);

/* A model of them, with the labels above; norm=model gets mean 0 and std 1. */
SerModel *tiny_model (const char *features, const char *arch, double window);

/* The usual one, its scores spread out enough to tell windows apart. */
SerModel *tiny_model_usual (void);

/* A speech gate that gives every window the same probability of speech, `p` between 0 and 1. */
SerModel *tiny_model_gate (double p);

/* Random frames [T, n], of about the range of log energies. Free with g_free(). */
float *tiny_frames (gsize T, guint n);

/* Fails the test unless the error is of SER_ERROR, has that code and its message contains `message`. Frees it. */
void assert_ser_error (GError *error, int code, const char *message);

#endif /* TINY_MODEL_H */
