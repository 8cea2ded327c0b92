/* clip-faults.h - clips that nothing can be learned from, and why
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CLIP_FAULTS_H
#define SER_CLIP_FAULTS_H

#include "corpus.h"

typedef struct _SerClipFaults SerClipFaults;

/* `clips` (const SerClip *) must outlive it. */
SerClipFaults *ser_clip_faults_new (GPtrArray *clips);
void ser_clip_faults_free (SerClipFaults *faults);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SerClipFaults, ser_clip_faults_free)

/* Looks at what ser_clips_decode() gave of a clip; FALSE when it cannot be decoded, holds no sample or is digitally
 * silent. Threads may look at different clips at once. */
gboolean ser_clip_faults_look (SerClipFaults *faults, guint clip, const gint16 *samples, gsize n, const GError *error);

/* Another fault, of a clip that is not looked at; takes the text. */
void ser_clip_faults_set (SerClipFaults *faults, guint clip, char *fault);

/* When all have been looked at: every clip whose sound is another clip's of a different label has that as its fault. */
void ser_clip_faults_find_contradictions (SerClipFaults *faults);

/* NULL when nothing is wrong with the clip. */
const char *ser_clip_faults_get (const SerClipFaults *faults, guint clip);

#endif /* SER_CLIP_FAULTS_H */
