/* seranalysis.h - buffers in, windows with their times out
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Puts conversion, streams and timeline together. Belongs to the streaming thread. What cannot be one stretch of sound,
 * by a jump in time or a change of format, is never part of one window: what came before is drained first. Less than
 * 1 s that a jump in time ends is dropped.
 */

#ifndef SER_ANALYSIS_H
#define SER_ANALYSIS_H

#include <gst/audio/audio.h>

#include "gst/serstreams.h"
#include "gst/sertimeline.h"
#include "ser.h"

G_BEGIN_DECLS

typedef struct _SerAnalysis SerAnalysis;

/* Takes over a step, which covers `times`. */
typedef void (*SerAnalysisFunc) (SerStep *step, const SerTimes *times, gpointer data);

/* Makes an analysis of `channels`, as in serconvert.h. Fails with SER_ERROR_CONFIG, naming the field of `config`. */
SerAnalysis *ser_analysis_new (
    SerModel *model, const SerStreamConfig *config, gint channels, SerAnalysisFunc func, gpointer data, GError **error);
void ser_analysis_free (SerAnalysis *analysis);

/* All that follows hands out the windows that become ready. `segment` is the one that buffers before and of the call
 * lie in. */

/* Sets the format of the buffers to come. Nothing happens when it is the one set already, else what is pending is
 * drained. Fails as ser_convert_new(); nothing can be pushed then. */
gboolean ser_analysis_set_info (
    SerAnalysis *analysis, const GstAudioInfo *info, const GstSegment *segment, GError **error);

/* FALSE before the format is set. */
gboolean ser_analysis_is_ready (const SerAnalysis *analysis);

/* Takes a buffer; FALSE when it cannot be read. */
gboolean ser_analysis_push (SerAnalysis *analysis, GstBuffer *buffer, const GstSegment *segment);

/* Takes a stretch without data: up to 1 s of it are silence, a longer one is a discontinuity. */
void ser_analysis_push_gap (
    SerAnalysis *analysis, GstClockTime timestamp, GstClockTime duration, const GstSegment *segment);

/* Ends the stretch of sound: hands out its last, partial window if there is one, and starts anew. */
void ser_analysis_drain (SerAnalysis *analysis, const GstSegment *segment);

/* Drops what is pending and starts anew. */
void ser_analysis_reset (SerAnalysis *analysis);

G_END_DECLS

#endif /* SER_ANALYSIS_H */
