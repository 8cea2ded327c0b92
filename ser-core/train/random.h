/* random.h - seeded random numbers, the same on every machine
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): one word of state, so that every use (a clip's crop, a layer's
 * dropout in one batch) has a generator of its own, derived from the seed and from what it is for. No draw depends on
 * how work is divided among threads.
 */

#ifndef SER_RANDOM_H
#define SER_RANDOM_H

#include <glib.h>
#include <math.h>

typedef struct {
  guint64 state;
} SerRandom;

static inline guint64
ser_random_next (SerRandom *random)
{
  guint64 z = (random->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

/* What generators are for under one seed: the first number that names a use. Effects take SER_CHAIN_MAX numbers
 * each. */
enum {
  SER_FOR_INIT = 1,
  SER_FOR_SHUFFLE,
  SER_FOR_CLIP,
  SER_FOR_DROPOUT,
  SER_FOR_ENCODER,
  SER_FOR_RESPONSES = 128,
  SER_FOR_EFFECTS = 1024
};

/* A generator for the use named by (a, b, c) under `seed`. */
static inline SerRandom
ser_random_for (guint64 seed, guint64 a, guint64 b, guint64 c)
{
  SerRandom random = { seed };
  random.state = ser_random_next (&random) ^ (a * G_GUINT64_CONSTANT (0xd1342543de82ef95));
  random.state = ser_random_next (&random) ^ (b * G_GUINT64_CONSTANT (0xaf251af3b0f025b5));
  random.state = ser_random_next (&random) ^ (c * G_GUINT64_CONSTANT (0xb564ef22ec7aece5));
  return random;
}

/* Uniform in [0, 1). */
static inline double
ser_random_uniform (SerRandom *random)
{
  return (double) (ser_random_next (random) >> 11) * 0x1p-53;
}

/* Uniform among 0 .. n - 1; n > 0. */
static inline guint64
ser_random_below (SerRandom *random, guint64 n)
{
  return (guint64) (ser_random_uniform (random) * (double) n);
}

/* 0 .. n - 1 in random order (Fisher and Yates). */
static inline void
ser_random_order (SerRandom *random, gsize *order, gsize n)
{
  for (gsize i = 0; i < n; i++)
    order[i] = i;
  for (gsize i = n; i > 1; i--) {
    gsize j = ser_random_below (random, i), keep = order[i - 1];
    order[i - 1] = order[j];
    order[j] = keep;
  }
}

/* Standard normal, Box and Muller. */
static inline double
ser_random_normal (SerRandom *random)
{
  double u = 1.0 - ser_random_uniform (random);
  return sqrt (-2.0 * log (u)) * cos (2.0 * G_PI * ser_random_uniform (random));
}

/* Gamma of shape a > 0 and scale 1 (Marsaglia and Tsang 2000). */
static inline double
ser_random_gamma (SerRandom *random, double a)
{
  if (a < 1.0) {
    double u = 1.0 - ser_random_uniform (random);
    return ser_random_gamma (random, a + 1.0) * pow (u, 1.0 / a);
  }

  double d = a - 1.0 / 3.0, c = 1.0 / sqrt (9.0 * d);
  for (;;) {
    double x = ser_random_normal (random), v = pow (1.0 + c * x, 3.0);
    if (v > 0.0 && log (1.0 - ser_random_uniform (random)) < 0.5 * x * x + d - d * v + d * log (v))
      return d * v;
  }
}

/* Beta (a, a). */
static inline double
ser_random_beta (SerRandom *random, double a)
{
  double x = ser_random_gamma (random, a), y = ser_random_gamma (random, a);
  return x + y > 0.0 ? x / (x + y) : 0.5;
}

#endif /* SER_RANDOM_H */
