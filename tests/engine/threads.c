/* threads.c - one model in many threads, and a stream that classifies in another thread
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include <pthread.h>
#include <string.h>

#include "signals.h"
#include "tiny-model.h"

#define SECONDS (g_getenv ("SEREMOTION_TEST_QUICK") != NULL ? 6.0 : 20.0)

static SerModel *model;

/* ---- one model, many streams ---- */

typedef struct {
  const float *x;
  gsize n, chunk;
} Job;

static gpointer
run_job (gpointer data)
{
  const Job *job = data;
  SerModel *own = ser_model_ref (model);
  GArray *results = run_model (own, NULL, job->x, job->n, job->chunk);

  ser_model_unref (own);
  return results;
}

static void
test_shared_model (void)
{
  gsize n;
  float *x = make_speech (SECONDS, &n);
  GArray *expected = run_model (model, NULL, x, n, n);
  const Job jobs[4] = { { x, n, 100 }, { x, n, 1000 }, { x, n, 160 }, { x, n, n } };
  GThread *threads[4];
  guint i;

  for (i = 0; i < 4; i++)
    threads[i] = g_thread_new ("stream", run_job, (gpointer) &jobs[i]);
  for (i = 0; i < 4; i++) {
    GArray *results = g_thread_join (threads[i]);

    assert_same_results (expected, results);
    g_array_unref (results);
  }
  g_array_unref (expected);
  g_free (x);
}

static gpointer
get_default (gpointer data)
{
  return ser_model_new_default (NULL);
}

static void
test_default_model (void)
{
  GThread *threads[4];
  SerModel *models[4];
  guint i;

  for (i = 0; i < 4; i++)
    threads[i] = g_thread_new ("default", get_default, NULL);
  for (i = 0; i < 4; i++) {
    models[i] = g_thread_join (threads[i]);
    g_assert_true (models[i] != NULL && models[i] == models[0]);
  }
  for (i = 0; i < 4; i++)
    ser_model_unref (models[i]);
}

/* ---- a stream in two threads ---- */

/* A queue between two threads, of what ThreadSanitizer knows; GLib's own locks are invisible to it. */
typedef struct {
  pthread_mutex_t lock;
  pthread_cond_t filled;
  GQueue items;
} Queue;

static void
queue_push (Queue *queue, gpointer item)
{
  pthread_mutex_lock (&queue->lock);
  g_queue_push_tail (&queue->items, item);
  pthread_cond_signal (&queue->filled);
  pthread_mutex_unlock (&queue->lock);
}

static gpointer
queue_pop (Queue *queue)
{
  gpointer item;

  pthread_mutex_lock (&queue->lock);
  while (g_queue_is_empty (&queue->items))
    pthread_cond_wait (&queue->filled, &queue->lock);
  item = g_queue_pop_head (&queue->items);
  pthread_mutex_unlock (&queue->lock);
  return item;
}

typedef struct {
  SerStream *stream;
  Queue queue; /* SerWindow *, ended by &end */
  GArray *results;
} Worker;

static char end;

static gpointer
classify (gpointer data)
{
  Worker *worker = data;
  gpointer item;

  while ((item = queue_pop (&worker->queue)) != &end) {
    SerResult result;

    ser_stream_classify (worker->stream, item, &result);
    ser_window_free (item);
    g_array_append_val (worker->results, result);
    ser_stream_set_threshold (worker->stream, 0.3);
  }
  return NULL;
}

static void
push_to_queue (Worker *worker, const float *x, gsize n)
{
  gsize i = 0;

  while (i < n) {
    SerWindow *window;

    i += ser_stream_push (worker->stream, x + i, MIN (n - i, 800));
    window = ser_stream_take_window (worker->stream);
    if (window != NULL)
      queue_push (&worker->queue, window);
  }
}

/* Pushing, finishing and resetting in one thread while another classifies: the same as all in one. */
static void
test_worker (gconstpointer gate)
{
  const SerStreamConfig config = { 2.0, 0.5, 0.3, 0.7, gate != NULL };
  SerStream *alone = ser_stream_new (model, &config, NULL);
  Worker worker = { ser_stream_new (model, &config, NULL),
    { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, G_QUEUE_INIT },
    g_array_new (FALSE, FALSE, sizeof (SerResult)) };
  gsize n;
  float *x = make_speech (SECONDS, &n);
  GArray *expected = g_array_new (FALSE, FALSE, sizeof (SerResult));
  GThread *thread = g_thread_new ("worker", classify, &worker);
  SerWindow *window;
  guint round;

  for (round = 0; round < 3; round++) {
    GArray *part = run_stream (alone, x + round * 1000, n - 5000 * round, 800);

    g_array_append_vals (expected, part->data, part->len);
    g_array_unref (part);
    ser_stream_reset (alone);

    push_to_queue (&worker, x + round * 1000, n - 5000 * round);
    ser_stream_finish (worker.stream);
    while ((window = ser_stream_take_window (worker.stream)) != NULL)
      queue_push (&worker.queue, window);
    ser_stream_reset (worker.stream);
  }
  queue_push (&worker.queue, &end);
  g_thread_join (thread);
  assert_same_results (expected, worker.results);
  g_array_unref (expected);
  g_array_unref (worker.results);
  ser_stream_free (worker.stream);
  ser_stream_free (alone);
  g_free (x);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  model = tiny_model_usual ();
  g_test_add_func ("/engine/threads/shared-model", test_shared_model);
  g_test_add_func ("/engine/threads/default-model", test_default_model);
  g_test_add_data_func ("/engine/threads/worker/gate", "gate", test_worker);
  g_test_add_data_func ("/engine/threads/worker/no-gate", NULL, test_worker);
  status = g_test_run ();
  ser_model_unref (model);
  return status;
}
