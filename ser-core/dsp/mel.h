/* mel.h - mel filterbank
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_MEL_H
#define SER_MEL_H

#include "dsp/features.h"

/* Hz <-> mel. HTK: 2595 log10 (1 + f / 700) (O'Shaughnessy, Speech Communication, 1987). Slaney: 3 mel per 200 Hz up to
 * 1 kHz, above that 27 mel for each factor of 6.4 (Auditory Toolbox, 1998). */
double ser_mel_from_hz (SerMelScale scale, double hz);
double ser_mel_to_hz (SerMelScale scale, double mel);

typedef struct _SerMel SerMel;

/* Triangular filters, linear in Hz, whose `mels` + 2 corners are equally spaced in mel from fmin to fmax, as torchaudio
 * and librosa have them; 0 <= fmin < fmax <= rate / 2, fft a multiple of 16. A band narrower than the distance of bins
 * may hold no bin at all; it gives 0. */
SerMel *ser_mel_new (guint mels, guint fft, guint rate, double fmin, double fmax, SerMelScale scale, SerMelNorm norm);
void ser_mel_free (SerMel *mel);

/* power [fft / 2 + 1] -> bands [mels]. */
void ser_mel_do (const SerMel *mel, const float *power, float *bands);

#endif /* SER_MEL_H */
