/* shape.h - what flows from layer to layer of a network
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SHAPE_H
#define SER_SHAPE_H

#include "model/model.h"

/* "conv1d", "bn" and so on, as in the architecture line. */
const char *ser_layer_kind_name (SerLayerKind kind);

/* A sequence [T, C], or a vector [C]. */
typedef struct {
  gboolean sequence;
  gsize T, C;
} SerShape;

/* What a network gets of a window of `seconds`. */
SerShape ser_shape_of_window (const SerFeatureSpec *features, double seconds);

/* Makes of a layer's input its output. */
void ser_shape_apply (SerShape *shape, const SerLayer *layer);

#endif /* SER_SHAPE_H */
