/* augment.h - augmentation of features: crops, SpecAugment, mixup
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_AUGMENT_H
#define SER_AUGMENT_H

#include "train/chain.h"
#include "train/random.h"

/* A stretch of a clip. */
typedef struct {
  gsize start, length; /* frames */
} SerCrop;

/* Draws a crop of a clip of T frames, between min and max frames long; a clip shorter than the draw stays whole. */
SerCrop ser_augment_crop (SerRandom *random, gsize T, gsize min, gsize max);

/* SpecAugment (Park et al., Interspeech 2019) without time warping: masks of uniform width up to the given ones, set to
 * the channel's mean over x [T, C]. At most half of the time is masked at once. */
void ser_augment_mask (SerRandom *random, float *x, gsize T, guint C, const SerMasks *masks);

/* mixup (Zhang et al., ICLR 2018): x [T, C] becomes share * x + (1 - share) * other [n, C], which is repeated or cut to
 * T frames. */
void ser_augment_mix (float *x, gsize T, guint C, const float *other, gsize n, float share);

#endif /* SER_AUGMENT_H */
