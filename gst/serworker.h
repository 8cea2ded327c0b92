/* serworker.h - a bounded queue and the one thread that processes it
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * One producer pushes items, the thread processes them in order. While the worker is flushing, nothing is queued and
 * nobody waits: setting it discards what is queued and wakes the producer. An item that was being processed then is
 * outdated, which ser_worker_is_current() tells the one who processes it.
 *
 * No lock is held while an item is processed or freed. All functions may be called from any thread but the worker's
 * own, ser_worker_is_current() from that one only.
 */

#ifndef SER_WORKER_H
#define SER_WORKER_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SerWorker SerWorker;

/* Processes an item and takes it over. */
typedef void (*SerWorkerFunc) (SerWorker *worker, gpointer item, gpointer data);

/* Makes a worker for up to `capacity` items besides the one being processed. Its thread starts with the first push. */
SerWorker *ser_worker_new (guint capacity, SerWorkerFunc process, GDestroyNotify free_item, gpointer data);

/* Stops the thread and frees the worker. */
void ser_worker_free (SerWorker *worker);

/* Takes over an item. When the queue is full, waits for room if `block`, else gives the oldest one queued back to the
 * caller. NULL when there was room. */
gpointer ser_worker_push (SerWorker *worker, gpointer item, gboolean block);

/* Waits until all items pushed are processed. FALSE when flushing put an end to it. */
gboolean ser_worker_drain (SerWorker *worker);

/* Starts or ends flushing. Does not wait for the item being processed. */
void ser_worker_set_flushing (SerWorker *worker, gboolean flushing);

/* Flushes, and waits for the thread to end. The worker goes on flushing; once that is unset a push starts it anew. */
void ser_worker_stop (SerWorker *worker);

/* Whether no flush began since the item being processed was pushed. */
gboolean ser_worker_is_current (SerWorker *worker);

G_END_DECLS

#endif /* SER_WORKER_H */
