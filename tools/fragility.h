/* fragility.h - which labels do not survive another recording of the same sound
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_FRAGILITY_H
#define SER_FRAGILITY_H

#include "recording-analyse.h"

#define SER_FRAGILITY_SAMPLE 200 /* windows at most, evenly among those with speech */

/* Sets recording->fragility: each window of the sample is labelled again, alone, as it is and under each kind of
 * alteration, and both labels are compared. Reads the medium a second time, which it can do of files and of URIs that
 * give the same twice. Fails with SER_ERROR_FILE. */
gboolean ser_fragility_measure (SerRecording *recording, const SerAnalysisSetup *setup, GError **error);

#endif /* SER_FRAGILITY_H */
