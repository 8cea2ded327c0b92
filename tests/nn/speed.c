/* speed.c - times each table of kernels on one 3 s window of the default network's shape
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * speed [LINE [CHANNELS [STEPS]]]: prints `NAME VALUE UNIT` lines, one thread, random weights. The tables take turns,
 * so that what else the machine does falls on all of them alike; the least time is what it does not disturb. */

#include "model/network.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "nn/packed.h"
#include "reference.h"

#define RUNS 600
#define LABELS 6
#define MAX_TABLES 8

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

typedef struct {
  const SerKernels *kernels;
  SerNetwork *net;
  SerNetworkState *state;
  double times[RUNS]; /* us */
} Table;

static Table *
new_table (const SerArchitecture *arch, const SerTensors *tensors, const SerKernels *kernels, gsize T)
{
  Table *table = g_new0 (Table, 1);

  table->kernels = kernels;
  table->net = ser_network_new_with_kernels (arch, tensors, kernels);
  table->state = ser_network_state_new (table->net, T);
  return table;
}

static void
time_networks (const char *line, guint channels, gsize T)
{
  GError *error = NULL;
  SerArchitecture *arch = ser_architecture_parse (line, channels, 0, LABELS, &error);
  SerTensors *tensors = ser_tensors_new ();
  Generator g = GENERATOR_INIT;
  Table *tables[MAX_TABLES];
  const SerKernels *kernels;
  float *x, logits[LABELS];
  guint n = 0, i, r, k = 0;

  if (arch == NULL)
    g_error ("%s", error->message);
  ser_architecture_add_tensors (arch, tensors);
  generator_fill (&g, tensors);
  x = generator_array (&g, T * channels, 1);
  while (n < MAX_TABLES && (kernels = next_kernels (&k)) != NULL)
    tables[n++] = new_table (arch, tensors, kernels, T);
  for (r = 0; r < RUNS; r++)
    for (i = 0; i < n; i++) {
      double start = now ();

      ser_network_run (tables[i]->net, tables[i]->state, x, T, logits);
      tables[i]->times[r] = now () - start;
    }
  for (i = 0; i < n; i++) {
    qsort (tables[i]->times, RUNS, sizeof (double), compare_doubles);
    printf ("network_%s_best %.1f us\n", tables[i]->kernels->name, tables[i]->times[0]);
    printf ("network_%s_median %.1f us\n", tables[i]->kernels->name, tables[i]->times[RUNS / 2]);
    ser_network_state_free (tables[i]->state);
    ser_network_free (tables[i]->net);
    g_free (tables[i]);
  }
  g_free (x);
  ser_tensors_free (tensors);
  ser_architecture_free (arch);
}

/* The product of a convolution of 64 channels to 64, k = 5. */
static void
time_gemm (const SerKernels *kernels)
{
  enum { M = 294, K = 320, N = 64, LDA = 64 };
  Generator g = GENERATOR_INIT;
  float *A = generator_array (&g, M * LDA + K, 1), *B = generator_weight (&g, K, N), *C = ser_floats_new (M * N);
  double best = G_MAXDOUBLE;
  SerPacked packed;
  gsize k, n, r;

  ser_packed_init (&packed, kernels, K, N);
  for (k = 0; k < K; k++)
    for (n = 0; n < N; n++)
      ser_packed_set (&packed, k, n, B[k * N + n]);
  for (r = 0; r < RUNS; r++) {
    double start = now ();

    ser_packed_do (&packed, M, A, LDA, C, N, TRUE);
    best = MIN (best, now () - start);
  }
  printf ("gemm_%s_best %.1f GFLOP/s\n", kernels->name, 2e-3 * M * K * N / best);
  ser_packed_clear (&packed);
  ser_floats_free (C);
  g_free (A);
  g_free (B);
}

int
main (int argc, char **argv)
{
  const char *line = "conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) dropout(0.3) "
                     "lstm(64,layers=2,bidirectional,dropout=0.3) attention(4) linear";
  const SerKernels *kernels;
  guint i = 0;

  while ((kernels = next_kernels (&i)) != NULL)
    time_gemm (kernels);
  time_networks (argc > 1 ? argv[1] : line, argc > 2 ? atoi (argv[2]) : 64, argc > 3 ? atoi (argv[3]) : 298);
  return 0;
}
