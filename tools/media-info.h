/* media-info.h - title, date and uploader of a recording
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_MEDIA_INFO_H
#define SER_MEDIA_INFO_H

#include "recording.h"
#include "tracks.h"

/* Sets title, date and uploader of a recording whose location is set: what NAME.info.json beside the file says,
 * as yt-dlp writes it, else what the track's tags say. A file that cannot be read as such says nothing. */
void ser_media_info_apply (SerRecording *recording, const SerTrack *track);

/* The name of outputs for a location: of a file, its own without folder and extension; of a URI, the last part of its
 * path, or its host; "stdin" for "-". Free with g_free(). */
char *ser_media_info_get_name (const char *location);

#endif /* SER_MEDIA_INFO_H */
