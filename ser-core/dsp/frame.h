/* frame.h - power spectrum of one windowed frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_FRAME_H
#define SER_FRAME_H

#include <glib.h>

typedef struct _SerFrame SerFrame;

/* Frames of `win` samples under a periodic Hann window (0.5 - 0.5 cos (2 pi i / win)), centred among zeros in a
 * transform of `fft` >= win points, as torch.stft does; where they lie there changes no power. */
SerFrame *ser_frame_new (guint win, guint fft);
void ser_frame_free (SerFrame *frame);

/* samples [win] -> power [fft / 2 + 1], |X_k|^2 without any scaling. */
void ser_frame_do (SerFrame *frame, const float *samples, float *power);

#endif /* SER_FRAME_H */
