/* workers.c - the same work on many parts, in parallel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/workers.h"

#include <pthread.h>

/* The lock and its conditions are POSIX's because ThreadSanitizer cannot see GLib's. */
struct _SerWorkers {
  guint n;
  GThread **threads; /* n - 1 of them */
  pthread_mutex_t lock;
  pthread_cond_t work, done;
  guint64 round; /* raised for every run */
  gboolean quit;
  SerWorkFunc func;
  gpointer data;
  gint next; /* part to take next, atomic */
  guint n_parts;
  guint running; /* threads that have not finished this round */
};

static void
work (SerWorkers *workers)
{
  for (;;) {
    guint part = (guint) g_atomic_int_add (&workers->next, 1);
    if (part >= workers->n_parts)
      return;
    workers->func (workers->data, part);
  }
}

static gpointer
thread_main (gpointer data)
{
  SerWorkers *workers = data;
  guint64 seen = 0;

  pthread_mutex_lock (&workers->lock);
  for (;;) {
    while (workers->round == seen && !workers->quit)
      pthread_cond_wait (&workers->work, &workers->lock);
    if (workers->quit)
      break;
    seen = workers->round;
    pthread_mutex_unlock (&workers->lock);
    work (workers);
    pthread_mutex_lock (&workers->lock);
    if (--workers->running == 0)
      pthread_cond_signal (&workers->done);
  }
  pthread_mutex_unlock (&workers->lock);
  return NULL;
}

SerWorkers *
ser_workers_new (guint n)
{
  SerWorkers *workers = g_new0 (SerWorkers, 1);

  workers->n = n ? n : g_get_num_processors ();
  pthread_mutex_init (&workers->lock, NULL);
  pthread_cond_init (&workers->work, NULL);
  pthread_cond_init (&workers->done, NULL);
  workers->threads = g_new0 (GThread *, workers->n);
  for (guint i = 0; i + 1 < workers->n; i++)
    workers->threads[i] = g_thread_new ("ser-worker", thread_main, workers);
  return workers;
}

void
ser_workers_free (SerWorkers *workers)
{
  if (!workers)
    return;
  pthread_mutex_lock (&workers->lock);
  workers->quit = TRUE;
  pthread_cond_broadcast (&workers->work);
  pthread_mutex_unlock (&workers->lock);
  for (guint i = 0; i + 1 < workers->n; i++)
    g_thread_join (workers->threads[i]);
  g_free (workers->threads);
  pthread_mutex_destroy (&workers->lock);
  pthread_cond_destroy (&workers->work);
  pthread_cond_destroy (&workers->done);
  g_free (workers);
}

guint
ser_workers_get_n (const SerWorkers *workers)
{
  return workers->n;
}

guint
ser_workers_get_self (const SerWorkers *workers)
{
  guint i = 0;

  while (i + 1 < workers->n && workers->threads[i] != g_thread_self ())
    i++;
  return i;
}

void
ser_workers_run (SerWorkers *workers, SerWorkFunc func, gpointer data, guint n_parts)
{
  if (workers->n == 1 || n_parts < 2) {
    for (guint part = 0; part < n_parts; part++)
      func (data, part);
    return;
  }

  pthread_mutex_lock (&workers->lock);
  workers->func = func;
  workers->data = data;
  workers->n_parts = n_parts;
  g_atomic_int_set (&workers->next, 0);
  workers->running = workers->n - 1;
  workers->round++;
  pthread_cond_broadcast (&workers->work);
  pthread_mutex_unlock (&workers->lock);

  work (workers);

  pthread_mutex_lock (&workers->lock);
  while (workers->running > 0)
    pthread_cond_wait (&workers->done, &workers->lock);
  pthread_mutex_unlock (&workers->lock);
}
