/* serfinite.h - floating-point samples that are not finite
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * For the formats F32 and F64 of either byte order. Samples need not be aligned.
 */

#ifndef SER_FINITE_H
#define SER_FINITE_H

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* TRUE when none of the n samples is NaN or infinite. */
gboolean ser_finite_check (const GstAudioFormatInfo *format, gconstpointer samples, gsize n);

/* Copies n samples, those that are not finite as 0. `to` and `from` do not overlap. */
void ser_finite_copy (const GstAudioFormatInfo *format, gpointer to, gconstpointer from, gsize n);

G_END_DECLS

#endif /* SER_FINITE_H */
