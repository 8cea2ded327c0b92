/* baseline.h - values of a window relative to those of its speaker
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_BASELINE_H
#define SER_BASELINE_H

#include "recording.h"

/* Windows of a speaker before there is a baseline. */
#define SER_BASELINE_MIN 10

/* Mean and standard deviation of what came so far (Welford, Technometrics 4(3), 1962). Starts as zeros. */
typedef struct {
  guint n;
  double mean, m2;
} SerMoments;

void ser_moments_add (SerMoments *moments, double value);

/* Adds all that `other` has had. */
void ser_moments_merge (SerMoments *moments, const SerMoments *other);

/* Of the sample, n - 1; NAN for n < 2. */
double ser_moments_get_sd (const SerMoments *moments);

/* How far a value is from the mean in standard deviations; NAN for fewer than SER_BASELINE_MIN values, or where they
 * are all the same. */
double ser_moments_get_z (const SerMoments *moments, double value);

/* A frequency in semitones over 1 Hz. */
double ser_semitones (double hz);

/* Sets the z-scores of windows [n], in order, against the running baseline of each one's speaker. Speakers are numbers
 * under n_speakers, or SER_NO_SPEAKER, which is one more. */
void ser_baseline_apply (SerRecordingWindow *windows, guint n, guint n_speakers);

#endif /* SER_BASELINE_H */
