/* autoencoder.h - a feature stage trained without labels: vectors to codes from which they can be told again
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", Science 313, 2006: an encoder
 * makes a code of fewer values of a vector, a decoder, its mirror image, makes a vector of the code, and both are
 * trained together to give back what went in. Here
 *
 *     x [T] -> linear (HIDDEN) relu linear (CODE) -> code -> linear (HIDDEN) relu linear (T) -> x' [T]
 *
 * with the mean squared error of x', AdamW and a one-cycle schedule; a network as shallow as this needs none of the
 * layerwise training before the training that theirs got. The decoder is then left out. The encoder becomes the layer
 * `encoder` at the front of an architecture, where it is frozen: the code is one of the sounds, whatever the labels, as
 * that of a principal component analysis is, and what was measured of it stays true of the file.
 */

#ifndef SER_AUTOENCODER_H
#define SER_AUTOENCODER_H

#include "model/architecture.h"
#include "train/workers.h"

typedef struct _SerAutoencoder SerAutoencoder;

/* For the architecture's encoder layer. Encoder and decoder together must be within SER_ARCH_MAX_PARAMETERS, as the
 * widest of both are on the 3072 values that the longest summary has. `workers` must outlive it. */
SerAutoencoder *ser_autoencoder_new (const SerLayer *layer, SerWorkers *workers, guint64 seed);
void ser_autoencoder_free (SerAutoencoder *autoencoder);

/* After each epoch; FALSE ends the training. */
typedef gboolean (*SerAutoencoderCallback) (guint epoch, gpointer data);

/* Trains on x [n, T] in batches of random order; callback may be NULL. To be called once. */
void ser_autoencoder_train (SerAutoencoder *autoencoder, const float *x, gsize n, guint epochs, guint batch,
    SerAutoencoderCallback callback, gpointer data);

/* Share of the variance of x [n, T] around its mean that the reconstruction explains, at most 1: 1 - sum |x - x'|^2 /
 * sum |x - mean|^2. NAN where x has no variance. */
double ser_autoencoder_explained (SerAutoencoder *autoencoder, const float *x, gsize n);

/* The encoder's parameters, in the order of the layer's tensors; [n]. */
const float *ser_autoencoder_get_encoder (const SerAutoencoder *autoencoder, gsize *n);

#endif /* SER_AUTOENCODER_H */
