/* stall.c - tests of tools/stall.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "stall.h"

#include <time.h>

/* Uses the processor, so that somebody who looks sees work. */
static void
work (double seconds)
{
  clock_t end = clock () + (clock_t) (seconds * CLOCKS_PER_SEC);

  while (clock () < end)
    ;
}

static void
test_nothing (void)
{
  SerStall stall;

  ser_stall_reset (&stall);
  for (guint i = 1; i < 75; i++)
    g_assert_false (ser_stall_wait (&stall, 0.2));
  g_assert_true (ser_stall_wait (&stall, 0.2));
}

static void
test_told (void)
{
  SerStall stall;

  ser_stall_reset (&stall);
  for (guint i = 0; i < 300; i++) {
    if (i % 70 == 0)
      ser_stall_reset (&stall);
    g_assert_false (ser_stall_wait (&stall, 0.2));
  }
}

static void
test_work (void)
{
  SerStall stall;

  ser_stall_reset (&stall);
  work (0.3);
  g_assert_false (ser_stall_wait (&stall, 21));
  /* What was used by then counts no more. */
  g_assert_true (ser_stall_wait (&stall, 21));
}

/* However much work that is. */
static void
test_circles (void)
{
  SerStall stall;

  ser_stall_reset (&stall);
  for (guint i = 0; i < 14; i++) {
    work (0.2);
    g_assert_false (ser_stall_wait (&stall, 20));
  }
  work (0.2);
  g_assert_true (ser_stall_wait (&stall, 20));
  ser_stall_reset (&stall);
  work (0.2);
  g_assert_false (ser_stall_wait (&stall, 20));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tools/stall/nothing", test_nothing);
  g_test_add_func ("/tools/stall/told", test_told);
  g_test_add_func ("/tools/stall/work", test_work);
  g_test_add_func ("/tools/stall/circles", test_circles);
  return g_test_run ();
}
