/* sercues.h - results as cues: stretches of time with something to say, one after the other
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Times are in seconds, in the clock of the windows that are pushed. Cues never overlap.
 */

#ifndef SER_CUES_H
#define SER_CUES_H

#include "ser.h"

G_BEGIN_DECLS

typedef struct _SerCues SerCues;

/* What a cue stands for. */
typedef enum {
  SER_CUES_SEGMENT,  /* a segment as of SerSegmenter, or a part of a long one */
  SER_CUES_INTERVAL, /* a window: the time around its middle */
  SER_CUES_LATEST,   /* a window that just ended: as long from its end on as until the next one ends */
} SerCuesKind;

/* Called with each cue. No two overlap, and each begins where the one before ended or later. */
typedef void (*SerCuesFunc) (const SerSegment *cue, gpointer data);

/* For windows of n_labels scores, `interval` seconds apart. Segments longer than `longest` become several cues. */
SerCues *ser_cues_new (
    SerCuesKind kind, guint n_labels, gdouble interval, gdouble longest, SerCuesFunc func, gpointer data);
void ser_cues_free (SerCues *cues);

/* Takes the next window, as ser_segmenter_push(). */
void ser_cues_push (SerCues *cues, gdouble start, gdouble duration, const SerResult *result);

/* Hands out what is pending; the windows that follow are a stretch of their own. */
void ser_cues_finish (SerCues *cues);

/* Drops what is pending. */
void ser_cues_reset (SerCues *cues);

G_END_DECLS

#endif /* SER_CUES_H */
