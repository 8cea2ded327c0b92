/* logarithm.c - logarithm of power with a floor
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dsp/logarithm.h"

#include <math.h>

void
ser_log_do (SerLogKind kind, float floor, float *x, gsize n)
{
  if (kind == SER_LOG_LN) {
    for (gsize i = 0; i < n; i++)
      x[i] = logf (x[i] + floor);
  } else {
    for (gsize i = 0; i < n; i++)
      x[i] = 10.0f * log10f (MAX (x[i], floor));
  }
}
