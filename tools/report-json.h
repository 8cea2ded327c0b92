/* report-json.h - the analysis of a recording as one JSON document
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_REPORT_JSON_H
#define SER_REPORT_JSON_H

#include "recording.h"

/* The document that docs/analysis-json.md describes, in one line: windows and segments as columns, so that an hour of
 * windows takes half a megabyte. Numbers that are not finite are null. Free with g_free(). */
char *ser_report_to_json (const SerRecording *recording);

#endif /* SER_REPORT_JSON_H */
