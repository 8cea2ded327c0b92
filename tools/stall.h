/* stall.h - whether this process has come to a standstill
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * A damaged medium can leave a pipeline without an error and without an end: all its threads wait for each other. Then
 * nothing is told, and no processor time is used. Or a decoder goes round in circles: nothing is told, however long.
 */

#ifndef SER_STALL_H
#define SER_STALL_H

#include <glib.h>

typedef struct {
  guint n_waits; /* since something was told */
  guint n_idle;  /* since it was last seen to work, too */
  double used;   /* s of processor time by then */
} SerStall;

/* Something was told. */
void ser_stall_reset (SerStall *stall);

/* It was waited in vain, for so long; TRUE when that makes 15 s in which the process took hardly any processor time, or
 * five minutes in any case. Waits are counted, so that a process that is stopped for a while does not stand still by
 * itself. */
gboolean ser_stall_wait (SerStall *stall, double seconds);

#endif /* SER_STALL_H */
