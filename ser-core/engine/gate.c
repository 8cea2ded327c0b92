/* gate.c - whether a window is taken for speech
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "engine/gate.h"

const char *
ser_gate_to_string (SerGate gate)
{
  static const char *const names[] = { "speech", "silence", "clipped", "non-speech" };

  g_return_val_if_fail ((guint) gate < G_N_ELEMENTS (names), NULL);
  return names[gate];
}

SerGate
ser_gate_decide (double loudness, double clipped)
{
  if (loudness < SER_GATE_MIN_LOUDNESS)
    return SER_GATE_SILENCE;
  if (clipped > SER_GATE_MAX_CLIPPED)
    return SER_GATE_CLIPPED;
  return SER_GATE_SPEECH;
}
