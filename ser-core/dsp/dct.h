/* dct.h - discrete cosine transform
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_DCT_H
#define SER_DCT_H

#include <glib.h>

typedef struct _SerDct SerDct;

/* The first n of N coefficients of the orthonormal DCT-II, 1 <= n <= N:
 * y_k = s_k sum_j x_j cos (pi k (2 j + 1) / (2 N)), s_0 = sqrt (1 / N), s_k = sqrt (2 / N). */
SerDct *ser_dct_new (guint n, guint N);
void ser_dct_free (SerDct *dct);

/* x [N] -> y [n]; they must not overlap. */
void ser_dct_do (const SerDct *dct, const float *x, float *y);

#endif /* SER_DCT_H */
