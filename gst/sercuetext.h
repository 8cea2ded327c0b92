/* sercuetext.h - what a cue says
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CUE_TEXT_H
#define SER_CUE_TEXT_H

#include <gst/gst.h>

#include "ser.h"

G_BEGIN_DECLS

/* "anger 74 %", "uncertain", or NULL where there is no speech and nothing to show. Free with g_free(). */
gchar *ser_cue_to_text (const SerSegment *cue, const SerModel *model);

/* One line of JSON, with the names of docs/message.md and the number of `windows` that the cue is the mean of; times in
 * seconds, null for GST_CLOCK_TIME_NONE. Free with g_free(). */
gchar *ser_cue_to_json (const SerSegment *cue, const SerModel *model, GstClockTime timestamp, GstClockTime stream_time,
    GstClockTime running_time, GstClockTime duration);

G_END_DECLS

#endif /* SER_CUE_TEXT_H */
