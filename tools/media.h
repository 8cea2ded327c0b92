/* media.h - any media file to 16-bit mono samples, by GStreamer
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_MEDIA_H
#define SER_MEDIA_H

#include <glib.h>

/* Decodes the first audio stream of a file, given as a path or a URI, to mono samples at `rate` Hz: what decodebin
 * gives, clipped to its segment and converted by SerConvert (SER_CHANNELS_MIX), hence the samples that the element
 * sees. Other streams are not decoded. Returns *n_samples samples (never NULL on success, also when there are none);
 * free with g_free(). Fails with SER_ERROR_FILE, naming the file. Initialises GStreamer; may be called from any number
 * of threads. */
gint16 *ser_media_decode (const char *location, guint rate, gsize *n_samples, GError **error);

/* Takes the next n samples of a medium, of which the first lies `time` seconds from its start (stream time). */
typedef void (*SerMediaFunc) (const gint16 *samples, gsize n, double time, gpointer data);

/* The same without holding more than a second of it: each portion of track `track`, from 1, is handed out as it comes,
 * in a thread of GStreamer's. */
gboolean ser_media_read (
    const char *location, guint track, guint rate, SerMediaFunc func, gpointer data, GError **error);

/* Writes mono samples at `rate` Hz as a WAV file. Fails with SER_ERROR_FILE, naming the file. */
gboolean ser_media_write_wav (const char *path, const gint16 *samples, gsize n, guint rate, GError **error);

#endif /* SER_MEDIA_H */
