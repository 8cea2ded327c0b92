/* report-html.c - the analysis of a recording as one page
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "report-html.h"

#include "model/error.h"

gboolean
ser_report_write_html (const SerRecording *recording, SerReportMedia media, const char *path, GError **error)
{
  return ser_fail (error, SER_ERROR_CONFIG, "%s: this program was built without the page", path);
}
