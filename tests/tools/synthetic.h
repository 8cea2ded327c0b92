/* synthetic.h - recordings made by hand, for the tests of what is made of recordings
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef TOOLS_SYNTHETIC_H
#define TOOLS_SYNTHETIC_H

#include "recording.h"

#define SYNTHETIC_LABELS 6
extern const char *const synthetic_labels[SYNTHETIC_LABELS + 1];

/* A model's recalls of these labels, for groups of speakers. */
#define SYNTHETIC_GROUPS                                                                                               \
  "female:0.1,0.2,0.3,0.2,0.1,0.1;male:0.15,0.2,0.2,0.2,0.15,0.1;under-30:0.5,0.1,0.1,0.1,0.1,0.1;"                    \
  "30-44:0.2,0.2,0.2,0.2,0.1,0.1;60-and-over:0.1,0.5,0.1,0.1,0.1,0.1"

/* A recording without windows, of windows of 3 s every second; `speakers` NULL-terminated, or NULL where nobody told
 * them apart. */
SerRecording *synthetic_new (const char *location, const char *const *speakers);

/* Adds a window; `label` as in SerResult. Its scores, pitch and z-scores vary with its number; some are missing. */
void synthetic_add (SerRecording *recording, double start, int label, guint speaker);

/* Adds n windows, a second apart. */
void synthetic_add_run (SerRecording *recording, double start, guint n, int label, guint speaker);

/* Makes a segment of each stretch of windows of one label and speaker, and the summaries. */
void synthetic_finish (SerRecording *recording);

#endif /* TOOLS_SYNTHETIC_H */
