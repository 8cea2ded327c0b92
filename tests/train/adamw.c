/* adamw.c - the optimiser and its schedules against PyTorch, and the average against its definition
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/adamw.h"

#include <math.h>
#include <string.h>

#include "fixture.h"

#define N 24
#define STEPS 50

static void
test_adamw (void)
{
  Golden expected = golden_get ("adamw");
  float *p = golden_numbers (1, N), *centre = golden_numbers (2, N), *curvature = golden_numbers (3, N), grads[N];
  guint8 decayed[N] = { 0 };
  SerAdamW adamw;

  g_assert_cmpuint (expected.rows, ==, STEPS);
  g_assert_cmpuint (expected.columns, ==, N);
  memset (decayed, 1, N / 2);
  ser_adamw_init (&adamw, N);
  for (guint step = 0; step < STEPS; step++) {
    double lr, beta1;
    ser_schedule_get (SER_SCHEDULE_ONE_CYCLE, 0.1, step, STEPS, &lr, &beta1);
    for (guint i = 0; i < N; i++)
      grads[i] = (1.0625f + curvature[i]) * (p[i] - centre[i]);
    ser_adamw_step (&adamw, p, grads, decayed, lr, beta1, 0.3, 1.0);
    golden_compare ("parameters", p, expected.x + step * N, N, 1e-5);
  }
  ser_adamw_clear (&adamw);
  g_free (p);
  g_free (centre);
  g_free (curvature);
}

/* Scaling in the step is scaling of the gradients. */
static void
test_scale (void)
{
  float *grads = golden_numbers (4, N), small[N], *a = golden_numbers (5, N), *b = golden_numbers (5, N);
  const guint8 decayed[N] = { 0 };
  SerAdamW one, two;

  ser_adamw_init (&one, N);
  ser_adamw_init (&two, N);
  for (guint i = 0; i < N; i++)
    small[i] = 0.125f * grads[i];
  for (guint step = 0; step < 3; step++) {
    ser_adamw_step (&one, a, grads, decayed, 0.01, 0.9, 0.1, 0.125);
    ser_adamw_step (&two, b, small, decayed, 0.01, 0.9, 0.1, 1.0);
  }
  g_assert_cmpmem (a, sizeof (small), b, sizeof (small));
  g_assert_cmpmem (one.v, sizeof (small), two.v, sizeof (small));
  ser_adamw_clear (&one);
  ser_adamw_clear (&two);
  g_free (a);
  g_free (b);
  g_free (grads);
}

static void
test_schedule (gconstpointer data)
{
  guint steps = GPOINTER_TO_UINT (data);
  char *names[] = { g_strdup_printf ("one-cycle-%u", steps), g_strdup_printf ("cosine-%u", steps) };
  Golden one_cycle = golden_get (names[0]), cosine = golden_get (names[1]);
  double lr, beta1;

  g_assert_cmpuint (one_cycle.rows, ==, steps);
  for (guint step = 0; step < steps; step++) {
    ser_schedule_get (SER_SCHEDULE_ONE_CYCLE, 0.004, step, steps, &lr, &beta1);
    g_assert_cmpfloat (fabs (lr - one_cycle.x[2 * step]), <=, 1e-6 * lr);
    g_assert_cmpfloat (fabs (beta1 - one_cycle.x[2 * step + 1]), <=, 1e-6);
    ser_schedule_get (SER_SCHEDULE_COSINE, 0.004, step, steps, &lr, &beta1);
    g_assert_cmpfloat (fabs (lr - cosine.x[step]), <=, 1e-9 + 1e-6 * lr);
    g_assert_cmpfloat (beta1, ==, 0.9);
    ser_schedule_get (SER_SCHEDULE_CONSTANT, 0.004, step, steps, &lr, &beta1);
    g_assert_cmpfloat (lr, ==, 0.004);
    g_assert_cmpfloat (beta1, ==, 0.9);
  }
  g_free (names[0]);
  g_free (names[1]);
}

/* Trainings of very few steps too stay between the ends of the schedule. */
static void
test_few_steps (void)
{
  for (guint steps = 1; steps < 8; steps++)
    for (guint step = 0; step < steps; step++) {
      double lr, beta1;
      ser_schedule_get (SER_SCHEDULE_ONE_CYCLE, 1.0, step, steps, &lr, &beta1);
      g_assert_cmpfloat (lr, >=, 1.0 / 25e4 - 1e-12);
      g_assert_cmpfloat (lr, <=, 1.0);
      g_assert_cmpfloat (beta1, >=, 0.85);
      g_assert_cmpfloat (beta1, <=, 0.95);
    }
}

static void
test_norm (void)
{
  const float grads[] = { 3.0f, -4.0f, 12.0f }, huge[] = { 1e30f, 1e30f };

  g_assert_cmpfloat (ser_gradient_norm (grads, 3), ==, 13.0);
  g_assert_cmpfloat (ser_gradient_norm (grads, 0), ==, 0.0);
  g_assert_cmpfloat (fabs (ser_gradient_norm (huge, 2) / 1.41421356e30 - 1.0), <, 1e-6);
}

/* Weights 1, 2, 3 ... : the average is that of the recursion, and the decay grows from 1 / 10. */
static void
test_average (void)
{
  float average = 0.0f;
  double expected = 0.0;

  for (guint step = 0; step < 100; step++) {
    float param = step + 1;
    double decay = fmin (0.9, (1.0 + step) / (10.0 + step));
    ser_average_step (&average, &param, 1, 0.9, step);
    expected = decay * expected + (1.0 - decay) * param;
    g_assert_cmpfloat (fabs (average - expected), <, 1e-5 * expected);
  }
  g_assert_cmpfloat (fabs (average - 91.0), <, 0.5); /* a line is followed at a distance of 1 / (1 - decay) steps */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/adamw/steps", test_adamw);
  g_test_add_func ("/train/adamw/scale", test_scale);
  g_test_add_data_func ("/train/adamw/schedule/10", GUINT_TO_POINTER (10), test_schedule);
  g_test_add_data_func ("/train/adamw/schedule/37", GUINT_TO_POINTER (37), test_schedule);
  g_test_add_data_func ("/train/adamw/schedule/100", GUINT_TO_POINTER (100), test_schedule);
  g_test_add_func ("/train/adamw/few-steps", test_few_steps);
  g_test_add_func ("/train/adamw/norm", test_norm);
  g_test_add_func ("/train/adamw/average", test_average);
  return g_test_run ();
}
