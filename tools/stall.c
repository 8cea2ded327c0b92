/* stall.c - whether this process has come to a standstill
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "stall.h"

#include <sys/resource.h>

#define PATIENCE 15.0  /* s */
#define NOTHING 0.15   /* s of processor time, for the waiting itself */
#define FOR_WORK 300.0 /* s, however much processor time is used */

static double
get_used (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

void
ser_stall_reset (SerStall *stall)
{
  *stall = (SerStall){ .used = get_used () };
}

gboolean
ser_stall_wait (SerStall *stall, double seconds)
{
  double used = get_used ();

  stall->n_waits++;
  stall->n_idle++;
  if (stall->n_waits * seconds >= FOR_WORK)
    return TRUE;
  if (stall->n_idle * seconds < PATIENCE)
    return FALSE;
  if (used - stall->used < NOTHING)
    return TRUE;
  stall->n_idle = 0;
  stall->used = used;
  return FALSE;
}
