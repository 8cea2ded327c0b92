/* architecture.h - the architecture line: text <-> layers
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 *     conv1d(64,k=3) bn relu maxpool(2) dropout(0.5) lstm(64,layers=2,bidirectional,dropout=0.5) attention(4) linear
 *
 * Layers in order, separated by white space. The last must be `linear`, which takes its width from the labels when no
 * number is given. A layer's tensors are called PREFIX.weight and so on; the prefix is the kind (conv, bn, lstm,
 * attention, fc, encoder), numbered from 1 in order when the kind occurs more than once; name=PREFIX overrides it.
 */

#ifndef SER_ARCHITECTURE_H
#define SER_ARCHITECTURE_H

#include "model/tensors.h"

typedef enum {
  SER_LAYER_CONV1D, /* conv1d(OUT,k=3[,bias=0]): stride 1, odd k, zero padding (k-1)/2 at both ends; [T,C] -> [T,OUT] */
  SER_LAYER_BATCHNORM, /* bn: over batch and time, per channel; eps 1e-5 */
  SER_LAYER_RELU,      /* relu */
  SER_LAYER_MAXPOOL,   /* maxpool(K): window and stride K over time, the rest dropped; [T,C] -> [T/K,C] */
  SER_LAYER_DROPOUT,   /* dropout(P): identity at inference */
  SER_LAYER_LSTM,      /* lstm(H[,layers=1][,bidirectional][,dropout=P]): [T,C] -> [T,H] or [T,2H] */
  SER_LAYER_LAST,      /* last: output[:, -1, :]; [T,C] -> [C] */
  SER_LAYER_FINAL, /* final: directly after lstm; last hidden state of each direction of its last layer; [H] or [2H] */
  SER_LAYER_MEAN,  /* mean over time; [T,C] -> [C] */
  SER_LAYER_ATTENTION, /* attention(HEADS): [T,C] -> [HEADS*C], see below */
  SER_LAYER_LINEAR,    /* linear[(OUT)]: [C] -> [OUT]; a vector only, not a sequence */
  SER_LAYER_FLATTEN,   /* flatten: [T,C] of known T (features with a summary) -> [T*C], for multilayer perceptrons */
  SER_LAYER_ENCODER,   /* encoder(HIDDEN,CODE): first only, on features with a summary; [T,1] -> [CODE,1], see below */
} SerLayerKind;

/* attention(HEADS): weight [HEADS, C], bias [HEADS]; per head h  a = softmax over t of (x_t . w_h + b_h), out_h = sum_t
 * a_t x_t; heads concatenated, head 0 first. (Additive pooling of Bahdanau et al. without the hidden layer; Lin et al.,
 * "A structured self-attentive sentence embedding", ICLR 2017, with r = HEADS hops.)
 *
 * encoder(HIDDEN,CODE): the summary, a vector of T values, to CODE values, by PyTorch's Sequential (Linear (T, HIDDEN),
 * ReLU (), Linear (HIDDEN, CODE)). It is trained first, without labels, and stays as it is while the layers behind it
 * are trained: see train/autoencoder.h. */

typedef struct {
  SerLayerKind kind;
  char *prefix; /* of its tensors; NULL for layers without any */
  guint in;     /* width of its input's last dimension; flatten: C; encoder: T */
  guint out; /* conv1d and linear: output width (linear: 0 until resolved), lstm: H, attention: heads, encoder: CODE */
  guint hidden;           /* encoder */
  guint k;                /* conv1d: kernel; maxpool: window */
  gboolean bias;          /* conv1d */
  guint layers;           /* lstm */
  gboolean bidirectional; /* lstm */
  float dropout;          /* dropout, lstm (between its layers) */
} SerLayer;

typedef struct {
  SerLayer *layers;
  guint n_layers;
  guint channels; /* what it was resolved for: input channels, */
  guint length;   /* input length when fixed (features with a summary), else 0, */
  guint labels;   /* and outputs */
} SerArchitecture;

/* Limits, so that a hostile line cannot ask for much memory or time. */
#define SER_ARCH_MAX_LAYERS 64
#define SER_ARCH_MAX_WIDTH 4096
#define SER_ARCH_MAX_LSTM_LAYERS 8
#define SER_ARCH_MAX_PARAMETERS (64u << 20)
#define SER_ARCH_MAX_KERNEL 255
#define SER_ARCH_MAX_FLATTEN (16 * SER_ARCH_MAX_WIDTH) /* C * T */

/* Parses a line and checks that the layers fit each other for an input of `channels` channels (and of `length` steps,
 * 0 when it varies) and `labels` outputs. Errors (SER_ERROR_LINE) name the layer and what was expected. */
SerArchitecture *ser_architecture_parse (const char *line, guint channels, guint length, guint labels, GError **error);
void ser_architecture_free (SerArchitecture *arch);

/* The canonical line; parsing it again gives the same architecture. Free with g_free(). */
char *ser_architecture_to_string (const SerArchitecture *arch);

/* Adds the architecture's tensors, zero-filled, in order, with PyTorch's shapes: conv weight [out,in,k], bias [out]; bn
 * weight, bias, running_mean, running_var [C]; lstm weight_ih_lL[_reverse] [4H,in], weight_hh_lL [4H,H], bias_ih_lL,
 * bias_hh_lL [4H], gates in order i, f, g, o; attention weight [HEADS,C], bias [HEADS]; fc weight [out,in], bias [out];
 * encoder 0.weight [HIDDEN,T], 0.bias [HIDDEN], 2.weight [CODE,HIDDEN], 2.bias [CODE]. */
void ser_architecture_add_tensors (const SerArchitecture *arch, SerTensors *tensors);

/* Fewest input steps that leave at least one step after every maxpool; the fixed length where there is one. */
gsize ser_architecture_min_length (const SerArchitecture *arch);

/* Fewest frames that make as many steps: any number makes the fixed length. */
gsize ser_architecture_min_frames (const SerArchitecture *arch);

/* Trainable parameters (running statistics not counted), of a layer that was resolved and of all. */
guint64 ser_layer_n_parameters (const SerLayer *layer);
gsize ser_architecture_n_parameters (const SerArchitecture *arch);

#endif /* SER_ARCHITECTURE_H */
