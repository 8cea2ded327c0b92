/* exports.h - the files that an analysis left, as the API gives them
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_EXPORTS_H
#define SER_EXPORTS_H

#include "http.h"
#include "jobs.h"

/* Formats that every recording has, with commas between them, as --format takes them; `page`: the program can write the
 * report page. Free with g_free(). */
char *ser_exports_make_formats (gboolean page);

/* Adds the array `formats` of docs/api.md. */
void ser_exports_build_formats (JsonBuilder *builder);

/* What a download is called: the title, without what file systems or shells take for something else, and the suffix.
 * Free with g_free(). */
char *ser_exports_make_name (const SerEntry *entry, const char *suffix);

/* Answers analysis, sound, peaks and exports of a recording, request->parts[2]; FALSE for others. */
gboolean ser_exports_answer (SerJobs *jobs, const SerEntry *entry, const SerRequest *request);

#endif /* SER_EXPORTS_H */
