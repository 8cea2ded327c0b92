/* bench.h - what the benchmark programs share: a generated speaker, files of floats, and the talk with tests/bench/run
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#ifndef BENCH_H
#define BENCH_H

#include <glib.h>

/* Fills x [n] with something like speech at `rate` Hz: a voice of wandering pitch with overtones, in syllables and
 * pauses, over noise; at most 0.9 in magnitude. The same `seed` gives the same samples. */
void bench_speech (float *x, gsize n, guint rate, guint32 seed);

/* Writes x [n] to DIR/NAME; ends the program when that fails. */
void bench_write (const char *dir, const char *name, const void *x, gsize bytes);

/* One call of what is measured. */
typedef void (*BenchCall) (gpointer data, guint i);

/* Prints `ready` and `more` (NULL for nothing), then answers each line `block N` on standard input with one line: the
 * nanoseconds of each of N calls. `i` counts the calls from 0, on from block to block. Returns at the end of input. */
void bench_serve (BenchCall call, gpointer data, const char *more);

/* Peak resident memory of this process in bytes (VmHWM: unlike ru_maxrss it leaves out who started the process). */
guint64 bench_peak_memory (void);

/* The end of the program with an error message when `value` is NULL. */
gpointer bench_check (gpointer value, GError *error);

#endif /* BENCH_H */
