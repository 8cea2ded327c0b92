/* pitch.h - fundamental frequency, frame by frame
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_PITCH_H
#define SER_PITCH_H

#include <glib.h>

#define SER_PITCH_MIN 55.0  /* Hz */
#define SER_PITCH_MAX 520.0 /* Hz */

/* YIN (de Cheveigne and Kawahara, JASA 111(4), 2002): difference function by FFT, cumulative mean normalised, absolute
 * threshold, parabolic interpolation. */
typedef struct _SerPitch SerPitch;

SerPitch *ser_pitch_new (guint rate);
void ser_pitch_free (SerPitch *pitch);

/* Samples that one estimate looks at; frame p of a stream covers samples [p * hop, p * hop + length). */
guint ser_pitch_get_length (const SerPitch *pitch);

/* Samples between estimates: 20 ms. */
guint ser_pitch_get_hop (const SerPitch *pitch);

/* F0 in Hz of samples [length], SER_PITCH_MIN to SER_PITCH_MAX, or 0 when unvoiced. Allocates nothing. */
float ser_pitch_do (SerPitch *pitch, const float *samples);

#endif /* SER_PITCH_H */
