/* turns.c - who speaks when
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "turns.h"

void
ser_turns_free (SerTurns *turns)
{
  if (!turns)
    return;
  g_array_unref (turns->turns);
  g_ptr_array_unref (turns->speakers);
  g_free (turns);
}
