/* shape.c - what flows from layer to layer of a network
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "shape.h"

const char *
ser_layer_kind_name (SerLayerKind kind)
{
  static const char *const names[] = { [SER_LAYER_CONV1D] = "conv1d",
    [SER_LAYER_BATCHNORM] = "bn",
    [SER_LAYER_RELU] = "relu",
    [SER_LAYER_MAXPOOL] = "maxpool",
    [SER_LAYER_DROPOUT] = "dropout",
    [SER_LAYER_LSTM] = "lstm",
    [SER_LAYER_LAST] = "last",
    [SER_LAYER_FINAL] = "final",
    [SER_LAYER_MEAN] = "mean",
    [SER_LAYER_ATTENTION] = "attention",
    [SER_LAYER_LINEAR] = "linear",
    [SER_LAYER_FLATTEN] = "flatten",
    [SER_LAYER_ENCODER] = "encoder" };

  return names[kind];
}

SerShape
ser_shape_of_window (const SerFeatureSpec *features, double seconds)
{
  gsize frames = ser_feature_spec_frames (features, (gsize) (seconds * features->rate + 0.5));

  return (SerShape){ TRUE, ser_feature_spec_length (features, frames), ser_feature_spec_channels (features) };
}

void
ser_shape_apply (SerShape *shape, const SerLayer *layer)
{
  switch (layer->kind) {
    case SER_LAYER_CONV1D:
      shape->C = layer->out;
      break;
    case SER_LAYER_MAXPOOL:
      shape->T /= layer->k;
      break;
    case SER_LAYER_LSTM:
      shape->C = layer->out * (layer->bidirectional ? 2 : 1);
      break;
    case SER_LAYER_ATTENTION:
      *shape = (SerShape){ FALSE, 1, layer->out * shape->C };
      break;
    case SER_LAYER_FLATTEN:
      *shape = (SerShape){ FALSE, 1, shape->T * shape->C };
      break;
    case SER_LAYER_ENCODER:
      shape->T = layer->out;
      break;
    case SER_LAYER_LAST:
    case SER_LAYER_FINAL:
    case SER_LAYER_MEAN:
      shape->sequence = FALSE;
      break;
    case SER_LAYER_LINEAR:
      *shape = (SerShape){ FALSE, 1, layer->out };
      break;
    default:
      break;
  }
}
