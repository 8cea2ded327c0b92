/* gate.h - whether a window is taken for speech
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_GATE_H
#define SER_GATE_H

#include "ser.h"

#define SER_GATE_MIN_LOUDNESS (-60.0) /* dBFS, under which a window is silence */
#define SER_GATE_MAX_CLIPPED 0.1      /* share of samples at full scale, over which it is clipped */

/* By level alone: loudness in dBFS, share of clipped samples from 0 to 1. */
SerGate ser_gate_decide (double loudness, double clipped);

#endif /* SER_GATE_H */
