/* wav-length.h - how long a WAV file says that it is
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_WAV_LENGTH_H
#define SER_WAV_LENGTH_H

/* The length in seconds that the header of a RIFF WAVE file gives, which GStreamer's wavparse replaces by what is
 * there; NAN for all else: other files, URIs, headers that a recorder never completed. */
double ser_wav_length (const char *path);

#endif /* SER_WAV_LENGTH_H */
