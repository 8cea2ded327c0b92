/* half.c - IEEE 754 binary16 (F16), as model files may store weights
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "model/half.h"

#include <string.h>

#define FLOAT_INF 0x7f800000u
#define HALF_INF 0x7c00u

/* Exponent biases: float 127, half 15; mantissas: 23 and 10 bits. */
#define REBIAS ((127u - 15u) << 23)

static guint32
bits_of (float x)
{
  guint32 bits;

  memcpy (&bits, &x, sizeof bits);
  return bits;
}

static float
float_of (guint32 bits)
{
  float x;

  memcpy (&x, &bits, sizeof x);
  return x;
}

float
ser_half_to_float (guint16 half)
{
  guint32 sign = (guint32) (half & 0x8000u) << 16;
  guint32 exponent = half & HALF_INF;
  guint32 mantissa = half & 0x3ffu;

  if (exponent == HALF_INF)
    return float_of (sign | FLOAT_INF | mantissa << 13);
  if (exponent == 0) /* zero or subnormal: a multiple of 2^-24, which float holds exactly */
    return float_of (sign | bits_of ((float) mantissa * 0x1p-24f));
  return float_of (sign | (((guint32) (half & 0x7fffu) << 13) + REBIAS));
}

/* A magnitude below 2^-14, as float bits: counts units of 2^-24. */
static guint16
subnormal (guint32 magnitude)
{
  guint32 mantissa = (magnitude & 0x7fffffu) | 0x800000u;
  guint32 shift = 126u - (magnitude >> 23);
  guint32 quotient, rest, middle;

  if (shift > 24) /* under 2^-25, half of the smallest unit */
    return 0;
  quotient = mantissa >> shift;
  rest = mantissa & ((1u << shift) - 1u);
  middle = 1u << (shift - 1u);
  if (rest > middle || (rest == middle && (quotient & 1u) != 0))
    quotient++;
  return (guint16) quotient;
}

guint16
ser_half_from_float (float x)
{
  guint32 bits = bits_of (x);
  guint32 magnitude = bits & 0x7fffffffu;
  guint16 sign = (guint16) ((bits >> 16) & 0x8000u);
  guint32 rebiased;

  if (magnitude > FLOAT_INF)
    return sign | 0x7e00u;
  if (magnitude >= bits_of (65520.0f))
    return sign | HALF_INF;
  if (magnitude < bits_of (0x1p-14f))
    return sign | subnormal (magnitude);

  rebiased = magnitude - REBIAS;
  return sign | (guint16) ((rebiased + 0xfffu + ((rebiased >> 13) & 1u)) >> 13);
}

gboolean
ser_half_is_finite (guint16 half)
{
  return (half & HALF_INF) != HALF_INF;
}
