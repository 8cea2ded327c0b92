/* adamw.c - the optimiser, its schedule, and averaged weights
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/adamw.h"

#include <math.h>

#include "train/node.h"

#define BETA2 0.999
#define EPSILON 1e-8

void
ser_adamw_init (SerAdamW *adamw, gsize n)
{
  adamw->n = n;
  adamw->m = g_new0 (float, n);
  adamw->v = g_new0 (float, n);
  adamw->step = 0;
}

void
ser_adamw_clear (SerAdamW *adamw)
{
  g_clear_pointer (&adamw->m, g_free);
  g_clear_pointer (&adamw->v, g_free);
}

SER_VECTOR static void
update (float *restrict p, float *restrict m, float *restrict v, const float *restrict g,
    const guint8 *restrict decayed, gsize n, float beta1, float step, float keep, float scale, float root)
{
  for (gsize i = 0; i < n; i++) {
    float d = g[i] * scale;
    m[i] = beta1 * m[i] + (1.0f - beta1) * d;
    v[i] = (float) BETA2 * v[i] + (float) (1.0 - BETA2) * d * d;
    p[i] = p[i] * (decayed[i] ? keep : 1.0f) - step * m[i] / (sqrtf (v[i]) * root + (float) EPSILON);
  }
}

void
ser_adamw_step (SerAdamW *adamw, float *params, const float *grads, const guint8 *decayed, double lr, double beta1,
    double weight_decay, double scale)
{
  adamw->step++;
  update (params, adamw->m, adamw->v, grads, decayed, adamw->n, beta1, lr / (1.0 - pow (beta1, adamw->step)),
      1.0 - lr * weight_decay, scale, 1.0 / sqrt (1.0 - pow (BETA2, adamw->step)));
}

double
ser_gradient_norm (const float *grads, gsize n)
{
  double sum = 0.0;
  for (gsize i = 0; i < n; i++)
    sum += (double) grads[i] * grads[i];
  return sqrt (sum);
}

/* Half a cosine from a to b as x goes from 0 to 1. */
static double
anneal (double a, double b, double x)
{
  return b + (a - b) / 2.0 * (1.0 + cos (G_PI * x));
}

void
ser_schedule_get (SerSchedule schedule, double peak, guint64 step, guint64 steps, double *lr, double *beta1)
{
  double up = 0.3 * steps - 1.0, down = steps - 1.0 - up;

  *beta1 = 0.9;
  *lr = peak;
  switch (schedule) {
    case SER_SCHEDULE_CONSTANT:
      break;
    case SER_SCHEDULE_COSINE:
      *lr = anneal (peak, 0.0, (double) step / steps);
      break;
    case SER_SCHEDULE_ONE_CYCLE:
      if (step <= up) {
        *lr = anneal (peak / 25.0, peak, step / MAX (up, 1.0));
        *beta1 = anneal (0.95, 0.85, step / MAX (up, 1.0));
      } else {
        double x = MIN ((step - up) / MAX (down, 1.0), 1.0);
        *lr = anneal (peak, peak / 25e4, x);
        *beta1 = anneal (0.85, 0.95, x);
      }
      break;
  }
}

void
ser_average_step (float *average, const float *params, gsize n, double decay, guint64 step)
{
  float d = MIN (decay, (1.0 + step) / (10.0 + step));
  for (gsize i = 0; i < n; i++)
    average[i] += (1.0f - d) * (params[i] - average[i]);
}
