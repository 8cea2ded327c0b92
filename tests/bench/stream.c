/* stream.c - peak memory of a SerStream over a generated recording of any length
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 *
 * stream SECONDS: pushes that much sound through the default model, in portions of 100 ms; prints the number of windows
 * and the peak resident memory in bytes.
 */

#include "bench.h"
#include "ser.h"

#include <stdio.h>
#include <stdlib.h>

#define LOOP 30 /* s of sound, over and over */

int
main (int argc, char **argv)
{
  GError *error = NULL;
  SerModel *model = bench_check (ser_model_new_default (&error), error);
  SerStream *stream = bench_check (ser_stream_new (model, NULL, &error), error);
  const guint rate = ser_model_get_rate (model);
  const gsize portion = rate / 10, portions = argc == 2 ? (gsize) atoi (argv[1]) * 10 : 0;
  float *sound = g_malloc_n (LOOP, rate * sizeof (float));
  guint windows = 0;
  SerResult result;

  bench_speech (sound, LOOP * rate, rate, 1);
  for (gsize i = 0; i < portions; i++) {
    const float *x = sound + i % (LOOP * 10) * portion;

    for (gsize n = portion, used; n > 0; x += used, n -= used) {
      used = ser_stream_push (stream, x, n);
      while (ser_stream_next (stream, &result))
        windows++;
    }
  }
  printf ("%u %" G_GUINT64_FORMAT "\n", windows, bench_peak_memory ());
  g_free (sound);
  ser_stream_free (stream);
  ser_model_unref (model);
  return 0;
}
