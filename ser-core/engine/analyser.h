/* analyser.h - continuous analysis: samples to frames, levels and pitch, of which the latest are kept
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * Work is done when a hop is complete, on samples at fixed places of the stream, so that its results do not depend on
 * the portions in which samples come. What is kept is one window's worth, in rings.
 */

#ifndef SER_ANALYSER_H
#define SER_ANALYSER_H

#include "dsp/features.h"
#include "engine/window.h"

/* Samples of greater magnitude count as this, which no sound is near and whose power a float still holds. */
#define SER_SAMPLE_MAX 1e4f

typedef struct _SerAnalyser SerAnalyser;

/* `window`: the longest window, in samples, that will be cut; a multiple of the hop. `gate`: the features of the gate's
 * network, computed beside the model's from the same samples; NULL for none. */
SerAnalyser *ser_analyser_new (const SerFeatureSpec *spec, const SerFeatureSpec *gate, guint64 window);
void ser_analyser_free (SerAnalyser *analyser);

/* Back to the start of a stream. */
void ser_analyser_reset (SerAnalyser *analyser);

/* Samples taken since the start. */
guint64 ser_analyser_get_count (const SerAnalyser *analyser);

/* Takes at most as many of samples [n] as complete the current hop and returns how many. */
gsize ser_analyser_push (SerAnalyser *analyser, const float *samples, gsize n);
gsize ser_analyser_push_s16 (SerAnalyser *analyser, const gint16 *samples, gsize n);

/* Analyses what is left of an incomplete hop: the last thing before a cut at a place that is not a multiple of the hop.
 * Nothing may be pushed after it. */
void ser_analyser_finish (SerAnalyser *analyser);

/* The window from sample `start`, a multiple of the hop, to the last sample taken: frames, the gate's too, and pitch
 * estimates that lie wholly inside it, level of all of it. Generation, `partial` and `brief` are left to the caller;
 * free with ser_window_free(). */
SerWindow *ser_analyser_cut (SerAnalyser *analyser, guint64 start);

#endif /* SER_ANALYSER_H */
