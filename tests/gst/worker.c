/* worker.c - tests of the queue and its worker, in plain C so that ThreadSanitizer sees all of it
 *
 * Copyright (C) 2026 the seremotion authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "gst/serworker.h"

/* What became of the items, which are numbers from 1 on. */
typedef struct {
  GMutex lock;
  GCond changed;
  GArray *processed; /* guint */
  guint n_freed;
  guint n_outdated;
  gboolean held; /* the worker waits with the item that it has */
  gboolean waiting;
} Record;

static Record record;

static void
process (SerWorker *worker, gpointer item, gpointer data)
{
  guint number = GPOINTER_TO_UINT (item);

  g_assert_true (data == &record);
  g_mutex_lock (&record.lock);
  record.waiting = TRUE;
  g_cond_broadcast (&record.changed);
  while (record.held)
    g_cond_wait (&record.changed, &record.lock);
  record.waiting = FALSE;
  g_mutex_unlock (&record.lock);

  if (ser_worker_is_current (worker)) {
    g_mutex_lock (&record.lock);
    g_array_append_val (record.processed, number);
    g_mutex_unlock (&record.lock);
  } else {
    g_mutex_lock (&record.lock);
    record.n_outdated++;
    g_mutex_unlock (&record.lock);
  }
}

static void
free_item (gpointer item)
{
  g_mutex_lock (&record.lock);
  record.n_freed++;
  g_mutex_unlock (&record.lock);
}

static SerWorker *
set_up (guint capacity, gboolean held)
{
  g_mutex_init (&record.lock);
  g_cond_init (&record.changed);
  record.processed = g_array_new (FALSE, FALSE, sizeof (guint));
  record.n_freed = record.n_outdated = 0;
  record.held = held;
  record.waiting = FALSE;
  return ser_worker_new (capacity, process, free_item, &record);
}

static void
tear_down (void)
{
  g_array_unref (record.processed);
  g_mutex_clear (&record.lock);
  g_cond_clear (&record.changed);
}

/* Waits until the worker has an item in hand. */
static void
wait_until_held (void)
{
  g_mutex_lock (&record.lock);
  while (!record.waiting)
    g_cond_wait (&record.changed, &record.lock);
  g_mutex_unlock (&record.lock);
}

static void
let_go (void)
{
  g_mutex_lock (&record.lock);
  record.held = FALSE;
  g_cond_broadcast (&record.changed);
  g_mutex_unlock (&record.lock);
}

static void
assert_processed (guint n, const guint *numbers)
{
  g_mutex_lock (&record.lock);
  g_assert_cmpmem (record.processed->data, record.processed->len * sizeof (guint), numbers, n * sizeof (guint));
  g_mutex_unlock (&record.lock);
}

static void
test_order (void)
{
  SerWorker *worker = set_up (4, FALSE);
  guint i, expected[100];

  for (i = 0; i < 100; i++) {
    expected[i] = i + 1;
    g_assert_cmpuint (ser_worker_push (worker, GUINT_TO_POINTER (i + 1), TRUE), ==, 0);
  }
  g_assert_true (ser_worker_drain (worker));
  assert_processed (100, expected);
  ser_worker_free (worker);
  g_assert_cmpuint (record.n_freed, ==, 0);
  tear_down ();
}

static void
test_drop_oldest (void)
{
  SerWorker *worker = set_up (3, TRUE);
  static const guint expected[] = { 1, 6, 7, 8 };
  guint i, dropped = 0;

  ser_worker_push (worker, GUINT_TO_POINTER (1), FALSE);
  wait_until_held ();
  for (i = 2; i <= 8; i++)
    dropped += ser_worker_push (worker, GUINT_TO_POINTER (i), FALSE);
  g_assert_cmpuint (dropped, ==, 4);
  let_go ();
  g_assert_true (ser_worker_drain (worker));
  assert_processed (G_N_ELEMENTS (expected), expected);
  g_assert_cmpuint (record.n_freed, ==, 4);
  ser_worker_free (worker);
  tear_down ();
}

/* ---- flushing ---- */

static gpointer
push_three (gpointer data)
{
  guint i, dropped = 0;

  for (i = 2; i <= 4; i++)
    dropped += ser_worker_push (data, GUINT_TO_POINTER (i), TRUE);
  return GUINT_TO_POINTER (dropped);
}

static gpointer
drain (gpointer data)
{
  return GINT_TO_POINTER (ser_worker_drain (data));
}

/* A producer that waits for room, or for the last item, is woken by a flush while the worker is still at its item,
 * whose result then counts no more. */
static void
test_flush_wakes (gconstpointer data)
{
  gboolean draining = GPOINTER_TO_INT (data);
  SerWorker *worker = set_up (1, TRUE);
  static const guint after[] = { 9 };
  GThread *thread;

  ser_worker_push (worker, GUINT_TO_POINTER (1), TRUE);
  wait_until_held ();
  thread = g_thread_new ("producer", draining ? drain : push_three, worker);
  g_usleep (20000);
  ser_worker_set_flushing (worker, TRUE);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, 0);
  g_assert_cmpuint (record.n_freed, ==, draining ? 0 : 3);

  /* Nothing is queued while flushing. */
  g_assert_cmpuint (ser_worker_push (worker, GUINT_TO_POINTER (5), TRUE), ==, 0);
  g_assert_cmpuint (record.n_freed, ==, draining ? 1 : 4);
  let_go ();
  ser_worker_set_flushing (worker, FALSE);
  ser_worker_push (worker, GUINT_TO_POINTER (9), TRUE);
  g_assert_true (ser_worker_drain (worker));
  assert_processed (1, after);
  g_assert_cmpuint (record.n_outdated, ==, 1);
  ser_worker_free (worker);
  tear_down ();
}

/* ---- stopping ---- */

static gpointer
stop (gpointer data)
{
  ser_worker_stop (data);
  return NULL;
}

static void
test_stop (void)
{
  SerWorker *worker = set_up (2, TRUE);
  static const guint after[] = { 7 };
  GThread *thread;

  ser_worker_stop (worker); /* before there is a thread */
  ser_worker_set_flushing (worker, FALSE);
  ser_worker_push (worker, GUINT_TO_POINTER (1), TRUE);
  wait_until_held ();
  ser_worker_push (worker, GUINT_TO_POINTER (2), TRUE);
  thread = g_thread_new ("stop", stop, worker);
  g_usleep (10000);
  let_go ();
  g_thread_join (thread);
  assert_processed (0, NULL);
  g_assert_cmpuint (record.n_freed, ==, 1);
  g_assert_cmpuint (record.n_outdated, ==, 1);

  ser_worker_set_flushing (worker, FALSE);
  ser_worker_push (worker, GUINT_TO_POINTER (7), TRUE);
  g_assert_true (ser_worker_drain (worker));
  assert_processed (1, after);
  ser_worker_free (worker);
  tear_down ();
}

/* ---- all at once ---- */

static gpointer
flush_on (gpointer data)
{
  gint i;

  for (i = 0; i < 200; i++) {
    ser_worker_set_flushing (data, TRUE);
    g_usleep (50);
    ser_worker_set_flushing (data, FALSE);
    g_usleep (200);
  }
  return NULL;
}

/* A producer, a flusher and the worker for a while: each item is processed, outdated, or freed, once. */
static void
test_stress (gconstpointer data)
{
  gboolean block = GPOINTER_TO_INT (data);
  SerWorker *worker = set_up (4, FALSE);
  GThread *flusher = g_thread_new ("flush", flush_on, worker);
  guint i, n = 20000;

  for (i = 1; i <= n; i++) {
    ser_worker_push (worker, GUINT_TO_POINTER (i), block);
    if (i % 97 == 0)
      ser_worker_drain (worker);
  }
  g_thread_join (flusher);
  ser_worker_drain (worker);
  ser_worker_free (worker);
  g_assert_cmpuint (record.processed->len + record.n_outdated + record.n_freed, ==, n);
  for (i = 1; i < record.processed->len; i++)
    g_assert_cmpuint (g_array_index (record.processed, guint, i), >, g_array_index (record.processed, guint, i - 1));
  tear_down ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/worker/order", test_order);
  g_test_add_func ("/worker/drop-oldest", test_drop_oldest);
  g_test_add_data_func ("/worker/flush-wakes-push", GINT_TO_POINTER (FALSE), test_flush_wakes);
  g_test_add_data_func ("/worker/flush-wakes-drain", GINT_TO_POINTER (TRUE), test_flush_wakes);
  g_test_add_func ("/worker/stop", test_stop);
  g_test_add_data_func ("/worker/stress-block", GINT_TO_POINTER (TRUE), test_stress);
  g_test_add_data_func ("/worker/stress-drop", GINT_TO_POINTER (FALSE), test_stress);
  return g_test_run ();
}
