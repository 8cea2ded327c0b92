/* presets.c - named sets of options of `seremotion train`
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "presets.h"

#include <string.h>

/* A multilayer perceptron on utterance statistics, with what stands before it. */
#define MLP(front)                                                                                                     \
  "--features 'mfcc(n=30,delta=1) stats' "                                                                             \
  "--arch '" front "flatten linear(256) relu dropout(0.5) linear(128) relu dropout(0.5) linear'" ON_VECTORS

/* The network of the "Campaign Speech Emotion Recognition" report, on its features, a clip's mean MFCC vector. */
#define CNN_LSTM(front)                                                                                                \
  "--features 'mfcc(n=30) mean' "                                                                                      \
  "--arch '" front "conv1d(64,k=3) relu conv1d(128,k=3) relu maxpool(2) dropout(0.5) "                                 \
  "lstm(256,layers=2,bidirectional,dropout=0.5) last linear'" ON_VECTORS

/* The training of the networks on summaries; a clip is one vector, so that crops are the whole clip. */
#define ON_VECTORS                                                                                                     \
  " --epochs 20 --batch 32 --lr 1e-3 --schedule one-cycle --label-smoothing 0 --votes 0 "                              \
  "--augment '' --crop 30,30"

/* Log-mel frames, two convolutions, BiLSTM, attention pooling of four heads. */
#define CRNN_ATTENTION(epochs)                                                                                         \
  "--features 'logmel(n=64,mels=64,norm=cmn)' "                                                                        \
  "--arch 'conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) dropout(0.3) "                         \
  "lstm(64,layers=2,bidirectional,dropout=0.3) attention(4) linear' "                                                  \
  "--epochs " epochs " --batch 64 --lr 2.5e-3 --schedule one-cycle --label-smoothing 0.1 --votes 0.15 "                \
  "--augment '' --crop 1,3"

static const struct {
  const char *name, *options;
} presets[] = {
  { "mlp", MLP ("") },
  { "mlp-autoencoder", MLP ("encoder(256,64) ") },
  { "cnn",
      "--features 'mfcc(n=30) mean' "
      "--arch 'conv1d(64,k=3) relu conv1d(128,k=3) relu maxpool(2) dropout(0.5) flatten linear'" ON_VECTORS },
  { "lstm",
      "--features 'mfcc(n=30) mean' "
      "--arch 'lstm(256,layers=2,bidirectional,dropout=0.5) last linear'" ON_VECTORS },
  { "cnn-lstm", CNN_LSTM ("") },
  { "cnn-lstm-autoencoder", CNN_LSTM ("encoder(64,16) ") },
  { "crnn-attention", CRNN_ATTENTION ("36") },
  /* The model that ships, but for the recordings of noise and rooms that its training is given as well: see
   * docs/default-model.md. */
  { "default", CRNN_ATTENTION ("60") },
};

const char *
ser_preset_find (const char *name)
{
  for (unsigned i = 0; i < sizeof presets / sizeof *presets; i++)
    if (strcmp (presets[i].name, name) == 0)
      return presets[i].options;
  return NULL;
}
