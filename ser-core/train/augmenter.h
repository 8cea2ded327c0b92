/* augmenter.h - does to samples what was drawn
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_AUGMENTER_H
#define SER_AUGMENTER_H

#include "train/chain.h"

/* The memory of one thread. */
typedef struct _SerAugmenter SerAugmenter;

/* The chain is prepared and must outlive the augmenter. */
SerAugmenter *ser_augmenter_new (const SerChain *chain);
void ser_augmenter_free (SerAugmenter *augmenter);

/* Applies the effects, none of which is `mp3`, in their order to samples [n], n >= 1; the result, in [-1, 1) where
 * nothing made it louder, has *n_out = ser_draw_output_length (draw, n) samples, belongs to the augmenter and stays
 * until its next use. Allocates only when there are more samples than ever before. */
const float *ser_augmenter_do (
    SerAugmenter *augmenter, const SerDraw *draw, const gint16 *samples, gsize n, gsize *n_out);

#endif /* SER_AUGMENTER_H */
