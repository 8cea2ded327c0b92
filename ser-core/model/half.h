/* half.h - IEEE 754 binary16 (F16), as model files may store weights
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_HALF_H
#define SER_HALF_H

#include <glib.h>

/* Every binary16 value is a float: exact. NaN payloads are kept. */
float ser_half_to_float (guint16 half);

/* Rounds to nearest, ties to even; subnormals are made, magnitudes of 65520 and more become infinite. */
guint16 ser_half_from_float (float x);

/* TRUE for a number, FALSE for an infinity or NaN. */
gboolean ser_half_is_finite (guint16 half);

#endif /* SER_HALF_H */
