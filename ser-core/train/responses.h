/* responses.h - the impulse responses that augmentation draws from: rooms, bands, uneven microphones
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Each has the sound's own onset at lag 0: what is convolved with it neither moves nor grows. */

#ifndef SER_RESPONSES_H
#define SER_RESPONSES_H

#include "train/convolve.h"
#include "train/random.h"

/* A room by Polack's statistical model (1988), which also image-source simulations tend to past their first
 * reflections: the direct sound, and after 2 ms Gaussian noise that falls by 60 dB in `rt60` seconds and has an energy
 * of `drr` dB under the direct sound's. */
SerResponse *ser_response_room (double rt60, double drr, guint rate, SerRandom *random);

/* A recorded room, samples [n]: from 1 ms before its peak, which is lag 0, to where 60 dB of its energy's decay
 * (Schroeder's integral, JASA 37, 1965) are over, at most SER_RESPONSE_MAX samples. */
SerResponse *ser_response_recorded (const gint16 *samples, gsize n, guint rate);

/* What a line with the sampling rate `line` Hz lets through at `rate` Hz: a low-pass to line / 2, linear phase, Kaiser
 * window, 80 dB down from there on; the last tenth under it is its slope. Everything, if line >= rate. */
SerResponse *ser_response_band (double line, guint rate);

/* A microphone's response: dB at 125 Hz and each octave above drawn uniformly in +-db, linear in octaves between,
 * zero phase. */
SerResponse *ser_response_uneven (double db, guint rate, SerRandom *random);

#endif /* SER_RESPONSES_H */
