/* recording-json.h - the parts of a recording's analysis as members of JSON objects
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * What the lines of format jsonl and the document of a page have in common; docs/analysis-json.md says what they mean.
 */

#ifndef SER_RECORDING_JSON_H
#define SER_RECORDING_JSON_H

#include "json.h"
#include "recording.h"

#define SER_ANALYSIS_SCHEMA "seremotion-analysis-1"

/* Each adds members to the object under way. */

/* The medium, the model and how it was run. */
void ser_recording_add_description (JsonBuilder *builder, const SerRecording *recording);

/* A summary of the recording or of one of its speakers. */
void ser_recording_add_summary (
    JsonBuilder *builder, const SerRecording *recording, const SerRecordingSummary *summary);

/* For a recording of which it was asked. */
void ser_recording_add_fragility (JsonBuilder *builder, const SerRecording *recording);

#endif /* SER_RECORDING_JSON_H */
