/* codec.h - what a lossy codec leaves of a sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CODEC_H
#define SER_CODEC_H

#include <glib.h>

/* Bit rates that MPEG-1 and MPEG-2 layer III have, in kbit/s. */
#define SER_MP3_MIN 8
#define SER_MP3_MAX 320

/* Samples [n] at `rate` Hz through MP3 with a constant bit rate of `kbps` kbit/s and back, in memory, by GStreamer's
 * lamemp3enc and whatever decodebin decodes with. The delay of encoder and decoder is taken off: n samples again, in
 * their places; free with g_free(). Fails with SER_ERROR_FILE, naming what is missing or went wrong. May be called from
 * any number of threads. */
gint16 *ser_codec_mp3 (const gint16 *samples, gsize n, guint rate, guint kbps, GError **error);

#endif /* SER_CODEC_H */
