/* network.c - tests of whole networks
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/network.h"

#include <string.h>

#include "reference.h"

#define LABELS 6
#define DEFAULT                                                                                                        \
  "conv1d(64,k=5) bn relu maxpool(2) conv1d(128,k=3) bn relu maxpool(2) dropout(0.3) "                                 \
  "lstm(64,layers=2,bidirectional,dropout=0.3) attention(4) linear"

/* ---- allocations, counted: the linker sends the network's calls here (see meson.build) ---- */

static gint allocations;

gpointer __real_g_malloc (gsize n);
gpointer __real_g_malloc0 (gsize n);
gpointer __real_g_malloc_n (gsize n, gsize size);
gpointer __real_g_malloc0_n (gsize n, gsize size);
void *__real_malloc (size_t n);
void *__real_calloc (size_t n, size_t size);
int __real_posix_memalign (void **p, size_t alignment, size_t n);
gpointer __wrap_g_malloc (gsize n);
gpointer __wrap_g_malloc0 (gsize n);
gpointer __wrap_g_malloc_n (gsize n, gsize size);
gpointer __wrap_g_malloc0_n (gsize n, gsize size);
void *__wrap_malloc (size_t n);
void *__wrap_calloc (size_t n, size_t size);
int __wrap_posix_memalign (void **p, size_t alignment, size_t n);

#define COUNT(call) (g_atomic_int_inc (&allocations), call)

gpointer
__wrap_g_malloc (gsize n)
{
  return COUNT (__real_g_malloc (n));
}

gpointer
__wrap_g_malloc0 (gsize n)
{
  return COUNT (__real_g_malloc0 (n));
}

gpointer
__wrap_g_malloc_n (gsize n, gsize size)
{
  return COUNT (__real_g_malloc_n (n, size));
}

gpointer
__wrap_g_malloc0_n (gsize n, gsize size)
{
  return COUNT (__real_g_malloc0_n (n, size));
}

void *
__wrap_malloc (size_t n)
{
  return COUNT (__real_malloc (n));
}

void *
__wrap_calloc (size_t n, size_t size)
{
  return COUNT (__real_calloc (n, size));
}

int
__wrap_posix_memalign (void **p, size_t alignment, size_t n)
{
  return COUNT (__real_posix_memalign (p, alignment, n));
}

/* ---- tests ---- */

static SerArchitecture *
parse (const char *line, guint channels, guint length)
{
  GError *error = NULL;
  SerArchitecture *arch = ser_architecture_parse (line, channels, length, LABELS, &error);

  g_assert_no_error (error);
  return arch;
}

/* A network of random weights, drawn from `g`. */
static SerNetwork *
build (const char *line, guint channels, guint length, const SerKernels *kernels, Generator *g)
{
  SerArchitecture *arch = parse (line, channels, length);
  SerTensors *tensors = ser_tensors_new ();
  SerNetwork *net;

  ser_architecture_add_tensors (arch, tensors);
  generator_fill (g, tensors);
  net = ser_network_new_with_kernels (arch, tensors, kernels);
  ser_architecture_free (arch);
  ser_tensors_free (tensors);
  return net;
}

static void
check_golden (const Golden *golden, const SerKernels *kernels)
{
  gsize channels = golden->numbers[0], length = golden->numbers[1], T = golden->numbers[2];
  char *line = g_strjoinv (" ", golden->words + 5);
  Generator g = GENERATOR_INIT;
  float *x = generator_array (&g, T * channels, 1), logits[LABELS];
  SerNetwork *net = build (line, channels, length, kernels, &g);
  SerNetworkState *state = ser_network_state_new (net, T);

  g_assert_cmpuint (golden->n, ==, LABELS);
  ser_network_run (net, state, x, T, logits);
  compare (golden->words[1], logits, golden->values, LABELS, 2e-5f);
  ser_network_state_free (state);
  ser_network_free (net);
  g_free (x);
  g_free (line);
}

static void
test_golden (void)
{
  golden_each ("network", check_golden);
}

/* Equal input gives equal bits: in a state used before for longer input, in a larger state, and in another one. */
static void
test_same_bits (void)
{
  enum { C = 64, T = 101, LONG = 298 };
  const SerKernels *kernels;
  guint i = 0;

  while ((kernels = next_kernels (&i)) != NULL) {
    Generator g = GENERATOR_INIT;
    SerNetwork *net = build (DEFAULT, C, 0, kernels, &g);
    SerNetworkState *used = ser_network_state_new (net, LONG), *exact = ser_network_state_new (net, T);
    float *x = generator_array (&g, LONG * C, 1), first[LABELS], second[LABELS], other[LABELS];

    ser_network_run (net, exact, x, T, first);
    ser_network_run (net, used, x, LONG, other);
    ser_network_run (net, used, x, T, second);
    g_assert_cmpmem (first, sizeof first, second, sizeof second);
    g_assert_true (memcmp (first, other, sizeof first) != 0);
    ser_network_state_free (used);
    ser_network_state_free (exact);
    ser_network_free (net);
    g_free (x);
  }
}

static void
test_allocates_nothing (void)
{
  enum { C = 64, T = 298 };
  Generator g = GENERATOR_INIT;
  SerNetwork *net = build (DEFAULT, C, 0, ser_kernels_get (ser_cpu_flags ()), &g);
  SerNetworkState *state;
  float *x = generator_array (&g, T * C, 1), logits[LABELS];

  allocations = 0;
  state = ser_network_state_new (net, T);
  g_assert_cmpint (allocations, >=, 4); /* the count counts */
  allocations = 0;
  ser_network_run (net, state, x, T, logits);
  g_assert_cmpint (allocations, ==, 0);
  ser_network_state_free (state);
  ser_network_free (net);
  g_free (x);
}

typedef struct {
  const SerNetwork *net;
  const float *x;
  gsize T;
  float logits[LABELS];
} Job;

static gpointer
run_job (gpointer data)
{
  Job *job = data;
  SerNetworkState *state = ser_network_state_new (job->net, job->T);
  guint i;

  for (i = 0; i < 20; i++)
    ser_network_run (job->net, state, job->x, job->T, job->logits);
  ser_network_state_free (state);
  return NULL;
}

/* Threads share a network without disturbing each other. */
static void
test_threads (void)
{
  enum { C = 64, T = 90, N = 4 };
  Generator g = GENERATOR_INIT;
  SerNetwork *net = build (DEFAULT, C, 0, ser_kernels_get (ser_cpu_flags ()), &g);
  float *x = generator_array (&g, (T + N) * C, 1);
  GThread *threads[N];
  Job jobs[N], alone;
  guint i;

  for (i = 0; i < N; i++) {
    jobs[i] = (Job){ net, x + i * C, T, { 0 } };
    threads[i] = g_thread_new ("network", run_job, &jobs[i]);
  }
  for (i = 0; i < N; i++)
    g_thread_join (threads[i]);
  for (i = 0; i < N; i++) {
    alone = (Job){ net, x + i * C, T, { 0 } };
    run_job (&alone);
    g_assert_cmpmem (alone.logits, sizeof alone.logits, jobs[i].logits, sizeof alone.logits);
  }
  ser_network_free (net);
  g_free (x);
}

/* A batch norm folded into its convolution equals the same one behind maxpool(1), where it stays a pass of its own. */
static void
test_folding (void)
{
  enum { C = 7, T = 33 };
  const SerKernels *kernels;
  guint i = 0;

  while ((kernels = next_kernels (&i)) != NULL) {
    Generator g = GENERATOR_INIT, h = GENERATOR_INIT;
    SerNetwork *folded = build ("conv1d(20,k=5) bn relu mean linear", C, 0, kernels, &g);
    SerNetwork *apart = build ("conv1d(20,k=5) maxpool(1) bn relu mean linear", C, 0, kernels, &h);
    SerNetworkState *a = ser_network_state_new (folded, T), *b = ser_network_state_new (apart, T);
    float *x = generator_array (&g, T * C, 1), y[LABELS], z[LABELS];

    ser_network_run (folded, a, x, T, y);
    ser_network_run (apart, b, x, T, z);
    compare (kernels->name, y, z, LABELS, 2e-6f);
    ser_network_state_free (a);
    ser_network_state_free (b);
    ser_network_free (folded);
    ser_network_free (apart);
    g_free (x);
  }
}

/* With weights of zero the logits are the last layer's bias, for the shortest input too. */
static void
test_shortest (void)
{
  SerArchitecture *arch =
      parse ("conv1d(5,k=9) maxpool(2) maxpool(3) lstm(3,layers=3,bidirectional) final linear", 4, 0);
  SerTensors *tensors = ser_tensors_new ();
  const float x[6 * 4] = { 1, 2, 3 };
  float *bias, logits[LABELS];
  SerNetworkState *state;
  SerNetwork *net;
  guint i;

  ser_architecture_add_tensors (arch, tensors);
  bias = ser_tensors_find (tensors, "fc.bias")->data;
  for (i = 0; i < LABELS; i++)
    bias[i] = i - 2.5f;
  net = ser_network_new (arch, tensors);
  g_assert_cmpuint (ser_architecture_min_length (arch), ==, 6);
  state = ser_network_state_new (net, 6);
  ser_network_run (net, state, x, 6, logits);
  g_assert_cmpmem (logits, sizeof logits, bias, sizeof logits);
  ser_network_state_free (state);
  ser_network_free (net);
  ser_tensors_free (tensors);
  ser_architecture_free (arch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/network/golden", test_golden);
  g_test_add_func ("/model/network/same-bits", test_same_bits);
  g_test_add_func ("/model/network/allocates-nothing", test_allocates_nothing);
  g_test_add_func ("/model/network/threads", test_threads);
  g_test_add_func ("/model/network/batchnorm-folding", test_folding);
  g_test_add_func ("/model/network/shortest", test_shortest);
  return g_test_run ();
}
