/* clips.h - the samples of many clips, decoded in parallel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_CLIPS_H
#define SER_CLIPS_H

#include "corpus.h"

/* Called once per clip, from thread `worker`: `clip` is its index, samples [n] end with the call, and are NULL with
 * `error` set when the file cannot be decoded. */
typedef void (*SerClipFunc) (
    guint worker, guint clip, const gint16 *samples, gsize n, const GError *error, gpointer data);

/* Worker threads of ser_clips_decode() where `threads` are asked for: one per core for 0. */
guint ser_clips_n_workers (guint threads);

/* Decodes `clips` (const SerClip *) to mono at `rate` Hz through the decode cache, in no particular order; clips that
 * lie in one file and stand beside each other are cut from one decoding. Returns when all are done. Shows a progress
 * bar. */
void ser_clips_decode (GPtrArray *clips, guint rate, guint threads, SerClipFunc func, gpointer data);

/* Prints a line on standard error. Every subcommand reports through it. */
void ser_say (const char *format, ...) G_GNUC_PRINTF (1, 2);

#endif /* SER_CLIPS_H */
