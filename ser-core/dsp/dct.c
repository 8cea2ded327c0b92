/* dct.c - discrete cosine transform
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/dct.h"

#include <math.h>
#include <string.h>

/* Four coefficients at once, in what gcc and clang make vector instructions of on any processor. */
typedef float Vector __attribute__ ((vector_size (16), aligned (4), may_alias));

/* Coefficients computed in one pass over the input, each in a lane of its own, so that nothing is reordered: several
 * vectors, which do not wait for each other's sums. */
#define VECTORS 5
#define LANES (4 * VECTORS)

struct _SerDct {
  guint n, N;
  float *basis; /* [ceil (n / LANES), N, LANES], zero beyond n */
};

SerDct *
ser_dct_new (guint n, guint N)
{
  SerDct *dct;

  g_return_val_if_fail (n >= 1 && n <= N, NULL);

  dct = g_new (SerDct, 1);
  dct->n = n;
  dct->N = N;
  dct->basis = g_new0 (float, (n + LANES - 1) / LANES * N * LANES);
  for (guint k = 0; k < n; k++)
    for (guint j = 0; j < N; j++)
      dct->basis[(k / LANES * N + j) * LANES + k % LANES] =
          (float) (sqrt ((k == 0 ? 1.0 : 2.0) / N) * cos (G_PI * k * (2 * j + 1) / (2.0 * N)));
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
ser_dct_do (const SerDct *dct, const float *x, float *y)
{
  const float *row = dct->basis;

  for (guint k = 0; k < dct->n; k += LANES) {
    Vector sum[VECTORS] = { { 0.0f } };

    for (guint j = 0; j < dct->N; j++, row += LANES)
      for (guint i = 0; i < VECTORS; i++)
        sum[i] += x[j] * ((const Vector *) row)[i];
    memcpy (y + k, sum, MIN (LANES, dct->n - k) * sizeof (float));
  }
}
