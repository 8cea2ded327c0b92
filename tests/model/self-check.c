/* self-check.c - the self-check's signal is the same everywhere
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <math.h>

#include "model/self-check.h"

/* Samples that a program in another language computed from the definition in docs/model-file.md. */
static void
test_signal (void)
{
  static const struct {
    guint rate, i;
    double value;
  } golden[] = {
    { 8000, 0, 0.001418733154 },
    { 8000, 1, 0.003119386267 },
    { 8000, 777, 0.02179102413 },
    { 8000, 4123, 0.03766274452 },
    { 8000, 16999, 0.2694356143 },
    { 8000, 27995, 0.001346295467 },
    { 16000, 0, 0.001418733154 },
    { 16000, 1, 0.002513343235 },
    { 16000, 777, 0.003347225953 },
    { 16000, 8123, 0.01142790262 },
    { 16000, 32999, -0.1989994496 },
    { 16000, 55995, 0.0008492173511 },
    { 44100, 0, 0.001418733154 },
    { 44100, 1, 0.002260836074 },
    { 44100, 777, -0.09446008503 },
    { 44100, 22173, -0.002838643733 },
    { 44100, 89199, -0.008786358871 },
    { 44100, 154345, -0.0002181928867 },
  };
  guint rates[] = { 8000, 16000, 44100 }, r, i;

  for (r = 0; r < G_N_ELEMENTS (rates); r++) {
    gsize n = rates[r] * 7 / 2;
    float *samples = g_new (float, n);
    double peak = 0.0;

    ser_self_check_signal (rates[r], samples, n);
    for (i = 0; i < n; i++)
      peak = MAX (peak, fabsf (samples[i]));
    g_assert_cmpfloat (peak, >, 0.05);
    g_assert_cmpfloat (peak, <, 0.99);
    for (i = 0; i < G_N_ELEMENTS (golden); i++)
      if (golden[i].rate == rates[r])
        g_assert_cmpfloat_with_epsilon (samples[golden[i].i], golden[i].value, 1e-8);
    g_free (samples);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/self-check/signal", test_signal);
  return g_test_run ();
}
