/* summary.h - what the windows of a recording, or of one of its speakers, come to
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_SUMMARY_H
#define SER_SUMMARY_H

#include "confusion.h"
#include "recording.h"

#define SER_SUMMARY_RESAMPLES 1000
#define SER_SUMMARY_PEAKS 3        /* of a label */
#define SER_SUMMARY_PEAK_SCORE 0.5 /* least score of a peak */
#define SER_SUMMARY_PEAK_APART 10  /* s between two of them */

/* Whom it is about: everybody, or one speaker. */
#define SER_SUMMARY_ALL (SER_NO_SPEAKER - 1)

/* Windows and segments of the recording are set; n_labels too. `confusion` may have n = 0. Intervals are percentiles of
 * SER_SUMMARY_RESAMPLES resamples: weighed blocks of successive speech windows, long enough for what overlap and
 * persistence make alike, and for the corrected shares the matrix as well. Free summary->peaks with g_free(). */
void ser_summarise (SerRecordingSummary *summary, const SerRecording *recording, guint speaker,
    const SerConfusion *confusion, guint64 seed);

/* Windows of a block for n speech windows: twice what overlaps, or 4 n^(1/3), whichever is more, but at most n. */
guint ser_summary_block (guint n, double window, double interval);

#endif /* SER_SUMMARY_H */
