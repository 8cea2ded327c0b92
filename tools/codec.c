/* codec.c - what a lossy codec leaves of a sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "codec.h"

#include <string.h>

#include "feed.h"
#include "model/error.h"

/* Samples by which what is decoded comes later: 576 of LAME's and 529 of a layer III decoder's filterbanks. */
#define MP3_DELAY 1105

/* What decoders give as floats is not dithered on the way back to integers: the same bits each time. */
#define MP3_LINE                                                                                                       \
  "appsrc name=in ! lamemp3enc target=bitrate cbr=true bitrate=%u ! decodebin ! audioconvert dithering=none ! "        \
  "audioresample ! appsink name=out"

/* Samples [n] of what was decoded, `delay` samples late. */
static gint16 *
take_samples (const GByteArray *decoded, gsize delay, gsize n)
{
  gsize n_decoded = decoded->len / sizeof (gint16);
  gint16 *out = g_new0 (gint16, MAX (n, 1));

  if (n_decoded > delay)
    memcpy (out, decoded->data + delay * sizeof (gint16), MIN (n, n_decoded - delay) * sizeof (gint16));
  return out;
}

gint16 *
ser_codec_mp3 (const gint16 *samples, gsize n, guint rate, guint kbps, GError **error)
{
  g_autoptr (GByteArray) decoded = g_byte_array_new ();
  g_autofree char *line = g_strdup_printf (MP3_LINE, kbps);
  g_autoptr (GError) local = NULL;
  g_autoptr (GstElement) pipeline = ser_feed_new (line, rate, &local);

  if (pipeline && ser_feed_run (pipeline, samples, n, decoded, &local))
    return take_samples (decoded, MP3_DELAY, n);
  if (g_error_matches (local, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT))
    ser_fail (error, SER_ERROR_FILE, "mp3: %s; it is in GStreamer's good plugins (gstreamer1.0-plugins-good)",
        local->message);
  else
    ser_fail (error, SER_ERROR_FILE, "mp3 of %u kbit/s: %s", kbps, local->message);
  return NULL;
}
