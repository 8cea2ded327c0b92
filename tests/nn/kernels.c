/* kernels.c - tests of the inner loops: each table against sums in double and against plain C
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "nn/kernels.h"

#include <math.h>
#include <string.h>

#include "nn/packed.h"
#include "reference.h"

#define GUARD 12345.0f /* stands where a kernel must not write */

typedef struct {
  gsize M, N, K, lda;
  gboolean relu;
} Product;

/* Expected C [M,N], summed in double. */
static float *
multiply (const Product *p, const float *A, const float *B, const float *bias)
{
  float *C = g_new (float, p->M * p->N);
  gsize m, n, k;

  for (m = 0; m < p->M; m++)
    for (n = 0; n < p->N; n++) {
      double sum = bias[n];

      for (k = 0; k < p->K; k++)
        sum += (double) A[m * p->lda + k] * B[k * p->N + n];
      C[m * p->N + n] = p->relu ? MAX (sum, 0) : sum;
    }
  return C;
}

static void
pack (SerPacked *packed, const SerKernels *kernels, const Product *p, const float *B, const float *bias)
{
  gsize k, n;

  ser_packed_init (packed, kernels, p->K, p->N);
  for (n = 0; n < p->N; n++) {
    for (k = 0; k < p->K; k++)
      ser_packed_set (packed, k, n, B[k * p->N + n]);
    packed->bias[n] = bias[n];
  }
}

/* Also checks that columns between N and ldc stay as they were, and that each row alone gives the same bits. */
static void
check_product (const Product *p)
{
  Generator g = GENERATOR_INIT;
  gsize ldc = p->N + 3, m, n;
  float *A = generator_array (&g, p->M * p->lda + p->K, 1), *B = generator_array (&g, p->K * p->N, 1);
  float *bias = generator_bias (&g, p->N), *expected = multiply (p, A, B, bias), *C = g_new (float, p->M *ldc);
  float *row = g_new (float, p->N);
  const SerKernels *kernels;
  guint i = 0;

  while ((kernels = next_kernels (&i)) != NULL) {
    SerPacked packed;

    pack (&packed, kernels, p, B, bias);
    for (n = 0; n < p->M * ldc; n++)
      C[n] = GUARD;
    ser_packed_do (&packed, p->M, A, p->lda, C, ldc, p->relu);
    for (m = 0; m < p->M; m++) {
      compare (kernels->name, C + m * ldc, expected + m * p->N, p->N, 2e-7f * (p->K + 4));
      for (n = p->N; n < ldc; n++)
        g_assert_cmpfloat (C[m * ldc + n], ==, GUARD);
      ser_packed_do (&packed, 1, A + m * p->lda, p->lda, row, p->N, p->relu);
      g_assert_cmpmem (row, p->N * sizeof (float), C + m * ldc, p->N * sizeof (float));
    }
    ser_packed_clear (&packed);
  }
  g_free (A);
  g_free (B);
  g_free (bias);
  g_free (expected);
  g_free (C);
  g_free (row);
}

static void
test_gemm (void)
{
  static const gsize Ns[] = { 1, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 65 }, Ks[] = { 1, 2, 3, 17, 64 };
  gsize M, n, k;

  for (M = 1; M <= 31; M++)
    for (n = 0; n < G_N_ELEMENTS (Ns); n++)
      for (k = 0; k < G_N_ELEMENTS (Ks); k++) {
        Product apart = { M, Ns[n], Ks[k], Ks[k] + 2, FALSE };
        Product overlapping = { M, Ns[n], Ks[k], (Ks[k] + 2) / 3, TRUE };

        check_product (&apart);
        check_product (&overlapping);
      }
}

/* Rows k0 to k0 + K - 1 of B only. */
static void
test_gemm_rows (void)
{
  Generator g = GENERATOR_INIT;
  Product whole = { 5, 37, 11, 11, FALSE }, part = { 5, 37, 4, 4, FALSE };
  float *A = generator_array (&g, 5 * 4, 1), *B = generator_array (&g, 11 * 37, 1), *bias = generator_bias (&g, 37);
  float *expected = multiply (&part, A, B + 6 * 37, bias), C[5 * 37];
  const SerKernels *kernels;
  guint i = 0;

  while ((kernels = next_kernels (&i)) != NULL) {
    SerPacked packed;

    pack (&packed, kernels, &whole, B, bias);
    ser_packed_do_rows (&packed, 6, 4, 5, A, 4, C, 37, FALSE);
    compare (kernels->name, C, expected, 5 * 37, 1e-6f);
    ser_packed_clear (&packed);
  }
  g_free (A);
  g_free (B);
  g_free (bias);
  g_free (expected);
}

static double
sigmoid (double x)
{
  return 1 / (1 + exp (-x));
}

/* Weights w [4][H][H] and x [4][H] in the table's blocks. */
static void
block_lstm (const SerKernels *kernels, gsize H, const float *x, const float *w, float *x_blocks, float *w_blocks)
{
  gsize block = kernels->block, gate, u, k;

  for (gate = 0; gate < SER_LSTM_GATES; gate++)
    for (u = 0; u < H; u++) {
      gsize at = (u / block * SER_LSTM_GATES + gate) * block + u % block;

      x_blocks[at] = x[gate * H + u];
      for (k = 0; k < H; k++)
        w_blocks[((u / block * H + k) * SER_LSTM_GATES + gate) * block + u % block] = w[(gate * H + u) * H + k];
    }
}

/* z of one gate and unit */
static double
preactivation (gsize H, const float *x, const float *w, const float *h, gsize gate, gsize u)
{
  double z = x[gate * H + u];
  gsize k;

  for (k = 0; k < H; k++)
    z += (double) w[(gate * H + u) * H + k] * h[k];
  return z;
}

static void
check_step (const SerKernels *kernels, gsize H)
{
  Generator g = GENERATOR_INIT;
  gsize padded = (H + kernels->block - 1) / kernels->block * kernels->block, u;
  float *x = generator_array (&g, SER_LSTM_GATES * H, 3), *w = generator_weight (&g, SER_LSTM_GATES * H, H);
  float *h = ser_floats_new (padded), *c = ser_floats_new (padded), *c2 = ser_floats_new (padded);
  float *x_blocks = ser_floats_new (SER_LSTM_GATES * padded), *w_blocks = ser_floats_new (SER_LSTM_GATES * padded * H);
  float *next = ser_floats_new (padded), *next2 = ser_floats_new (padded), *expected = g_new (float, 2 * H);

  for (u = 0; u < H; u++) {
    h[u] = generator_draw (&g, 1);
    c[u] = c2[u] = generator_draw (&g, 2);
  }
  for (u = 0; u < H; u++) {
    double i = sigmoid (preactivation (H, x, w, h, 0, u)), f = sigmoid (preactivation (H, x, w, h, 1, u));
    double cell = f * c[u] + i * tanh (preactivation (H, x, w, h, 2, u));

    expected[u] = cell;
    expected[H + u] = sigmoid (preactivation (H, x, w, h, 3, u)) * tanh (cell);
  }
  block_lstm (kernels, H, x, w, x_blocks, w_blocks);
  kernels->lstm_step (H, x_blocks, w_blocks, h, c, next, FALSE);
  kernels->lstm_step (H, x_blocks, w_blocks, h, c2, next2, TRUE);
  compare (kernels->name, c, expected, H, 3e-6f);
  compare (kernels->name, next, expected + H, H, 3e-6f);
  g_assert_cmpmem (next, padded * sizeof (float), next2, padded * sizeof (float));
  g_assert_cmpmem (c, padded * sizeof (float), c2, padded * sizeof (float));
  for (u = H; u < padded; u++)
    g_assert_cmpfloat (next[u], ==, 0);

  ser_floats_free (h), ser_floats_free (c), ser_floats_free (c2), ser_floats_free (x_blocks);
  ser_floats_free (w_blocks), ser_floats_free (next), ser_floats_free (next2);
  g_free (x), g_free (w), g_free (expected);
}

static void
test_lstm_step (void)
{
  const SerKernels *kernels;
  guint i = 0;
  gsize H;

  while ((kernels = next_kernels (&i)) != NULL)
    for (H = 1; H <= 50; H++)
      check_step (kernels, H);
}

/* With weights of zero a step gives the activation functions themselves: open and closed gates leave c = tanh (v) and
 * then h = sigmoid (v). */
static void
activations (const SerKernels *kernels, float v, float *tanh_of, float *sigmoid_of)
{
  float x[SER_LSTM_GATES * 16], c[16], h[16] = { 0 }, next[16];
  float *w = ser_floats_new (SER_LSTM_GATES * 16);
  const float open = 200, closed = -200;
  float gates[2][SER_LSTM_GATES] = { { open, closed, v, open }, { closed, open, 0, v } };
  gsize pass, gate, u;

  for (pass = 0; pass < 2; pass++) {
    for (u = 0; u < kernels->block; u++) {
      c[u] = 100;
      for (gate = 0; gate < SER_LSTM_GATES; gate++)
        x[gate * kernels->block + u] = gates[pass][gate];
    }
    kernels->lstm_step (1, x, w, h, c, next, FALSE);
    *(pass == 0 ? tanh_of : sigmoid_of) = pass == 0 ? c[0] : next[0];
  }
  ser_floats_free (w);
}

static void
test_activations (void)
{
  const SerKernels *kernels;
  guint i = 0;

  while ((kernels = next_kernels (&i)) != NULL) {
    double worst_tanh = 0, worst_sigmoid = 0, v;
    float t, s;

    for (v = -40; v <= 40; v += 1.0 / 512) {
      activations (kernels, v, &t, &s);
      worst_tanh = MAX (worst_tanh, fabs (t - tanh (v)));
      worst_sigmoid = MAX (worst_sigmoid, fabs (s - sigmoid (v)));
    }
    g_test_message ("%s: greatest error of tanh %.3g, of sigmoid %.3g", kernels->name, worst_tanh, worst_sigmoid);
    g_assert_cmpfloat (worst_tanh, <, 3e-7);
    g_assert_cmpfloat (worst_sigmoid, <, 3e-7);

    for (v = 1e2; v < 1e38; v *= 1e6) {
      activations (kernels, v, &t, &s);
      compare (kernels->name, &t, &(float){ 1 }, 1, 0);
      compare (kernels->name, &s, &(float){ 1 }, 1, 0);
      activations (kernels, -v, &t, &s);
      compare (kernels->name, &t, &(float){ -1 }, 1, 0);
      compare (kernels->name, &s, &(float){ 0 }, 1, 1e-30f);
    }
  }
}

static void
test_vectors (void)
{
  const SerKernels *kernels;
  guint i = 0;
  gsize n, j;

  while ((kernels = next_kernels (&i)) != NULL)
    for (n = 0; n <= 70; n++) {
      Generator g = GENERATOR_INIT;
      float *x = generator_array (&g, n + 1, 1), *y = generator_array (&g, n + 1, 1),
            *z = g_memdup2 (y, (n + 1) * sizeof (float));

      kernels->axpy (n, 0.75f, x, y);
      for (j = 0; j < n; j++)
        g_assert_cmpfloat_with_epsilon (y[j], z[j] + 0.75f * x[j], 2e-7);
      g_assert_cmpfloat (y[n], ==, z[n]);
      kernels->max (n, x, z);
      g_assert_cmpfloat (y[n], ==, z[n]);
      for (j = 0; j < n; j++)
        g_assert_true (z[j] >= x[j]);
      kernels->max (n, z, x);
      g_assert_cmpmem (x, n * sizeof (float), z, n * sizeof (float));
      g_free (x);
      g_free (y);
      g_free (z);
    }
}

static void
test_choice (void)
{
  guint i;

  g_assert_true (ser_kernels_get (0) == &ser_kernels_c);
  for (i = 0; ser_kernels_nth (i) != NULL; i++)
    g_assert_true (ser_kernels_get (ser_kernels_nth (i)->flags) == ser_kernels_nth (i));
  g_assert_true (ser_kernels_get (G_MAXUINT) == ser_kernels_nth (0));
  g_assert_true (ser_kernels_nth (i - 1) == &ser_kernels_c);
  g_test_message ("this processor runs %s", ser_kernels_get (ser_cpu_flags ())->name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/kernels/choice", test_choice);
  g_test_add_func ("/nn/kernels/gemm", test_gemm);
  g_test_add_func ("/nn/kernels/gemm-rows", test_gemm_rows);
  g_test_add_func ("/nn/kernels/lstm-step", test_lstm_step);
  g_test_add_func ("/nn/kernels/activations", test_activations);
  g_test_add_func ("/nn/kernels/vectors", test_vectors);
  return g_test_run ();
}
