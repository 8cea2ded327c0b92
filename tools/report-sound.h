/* report-sound.h - the sound of a recording as pages have it: peaks to draw, Opus to play
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_REPORT_SOUND_H
#define SER_REPORT_SOUND_H

#include "recording.h"

#define SER_REPORT_PEAKS 20 /* a second */

/* How much of it is made; each has what those before it have. */
typedef enum { SER_SOUND_NONE, SER_SOUND_PEAKS, SER_SOUND_OPUS } SerSoundParts;

typedef struct {
  GByteArray *peaks; /* for each 1/SER_REPORT_PEAKS s the largest magnitude, 255 for full scale */
  GByteArray *opus;  /* mono Opus at 24 kbit/s in Ogg, 11 MB an hour; empty unless asked for */
} SerSound;

/* Told now and then how far it has come: s. */
typedef void (*SerSoundFunc) (double time, gpointer data);

/* Decodes the recording's track once, to its end; `func` may be NULL, `parts` is not SER_SOUND_NONE. Times in the sound
 * are those of the analysis, whatever gaps the medium has. Where the recording is known to be truncated, what can be
 * decoded suffices. Fails with SER_ERROR_FILE, naming the medium, or SER_ERROR_CONFIG where GStreamer lacks an
 * encoder. */
SerSound *ser_sound_new (
    const SerRecording *recording, SerSoundParts parts, SerSoundFunc func, gpointer data, GError **error);
void ser_sound_free (SerSound *sound);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerSound, ser_sound_free)

/* Writes STEM.opus and STEM.peaks, each whole or not at all. Fails with SER_ERROR_FILE, naming the file. */
gboolean ser_sound_write (const SerSound *sound, const char *stem, GError **error);

#endif /* SER_REPORT_SOUND_H */
