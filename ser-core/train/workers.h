/* workers.h - the same work on many parts, in parallel
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef SER_WORKERS_H
#define SER_WORKERS_H

#include <glib.h>

typedef struct _SerWorkers SerWorkers;
typedef void (*SerWorkFunc) (gpointer data, guint part);

/* n threads in all, the caller's included; 0 means one per core. */
SerWorkers *ser_workers_new (guint n);
void ser_workers_free (SerWorkers *workers);

guint ser_workers_get_n (const SerWorkers *workers);

/* Which of the n threads is calling, from 0; the one that called ser_workers_run() is the last. For memory that a
 * thread uses again from part to part. */
guint ser_workers_get_self (const SerWorkers *workers);

/* Calls func (data, part) for every part < n_parts, each once, and returns when all are done. Not reentrant. */
void ser_workers_run (SerWorkers *workers, SerWorkFunc func, gpointer data, guint n_parts);

#endif /* SER_WORKERS_H */
