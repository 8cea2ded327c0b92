/* effects.h - the plain operations of augmentation: level, gain, noise, time shift
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_EFFECTS_H
#define SER_EFFECTS_H

#include "train/sounds.h"

/* Sum of x[i]^2. */
double ser_energy (const float *x, gsize n);

/* Scales x [n] to an energy; digital silence stays. */
void ser_set_energy (float *x, gsize n, double energy);

/* x [n] times 10^(db / 20). */
void ser_effect_gain (float *x, gsize n, double db);

/* Adds a recording to x [n] so that the energies of x and of what is added are `snr` dB apart. The recording starts at
 * `place`, a share of the starts that leave it whole, or of its length when it is shorter than x and repeated; where
 * that stretch is silent, at its loudest sample. Digital silence stays as it is. scratch [n] is overwritten. */
void ser_effect_noise (float *x, gsize n, const SerSound *noise, double place, double snr, float *scratch);

/* Moves x [n] later by `by` samples, earlier when it is negative; what leaves at one end enters at the other. scratch
 * [n] is overwritten. */
void ser_effect_shift (float *x, gsize n, gssize by, float *scratch);

#endif /* SER_EFFECTS_H */
