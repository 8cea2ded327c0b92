/* bench.c - what the benchmark programs share
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OVERTONES 20

void
bench_speech (float *x, gsize n, guint rate, guint32 seed)
{
  GRand *random = g_rand_new_with_seed (seed);
  double f0 = 130, phase = 0, drift = 0;

  for (gsize i = 0; i < n; i++) {
    const double t = (double) i / rate;
    const double syllable = MAX (0, sin (2 * G_PI * 2.1 * t) + 0.3 * sin (2 * G_PI * 0.37 * t));
    const double formant = 600 + 400 * sin (2 * G_PI * 1.3 * t);
    double voice = 0;

    drift += g_rand_double_range (random, -1, 1) * 0.02;
    drift *= 0.9999;
    f0 = 150 * exp (CLAMP (drift, -0.7, 0.7));
    phase = fmod (phase + f0 / rate, 1);
    for (int k = 1; k <= OVERTONES; k++)
      voice += sin (2 * G_PI * k * phase) / (1 + pow ((k * f0 - formant) / 300, 2));
    x[i] = (float) CLAMP (0.08 * syllable * voice + g_rand_double_range (random, -0.003, 0.003), -0.9, 0.9);
  }
  g_rand_free (random);
}

void
bench_write (const char *dir, const char *name, const void *x, gsize bytes)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  GError *error = NULL;

  if (!g_file_set_contents (path, x, (gssize) bytes, &error))
    bench_check (NULL, error);
}

static gint64
now_ns (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * G_GINT64_CONSTANT (1000000000) + t.tv_nsec;
}

void
bench_serve (BenchCall call, gpointer data, const char *more)
{
  guint n, i = 0;

  printf ("ready %s\n", more ? more : "");
  fflush (stdout);
  while (scanf (" block %u", &n) == 1) {
    while (n-- > 0) {
      const gint64 start = now_ns ();

      call (data, i++);
      printf ("%" G_GINT64_FORMAT "%s", now_ns () - start, n ? " " : "\n");
    }
    fflush (stdout);
  }
}

guint64
bench_peak_memory (void)
{
  g_autofree char *status = NULL;
  const char *line = NULL;
  GError *error = NULL;

  if (g_file_get_contents ("/proc/self/status", &status, NULL, &error))
    line = strstr (status, "VmHWM:");
  bench_check ((gpointer) line, error);
  return g_ascii_strtoull (line + strlen ("VmHWM:"), NULL, 10) * 1024;
}

gpointer
bench_check (gpointer value, GError *error)
{
  if (!value) {
    fprintf (stderr, "%s\n", error ? error->message : "something could not be made");
    exit (1);
  }
  return value;
}
