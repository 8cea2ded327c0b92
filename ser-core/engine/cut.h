/* cut.h - the windows that a whole clip is scored by
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A clip of up to 5 s, or no longer than the window, is one window. A longer one is scored by the mean probabilities of
 * windows that start every second, as a stream with the default interval cuts them: full ones, and a partial last one
 * where it holds 0.5 s of its own. Training and evaluation both use this, so that their figures compare.
 */

#ifndef SER_CUT_H
#define SER_CUT_H

#include "dsp/features.h"

/* A partial window holds at least this much that no window before did. */
#define SER_MIN_NEW 0.5 /* s */

typedef struct {
  const SerFeatureSpec *spec;
  gsize n_samples;
  gsize window, interval; /* samples */
  gsize n;                /* windows, at least 1 */
} SerCut;

/* Seconds to samples, to the nearest number of hops but at least one. */
gsize ser_round_to_hops (double seconds, const SerFeatureSpec *spec);

/* `window` in seconds. A partial window of fewer than `min_T` frames, too few for the network, is left out; a clip that
 * is one window is that whatever its length. `spec` is kept by reference. */
void ser_cut_init (SerCut *cut, const SerFeatureSpec *spec, double window, gsize n_samples, gsize min_T);

/* First frame and number of frames of window i. */
void ser_cut_get (const SerCut *cut, gsize i, gsize *start, gsize *T);

#endif /* SER_CUT_H */
