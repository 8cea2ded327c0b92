/* wsola.h - time stretching without a change of pitch
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * WSOLA (Verhelst and Roelands, ICASSP 1993): windows of 32 ms are added up at half their length, each taken from
 * where, within 8 ms of its place in the slower or faster original, it continues the one before best by normalised
 * cross correlation. The search is made at an eighth of the rate and refined at the full one. */

#ifndef SER_WSOLA_H
#define SER_WSOLA_H

#include <glib.h>

#define SER_STRETCH_MIN 0.5
#define SER_STRETCH_MAX 2.0

typedef struct _SerWsola SerWsola;

/* For one thread at a time. */
SerWsola *ser_wsola_new (guint rate);
void ser_wsola_free (SerWsola *wsola);

/* Samples that ser_wsola_do() makes of n: n * factor, rounded, at least 1. */
gsize ser_wsola_length (gsize n, double factor);

/* x [n] -> out [ser_wsola_length (n, factor)], factor from SER_STRETCH_MIN to SER_STRETCH_MAX times as long. `out` must
 * not overlap x. Allocates when n is larger than any before. */
void ser_wsola_do (SerWsola *wsola, const float *x, gsize n, double factor, float *out);

#endif /* SER_WSOLA_H */
