/* report-html.h - the analysis of a recording as one page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_REPORT_HTML_H
#define SER_REPORT_HTML_H

#include "formats.h"
#include "report-sound.h"

/* Whether the program has the page. Fails with SER_ERROR_CONFIG, which says how to get it. */
gboolean ser_report_check (GError **error);

/* What the page of a recording at `location` needs of its sound. */
SerSoundParts ser_report_get_sound (const char *location, SerReportMedia media);

/* Writes the page, which needs no network and no other file but, with SER_MEDIA_LINK, the medium. Whole or not at all.
 * `sound` has what ser_report_get_sound() says, NULL where that is nothing. Of a medium that is not a file,
 * SER_MEDIA_LINK gives a page without player. Fails with SER_ERROR_FILE, naming the file, and with SER_ERROR_CONFIG
 * where the program was built without the page. */
gboolean ser_report_write_html (
    const SerRecording *recording, const SerSound *sound, SerReportMedia media, const char *path, GError **error);

/* The relative URI by which the page at path `page` refers to a medium, or NULL for one that is not a file of this
 * machine. Free with g_free(). */
char *ser_report_make_link (const char *location, const char *page);

#endif /* SER_REPORT_HTML_H */
