/* serconvert.h - audio of any format to 16-bit mono planes at the model's rate
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * The one way from decoded audio to the samples that ser-core sees, used by the element and by the program's decoder
 * for training, so that both see the same bits: GstAudioConverter, no dither, 16-bit output.
 */

#ifndef SER_CONVERT_H
#define SER_CONVERT_H

#include <gst/audio/audio.h>

G_BEGIN_DECLS

/* Which channels are analysed. The mix is the centre of three or more positioned channels that have one, else the mean
 * of all channels but LFE. */
#define SER_CHANNELS_MIX (-1)  /* one plane */
#define SER_CHANNELS_EACH (-2) /* one plane per channel; a number of 0 and up: that channel alone */

/* Rates in Hz that can be converted. Others occur in damaged headers only, and would have the resampler allocate
 * gigabytes. */
#define SER_CONVERT_MIN_RATE 100
#define SER_CONVERT_MAX_RATE 6144000

typedef struct _SerConvert SerConvert;

/* `channels` is one of the above or a channel's number. NULL with a GError naming format and fault when the input
 * cannot be converted or has no such channel. */
SerConvert *ser_convert_new (const GstAudioInfo *in, guint rate, gint channels, GError **error);
void ser_convert_free (SerConvert *convert);

guint ser_convert_get_n_planes (const SerConvert *convert);

/* Called with each converted portion: planes[i] holds n samples, for i < n_planes. */
typedef void (*SerConvertFunc) (const gint16 *const *planes, gsize n, gpointer data);

/* Converts a buffer of the input format (either layout, audio meta honoured), in portions of at most 1 s. A buffer
 * flagged GAP is silence. FALSE when it cannot be mapped. The buffer is mapped read-only and not kept. */
gboolean ser_convert_push (SerConvert *convert, GstBuffer *buffer, SerConvertFunc func, gpointer data);

/* Converts n input frames of silence. */
void ser_convert_push_silence (SerConvert *convert, guint64 n, SerConvertFunc func, gpointer data);

/* Gives the samples that the resampler withholds, and starts anew. In all, n frames then made n * rate / their rate
 * samples, rounded up. */
void ser_convert_drain (SerConvert *convert, SerConvertFunc func, gpointer data);

/* Drops the samples that the resampler withholds. */
void ser_convert_reset (SerConvert *convert);

G_END_DECLS

#endif /* SER_CONVERT_H */
