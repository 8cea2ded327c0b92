/* wsola.c - time stretching without a change of pitch
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "train/wsola.h"

#include <math.h>
#include <string.h>

#include "train/effects.h"

/* Steps of the search at the lower rate. */
#define COARSE 8

/* Lags that are correlated at once, so that their sums stay in registers. */
#define LAGS 16

/* Energies under it are what rounding leaves of silence. */
#define TINY 1e-9f

struct _SerWsola {
  gsize hop;       /* half a window; a multiple of LAGS * COARSE / 2 */
  gsize tolerance; /* half a hop */
  float *window;   /* [2 * hop], periodic Hann */
  gsize capacity;  /* of x below */
  float *x;        /* the original after `hop` zeros and before others */
  float *coarse;   /* x at rate / COARSE */
};

SerWsola *
ser_wsola_new (guint rate)
{
  SerWsola *wsola = g_new0 (SerWsola, 1);
  gsize unit = LAGS * COARSE / 2;

  wsola->hop = MAX (1, (rate * 16 / 1000 + unit / 2) / unit) * unit;
  wsola->tolerance = wsola->hop / 2;
  wsola->window = g_new (float, 2 * wsola->hop);
  for (gsize i = 0; i < 2 * wsola->hop; i++)
    wsola->window[i] = 0.5 - 0.5 * cos (G_PI * i / wsola->hop);
  return wsola;
}

void
ser_wsola_free (SerWsola *wsola)
{
  if (!wsola)
    return;
  g_free (wsola->window);
  g_free (wsola->x);
  g_free (wsola->coarse);
  g_free (wsola);
}

gsize
ser_wsola_length (gsize n, double factor)
{
  return MAX ((gsize) (n * factor + 0.5), 1);
}

/* Copies x [n] between zeros: as many after it as the last windows and what they are compared with may reach. */
static void
load (SerWsola *wsola, const float *x, gsize n)
{
  gsize hop = wsola->hop, size = n + 8 * hop;

  if (size > wsola->capacity) {
    wsola->capacity = size;
    wsola->x = g_renew (float, wsola->x, size);
    wsola->coarse = g_renew (float, wsola->coarse, size / COARSE);
  }
  memset (wsola->x, 0, hop * sizeof (float));
  memcpy (wsola->x + hop, x, n * sizeof (float));
  memset (wsola->x + hop + n, 0, (size - hop - n) * sizeof (float));
  for (gsize i = 0; i < size / COARSE; i++) {
    const float *from = wsola->x + i * COARSE;
    wsola->coarse[i] = ((from[0] + from[1]) + (from[2] + from[3])) + ((from[4] + from[5]) + (from[6] + from[7]));
  }
}

/* The lag, 0 to n_lags - 1, at which x continues like y [M]: of the largest positive correlation sum y x / |x|. n_lags
 * is a multiple of LAGS; `otherwise` is the lag when there is no likeness. */
static gsize
find_lag (const float *y, const float *x, gsize M, gsize n_lags, gsize otherwise)
{
  float energy = ser_energy (x, M), best_score = 0.0f;
  gsize best = otherwise;

  for (gsize lag = 0; lag < n_lags; lag += LAGS) {
    float sum[LAGS] = { 0 };
    for (gsize i = 0; i < M; i++)
      for (guint k = 0; k < LAGS; k++)
        sum[k] += y[i] * x[lag + i + k];
    for (guint k = 0; k < LAGS; k++) {
      const float *at = x + lag + k;
      float score = sum[k] > 0.0f && energy > TINY ? sum[k] * sum[k] / energy : 0.0f;
      if (score > best_score) {
        best_score = score;
        best = lag + k;
      }
      energy += at[M] * at[M] - at[0] * at[0];
    }
  }
  return best;
}

/* Where, around `place`, the window that continues like the one at `like` starts. */
static gsize
search (const SerWsola *wsola, gsize place, gsize like)
{
  gsize M = 2 * wsola->hop, first = place > wsola->tolerance ? place - wsola->tolerance : 0;
  gsize n_lags = 2 * wsola->tolerance / COARSE, otherwise = (place - first) / COARSE, lag;

  first -= first % COARSE;
  lag = find_lag (wsola->coarse + like / COARSE, wsola->coarse + first / COARSE, M / COARSE, n_lags, otherwise);
  first += lag * COARSE;
  first -= MIN (first, LAGS / 2);
  /* Half the window is what is faded over. */
  return first + find_lag (wsola->x + like, wsola->x + first, wsola->hop, LAGS, LAGS / 2);
}

/* Adds the window at x to the output around `centre`, as far as there is any. */
static void
add_window (const SerWsola *wsola, const float *x, float *out, gsize n_out, gsize centre)
{
  gsize hop = wsola->hop, from = centre < hop ? hop - centre : 0;
  gsize to = MIN (2 * hop, n_out + hop - centre);
  const float *window = wsola->window + from;

  out += centre + from - hop;
  x += from;
  for (gsize i = 0; i < to - from; i++)
    out[i] += window[i] * x[i];
}

void
ser_wsola_do (SerWsola *wsola, const float *x, gsize n, double factor, float *out)
{
  gsize hop = wsola->hop, n_out = ser_wsola_length (n, factor), start = 0;

  g_return_if_fail (factor >= SER_STRETCH_MIN && factor <= SER_STRETCH_MAX);

  load (wsola, x, n);
  memset (out, 0, n_out * sizeof (float));
  add_window (wsola, wsola->x, out, n_out, 0);
  for (gsize m = 1; (m - 1) * hop < n_out; m++) {
    start = search (wsola, (gsize) (m * hop / factor + 0.5), start + hop);
    add_window (wsola, wsola->x + start, out, n_out, m * hop);
  }
}
