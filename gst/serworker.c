/* serworker.c - a bounded queue and the one thread that processes it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "gst/serworker.h"

#include <pthread.h>

struct _SerWorker {
  guint capacity;
  SerWorkerFunc process;
  GDestroyNotify free_item;
  gpointer data;

  /* Of POSIX, not of GLib, whose futexes ThreadSanitizer cannot see. */
  pthread_mutex_t lock;   /* guards all that follows */
  pthread_cond_t changed; /* signalled at every change of it */
  GThread *thread;
  GQueue items;
  gboolean busy; /* an item is being processed */
  gboolean flushing;
  gboolean stopping;
  guint generation; /* of the items queued; raised by each flush */
  guint processing; /* the generation of the item being processed */
};

static gpointer
run (gpointer data)
{
  SerWorker *worker = data;

  pthread_mutex_lock (&worker->lock);
  while (!worker->stopping) {
    gpointer item = g_queue_pop_head (&worker->items);

    if (item == NULL) {
      pthread_cond_wait (&worker->changed, &worker->lock);
      continue;
    }
    worker->busy = TRUE;
    worker->processing = worker->generation;
    pthread_cond_broadcast (&worker->changed);
    pthread_mutex_unlock (&worker->lock);
    worker->process (worker, item, worker->data);
    pthread_mutex_lock (&worker->lock);
    worker->busy = FALSE;
    pthread_cond_broadcast (&worker->changed);
  }
  pthread_mutex_unlock (&worker->lock);
  return NULL;
}

SerWorker *
ser_worker_new (guint capacity, SerWorkerFunc process, GDestroyNotify free_item, gpointer data)
{
  SerWorker *worker = g_new0 (SerWorker, 1);

  g_assert (capacity > 0);
  worker->capacity = capacity;
  worker->process = process;
  worker->free_item = free_item;
  worker->data = data;
  pthread_mutex_init (&worker->lock, NULL);
  pthread_cond_init (&worker->changed, NULL);
  g_queue_init (&worker->items);
  return worker;
}

void
ser_worker_free (SerWorker *worker)
{
  if (worker == NULL)
    return;
  ser_worker_stop (worker);
  pthread_mutex_destroy (&worker->lock);
  pthread_cond_destroy (&worker->changed);
  g_free (worker);
}

gpointer
ser_worker_push (SerWorker *worker, gpointer item, gboolean block)
{
  gpointer oldest = NULL, refused = NULL;

  pthread_mutex_lock (&worker->lock);
  while (block && !worker->flushing && worker->items.length >= worker->capacity)
    pthread_cond_wait (&worker->changed, &worker->lock);
  if (worker->flushing) {
    refused = item;
  } else {
    if (worker->items.length >= worker->capacity)
      oldest = g_queue_pop_head (&worker->items);
    g_queue_push_tail (&worker->items, item);
    if (worker->thread == NULL)
      worker->thread = g_thread_new ("seremotion", run, worker);
    pthread_cond_broadcast (&worker->changed);
  }
  pthread_mutex_unlock (&worker->lock);

  g_clear_pointer (&refused, worker->free_item);
  return oldest;
}

gboolean
ser_worker_drain (SerWorker *worker)
{
  gboolean drained;

  pthread_mutex_lock (&worker->lock);
  while (!worker->flushing && (worker->items.length > 0 || worker->busy))
    pthread_cond_wait (&worker->changed, &worker->lock);
  drained = worker->items.length == 0 && !worker->busy;
  pthread_mutex_unlock (&worker->lock);
  return drained;
}

void
ser_worker_set_flushing (SerWorker *worker, gboolean flushing)
{
  GQueue discarded = G_QUEUE_INIT;

  pthread_mutex_lock (&worker->lock);
  worker->flushing = flushing;
  if (flushing) {
    worker->generation++;
    discarded = worker->items;
    g_queue_init (&worker->items);
    pthread_cond_broadcast (&worker->changed);
  }
  pthread_mutex_unlock (&worker->lock);
  g_queue_clear_full (&discarded, worker->free_item);
}

void
ser_worker_stop (SerWorker *worker)
{
  GThread *thread;

  ser_worker_set_flushing (worker, TRUE);
  pthread_mutex_lock (&worker->lock);
  worker->stopping = TRUE;
  pthread_cond_broadcast (&worker->changed);
  thread = worker->thread;
  worker->thread = NULL;
  pthread_mutex_unlock (&worker->lock);
  if (thread != NULL)
    g_thread_join (thread);
  pthread_mutex_lock (&worker->lock);
  worker->stopping = FALSE;
  pthread_mutex_unlock (&worker->lock);
}

gboolean
ser_worker_is_current (SerWorker *worker)
{
  gboolean current;

  pthread_mutex_lock (&worker->lock);
  current = worker->processing == worker->generation;
  pthread_mutex_unlock (&worker->lock);
  return current;
}
