/* recording-read.h - the analysis of a recording, read back from its document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_RECORDING_READ_H
#define SER_RECORDING_READ_H

#include "recording.h"

/* Whether a location is taken for a document: a path that ends in `.json`. */
gboolean ser_recording_is_document (const char *location);

/* Reads what `seremotion analyze --format json` writes: the recording, its windows and its summary, whose scores and
 * levels have four digits there; segments, speakers and fragility are left out. The file is not trusted. Fails with
 * SER_ERROR_FILE when it cannot be read and with SER_ERROR_DATA, naming file and member, when it is no such document,
 * contradicts itself or tells speakers apart. */
SerRecording *ser_recording_read (const char *path, GError **error);

#endif /* SER_RECORDING_READ_H */
