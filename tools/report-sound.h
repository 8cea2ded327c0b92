/* report-sound.h - the sound of a recording as a page holds it: peaks to draw, Opus to play
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_REPORT_SOUND_H
#define SER_REPORT_SOUND_H

#include "recording.h"
#include "whole-file.h"

#define SER_REPORT_PEAKS 20 /* a second */

/* Decodes the recording's track once, to its end. Appends to `peaks` a byte for each 1/SER_REPORT_PEAKS s: the largest
 * magnitude, 255 for full scale. Unless `file` is NULL, writes to it the sound as mono Opus at 24 kbit/s in Ogg, in
 * base64 without line ends; times in it are those of the analysis, whatever gaps the medium has. Where the recording
 * is known to be truncated, what can be decoded suffices. Fails with SER_ERROR_FILE, naming the medium, or
 * SER_ERROR_CONFIG where GStreamer lacks an encoder; what `file` itself suffers it keeps for
 * ser_whole_file_finish(). */
gboolean ser_report_sound (const SerRecording *recording, SerWholeFile *file, GByteArray *peaks, GError **error);

#endif /* SER_REPORT_SOUND_H */
