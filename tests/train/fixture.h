/* fixture.h - what the tests of training share: PyTorch's figures, a network with known weights, clips to learn
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_TEST_FIXTURE_H
#define SER_TEST_FIXTURE_H

#include "train/graph.h"
#include "train/train.h"

/* ---- tests/golden/train.golden ---- */

/* x stays as long as the program. */
typedef struct {
  gsize rows, columns;
  const float *x;
} Golden;

/* Array `name` of the file, which make_train.py writes; fails the test when there is none. */
Golden golden_get (const char *name);

/* The generator of make_train.py: n numbers in [-1, 1); g_free(). */
float *golden_numbers (guint32 seed, gsize n);

/* Checks |found - expected| <= tolerance for each of n values. */
void golden_compare (const char *what, const float *found, const float *expected, gsize n, double tolerance);

/* Largest magnitude. */
double golden_peak (const float *x, gsize n);

/* An array of rows * columns; g_free(). */
float *new_floats (gsize rows, gsize columns);

/* ---- a graph with all that it needs ---- */

typedef struct {
  SerArchitecture *arch;
  SerTensors *tensors; /* the architecture's */
  SerWorkers *workers;
  SerGraph *graph;
} Net;

/* The line must parse. Weights are the graph's own initialisation from seed 1. */
Net *net_new (const char *line, guint channels, guint length, guint labels, guint threads);
void net_free (Net *net);

/* Weights and running statistics as make_train.py gives them. */
void net_load_golden (Net *net);

/* Sequence b of make_train.py's batch(): (shortest + (b * 7) % span) steps; fills targets [n, labels]. */
void net_begin_golden (Net *net, guint shortest, guint longest, guint n, float *targets);

/* n sequences of the given lengths, filled with normal numbers from seed. */
void net_begin_random (Net *net, guint n, const guint *lengths, guint64 seed);

/* Forward with training, loss, backward. */
double net_train_pass (Net *net, guint64 seed, const float *targets);

/* ---- clips ---- */

typedef struct {
  SerTrainSet set;
  SerTrainClip *clips;
  float **frames;
} Clips;

/* n clips of `features` channels and T from shortest to longest, labels in turn. A label's frames oscillate at its own
 * speed in half of the channels, in noise of standard deviation `noise`. */
Clips *clips_new (guint64 seed, gsize n, guint features, guint labels, gsize shortest, gsize longest, double noise);
void clips_free (Clips *clips);

#endif /* SER_TEST_FIXTURE_H */
