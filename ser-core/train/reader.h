/* reader.h - samples read at another speed, as a record that turns faster or slower
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_READER_H
#define SER_READER_H

#include <glib.h>

/* Zeros that x needs before its first sample and behind its last one. */
#define SER_READER_MARGIN 12

/* out [n_out]: x at 0, speed, 2 speed, ..., interpolated by a windowed sinc of 24 taps (Smith, ICASSP 1984) whose
 * cutoff is 0.9 of the lower of both Nyquist frequencies. x is a pointer to the first sample; SER_READER_MARGIN values
 * before it and from index n_out * speed on are read. speed is from 0.25 to 4. Allocates nothing. */
void ser_reader_do (const float *x, double speed, float *out, gsize n_out);

#endif /* SER_READER_H */
