/* serfinite.c - floating-point samples that are not finite
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serfinite.h"

#include <string.h>

/* A float is not finite when all bits of its exponent are set. */
static inline gboolean
is_finite_f32 (const guint8 *p, gboolean swap)
{
  guint32 v;

  memcpy (&v, p, sizeof v);
  return ((swap ? GUINT32_SWAP_LE_BE (v) : v) & 0x7f800000u) != 0x7f800000u;
}

static inline gboolean
is_finite_f64 (const guint8 *p, gboolean swap)
{
  const guint64 exponent = G_GUINT64_CONSTANT (0x7ff0000000000000);
  guint64 v;

  memcpy (&v, p, sizeof v);
  return ((swap ? GUINT64_SWAP_LE_BE (v) : v) & exponent) != exponent;
}

gboolean
ser_finite_check (const GstAudioFormatInfo *format, gconstpointer samples, gsize n)
{
  gboolean swap = GST_AUDIO_FORMAT_INFO_ENDIANNESS (format) != G_BYTE_ORDER;
  const guint8 *p = samples;
  gsize i, bad = 0;

  /* Without an early exit the compiler can vectorise. */
  if (GST_AUDIO_FORMAT_INFO_WIDTH (format) == 32)
    for (i = 0; i < n; i++)
      bad += !is_finite_f32 (p + 4 * i, swap);
  else
    for (i = 0; i < n; i++)
      bad += !is_finite_f64 (p + 8 * i, swap);
  return bad == 0;
}

void
ser_finite_copy (const GstAudioFormatInfo *format, gpointer to, gconstpointer from, gsize n)
{
  gboolean swap = GST_AUDIO_FORMAT_INFO_ENDIANNESS (format) != G_BYTE_ORDER;
  gsize i, size = GST_AUDIO_FORMAT_INFO_WIDTH (format) / 8;
  guint8 *p = to;

  memcpy (to, from, n * size);
  for (i = 0; i < n; i++)
    if (!(size == 4 ? is_finite_f32 (p + 4 * i, swap) : is_finite_f64 (p + 8 * i, swap)))
      memset (p + i * size, 0, size);
}
