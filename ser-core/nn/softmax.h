/* softmax.h - exponentials scaled to the sum 1, and the largest of them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SOFTMAX_H
#define SER_SOFTMAX_H

#include <glib.h>

/* y_i = exp (x_i) / sum over j of exp (x_j), for the n > 0 values x[i * stride]; the largest is subtracted first, so
 * that no finite input overflows. In place. */
void ser_softmax_do (float *x, gsize n, gsize stride);

/* Index of the largest of x [n], the first of equals; n > 0. */
guint ser_arg_max (const float *x, guint n);

#endif /* SER_SOFTMAX_H */
