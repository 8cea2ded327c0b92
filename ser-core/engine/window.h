/* window.h - one window cut from a stream
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_ENGINE_WINDOW_H
#define SER_ENGINE_WINDOW_H

#include "ser.h"

/* Const once made, so that any thread may read it. */
struct _SerWindow {
  guint64 start, length; /* samples */
  guint generation;      /* of the stream's resets: a new one starts smoothing and `changed` anew */
  gboolean partial;
  gboolean brief;  /* all of a stream of under 1 s */
  double pitch;    /* Hz, as SerResult.pitch */
  double loudness; /* dBFS */
  double clipped;  /* share of samples at full scale */
  gsize T, gate_T;
  const float *gate_frames; /* [gate_T, n of the gate], behind those of the model; NULL without a gate */
  float frames[];           /* [T, n] */
};

#endif /* SER_ENGINE_WINDOW_H */
