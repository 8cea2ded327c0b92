/* reference.h - what the tests of layers and networks share: numbers, golden vectors, comparison
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TEST_NN_REFERENCE_H
#define SER_TEST_NN_REFERENCE_H

#include "model/tensors.h"
#include "nn/kernels.h"

/* The generator of tests/golden/make_nn.py. */
typedef struct {
  guint32 state;
} Generator;

/* clang-format off */
#define GENERATOR_INIT { 1 }
/* clang-format on */

/* Uniform in [-scale, scale). */
float generator_draw (Generator *g, float scale);

/* n numbers; free them with g_free(). */
float *generator_array (Generator *g, gsize n, float scale);

/* Weights [rows, columns] of variance 1 / columns, and vectors: biases and factors around 1. */
float *generator_weight (Generator *g, gsize rows, gsize columns);
float *generator_bias (Generator *g, gsize n);
float *generator_positive (Generator *g, gsize n);

/* All tensors of a set, in order, as make_nn.py fills its modules. */
void generator_fill (Generator *g, SerTensors *tensors);

#define GOLDEN_MAX_NUMBERS 8

/* An entry of tests/golden/nn.golden. */
typedef struct {
  char **words;                      /* of its first line */
  gsize numbers[GOLDEN_MAX_NUMBERS]; /* the words behind the first that are numbers */
  gsize n;
  float *values; /* [n] */
} Golden;

/* Calls `check` for each entry of that kind and each table of kernels that this processor runs. Fails when there is
 * no entry. */
typedef void (*GoldenCheck) (const Golden *golden, const SerKernels *kernels);
void golden_each (const char *kind, GoldenCheck check);

/* The next table of kernels that this processor runs, from *i on; NULL behind the last. */
const SerKernels *next_kernels (guint *i);

/* Fails, naming `what`, unless all n values are finite and |found - expected| <= tolerance. */
void compare (const char *what, const float *found, const float *expected, gsize n, float tolerance);

#endif /* SER_TEST_NN_REFERENCE_H */
