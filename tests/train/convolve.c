/* convolve.c - convolution by FFT is convolution
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/convolve.h"

#include <math.h>

#include "fixture.h"

/* Against the sum itself, at every `every`th sample. */
static void
check (SerConvolver *convolver, gsize length, gsize delay, gsize n, gsize every)
{
  g_autofree float *h = golden_numbers (length, length), *x = golden_numbers (n, n), *y = g_new (float, n);
  SerResponse *response = ser_response_new (h, length, delay);

  ser_convolver_do (convolver, response, x, n, y);
  for (gsize i = 0; i < n; i += every) {
    double sum = 0.0;
    for (gsize k = 0; k < length; k++)
      if (i + delay >= k && i + delay - k < n)
        sum += (double) h[k] * x[i + delay - k];
    g_assert_cmpfloat (fabs (y[i] - sum), <, 1e-4 * sqrt (length));
  }
  ser_response_free (response);
}

/* Responses of one sample, shorter and longer than the sound, at the borders of transforms and blocks. */
static void
test_direct (void)
{
  static const gsize lengths[] = { 1, 2, 3, 101, 512, 513, 1000 }, sounds[] = { 1, 2, 511, 512, 1024, 1537, 4000 };
  SerConvolver *convolver = ser_convolver_new ();

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sounds); j++) {
      check (convolver, lengths[i], 0, sounds[j], 7);
      check (convolver, lengths[i], lengths[i] / 2, sounds[j], 7);
      check (convolver, lengths[i], lengths[i] - 1, sounds[j], 7);
    }
  ser_convolver_free (convolver);
}

static void
test_long (void)
{
  SerConvolver *convolver = ser_convolver_new ();

  check (convolver, SER_RESPONSE_MAX, 100, 60000, 1999);
  check (convolver, 5000, 0, 48000, 499);
  ser_convolver_free (convolver);
}

/* A click at lag 0 changes nothing; two threads' convolvers share a response. */
static void
test_identity (void)
{
  g_autofree float *x = golden_numbers (3, 3000), *y = g_new (float, 3000), *z = g_new (float, 3000);
  float h[300] = { 0 };
  SerConvolver *a = ser_convolver_new (), *b = ser_convolver_new ();
  SerResponse *response;

  h[40] = 1.0f;
  response = ser_response_new (h, 300, 40);
  ser_convolver_do (a, response, x, 3000, y);
  ser_convolver_do (b, response, x, 3000, z);
  golden_compare ("a click", y, x, 3000, 1e-5);
  g_assert_cmpmem (y, 3000 * sizeof (float), z, 3000 * sizeof (float));
  ser_response_free (response);
  ser_convolver_free (a);
  ser_convolver_free (b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/convolve/direct", test_direct);
  g_test_add_func ("/train/convolve/long", test_long);
  g_test_add_func ("/train/convolve/identity", test_identity);
  return g_test_run ();
}
