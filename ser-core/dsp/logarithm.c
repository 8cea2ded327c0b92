/* logarithm.c - logarithm of power with a floor
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "dsp/logarithm.h"

/* Values at a time, which compilers turn into vector instructions. */
#define LANES 8

/* ln x of a positive normal number, to 2 ulp: x = 2^e (1 + m), m in [sqrt (1/2) - 1, sqrt (2) - 1), and a polynomial
 * (Moshier's Cephes library). */
static inline float
natural_log (float x)
{
  union {
    float f;
    gint32 i;
  } bits = { .f = x };
  gint32 e = (bits.i >> 23) - 126, small;
  float m, z, y;

  bits.i = (bits.i & 0x007fffff) | 0x3f000000; /* [1/2, 1) */
  small = bits.f < 0.707106781f;
  m = bits.f + (small ? bits.f : 0.0f) - 1.0f;
  e -= small;
  z = m * m;
  y = 7.0376836292e-2f;
  y = y * m - 1.1514610310e-1f;
  y = y * m + 1.1676998740e-1f;
  y = y * m - 1.2420140846e-1f;
  y = y * m + 1.4249322787e-1f;
  y = y * m - 1.6668057665e-1f;
  y = y * m + 2.0000714765e-1f;
  y = y * m - 2.4999993993e-1f;
  y = y * m + 3.3333331174e-1f;
  y = y * m * z - 2.12194440e-4f * e - 0.5f * z;
  return m + y + 0.693359375f * e;
}

static void
take_logs (float *x, gsize n)
{
  for (; n >= LANES; n -= LANES, x += LANES)
    for (guint i = 0; i < LANES; i++)
      x[i] = natural_log (x[i]);
  for (gsize i = 0; i < n; i++)
    x[i] = natural_log (x[i]);
}

void
ser_log_do (SerLogKind kind, float floor, float *x, gsize n)
{
  const float db = (float) (10.0 / G_LN10);

  for (gsize i = 0; i < n; i++)
    x[i] = kind == SER_LOG_LN ? x[i] + floor : MAX (x[i], floor);
  take_logs (x, n);
  for (gsize i = 0; i < n && kind == SER_LOG_DB; i++)
    x[i] *= db;
}
