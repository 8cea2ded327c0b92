/* loudness.h - level and clipping of a block of samples
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_LOUDNESS_H
#define SER_LOUDNESS_H

#include <glib.h>

#define SER_LOUDNESS_MIN (-120.0) /* dBFS, what digital silence gives */

/* What is kept of one block (the stream keeps one per hop); sums of blocks describe a window. */
typedef struct {
  double energy; /* sum of squares */
  guint clipped; /* samples of magnitude at least 32766 / 32768 */
} SerLevel;

/* The level of samples [n], summed in order. */
SerLevel ser_level_do (const float *samples, gsize n);

/* 10 log10 (energy / n) in dBFS, at least SER_LOUDNESS_MIN. A full-scale square wave gives 0, a sine -3.01. */
double ser_loudness_dbfs (double energy, guint64 n);

#endif /* SER_LOUDNESS_H */
