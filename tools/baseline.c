/* baseline.c - values of a window relative to those of its speaker
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 * Copyright (C) 2026 the seremotion authors
 */

#include "baseline.h"

#include <math.h>

typedef struct {
  SerMoments pitch, loudness, scores[SER_MAX_LABELS];
} Baseline;

void
ser_moments_add (SerMoments *moments, double value)
{
  double delta = value - moments->mean;

  moments->n++;
  moments->mean += delta / moments->n;
  moments->m2 += delta * (value - moments->mean);
}

/* Chan, Golub and LeVeque, The American Statistician 37(3), 1983. */
void
ser_moments_merge (SerMoments *moments, const SerMoments *other)
{
  double delta = other->mean - moments->mean;
  guint n = moments->n + other->n;

  if (n == 0)
    return;
  moments->m2 += other->m2 + delta * delta * moments->n * other->n / n;
  moments->mean += delta * other->n / n;
  moments->n = n;
}

double
ser_moments_get_sd (const SerMoments *moments)
{
  return moments->n < 2 ? NAN : sqrt (moments->m2 / (moments->n - 1));
}

double
ser_moments_get_z (const SerMoments *moments, double value)
{
  double sd = ser_moments_get_sd (moments);

  return moments->n >= SER_BASELINE_MIN && sd > 0 ? (value - moments->mean) / sd : NAN;
}

double
ser_semitones (double hz)
{
  return 12 * log2 (hz);
}

/* The baseline's value joins it before it is compared, so that none is compared with what comes later. */
static double
join (SerMoments *moments, double value)
{
  ser_moments_add (moments, value);
  return ser_moments_get_z (moments, value);
}

static void
apply (Baseline *baseline, SerRecordingWindow *window)
{
  const SerResult *result = &window->result;

  window->loudness_z = join (&baseline->loudness, result->loudness);
  if (result->pitch > 0)
    window->pitch_z = join (&baseline->pitch, ser_semitones (result->pitch));
  for (guint i = 0; i < result->n_labels; i++)
    window->scores_z[i] = join (&baseline->scores[i], result->scores[i]);
}

void
ser_baseline_apply (SerRecordingWindow *windows, guint n, guint n_speakers)
{
  g_autofree Baseline *baselines = g_new0 (Baseline, n_speakers + 1);

  for (guint i = 0; i < n; i++) {
    SerRecordingWindow *window = &windows[i];

    window->pitch_z = window->loudness_z = NAN;
    for (guint k = 0; k < SER_MAX_LABELS; k++)
      window->scores_z[k] = NAN;
    if (window->result.gate == SER_GATE_SPEECH)
      apply (&baselines[window->speaker == SER_NO_SPEAKER ? n_speakers : window->speaker], window);
  }
}
