/* workers.c - each part is done once, and all are done when the call returns
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/workers.h"

#include <string.h>

#define PARTS 300

typedef struct {
  guint done[PARTS]; /* written by whoever has the part, read after the run: an error to see under ThreadSanitizer */
  GThread *by[PARTS];
  gulong spin;
} Work;

static void
do_part (gpointer data, guint part)
{
  Work *work = data;

  work->done[part]++;
  work->by[part] = g_thread_self ();
  for (volatile gulong i = 0; i < work->spin; i++)
    ;
}

static void
test_each_once (void)
{
  static const guint sizes[] = { 0, 1, 2, 3, 7, PARTS };

  for (guint threads = 1; threads <= 4; threads++) {
    SerWorkers *workers = ser_workers_new (threads);
    g_assert_cmpuint (ser_workers_get_n (workers), ==, threads);
    for (guint round = 0; round < 300; round++) {
      guint n = sizes[round % G_N_ELEMENTS (sizes)];
      Work work = { .spin = round % 50 };
      ser_workers_run (workers, do_part, &work, n);
      for (guint i = 0; i < PARTS; i++)
        g_assert_cmpuint (work.done[i], ==, i < n);
    }
    ser_workers_free (workers);
  }
}

/* The caller's thread works too, and alone if there is no other. */
static void
test_caller (void)
{
  SerWorkers *workers = ser_workers_new (1);
  Work work = { .spin = 0 };

  ser_workers_run (workers, do_part, &work, PARTS);
  for (guint i = 0; i < PARTS; i++)
    g_assert_true (work.by[i] == g_thread_self ());
  ser_workers_free (workers);
}

static void
test_several_threads (void)
{
  SerWorkers *workers = ser_workers_new (3);
  gboolean other = FALSE;

  for (guint round = 0; round < 1000 && !other; round++) {
    Work work = { .spin = 20000 };
    ser_workers_run (workers, do_part, &work, PARTS);
    for (guint i = 0; i < PARTS; i++)
      other = other || work.by[i] != g_thread_self ();
  }
  g_assert_true (other);
  ser_workers_free (workers);
}

static void
test_ends (void)
{
  SerWorkers *workers = ser_workers_new (0);

  g_assert_cmpuint (ser_workers_get_n (workers), ==, g_get_num_processors ());
  ser_workers_free (workers);
  for (guint i = 0; i < 50; i++) /* never used */
    ser_workers_free (ser_workers_new (4));
  ser_workers_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/train/workers/each-once", test_each_once);
  g_test_add_func ("/train/workers/caller", test_caller);
  g_test_add_func ("/train/workers/several-threads", test_several_threads);
  g_test_add_func ("/train/workers/ends", test_ends);
  return g_test_run ();
}
