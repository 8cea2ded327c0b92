/* dct.c - discrete cosine transform
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "dsp/dct.h"

#include <math.h>
#include <string.h>

struct _SerDct {
  guint n, N;
  float *basis; /* [N, n]: one row per input, so that the inner loop runs over independent sums */
};

SerDct *
ser_dct_new (guint n, guint N)
{
  SerDct *dct;

  g_return_val_if_fail (n >= 1 && n <= N, NULL);

  dct = g_new (SerDct, 1);
  dct->n = n;
  dct->N = N;
  dct->basis = g_new (float, (gsize) N * n);
  for (guint j = 0; j < N; j++)
    for (guint k = 0; k < n; k++)
      dct->basis[j * n + k] = (float) (sqrt ((k == 0 ? 1.0 : 2.0) / N) * cos (G_PI * k * (2 * j + 1) / (2.0 * N)));
  return dct;
}

void
ser_dct_free (SerDct *dct)
{
  if (dct == NULL)
    return;
  g_free (dct->basis);
  g_free (dct);
}

void
ser_dct_do (const SerDct *dct, const float *x, float *restrict y)
{
  memset (y, 0, dct->n * sizeof (float));
  for (guint j = 0; j < dct->N; j++) {
    const float *restrict row = dct->basis + j * dct->n;

    for (guint k = 0; k < dct->n; k++)
      y[k] += x[j] * row[k];
  }
}
