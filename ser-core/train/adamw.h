/* adamw.h - the optimiser, its schedule, and averaged weights
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ADAMW_H
#define SER_ADAMW_H

#include "train/train.h"

/* AdamW (Loshchilov and Hutter 2019, algorithm 2): eps 1e-8, beta2 0.999. As in PyTorch, the first moment's bias is
 * corrected with the present beta1 to the power of the step, also while a schedule moves beta1. */
typedef struct {
  gsize n;
  float *m, *v; /* first and second moments, [n] */
  guint64 step; /* steps taken */
} SerAdamW;

void ser_adamw_init (SerAdamW *adamw, gsize n);
void ser_adamw_clear (SerAdamW *adamw);

/* One step on params [n] with grads [n]: weight decay where decayed [n] is set, gradients scaled by `scale`. */
void ser_adamw_step (SerAdamW *adamw, float *params, const float *grads, const guint8 *decayed, double lr, double beta1,
    double weight_decay, double scale);

/* Euclidean norm, summed in order in double. */
double ser_gradient_norm (const float *grads, gsize n);

/* Learning rate and beta1 at `step` of `steps` (0 <= step < steps). The one-cycle schedule moves beta1 the other way,
 * from 0.95 to 0.85 and back, as PyTorch's OneCycleLR does; the others keep 0.9. */
void ser_schedule_get (SerSchedule schedule, double peak, guint64 step, guint64 steps, double *lr, double *beta1);

/* average += (1 - decay) * (params - average); decay grows to its value over the first steps (min (decay, (1 + t) / (10
 * + t))), so that early averages are not held back by the initialisation. */
void ser_average_step (float *average, const float *params, gsize n, double decay, guint64 step);

#endif /* SER_ADAMW_H */
