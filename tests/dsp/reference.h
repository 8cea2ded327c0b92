/* reference.h - features of a whole clip, centred and clipped as torchaudio and librosa do, for comparison only
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Made of the functions that ser-core/dsp makes its own features of.
 */

#ifndef SER_TEST_REFERENCE_H
#define SER_TEST_REFERENCE_H

#include "dsp/features.h"

/* A matrix of `rows` frames; g_free (m.x). */
typedef struct {
  gsize rows, columns;
  float *x;
} Matrix;

/* How the clip continues for half a frame beyond its ends. */
typedef enum { PAD_REFLECT, PAD_ZERO } Padding;

/* The signal of tests/golden/make_dsp.py, 16 kHz: *n samples; free it with g_free(). */
float *reference_signal (gsize *n);

/* Array `name` of dsp.golden, which make_dsp.py writes. Fails the test when there is none. */
Matrix reference_golden (const char *name);

/* Mel power, frame t centred on sample t * hop. `win` and `fft` need not obey the limits of a features line. */
Matrix reference_mel (const SerFeatureSpec *spec, Padding padding, const float *x, gsize n);

/* In place: 10 log10 (max (x, amin) / max (ref, amin)), at least the largest of them less top_db; 0 for no top_db. */
void reference_power_to_db (Matrix *power, double ref, double amin, double top_db);

/* The first n coefficients of the orthonormal DCT-II of each row. */
Matrix reference_dct (const Matrix *x, guint n);

/* Checks that no value of `found` is further from `expected` than 1e-4 of the root mean square of `expected`. */
void reference_compare (const char *name, const Matrix *found, const Matrix *expected);

#endif /* SER_TEST_REFERENCE_H */
