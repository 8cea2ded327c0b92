/* worker.c - tests of the queue and its worker, in plain C so that ThreadSanitizer sees all of it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serstreams.h"
#include "gst/serworker.h"

#include <math.h>
#include <pthread.h>

/* What became of the items, which are numbers from 1 on. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t changed;
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
  pthread_mutex_lock (&record.lock);
  record.waiting = TRUE;
  pthread_cond_broadcast (&record.changed);
  while (record.held)
    pthread_cond_wait (&record.changed, &record.lock);
  record.waiting = FALSE;
  pthread_mutex_unlock (&record.lock);

  if (ser_worker_is_current (worker)) {
    pthread_mutex_lock (&record.lock);
    g_array_append_val (record.processed, number);
    pthread_mutex_unlock (&record.lock);
  } else {
    pthread_mutex_lock (&record.lock);
    record.n_outdated++;
    pthread_mutex_unlock (&record.lock);
  }
}

static void
free_item (gpointer item)
{
  pthread_mutex_lock (&record.lock);
  record.n_freed++;
  pthread_mutex_unlock (&record.lock);
}

/* How many items were dropped for this one. */
static guint
push (SerWorker *worker, guint number, gboolean block)
{
  gpointer oldest = ser_worker_push (worker, GUINT_TO_POINTER (number), block);

  if (oldest == NULL)
    return 0;
  free_item (oldest);
  return 1;
}

static SerWorker *
set_up (guint capacity, gboolean held)
{
  pthread_mutex_init (&record.lock, NULL);
  pthread_cond_init (&record.changed, NULL);
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
  pthread_mutex_destroy (&record.lock);
  pthread_cond_destroy (&record.changed);
}

/* Waits until the worker has an item in hand. */
static void
wait_until_held (void)
{
  pthread_mutex_lock (&record.lock);
  while (!record.waiting)
    pthread_cond_wait (&record.changed, &record.lock);
  pthread_mutex_unlock (&record.lock);
}

static void
let_go (void)
{
  pthread_mutex_lock (&record.lock);
  record.held = FALSE;
  pthread_cond_broadcast (&record.changed);
  pthread_mutex_unlock (&record.lock);
}

static void
assert_processed (guint n, const guint *numbers)
{
  pthread_mutex_lock (&record.lock);
  g_assert_cmpmem (record.processed->data, record.processed->len * sizeof (guint), numbers, n * sizeof (guint));
  pthread_mutex_unlock (&record.lock);
}

static void
test_order (void)
{
  SerWorker *worker = set_up (4, FALSE);
  guint i, expected[100];

  for (i = 0; i < 100; i++) {
    expected[i] = i + 1;
    g_assert_cmpuint (push (worker, i + 1, TRUE), ==, 0);
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

  push (worker, 1, FALSE);
  wait_until_held ();
  g_assert_null (ser_worker_push (worker, GUINT_TO_POINTER (2), FALSE));
  g_assert_null (ser_worker_push (worker, GUINT_TO_POINTER (3), FALSE));
  g_assert_null (ser_worker_push (worker, GUINT_TO_POINTER (4), FALSE));
  g_assert_cmpuint (GPOINTER_TO_UINT (ser_worker_push (worker, GUINT_TO_POINTER (5), FALSE)), ==, 2);
  free_item (GUINT_TO_POINTER (2));
  dropped++;
  for (i = 6; i <= 8; i++)
    dropped += push (worker, i, FALSE);
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
    dropped += push (data, i, TRUE);
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

  push (worker, 1, TRUE);
  wait_until_held ();
  thread = g_thread_new ("producer", draining ? drain : push_three, worker);
  g_usleep (20000);
  ser_worker_set_flushing (worker, TRUE);
  g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (thread)), ==, 0);
  g_assert_cmpuint (record.n_freed, ==, draining ? 0 : 3);

  /* Nothing is queued while flushing. */
  g_assert_cmpuint (push (worker, 5, TRUE), ==, 0);
  g_assert_cmpuint (record.n_freed, ==, draining ? 1 : 4);
  let_go ();
  ser_worker_set_flushing (worker, FALSE);
  push (worker, 9, TRUE);
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
  push (worker, 1, TRUE);
  wait_until_held ();
  push (worker, 2, TRUE);
  thread = g_thread_new ("stop", stop, worker);
  g_usleep (10000);
  let_go ();
  g_thread_join (thread);
  assert_processed (0, NULL);
  g_assert_cmpuint (record.n_freed, ==, 1);
  g_assert_cmpuint (record.n_outdated, ==, 1);

  ser_worker_set_flushing (worker, FALSE);
  push (worker, 7, TRUE);
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
    push (worker, i, block);
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

/* ---- with what the element gives it ---- */

#define RATE 16000

typedef struct {
  SerWorker *worker;
  guint n_steps;  /* of the pushing thread */
  gint n_results; /* atomic */
  gboolean block;
} Analysis;

static void
classify (SerWorker *worker, gpointer item, gpointer data)
{
  Analysis *analysis = data;
  SerStep *step = item;
  SerResult result;
  guint i, label;

  for (i = 0; i < step->n; i++) {
    gdouble sum = 0;

    ser_step_classify (step, i, 0.1, 0.5, &result);
    g_assert_cmpuint (result.start, ==, step->start);
    for (label = 0; label < result.n_labels; label++)
      sum += result.scores[label];
    g_assert_cmpfloat_with_epsilon (sum, 1, 1e-4);
    if (ser_worker_is_current (worker))
      g_atomic_int_inc (&analysis->n_results);
  }
  ser_step_free (step);
}

static void
free_step (gpointer item)
{
  ser_step_free (item);
}

static void
queue_step (SerStep *step, gpointer data)
{
  Analysis *analysis = data;

  analysis->n_steps++;
  step = ser_worker_push (analysis->worker, step, analysis->block);
  if (step != NULL)
    free_step (step);
}

/* One thread pushes, finishes, resets and lets go of the streams, while the worker classifies their windows. */
static void
test_streams (gconstpointer data)
{
  Analysis analysis = { .block = GPOINTER_TO_INT (data) };
  SerStreamConfig config = SER_STREAM_CONFIG_INIT;
  SerModel *model = ser_model_new_default (NULL);
  gint16 x[2][RATE / 4];
  const gint16 *planes[2] = { x[0], x[1] };
  SerStreams *streams;
  guint i, round;

  g_assert_nonnull (model);
  for (i = 0; i < RATE / 4; i++) {
    x[0][i] = 8000 * sin (2 * G_PI * 160 * (gdouble) i / RATE) + 3000 * sin (2 * G_PI * 480 * (gdouble) i / RATE);
    x[1][i] = x[0][i] / 3;
  }
  config.window = 1.0;
  config.interval = 0.25;
  analysis.worker = ser_worker_new (3, classify, free_step, &analysis);
  for (round = 0; round < 4; round++) {
    streams = ser_streams_new (model, &config, 2, NULL);
    for (i = 0; i < 12; i++)
      ser_streams_push (streams, planes, RATE / 4, queue_step, &analysis);
    if (round % 2) {
      ser_worker_set_flushing (analysis.worker, TRUE);
      ser_streams_reset (streams);
      ser_worker_set_flushing (analysis.worker, FALSE);
      for (i = 0; i < 6; i++)
        ser_streams_push (streams, planes, RATE / 4, queue_step, &analysis);
    }
    ser_streams_finish (streams, queue_step, &analysis);
    ser_streams_unref (streams);
  }
  g_assert_true (ser_worker_drain (analysis.worker));
  g_assert_cmpuint (analysis.n_steps, ==, 4 * 9 + 2 * 3);
  g_assert_cmpint (g_atomic_int_get (&analysis.n_results), >, 0);
  g_assert_cmpint (g_atomic_int_get (&analysis.n_results), <=, 2 * analysis.n_steps);
  ser_worker_free (analysis.worker);
  ser_model_unref (model);
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
  g_test_add_data_func ("/worker/streams-block", GINT_TO_POINTER (TRUE), test_streams);
  g_test_add_data_func ("/worker/streams-drop", GINT_TO_POINTER (FALSE), test_streams);
  return g_test_run ();
}
