/* signals.h - signals and whole runs of a stream, for the tests of this folder
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SIGNALS_H
#define SIGNALS_H

#include "ser.h"

#define RATE 16000

/* `seconds` of something like speech at RATE, of 16-bit values, so that a s16 push can hold it exactly: level, pitch
 * and colour change from second to second. Free with g_free(); *n samples. */
float *make_speech (double seconds, gsize *n);

/* A sum of the first ten harmonics of `f0` Hz, of peak below 0.5. */
float *make_tone (double f0, double seconds, gsize *n);

/* Uniform noise in +-amplitude. */
float *make_noise (double amplitude, double seconds, gsize *n);

/* Pushes in portions of `chunk`, fetching every window. Appends SerResult to the array. */
void push_all (SerStream *stream, const float *x, gsize n, gsize chunk, GArray *results);

/* The same, and finishes the stream. */
GArray *run_stream (SerStream *stream, const float *x, gsize n, gsize chunk);

/* A new stream of the configuration (NULL: the default one) run over all of it. */
GArray *run_model (SerModel *model, const SerStreamConfig *config, const float *x, gsize n, gsize chunk);

/* The same results to the last bit. Takes neither. */
void assert_same_results (const GArray *a, const GArray *b);

#define RESULT(results, i) g_array_index (results, SerResult, i)

#endif /* SIGNALS_H */
